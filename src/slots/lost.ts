/**
 * Ends a command whose slot is another's by now, with all that it started: it would be one too many.
 *
 * @module
 */
import { monotonicClock } from "../clock.ts";
import type { Machine, Process } from "../contract.ts";
import { execute } from "../execute.ts";
import { builtin } from "../plugins.ts";
import type { Finding } from "../report.ts";
import { Table } from "../table.ts";
import type { Loss } from "./loss.ts";

/** Ends this child of ours and its tree. The same hands as everywhere: each is held, asked, and then ended by force. */
export async function endCommand(machine: Machine, pid: number, { because, graceMs }: Loss): Promise<void> {
  const processes = machine.list("all");
  machine.read(processes.filter((draft) => draft.pid === pid), new Set(["owner", "executable"]), new Set());
  const table = new Table({
    format: "agent-reaper/snapshot@1",
    capturedAt: new Date(machine.now()).toISOString(),
    host: machine.host,
    viewer: machine.viewer,
    processes,
  });
  const root = table.get(pid);
  // Not our child any more: its pid is another's.
  if (root === undefined || root.ppid !== process.pid) return;
  const members = table.tree(root);
  machine.read(members as Parameters<Machine["read"]>[0], new Set(["owner", "executable"]), new Set());
  const action = builtin().actions.find(({ name }) => name === "terminate");
  if (action === undefined) throw new Error("the action terminate is missing");
  const inTree = new Set(members.map((member) => member.pid));
  await execute([findingOf(root, members, because)], machine, {
    action,
    policy: { graceMs },
    clock: monotonicClock,
    mayTouch: (_, origin) => inTree.has(origin.pid),
  });
}

function findingOf(root: Process, members: readonly Process[], because: string): Finding {
  return {
    root,
    members,
    matcher: "slots",
    claim: { family: "slots", role: "worker", because },
    verdict: "stale",
    responsible: { who: "living", pid: process.pid, because: "we started it" },
    gates: [],
    because,
  };
}
