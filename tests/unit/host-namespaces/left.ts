/**
 * Cases of what is left alone in a container, and what they are made of.
 *
 * @module
 */
import type { Policy, Process, Snapshot } from "../../../src/contract.ts";
import { lost, node } from "../../support/pod.ts";

/** One thing for which the lost server in a container is left alone. */
export interface Left {
  readonly case: string;
  /** Part of the reason; undefined: no matcher claims it. */
  readonly says?: string;
  readonly snapshot: Snapshot;
  readonly policy?: Partial<Policy>;
}

/** What makes a process the same agent as the lost one. */
export const asAgent: Partial<Process> & { readonly stdio: Process["stdio"] & object } = {
  name: "claude",
  argv: ["claude", "mcp", "serve"],
  exe: "/usr/bin/claude",
  stdio: lost[0]?.stdio as Process["stdio"] & object,
};

export const NO_SIGNS = [0, 1, 2].map((fd) => ({ fd, kind: "null" })) as Process["stdio"] & object;

/** The node where this of a process is not known. */
export const without = (pid: number, ...facts: readonly (keyof Process)[]): Snapshot => {
  const snapshot = node();
  return {
    ...snapshot,
    processes: snapshot.processes.map((process) =>
      process.pid === pid
        ? Object.fromEntries(Object.entries(process).filter(([key]) => !facts.includes(key as keyof Process))) as never
        : process
    ),
  };
};
