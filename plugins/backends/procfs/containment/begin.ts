/**
 * The guardian's beginning: before it is known what it is to guard, for the command waits for it. It is
 * told later, by the channel.
 *
 * Where it can be, the guardian is a copy of this process (fork(2)) and not the program anew: the runtime's start
 * is a third of what a short command would wait for. Two things stand against copying a runtime. Other
 * threads are not copied, and a lock that one of them held would stay locked: so it is done only while there
 * is none, and early, for the engine makes some as soon as its heap has grown by some hundred kilobytes. And the
 * engine has its memory for compiled code left out of the copy (MADV_DONTFORK): the copy would die at its first
 * call of libc, which leads there.
 *
 * @module
 */
import { earlyCalls, earlyText, ownThreads } from "./early.ts";
import { channelEnds } from "./ends.ts";

/** madvise(2). */
const MADV_DOFORK = 11;

const P_ALL = 0;
const WEXITED_NOHANG_NOWAIT = 4 | 1 | 0x0100_0000;
/** siginfo_t. */
const INFO_BYTES = 128;

/** A guardian that waits to be told. */
export interface Begun {
  readonly pid: number;
  /** Our end of the channel to it. */
  readonly channel: number;
  /** Whoever became us by exec had started somebody else. */
  readonly hasSiblings: boolean;
}

let begun: Begun | undefined;

/** Begins the guardian, where that can be done so early. In the guardian: its end of the channel. */
export function beginGuardian(): number | undefined {
  const libc = earlyCalls();
  if (ownThreads() !== 1 || !copiesCode()) return undefined;
  const ends = channelEnds(libc);
  if (ends === undefined) return undefined;
  const [ours, its] = ends;
  const hasSiblings = hasChildren();
  const pid = libc.fork();
  // Held by both, neither end would ever be seen to close.
  libc.close(pid === 0 ? ours : its);
  if (pid === 0) return its;
  if (pid > 0) begun = { pid, channel: ours, hasSiblings };
  else libc.close(ours);
  return undefined;
}

/** The guardian that was begun, if any. */
export function takeBegun(): Begun | undefined {
  const taken = begun;
  begun = undefined;
  return taken;
}

/** Asked before there is one of ours (waitid(2)). */
function hasChildren(): boolean {
  return earlyCalls().waitid(P_ALL, 0, new Uint8Array(new ArrayBuffer(INFO_BYTES)), WEXITED_NOHANG_NOWAIT) === 0;
}

/** Has the memory copied that no file is behind and that can be run (proc_pid_maps(5)). */
function copiesCode(): boolean {
  let found = 0;
  for (const line of earlyText("/proc/self/maps").split("\n")) {
    const [range = "", permissions, , , inode] = line.split(" ");
    if (permissions !== "rwxp" || inode !== "0") continue;
    const [start, end] = range.split("-").map((address) => parseInt(address, 16)) as [number, number];
    if (earlyCalls().madvise(start, end - start, MADV_DOFORK) !== 0) return false;
    found++;
  }
  return found > 0;
}
