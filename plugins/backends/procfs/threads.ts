/**
 * The emergency that we are for: a user's processes have used up all that he may have (RLIMIT_NPROC,
 * or the pids of a control group), and hardly a thread can be made.
 *
 * Bun's engine starts threads of its own accord (a warmer of heap blocks after the first megabyte,
 * helpers of the collector, compilers) and aborts where it cannot: `--compile-jit-policy` delays only
 * the compilers. It can do without all of them, but must be told in its environment before it starts.
 * So we try to make a few, and where that fails start ourselves anew, in the same process.
 *
 * @module
 */

import { foreign, functionsOf } from "../_foreign/functions.ts";

/** Options of JavaScriptCore as Bun 1.4 reads them; a name it does not know makes it complain and end. */
export const ALONE: Readonly<Record<string, string>> = {
  BUN_JSC_useWarmUpMarkedBlocks: "0",
  BUN_JSC_useConcurrentGC: "0",
  BUN_JSC_numberOfGCMarkers: "1",
  BUN_JSC_useConcurrentJIT: "0",
};

/** Set in the second start: whatever it finds, there is no third. */
export const MARK = "AGENT_REAPER_WITHOUT_THREADS";

/** Signals that are to reach one thread alone. */
export interface Held {
  /** Every thread leaves them to that one. */
  readonly everywhere: boolean;
  undo(): void;
}

/**
 * Goes on in this process when threads can be made, else starts the program anew without any; that
 * call does not come back. To be called before anything that takes memory. `args`: the program's own.
 * `hold`: keeps signals from all threads; one that the engine was quicker to start is done without too.
 */
export function goOnWithoutThreads(args: readonly string[], hold?: () => Held): void {
  if (process.platform !== "linux") return;
  if (isSecondStart()) return void hold?.();
  // First of all: where no thread can be made, the next thing that takes memory may abort.
  if (!canMakeThreads()) return startAnew(args);
  const held = hold?.();
  if (held?.everywhere !== false) return;
  held.undo();
  startAnew(args);
}

/** Asked of libc: the runtime makes an object of the whole environment, and large ones are common. */
function isSecondStart(): boolean {
  const known = threadCalls();
  return known !== undefined && known.getenv(bytes(MARK)) !== null;
}

/** No Buffer: its first use costs as much as all else here. */
function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\0`);
}

type ThreadCalls = ReturnType<typeof loadThreadCalls>;
let loaded: ThreadCalls | undefined;

/** Undefined where they cannot be had. */
function threadCalls(): ThreadCalls | undefined {
  try {
    return loaded ??= loadThreadCalls();
  } catch {
    return undefined;
  }
}

function loadThreadCalls() {
  // Older glibc (before 2.34) has these in libpthread.so.0, which is loaded: they are found through libc's scope.
  return functionsOf("libc.so.6", {
    getenv: { args: ["ptr"], returns: "ptr" },
    dlsym: { args: ["ptr", "ptr"], returns: "ptr" },
    pthread_create: { args: ["ptr", "ptr", "ptr", "ptr"], returns: "i32" },
    pthread_join: { args: ["u64", "ptr"], returns: "i32" },
    pthread_rwlock_wrlock: { args: ["ptr"], returns: "i32" },
    pthread_rwlock_unlock: { args: ["ptr"], returns: "i32" },
  });
}

/** As many as the engine may start in a short life; with room for fewer it would abort at one of them. */
const THREADS = 8;
/** glibc's is 56 bytes and musl's fewer; all zero is PTHREAD_RWLOCK_INITIALIZER in both. */
const LOCK_BYTES = 64;

/**
 * Makes some threads that live at once: each waits to read what we have locked, and ends. Where that
 * cannot be tried, nothing is known to be wrong.
 */
function canMakeThreads(): boolean {
  try {
    const symbols = threadCalls();
    if (symbols === undefined) return true;
    const routine = symbols.dlsym(null, bytes("pthread_rwlock_rdlock"));
    const lock = new Uint8Array(new ArrayBuffer(LOCK_BYTES));
    if (routine === null || symbols.pthread_rwlock_wrlock(lock) !== 0) return true;
    const threads: bigint[] = [];
    const thread = new BigUint64Array(1);
    while (threads.length < THREADS && symbols.pthread_create(thread, null, routine, lock) === 0) {
      threads.push(thread[0] as bigint);
    }
    symbols.pthread_rwlock_unlock(lock);
    for (const made of threads) symbols.pthread_join(made, null);
    return threads.length === THREADS;
  } catch {
    return true;
  }
}

/** execve(2) keeps the process and so the limit: no new one is needed. */
function startAnew(args: readonly string[]): void {
  const { ptr } = foreign();
  const { execve } = functionsOf("libc.so.6", {
    execve: { args: ["ptr", "ptr", "ptr"], returns: "i32" },
  });
  const kept: Uint8Array[] = [];
  const text = (value: string): Uint8Array => {
    const bytes = Buffer.from(`${value}\0`);
    kept.push(bytes);
    return bytes;
  };
  const list = (values: readonly string[]): BigUint64Array =>
    new BigUint64Array([...values.map((value) => BigInt(ptr(text(value)))), 0n]);
  const environment = { ...process.env, ...ALONE, [MARK]: "1" };
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  execve(text(process.execPath), list([process.execPath, ...args]), list(variables));
  // Only when it failed: we go on as we are.
}
