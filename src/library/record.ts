/**
 * The record as a host keeps it: opened when it is first needed, in memory alone where it cannot be opened.
 *
 * @module
 */
import type { Machine } from "../contract.ts";
import type { Entry, Originator, RegistryStore } from "../registry/entry.ts";
import { MemoryRegistry } from "../registry/memory.ts";
import { openRegistryStore } from "../registry/open.ts";
import { originatorOf } from "../registry/record.ts";
import { statePath } from "../state.ts";
import { hasStore } from "../store/file.ts";
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
  /** Why the person's own cannot be used, and what is kept in its place. */
  #without: Without | undefined;
  #trying: Promise<void> | undefined;

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

  /** Why it cannot be told who else is on record; it is tried again each time. */
  async trouble(): Promise<StoreTrouble | undefined> {
    await this.store();
    if (this.#without === undefined) return undefined;
    await (this.#trying ??= this.#tryAgain(this.#without.memory).finally(() => this.#trying = undefined));
    return this.#without?.isThere === true ? this.#without.trouble : undefined;
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
    const memory = new MemoryRegistry();
    const opened = await this.#openOwn(memory);
    if (opened !== undefined) {
      this.#close = opened.close;
      return opened.store;
    }
    this.#warn(`${this.#without?.trouble.message}; what is registered is known to this process alone`);
    return memory;
  }

  /** What this process alone knew goes onto the record, with what is registered meanwhile. */
  async #tryAgain(memory: MemoryRegistry): Promise<void> {
    const opened = await this.#openOwn(memory);
    if (opened === undefined) return;
    const { store, close } = opened;
    const written = new Set<Entry>();
    try {
      for (let entry = memory.entries()[0]; entry !== undefined;) {
        await store.register(entry);
        written.add(entry);
        entry = memory.entries().find((one) => !written.has(one));
      }
    } catch (error) {
      close();
      throw error;
    }
    if (this.#isClosed) return close();
    this.#store = Promise.resolve(store);
    this.#close = close;
    this.#without = undefined;
  }

  /** The person's own; where it cannot be used, why, with what is kept in its place. */
  async #openOwn(
    memory: MemoryRegistry,
  ): Promise<Awaited<ReturnType<typeof openRegistryStore>> | undefined> {
    const machine = this.#open();
    try {
      return await openRegistryStore(machine.viewer, process.env, PATIENCE_MS);
    } catch (error) {
      if (!(error instanceof StoreTrouble)) throw error;
      const isThere = hasStore(statePath(process.platform, machine.viewer.home, process.env));
      this.#without = { trouble: error, memory, isThere };
      return undefined;
    } finally {
      machine.close();
    }
  }
}

/** How it is without the person's own record. */
interface Without {
  readonly trouble: StoreTrouble;
  /** What is kept in its place. */
  readonly memory: MemoryRegistry;
  /** There is one, so others may be on it. */
  readonly isThere: boolean;
}
