/**
 * A record of the host's own, which may lie on another machine: what it does not answer in time has failed. Children that
 * wait to be on record would wait for ever, and whoever ends with them.
 *
 * @module
 */
import type { Awaitable, RegistryStore } from "../registry/entry.ts";

/** How long it may take. */
export const ANSWER_MS = 5_000;

/** The same store, whose promises are kept or broken in time. `late` waits that long, or is called off. */
export function patient(store: RegistryStore, late: (off: AbortSignal) => Promise<void>): RegistryStore {
  const inTime = async <T>(ask: () => Awaitable<T>): Promise<T> => {
    const answered = new AbortController();
    const tooLate = late(answered.signal).then((): never => {
      throw new Error(`the store has not answered within ${ANSWER_MS / 1_000} s`);
    });
    // Called off, it comes to an end as well.
    tooLate.catch(() => {});
    try {
      return await Promise.race([ask(), tooLate]);
    } finally {
      answered.abort();
    }
  };
  return {
    entries: () => inTime(() => store.entries()),
    register: (entry) => inTime(() => store.register(entry)),
    unregister: (key) => inTime(() => store.unregister(key)),
    sessions: () => inTime(() => store.sessions()),
    startSession: (session) => inTime(() => store.startSession(session)),
    endSession: (session) => inTime(() => store.endSession(session)),
  };
}
