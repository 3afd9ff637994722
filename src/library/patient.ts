/**
 * What others give an answer to, a record of the host's own on another machine above all: what they do not answer in time
 * has failed. Children that wait to be on record would wait for ever, and whoever ends with them.
 *
 * @module
 */
import type { Awaitable, RegistryStore } from "../registry/entry.ts";

/** How long it may take. */
export const ANSWER_MS = 5_000;

/** Waits that long, or is called off. */
export type Late = (off: AbortSignal) => Promise<void>;

/**
 * What is asked for, if it comes in time.
 *
 * @throws {Error} When it does not; `says` what it has not done.
 */
export async function answered<T>(ask: () => Awaitable<T>, late: Late, says: string): Promise<T> {
  const over = new AbortController();
  const tooLate = late(over.signal).then((): never => {
    throw new Error(`${says} within ${ANSWER_MS / 1_000} s`);
  });
  // Called off, it comes to an end as well.
  tooLate.catch(() => {});
  try {
    return await Promise.race([ask(), tooLate]);
  } finally {
    over.abort();
  }
}

/** The same store, whose promises are kept or broken in time. */
export function patient(store: RegistryStore, late: Late): RegistryStore {
  const inTime = <T>(ask: () => Awaitable<T>): Promise<T> => answered(ask, late, "the store has not answered");
  return {
    entries: () => inTime(() => store.entries()),
    register: (entry) => inTime(() => store.register(entry)),
    unregister: (key) => inTime(() => store.unregister(key)),
    sessions: () => inTime(() => store.sessions()),
    startSession: (session) => inTime(() => store.startSession(session)),
    endSession: (session) => inTime(() => store.endSession(session)),
  };
}
