/**
 * Which signals are kept from us, and from when on: from the first line of the program, before the
 * runtime has a thread beside this one. A thread that does not block a signal takes it from those that
 * do, and with it the news of a child's end, or the whole program with it.
 *
 * @module
 */
import type { Held } from "../threads.ts";
import { earlyCalls, earlyText, ownThreads } from "./early.ts";

const SIGABRT = 6;
export const SIGKILL = 9;
export const SIGSTOP = 19;

/** Faults of our own (SEGV, BUS, FPE, ILL, TRAP, SYS) and what the engine stops threads with (PWR). */
const OURS: ReadonlySet<number> = new Set([4, 5, 7, 8, 11, 30, 31]);
/** What libc keeps for threads. */
export const INTERNAL: readonly number[] = [32, 33];
const LAST = 64;

/** sigset_t of glibc and musl; the kernel reads its first 8 bytes. */
const SET_BYTES = 128;
const SIG_SETMASK = 2;
const SIG_BLOCK = 0;

/** A set of signals. sigaddset(3) refuses those that libc keeps for itself. */
export function signalSet(numbers: Iterable<number>): Uint8Array<ArrayBuffer> {
  const set = new Uint8Array(new ArrayBuffer(SET_BYTES));
  for (const number of numbers) set[(number - 1) >> 3] = (set[(number - 1) >> 3] as number) | 1 << ((number - 1) & 7);
  return set;
}

/** All that can be sent to us and is not about our own faults. */
export function everySignal(): number[] {
  const found: number[] = [];
  for (let number = 1; number <= LAST; number++) {
    if (!OURS.has(number) && !INTERNAL.includes(number) && number !== SIGKILL && number !== SIGSTOP) found.push(number);
  }
  return found;
}

let held: ReturnType<typeof hold> | undefined;

/** Blocks all signals, and tells what was blocked before; asked again it tells of the first time. */
export function holdSignals(): Held & { readonly before: Uint8Array } {
  return held ??= hold();
}

function hold(): Held & { readonly before: Uint8Array } {
  const { sigprocmask } = earlyCalls();
  const before = signalSet([]);
  sigprocmask(SIG_BLOCK, signalSet(everySignal()), before);
  return {
    before,
    everywhere: areBlockedEverywhere(),
    undo: () => void sigprocmask(SIG_SETMASK, before, null),
  };
}

function areBlockedEverywhere(): boolean {
  if (ownThreads() === 1) return true;
  // Loaded only now: it takes longer than all else here.
  const { readdirSync } = process.getBuiltinModule("node:fs");
  // The allocator's own thread leaves itself SIGABRT.
  const wanted = everySignal().filter((number) => number !== SIGABRT).reduce(
    (mask, number) => mask | 1n << BigInt(number - 1),
    0n,
  );
  return readdirSync("/proc/self/task").every((thread) => {
    const status = earlyText(`/proc/self/task/${thread}/status`);
    // It has ended meanwhile.
    if (status === "") return true;
    const blocked = BigInt(`0x${/^SigBlk:\t([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
    return (blocked & wanted) === wanted;
  });
}
