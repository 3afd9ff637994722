/**
 * Who is at the other end of a process's standard streams. A peer counts as living only if its
 * holder is outside the tree and no orphan itself. Pure.
 *
 * @module
 */
import type { Context, Lifeline } from "../contract.ts";
import { hasEnded, isZombie } from "../process.ts";
import type { Process, Stdio } from "../process.ts";

/** The stream of this number, or undefined when it is not known. */
export function stream(process: Process, fd: 0 | 1 | 2): Stdio | undefined {
  const { stdio } = process;
  if (stdio === undefined) return undefined;
  // They most often come in their order; a search by a function takes ten times as long.
  const inOrder = stdio[fd];
  return inOrder?.fd === fd ? inOrder : stdio.find((stream) => stream.fd === fd);
}

/**
 * Something that had another end and has none any more. Terminals have their own rule, and a pipe with a name can be
 * opened again: between two writers nothing is over.
 */
export function isGone(stream: Stdio | undefined): boolean {
  if (stream === undefined || stream.kind === "tty") return false;
  return stream.peer === "gone" && !(stream.kind === "pipe" && stream.path !== undefined);
}

/** All three streams led to somebody, terminals among them, and all three lead to nobody. */
function leadsNowhere(process: Process): boolean {
  return ([0, 1, 2] as const).every((fd) => stream(process, fd)?.peer === "gone");
}

/**
 * Whether its streams, gone or not, say nothing of whether anybody is there: those of what is driven from another machine
 * (`claude remote-control & disown`), and of a daemon while one of them leads somewhere: that one put its input aside shows
 * that it was to outlive the terminal.
 */
export function tellsNothing(process: Process, lifeline: Lifeline): boolean {
  return lifeline === "network" || (lifeline === "none" && !leadsNowhere(process));
}

/**
 * Whether what it lives on has been hung up; who still holds another of its ends counts no more then. A
 * conversation ends with either side: a sibling that inherited the write end keeps stdin open for ever, the
 * commonest reason why an agent never sees end of file. Of what is only read, the end of its input says
 * nothing: `cat prompt | claude -p | tee log` works on after cat. And what nobody talks to through its streams may be read
 * on its stderr alone.
 */
export function isHungUp(process: Process, context: Context): boolean {
  const isUnread = isGone(stream(process, 1));
  if (context.lifeline === "stdio") return isUnread || isUnasked(process, context);
  const errors = stream(process, 2);
  return isUnread && (context.lifeline === "terminal" || errors === undefined || !isHeld(errors, context));
}

/**
 * Whether nobody can ask it any more. SDKs end the input of an agent with the last question, and read on, as a pipeline does
 * (`cat turns | claude -p --input-format stream-json | jq`); where its stderr has been hung up, they are gone. A server that
 * a host has done with is asked no more, though the host still holds what it read from it.
 */
export function isUnasked(process: Process, context: Context): boolean {
  if (!isGone(stream(process, 0))) return false;
  const out = isGone(stream(process, 2)) ? undefined : stream(process, 1);
  if (out === undefined || out.kind === "tty") return true;
  if (mayBePipeline(out, process, context)) return false;
  return context.claim.role !== "agent" || livingHolder(out, context) === undefined;
}

/**
 * Whether somebody may read it who did not start it: a shell starts the next in a pipeline after it (`cat calls | server |
 * jq`), and whoever reads `exec claude > >(handler)` as its child. A host is older than what it starts.
 */
function mayBePipeline({ kind, peer, holders, unseen }: Stdio, process: Process, context: Context): boolean {
  if (kind !== "pipe" || peer === "gone") return false;
  if (peer === undefined || holders === undefined || unseen === true) return true;
  return holders.some((pid) => {
    if (pid === process.pid || context.isOrphan(pid)) return false;
    // Whom a table leaves out may have come later.
    const reader = context.table.get(pid);
    return reader === undefined || (!hasEnded(reader) && !isOlder(reader, process));
  });
}

function isOlder(one: Process, other: Process): boolean {
  return one.startedAt !== undefined && other.startedAt !== undefined && one.startedAt < other.startedAt;
}

function isHeld(stream: Stdio, context: Context): boolean {
  return stream.kind !== "tty" && livingHolder(stream, context) !== undefined;
}

/**
 * A pid that holds the other end, is alive, outside the tree and no orphan; `unknown` where nobody
 * could tell whether or who, or who else; undefined where there is no such holder.
 */
export function livingHolder(stream: Stdio, context: Context): number | "unknown" | undefined {
  if (stream.peer === undefined && (stream.kind === "pipe" || stream.kind === "socket")) return "unknown";
  if (stream.peer !== "live") return undefined;
  if (stream.holders === undefined || stream.holders.length === 0) return "unknown";
  const living = stream.holders.find((pid) => {
    if (context.tree.has(pid) || context.isOrphan(pid)) return false;
    const holder = context.table.get(pid);
    return holder === undefined || !isZombie(holder);
  });
  return living ?? (stream.unseen === true ? "unknown" : undefined);
}
