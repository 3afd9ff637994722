/**
 * Whose agent lives.
 *
 * @module
 */
import type { Process } from "../../../src/contract.ts";
import { changed, ordinary, ORPHAN, START, world } from "../../support/world.ts";
import { type Objection, type Pass, startedAt, toolShell } from "./case.ts";

/** A single run that nobody reads. */
const unheard: Partial<Process> = {
  argv: ["claude", "-p", "x"],
  stdio: [{ fd: 0, kind: "null" }, { fd: 1, kind: "pipe", peer: "gone" }, { fd: 2, kind: "pipe", peer: "gone" }],
};
const claude = (began: number | undefined): Process =>
  startedAt(
    began,
    ordinary(600, { name: "2.1.200", argv: ["claude"], exe: "/home/lea/.local/share/claude/versions/2.1.200" }),
  );
const hungUp = ([0, 1, 2] as const).map((fd) => ({ fd, kind: "tty", peer: "gone", path: "/dev/pts/9" }) as const);

export const objections: readonly Objection[] = [
  {
    case: "the agent that put a single run in the background is alive",
    guard: "living-owner",
    verdict: "unsure",
    snapshot: world([
      startedAt(START - 3000, ordinary(600)),
      ...changed({ ...unheard, env: { CLAUDE_PID: "600" } }),
    ]),
  },
  {
    case: "a plugin's broker whose hook ended at once, streams and all: the agent that uses it lives",
    guard: "living-owner",
    verdict: "unsure",
    snapshot: world([
      ...changed({
        name: "node",
        argv: ["node", "/home/lea/.claude/plugins/cache/acme/broker.mjs"],
        exe: "/usr/bin/node",
        env: { CLAUDE_PID: "4300" },
        stdio: ([0, 1, 2] as const).map((fd) => ({ fd, kind: "socket", peer: "gone" })),
      }),
      ordinary(4300, { name: "claude", argv: ["claude"], exe: "/usr/bin/claude", startedAt: START - 9000 }),
    ]),
  },
  {
    case: "the session that asked for it is alive",
    guard: "living-session",
    verdict: "spared",
    snapshot: world([ordinary(ORPHAN, toolShell(START)), claude(START - 3000)]),
  },
  {
    case: "the session that asked for it is alive, under the name that Nix gives it",
    guard: "living-session",
    verdict: "spared",
    snapshot: world([ordinary(ORPHAN, toolShell(START)), { ...claude(START - 3000), name: ".claude-wrapped" }]),
  },
  {
    case: "a session that had begun some minutes before its first command",
    guard: "living-session",
    verdict: "spared",
    snapshot: world([ordinary(ORPHAN, toolShell(START)), claude(START - 590_000)]),
  },
  {
    case: "a session that had begun hours before",
    guard: "living-session",
    verdict: "unsure",
    snapshot: world([ordinary(ORPHAN, toolShell(START)), claude(START - 7 * 3_600_000)]),
  },
  {
    case: "a session lives whose start is unknown",
    guard: "living-session",
    verdict: "spared",
    snapshot: world([ordinary(ORPHAN, toolShell(START)), claude(undefined)]),
  },
  {
    case: "its session may be one of those that are left out",
    guard: "living-session",
    verdict: "unsure",
    snapshot: world([ordinary(ORPHAN, toolShell(START))], { partial: true }),
  },
];

export const passes: readonly Pass[] = [
  {
    case: "a server of a living agent, to which nobody talks any more",
    snapshot: world([startedAt(START - 3000, ordinary(600)), ...changed({ env: { CLAUDE_PID: "600" } })]),
  },
  {
    case: "a table that leaves processes out, and an owner on record who is dead",
    snapshot: world([ordinary(ORPHAN, { ...toolShell(START), env: { CLAUDE_PID: "77" } })], {
      partial: true,
      absent: [77],
    }),
  },
  {
    case: "a session that began after the snapshot",
    snapshot: world([ordinary(ORPHAN, toolShell(START)), claude(START + 5000)]),
  },
  {
    case: "a session that had long begun",
    snapshot: world([ordinary(ORPHAN, toolShell(START)), claude(START - 8 * 3_600_000 - 1000)]),
  },
  {
    case: "a session of that day, where the owner on record is dead",
    snapshot: world([
      ordinary(ORPHAN, { ...toolShell(START), env: { CLAUDE_PID: "77" } }),
      claude(START - 3_600_000),
    ]),
  },
  {
    case: "a tool call of an agent that is stranded itself, beside a session of that day",
    snapshot: world([
      ...changed({}, toolShell(START)),
      claude(START - 3_600_000),
    ]),
  },
  {
    case: "a program that may run sessions, long before",
    snapshot: world([
      ordinary(ORPHAN, toolShell(START)),
      { ...claude(START - 3_600_000), name: "node", argv: ["node", "site.js"], exe: "/usr/bin/node" },
    ]),
  },
  {
    case: "a session of its time that is an orphan itself",
    snapshot: world([ordinary(ORPHAN, toolShell(START)), { ...claude(START - 3000), stdio: hungUp }]),
  },
];
