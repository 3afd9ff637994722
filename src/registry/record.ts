/**
 * What is written down about a process when it is registered: who it is, for ever, and who answers for it.
 *
 * @module
 */
import { Complaint } from "../complaint.ts";
import type { Draft, Machine } from "../contract.ts";
import { redactArguments, redactText } from "../redact.ts";
import { sameOwner } from "../process.ts";
import { visible } from "../text.ts";
import type { Containment, Entry, Numbering, Originator } from "./entry.ts";

/** Of a command line nobody reads more in a list. */
const MOST_ARGUMENTS = 64;
const LONGEST_ARGUMENT = 1_000;

/** What of a machine is needed to know its processes again. */
export type Recording = Pick<Machine, "host" | "viewer" | "list" | "identify" | "read">;

/** What whoever registers a process knows about it. What is left out is read. */
export interface Known {
  readonly originator: Originator;
  readonly kind?: string;
  readonly command?: readonly string[];
  readonly cwd?: string;
  readonly session?: string;
  readonly containment?: Containment;
}

/**
 * An entry for a process that is there now.
 *
 * @throws {Complaint} When there is no such process, or nothing that names it for ever.
 */
export function entryOf(machine: Recording, pid: number, known: Known): Entry {
  const draft = find(machine, pid);
  refuseAncestor(machine, pid, known.originator);
  if (known.command === undefined || known.cwd === undefined) {
    machine.read([draft], new Set(["owner", "command", "directory"]), new Set());
  }
  const command = known.command ?? draft.argv ?? undefined;
  const cwd = known.cwd ?? draft.cwd;
  return {
    ...numberingOf(machine),
    pid,
    startToken: startOf(draft),
    ppid: draft.ppid,
    kind: known.kind ?? draft.name ?? "process",
    ...(command === undefined ? {} : { command: shortened(command) }),
    ...(cwd === undefined ? {} : { cwd: redactText(cwd) }),
    originator: known.originator,
    ...(known.session === undefined ? {} : { session: known.session }),
    containment: known.containment ?? "contained",
    registeredAt: Date.now(),
  };
}

/**
 * A process that answers for others.
 *
 * @throws {Complaint} When there is no such process, or nothing that names it for ever.
 */
export function originatorOf(machine: Recording, pid: number, tool?: string): Originator {
  const draft = find(machine, pid);
  return { tool: tool ?? draft.name ?? "unknown", pid, startToken: startOf(draft) };
}

/** What the numbers of this machine mean. */
export function numberingOf({ host }: Pick<Machine, "host">): Numbering {
  const { bootId, pidNamespace } = host;
  return { bootId, ...(pidNamespace === undefined ? {} : { pidNamespace }) };
}

/** Whose it is, where that is told; others' processes are others' business. */
export function isOthers(machine: Recording, pid: number): boolean {
  const draft = find(machine, pid);
  machine.read([draft], new Set(["owner"]), new Set());
  return draft.uid !== undefined && !sameOwner(draft.uid, machine.viewer.uid);
}

function find(machine: Recording, pid: number): Draft {
  const draft = machine.identify === undefined
    ? machine.list("all").find((one) => one.pid === pid)
    : machine.identify(pid);
  if (draft === undefined) throw new Complaint(`${pid}: no such process: nothing is registered`);
  return draft;
}

/** What would end with its originator must not have started it: then far more would end. */
function refuseAncestor(machine: Recording, pid: number, originator: Originator): void {
  const parentOf = parents(machine);
  const seen = new Set<number>();
  for (let at = parentOf(originator.pid); at !== undefined && at > 0 && !seen.has(at); at = parentOf(at)) {
    if (at === pid) {
      throw new Complaint(
        `${pid}: its originator ${
          visible(originator.tool)
        } (pid ${originator.pid}) runs below it: nothing is registered`,
      );
    }
    seen.add(at);
  }
}

function parents(machine: Recording): (pid: number) => number | undefined {
  const { identify } = machine;
  if (identify !== undefined) return (pid) => identify.call(machine, pid)?.ppid;
  const table = new Map(machine.list("all").map((one) => [one.pid, one.ppid]));
  return (pid) => table.get(pid);
}

function startOf({ pid, startToken }: Draft): string {
  if (startToken === undefined) throw new Complaint(`${pid}: its start is not known: nothing is registered`);
  return startToken;
}

function shortened(command: readonly string[]): string[] {
  return redactArguments(command.slice(0, MOST_ARGUMENTS)).map((argument) =>
    argument.length > LONGEST_ARGUMENT ? `${argument.slice(0, LONGEST_ARGUMENT)}…` : argument
  );
}
