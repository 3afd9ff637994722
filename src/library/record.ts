/**
 * The record as a host keeps it: opened when it is first needed, in memory alone where it cannot be opened.
 *
 * @module
 */
import type { Machine } from "../contract.ts";
import type { Originator, RegistryStore } from "../registry/entry.ts";
import { MemoryRegistry } from "../registry/memory.ts";
import { openRegistryStore } from "../registry/open.ts";
import { originatorOf } from "../registry/record.ts";
import { StoreTrouble } from "../store/trouble.ts";

/** While it waits for whoever has locked the database, a host does nothing else. */
const PATIENCE_MS = 1_000;

/** Where a host's record is kept, and in whose name. */
export class HostRecord {
  readonly #open: () => Machine;
  readonly #tool: string;
  readonly #warn: (message: string) => void;
  #store: Promise<RegistryStore> | undefined;
  #originator: Originator | undefined;
  #close: () => void = () => {};
  #isClosed = false;

  constructor(options: {
    readonly open: () => Machine;
    readonly tool: string;
    readonly store: RegistryStore | undefined;
    readonly warn: (message: string) => void;
  }) {
    this.#open = options.open;
    this.#tool = options.tool;
    this.#warn = options.warn;
    this.#store = options.store === undefined ? undefined : Promise.resolve(options.store);
  }

  /** The record; where the person's own cannot be used, one that nobody else sees. */
  store(): Promise<RegistryStore> {
    if (this.#isClosed) return Promise.reject(new Error("this reaper is closed"));
    return this.#store ??= this.#openStore();
  }

  /** This host, as it answers for what it starts. */
  originator(machine: Machine): Originator {
    return this.#originator ??= originatorOf(machine, machine.viewer.pid, this.#tool);
  }

  /** What others in this same program have on record under a name of their own: which of it goes on, they know. */
  async sessionsOfOthers(): Promise<readonly string[]> {
    const entries = await (await this.store()).entries();
    return entries.flatMap(({ originator, session }) =>
      originator.pid === process.pid && originator.tool !== this.#tool && session !== undefined ? [session] : []
    );
  }

  close(): void {
    this.#isClosed = true;
    const close = (): void => {
      this.#close();
      this.#close = () => {};
    };
    close();
    // It may be just about to be open.
    void this.#store?.then(close, () => {});
  }

  async #openStore(): Promise<RegistryStore> {
    const machine = this.#open();
    try {
      const { store, close } = await openRegistryStore(machine.viewer, process.env, PATIENCE_MS);
      this.#close = close;
      return store;
    } catch (error) {
      if (!(error instanceof StoreTrouble)) throw error;
      this.#warn(`${error.message}; what is registered is known to this process alone`);
      return new MemoryRegistry();
    } finally {
      machine.close();
    }
  }
}
