/**
 * What a host has registered: on record before it begins, off it when it has ended.
 *
 * @module
 */
import { errorText } from "../errors.ts";
import { entryOf } from "../registry/record.ts";
import type { Host } from "./host.ts";
import type { Registration } from "./options.ts";
import { exitOf, told, type Tracked, Watch, type Watched } from "./tracked.ts";

/** The processes that a host has registered. */
export class Registrations {
  readonly #host: Host;
  readonly #watch = new Watch();
  /** Those that are just taken off the record. */
  readonly #leaving = new Set<Promise<boolean>>();
  #isClosed = false;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Those that are there, by the order of their registration. */
  all(): readonly Watched[] {
    return this.#watch.all();
  }

  get(pid: number): Watched | undefined {
    return this.#watch.get(pid);
  }

  /** Puts it on record, and takes it off when it ends. Its failures are the caller's. */
  enter(pid: number, registration: Registration): Watched {
    const { session, process: child } = registration;
    const watched: Watched = {
      pid,
      session,
      registeredAt: Date.now(),
      isChild: child !== undefined,
      ended: exitOf(child),
      recorded: Promise.resolve(),
    };
    watched.recorded = this.#write(watched, registration);
    this.#watch.add(watched);
    void watched.ended.then(() => this.leave(watched));
    return watched;
  }

  /** The same for whoever waits until it is written. */
  async register(pid: number, registration: Registration): Promise<Tracked> {
    const watched = this.enter(pid, registration);
    try {
      await watched.recorded;
    } catch (error) {
      this.#watch.remove(watched);
      throw error;
    }
    return told(watched);
  }

  /** It has ended: off the record, also when that was not written yet. Whoever is first of several to know does it. */
  async leave(watched: Watched): Promise<boolean> {
    if (this.#isClosed || !this.#watch.remove(watched)) return false;
    const done = this.#strike(watched);
    this.#leaving.add(done);
    return await done.finally(() => this.#leaving.delete(done));
  }

  /** Its end is known and off the record already: the news of it may come later. */
  forget(pid: number, startToken: string | undefined): void {
    const watched = this.#watch.get(pid);
    if (watched !== undefined && watched.entry?.startToken === startToken) this.#watch.remove(watched);
  }

  /** What one session has. There should be one process. */
  ofSession(session: string): readonly Tracked[] {
    const found = this.#watch.of(session).map(told);
    if (found.length > 1) {
      const pids = found.map(({ pid }) => pid).join(", ");
      this.#host.warn(`session ${session} has ${found.length} processes: ${pids}`);
    }
    return found;
  }

  close(): void {
    this.#isClosed = true;
    const { record } = this.#host;
    // Whoever closes in the moment that a process ends does not leave it on record.
    if (this.#leaving.size === 0) record.close();
    else void Promise.allSettled(this.#leaving).then(() => record.close());
  }

  async #write(watched: Watched, { session, kind, command, cwd, containment }: Registration): Promise<void> {
    const { record } = this.#host;
    await this.#host.withMachine(async (machine) => {
      // Read at once: as long as nobody has collected it, its number is its own.
      watched.entry = entryOf(machine, watched.pid, {
        originator: record.originator(machine),
        session,
        ...(kind === undefined ? {} : { kind }),
        ...(command === undefined ? {} : { command }),
        ...(cwd === undefined ? {} : { cwd }),
        ...(containment === undefined ? {} : { containment }),
      });
      await (await record.store()).register(watched.entry);
    });
  }

  async #strike(watched: Watched): Promise<boolean> {
    await watched.recorded.catch(() => {});
    if (watched.entry === undefined) return false;
    try {
      return await (await this.#host.record.store()).unregister(watched.entry);
    } catch (error) {
      this.#host.warn(`${watched.pid} has ended and stays on record until the next round: ${errorText(error)}`);
      return false;
    }
  }
}
