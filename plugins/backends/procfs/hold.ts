/**
 * Takes hold of one process for its life.
 *
 * With a pidfd: open it, read the facts again, compare them with what was judged, and only then ask
 * whether the descriptor's process is still there. It pins no number, but while its process has not
 * been collected nobody else can have that number: what was read in between is about it. From then
 * on every signal goes through the descriptor (pidfd_send_signal(2)), never through the number.
 *
 * Without one (Linux before 5.3, a seccomp filter, no descriptors left): the facts are read again
 * right before each signal, and the signal goes to the number. Between the two a process can end,
 * be collected and its number be given away: some microseconds that no call before 5.3 can close.
 *
 * What was judged and what is held is the same process when pid and start agree, provided that it was
 * not born in the very tick of the look (see newborns.ts); executable, command line, parent, session and terminal are
 * compared because a process that ran another program, lost its parent or came to somebody's terminal since is not the
 * one that was judged.
 *
 * @module
 */
import type { Draft, Hold, Process, Refusal, Signal, Since } from "../../../src/contract.ts";
import { isZombie, sameArguments } from "../../../src/process.ts";
import type { Newborns } from "./newborns.ts";
import { AT_FDCWD, Files } from "./files.ts";
import { type Pidfds, pidfds } from "./pidfd.ts";

/** Signal numbers of all architectures that Bun runs on; Alpha, MIPS and SPARC differ (signal(7)). */
const NUMBERS: Readonly<Record<Signal, number>> = { KILL: 9, TERM: 15, CONT: 18, STOP: 19 };
const SIGNALS: readonly Signal[] = ["TERM", "CONT", "STOP", "KILL"];

// Not from node:process: loading that takes as long as a look at the adopted.
const { pid: ownPid, kill } = globalThis.process;

/** Where the machine that a process is held on differs from the usual one. */
export interface HoldOptions {
  /** Those that their start does not name. */
  readonly newborns?: Newborns;
  /** The mount that `again` reads. */
  readonly root?: string;
  /** Undefined: the kernel has none. Absent: ask it. */
  readonly pidfds?: Pidfds | undefined;
}

/**
 * @param again Reads the base facts, the executable and the owner of a pid afresh; undefined when it is gone.
 */
export function hold(
  process: Process,
  again: (pid: number) => Draft | undefined,
  options: HoldOptions = {},
): Hold | Refusal {
  const forbidden = whyNever(process, options.root ?? "/proc");
  if (forbidden !== undefined) return forbidden;
  const calls = "pidfds" in options ? options.pidfds : pidfds();
  const identity = options.newborns?.identity(process) ?? "by start";
  if (identity === "unknown") {
    return refuse("unknown", "it was read in the moment of its birth: its start does not name it");
  }

  const fd = calls?.open(process.pid);
  if (fd === "ESRCH") return refuse("gone", "it had ended before it was held");
  if (fd === "EINVAL") return refuse("replaced", "its number is a thread's now");
  if (calls === undefined || typeof fd !== "number") {
    return identity === "by start"
      ? holdByStart(process, again)
      : refuse("unknown", `no pidfd for a process that only its pidfd names (${fd ?? "the kernel has none"})`);
  }

  const instance = identity === "by start" ? undefined : identity.instance;
  const compare = (since: Since) => compareUnder(calls, fd, process, again, instance, since);
  const refusal = compare("judged");
  if (refusal !== undefined) {
    calls.close(fd);
    return refusal;
  }
  return heldByPidfd(process.pid, fd, calls, compare);
}

/** The rules that stand before any look at the machine. */
function whyNever(process: Process, root: string): Refusal | undefined {
  if (!Number.isSafeInteger(process.pid) || process.pid <= 1) {
    return refuse("denied", "pid 1 and what is no pid are never signalled");
  }
  if (process.pid === ownPid) return refuse("denied", "it is ourselves");
  if (process.exe === null && !isZombie(process)) return refuse("denied", "it is a thread of the kernel");
  if (process.startToken === undefined) return refuse("unknown", "its start is not known");
  if (!numbersAreOurs(root)) return refuse("unknown", `the pids in ${root} are those of another pid namespace`);
  return undefined;
}

let links: Files | undefined;

/** A /proc of another pid namespace (no --mount-proc, a host's /proc mounted in a container) counts otherwise than signals do. */
function numbersAreOurs(root: string): boolean {
  return (links ??= new Files()).linkText(AT_FDCWD, `${root}/self`) === String(ownPid);
}

function compareUnder(
  calls: Pidfds,
  fd: number,
  judged: Process,
  again: (pid: number) => Draft | undefined,
  instance: string | undefined,
  since: Since,
): Refusal | undefined {
  if (instance !== undefined && calls.instance(fd) !== instance) {
    return refuse("replaced", "its number was given away within one tick of the clock");
  }
  const now = again(judged.pid);
  if (calls.ended(fd)) return refuse("gone", "it had ended before it was held");
  const error = calls.send(fd, 0);
  if (error !== undefined) return refusedBy(error);
  if (now === undefined) return refuse("unknown", "its facts could not be read again");
  return difference(judged, now, since);
}

/** What tells the process that is there now from the one that was judged, and from that one once it was asked to end. */
function difference(judged: Process, now: Process, since: Since): Refusal | undefined {
  if (now.startToken === undefined) return refuse("unknown", "its start could not be read again");
  if (now.startToken !== judged.startToken) return refuse("replaced", "another process has its number");
  if (isZombie(now)) return refuse("gone", "it had ended before it was held");
  if (judged.uid !== undefined && now.uid !== undefined && now.uid !== judged.uid) {
    return refuse("replaced", "its owner has changed");
  }
  const isReadable = typeof judged.exe === "string" && typeof now.exe === "string";
  if (isReadable && now.exe !== judged.exe) return refuse("replaced", "it runs another program now");
  // One that loses its terminal is on its way out.
  if (judged.tty !== undefined && typeof now.tty === "string" && now.tty !== judged.tty) {
    return refuse("replaced", "it has a terminal of somebody's now");
  }
  if (now.state === "t" && judged.state !== "t") return refuse("replaced", "somebody looks into it with a debugger");
  if (since === "asked") return undefined;
  if (now.ppid !== judged.ppid) return refuse("replaced", `its parent was ${judged.ppid} and is ${now.ppid}`);
  if (judged.sid !== undefined && now.sid !== judged.sid) return refuse("replaced", "it has a session of its own now");
  // An executable that may not be read (more rights than ours) leaves the name, which exec sets as well.
  if (!isReadable && now.name !== judged.name) return refuse("replaced", "it goes by another name now");
  // One interpreter runs many programs. What nobody read is no difference.
  const isRead = Array.isArray(judged.argv) && Array.isArray(now.argv);
  return isRead && !sameArguments(judged.argv, now.argv)
    ? refuse("replaced", "it has another command line now")
    : undefined;
}

function heldByPidfd(
  pid: number,
  fd: number,
  calls: Pidfds,
  compare: (since: Since) => Refusal | undefined,
): Hold {
  let released = false;
  return {
    pid,
    grip: "pidfd",
    signals: SIGNALS,
    send(signal) {
      if (released) return refuse("unknown", "the hold was released");
      if (calls.ended(fd)) return refuse("gone", "it has ended");
      const error = calls.send(fd, NUMBERS[signal]);
      return error === undefined ? "sent" : refusedBy(error);
    },
    changed: (since) => released ? undefined : compare(since),
    alive: () => released || !calls.ended(fd),
    release() {
      // Closed twice, the number may by then be somebody else's descriptor.
      if (!released) calls.close(fd);
      released = true;
    },
  };
}

function holdByStart(judged: Process, again: (pid: number) => Draft | undefined): Hold | Refusal {
  const first = byNumber(judged.pid, 0) ?? compareNow("judged");
  if (first !== undefined) return first;

  function compareNow(since: Since): Refusal | undefined {
    const now = again(judged.pid);
    return now === undefined ? refuse("unknown", "its facts could not be read again") : difference(judged, now, since);
  }

  /** After the first signal the parent may be gone and the program another: its start is what it keeps. */
  function stillIt(): Refusal | undefined {
    const now = again(judged.pid);
    if (now === undefined) return byNumber(judged.pid, 0) ?? refuse("unknown", "its facts could not be read again");
    if (now.startToken === undefined) return refuse("unknown", "its start could not be read again");
    if (now.startToken !== judged.startToken || isZombie(now)) return refuse("gone", "it has ended");
    return undefined;
  }

  let released = false;
  return {
    pid: judged.pid,
    grip: "start time, read again before each signal",
    signals: SIGNALS,
    send(signal) {
      if (released) return refuse("unknown", "the hold was released");
      return stillIt() ?? byNumber(judged.pid, NUMBERS[signal]) ?? "sent";
    },
    changed: (since) => released ? undefined : byNumber(judged.pid, 0) ?? compareNow(since),
    alive: () => released || stillIt()?.refused !== "gone",
    release: () => void (released = true),
  };
}

function byNumber(pid: number, signal: number): Refusal | undefined {
  try {
    kill(pid, signal);
    return undefined;
  } catch (error) {
    return refusedBy((error as NodeJS.ErrnoException).code ?? "an unknown error");
  }
}

function refusedBy(error: string): Refusal {
  if (error === "ESRCH") return refuse("gone", "it has ended");
  return refuse("denied", error === "EPERM" ? "the system does not let us signal it" : `the system answers ${error}`);
}

function refuse(refused: Refusal["refused"], because: string): Refusal {
  return { refused, because };
}
