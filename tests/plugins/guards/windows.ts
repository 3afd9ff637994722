/**
 * What only Windows has.
 *
 * @module
 */
import type { Process, Snapshot } from "../../../src/contract.ts";
import { NOW, ordinary, ORPHAN, START, VIEWER, world } from "../../support/world.ts";
import { type Objection, type Pass, startedAt, toolShell } from "./case.ts";

const system = startedAt(START - 60_000, ordinary(4, { ppid: 0, name: "System" }));
/** A Windows machine with one process whose creator is dead, and others. */
const onWindows = (lost: Partial<Process>, ...others: Process[]): Snapshot => ({
  ...world([system, ...others, ordinary(ORPHAN, { ppid: 77, uid: "lea", ...lost })]),
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
const singleExe: Partial<Process> = { ...claudeExe, argv: ["claude.exe", "-p", "review"] };
const below = (name: string, ...args: readonly string[]): Process =>
  ordinary(4201, { ppid: ORPHAN, name, argv: [name, ...args], exe: `C:\\W\\${name}`, uid: "lea" });
/** The agent that it names, as old as it must be for that. */
const agent = startedAt(START - 3000, ordinary(600, { ppid: 78, name: "agent.exe", uid: "lea" }));
const byAgent = { ...singleExe, env: { CLAUDE_PID: "600" } };
const withoutEnvironment = (snapshot: Snapshot, of?: "everybody"): Snapshot => ({
  ...snapshot,
  processes: snapshot.processes.map(({ env, ...process }) =>
    of === "everybody" || process.pid === ORPHAN || env === undefined ? process : { ...process, env }
  ),
});
const withoutServices = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  processes: snapshot.processes.map(({ supervisor: _, ...process }) => process),
});
const explorer = (began: number | undefined): Process =>
  startedAt(
    began,
    ordinary(600, { ppid: 78, name: "Explorer.EXE", argv: ["C:\\WINDOWS\\Explorer.EXE"], uid: "lea" }),
  );

/** COM starts one for each console that it is handed. */
const openConsole = (began: number | undefined): Process =>
  startedAt(
    began,
    ordinary(602, { ppid: 79, name: "OpenConsole.exe", argv: ["OpenConsole.exe", "-Embedding"], uid: "lea" }),
  );
const itsConsoleHost = startedAt(START, below("conhost.exe", "0x4"));

export const objections: readonly Objection[] = [
  {
    case: "Windows Terminal shows its console",
    guard: "living-terminal",
    verdict: "unsure",
    snapshot: onWindows(claudeExe, itsConsoleHost, openConsole(START + 800)),
  },
  {
    case: "whose console Windows Terminal shows cannot be told",
    guard: "living-terminal",
    verdict: "unsure",
    snapshot: onWindows(claudeExe, itsConsoleHost, openConsole(undefined)),
  },
  {
    case: "the window of its console is open",
    guard: "living-terminal",
    verdict: "spared",
    snapshot: onWindows({ ...claudeExe, consoleShown: true }, itsConsoleHost),
  },
  {
    case: "whether the window of its console is open cannot be told",
    guard: "living-terminal",
    verdict: "unsure",
    snapshot: onWindows({ ...claudeExe, unread: { consoleShown: "no desktop can be seen from here" } }, itsConsoleHost),
  },
  {
    case: "nothing told which of the processes are services",
    guard: "supervised",
    verdict: "unsure",
    snapshot: withoutServices(onWindows(claudeExe)),
  },
  {
    case: "its console is somebody's",
    guard: "shared-console",
    verdict: "unsure",
    snapshot: onWindows(consoleHost, sibling),
  },
  {
    case: "it opened a window of cmd for a person",
    guard: "window",
    verdict: "unsure",
    snapshot: onWindows(singleExe, below("cmd.exe", "/d", "/K", "npm", "test")),
  },
  {
    case: "it opened a window of PowerShell for a person",
    guard: "window",
    verdict: "unsure",
    snapshot: onWindows(singleExe, below("pwsh.exe", "-NoLogo", "-NoExit", "-Command", "npm test")),
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
  {
    case: "the agent that put it in the background is alive",
    guard: "living-owner",
    verdict: "unsure",
    snapshot: onWindows(byAgent, agent),
  },
  {
    case: "whoever has its agent's number may be that agent: the clock may have been set back",
    guard: "living-owner",
    verdict: "unsure",
    snapshot: onWindows(byAgent, { ...agent, startedAt: NOW + 60_000 }),
  },
  {
    case: "its environment could not be read, where others' were",
    guard: "keep-marker",
    verdict: "unsure",
    snapshot: withoutEnvironment(onWindows(singleExe)),
  },
  {
    case: "its environment could not be read, and says why",
    guard: "keep-marker",
    verdict: "unsure",
    snapshot: withoutEnvironment(onWindows({ ...singleExe, unread: { env: "denied" } }), "everybody"),
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
  {
    case: "one that runs a command in cmd, whatever that is given",
    snapshot: onWindows(singleExe, below("cmd.exe", "/c", "robocopy", "/k")),
  },
  {
    case: "one that runs a command in PowerShell, whatever that is given",
    snapshot: onWindows(singleExe, below("powershell.exe", "-Command", "pwsh -NoExit")),
  },
  { case: "one whose agent has ended", snapshot: onWindows(byAgent) },
  {
    case: "one whose agent's number is somebody younger's",
    snapshot: onWindows(byAgent, { ...agent, startedAt: NOW }),
  },
  { case: "one in a table without environments", snapshot: withoutEnvironment(onWindows(singleExe), "everybody") },
  { case: "an agent on a machine without Explorer", snapshot: onWindows(claudeExe) },
  {
    case: "a single run, older than Explorer",
    snapshot: onWindows({ ...claudeExe, argv: ["claude.exe", "-p", "x"] }, explorer(NOW - 60_000)),
  },
];
