/**
 * Takes hold of a process where the system has nothing that pins one: its start is read again right
 * before each signal. Between that reading and the signal it can end, be collected, and its number
 * be given away: the milliseconds that `ps` takes. Nothing that POSIX offers closes this gap; procfs
 * with pidfds and Windows with handles have none.
 *
 * Start times of macOS are whole seconds here, so parent, owner, name and command line are compared
 * too before the first signal.
 *
 * @module
 */
import { kill, pid as ownPid } from "node:process";
import type { Draft, Hold, Process, Refusal, Signal, Since } from "../../../src/contract.ts";
import { isZombie } from "../../../src/process.ts";

const SIGNALS: readonly Signal[] = ["TERM", "CONT", "STOP", "KILL"];

/** A process as it is now. */
export interface Now {
  readonly draft: Draft;
  /** Its command line as printed. */
  readonly command: string;
}

/** Reads processes afresh. */
export interface Again {
  /** `gone`: no process has the pid. Undefined: it could not be read. */
  now(pid: number): Now | "gone" | undefined;
  /** The same, up to a moment old: one reading for all that are held. */
  lately(pid: number): Now | "gone" | undefined;
  watch(pid: number): void;
  unwatch(pid: number): void;
}

/** Takes hold, or says why not. `command` is what was printed when it was judged. */
export function hold(judged: Process, command: string | undefined, again: Again): Hold | Refusal {
  const { pid } = judged;
  if (!Number.isSafeInteger(pid) || pid <= 1) return refuse("denied", "pid 1 and what is no pid are never signalled");
  if (pid === ownPid) return refuse("denied", "it is ourselves");
  if (judged.startToken === undefined) return refuse("unknown", "its start is not known");
  const now = again.now(pid);
  const refusal = typeof now === "object" ? difference(judged, command, now) : notThere(now);
  if (refusal !== undefined) return refusal;
  const error = send(pid, 0);
  if (error !== undefined) return error;

  /** After the first signal parent and program may change; the start is what it keeps. */
  const stillIt = (seen: Now | "gone" | undefined): Refusal | undefined => {
    if (typeof seen !== "object") return notThere(seen);
    if (seen.draft.startToken === undefined) return refuse("unknown", "its start could not be read again");
    const isSame = seen.draft.startToken === judged.startToken && !isZombie(seen.draft);
    return isSame ? undefined : refuse("gone", "it has ended");
  };

  const changedSince = (since: Since): Refusal | undefined => {
    const seen = again.lately(pid);
    if (typeof seen !== "object") return notThere(seen);
    return since === "judged" ? difference(judged, command, seen) : stillIt(seen);
  };

  let released = false;
  again.watch(pid);
  return {
    pid,
    grip: "start time, read again before each signal",
    signals: SIGNALS,
    send(signal) {
      if (released) return refuse("unknown", "the hold was released");
      return stillIt(again.now(pid)) ?? send(pid, `SIG${signal}`) ?? "sent";
    },
    changed: (since) => released ? undefined : changedSince(since),
    // Signal 0 first: that nobody has the number is told by the kernel at once, without ps.
    alive: () => released || (send(pid, 0)?.refused !== "gone" && stillIt(again.lately(pid))?.refused !== "gone"),
    release() {
      if (!released) again.unwatch(pid);
      released = true;
    },
  };
}

/** What tells the process that is there now from the one that was judged. */
function difference(
  judged: Process,
  command: string | undefined,
  { draft, command: line }: Now,
): Refusal | undefined {
  if (draft.startToken === undefined) return refuse("unknown", "its start could not be read again");
  if (draft.startToken !== judged.startToken) return refuse("replaced", "another process has its number");
  if (isZombie(draft)) return refuse("gone", "it had ended before it was held");
  if (draft.ppid !== judged.ppid) return refuse("replaced", `its parent was ${judged.ppid} and is ${draft.ppid}`);
  if (judged.uid !== undefined && draft.uid !== judged.uid) return refuse("replaced", "its owner has changed");
  if (draft.name !== judged.name) return refuse("replaced", "it goes by another name now");
  if (command === undefined) return refuse("unknown", "it was not in the last table");
  return line === command ? undefined : refuse("replaced", "it has another command line now");
}

function notThere(seen: "gone" | undefined): Refusal {
  return seen === "gone" ? refuse("gone", "it has ended") : refuse("unknown", "its facts could not be read again");
}

function send(pid: number, signal: NodeJS.Signals | 0): Refusal | undefined {
  try {
    kill(pid, signal);
    return undefined;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "an unknown error";
    if (code === "ESRCH") return refuse("gone", "it has ended");
    return refuse("denied", code === "EPERM" ? "the system does not let us signal it" : `the system answers ${code}`);
  }
}

function refuse(refused: Refusal["refused"], because: string): Refusal {
  return { refused, because };
}
