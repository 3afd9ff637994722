/**
 * Cases of guards: what stands against ending the lost server, and what does not.
 *
 * @module
 */
import type { Policy, Process, Snapshot } from "../../../src/contract.ts";
import { ORPHAN } from "../../support/world.ts";

/** One thing that stands against ending it, and what becomes of it then. */
export interface Objection {
  readonly case: string;
  readonly guard: string;
  readonly snapshot: Snapshot;
  readonly verdict: "spared" | "unsure";
  readonly policy?: Partial<Policy>;
}

/** One thing that looks like it, and against which nobody objects. */
export interface Pass {
  readonly case: string;
  readonly snapshot: Snapshot;
  readonly policy?: Partial<Policy>;
}

/** Somebody whose start is known, or is not. */
export function startedAt(startedAt: number | undefined, { startedAt: _, ...process }: Process): Process {
  return startedAt === undefined ? process : { ...process, startedAt };
}

/** Where pid 1 adopts. */
export const onMac = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  host: { ...snapshot.host, platform: "darwin" },
  processes: snapshot.processes.map((process) => (process.pid === ORPHAN ? { ...process, ppid: 1 } : process)),
});

/** The shell of a tool call that Claude made then, which nobody hears any more. */
export const toolShell = (began: number): Partial<Process> => ({
  name: "zsh",
  argv: ["/bin/zsh", "-c", `source /Users/lea/.claude/shell-snapshots/snapshot-zsh-${began}-ab12cd.sh && eval 'x &'`],
  exe: "/bin/zsh",
  stdio: [{ fd: 0, kind: "null" }, { fd: 1, kind: "pipe", peer: "gone" }, { fd: 2, kind: "pipe", peer: "gone" }],
});

export const withoutEnvironments = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  processes: snapshot.processes.map(({ env: _, ...rest }) => rest),
});
