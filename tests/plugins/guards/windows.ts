/**
 * What only Windows has.
 *
 * @module
 */
import type { Process, Snapshot } from "../../../src/contract.ts";
import { NOW, ordinary, ORPHAN, START, VIEWER, world } from "../../support/world.ts";
import { type Objection, type Pass, startedAt } from "./case.ts";
import { toolShell } from "./kept.ts";

/** A Windows machine with one process whose creator is dead, and others. */
const onWindows = (lost: Partial<Process>, ...others: Process[]): Snapshot => ({
  ...world([...others, ordinary(ORPHAN, { ppid: 77, uid: "lea", ...lost })]),
  host: { platform: "win32", hostname: "lab", bootId: "b" },
  viewer: { pid: VIEWER, uid: "Lea", home: "C:\\Users\\lea", elevated: false },
});
const consoleHost: Partial<Process> = {
  name: "conhost.exe",
  argv: ["conhost.exe", "0x4"],
  exe: "C:\\Windows\\System32\\conhost.exe",
};
const sibling = ordinary(4100, { ppid: 77, name: "server.exe", uid: "lea" });
const npxInGitBash: Partial<Process> = {
  name: "sh.exe",
  argv: ["sh.exe", "/c/Program Files/nodejs/npx", "-y", "@playwright/mcp@latest"],
  exe: "C:\\Program Files\\Git\\usr\\bin\\sh.exe",
};
const claudeExe: Partial<Process> = {
  name: "claude.exe",
  argv: ["claude.exe"],
  exe: "C:\\Users\\lea\\.local\\bin\\claude.exe",
};
const explorer = (began: number | undefined): Process =>
  startedAt(
    began,
    ordinary(600, { ppid: 78, name: "Explorer.EXE", argv: ["C:\\WINDOWS\\Explorer.EXE"], uid: "lea" }),
  );

export const objections: readonly Objection[] = [
  {
    case: "its console is somebody's",
    guard: "shared-console",
    verdict: "unsure",
    snapshot: onWindows(consoleHost, sibling),
  },
  { case: "it came by an exec of MSYS", guard: "msys-exec", verdict: "unsure", snapshot: onWindows(npxInGitBash) },
  {
    case: "it is older than Explorer",
    guard: "former-explorer",
    verdict: "unsure",
    snapshot: onWindows(claudeExe, explorer(NOW - 60_000)),
  },
  {
    case: "how old Explorer is cannot be told",
    guard: "former-explorer",
    verdict: "unsure",
    snapshot: onWindows(claudeExe, explorer(undefined)),
  },
];

export const passes: readonly Pass[] = [
  { case: "a console that nobody else was started in", snapshot: onWindows(consoleHost) },
  {
    case: "a shell of MSYS that came by a fork",
    snapshot: onWindows({ ...toolShell(START), exe: npxInGitBash.exe as string }),
  },
  {
    case: "the launcher of Git Bash, which is none of MSYS's own",
    snapshot: onWindows({ ...npxInGitBash, exe: "C:\\Program Files\\Git\\bin\\sh.exe" }),
  },
  { case: "an agent that is younger than Explorer", snapshot: onWindows(claudeExe, explorer(START - 60_000)) },
  { case: "an agent on a machine without Explorer", snapshot: onWindows(claudeExe) },
  {
    case: "a single run, older than Explorer",
    snapshot: onWindows({ ...claudeExe, argv: ["claude.exe", "-p", "x"] }, explorer(NOW - 60_000)),
  },
];
