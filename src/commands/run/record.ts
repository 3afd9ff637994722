/**
 * What is on record about a command while it runs: so that whoever looks knows who answers for it, and
 * what is left of it when both of us were killed at once is known by more than its environment.
 *
 * @module
 */
import type { Machine, RunEnd, StartedRun } from "../../contract.ts";
import { tell } from "../../failure.ts";
import { openMachine } from "../../machine.ts";
import { builtin } from "../../plugins.ts";
import { type EntryKey, keyFor, type RegistryStore } from "../../registry/entry.ts";
import { openRegistryStore } from "../../registry/open.ts";
import { entryOf, type Known, originatorOf } from "../../registry/record.ts";

const TOOL = "agent-reaper run";

/** The record of one run. */
export class RunRecord {
  readonly #session: string | undefined;
  #key: EntryKey | undefined;
  /** Why it is not on record, in one line. Whoever counts on it is told. */
  trouble: string | undefined;

  constructor(session: string | undefined) {
    this.#session = session;
  }

  /** Puts the command on record. */
  started({ pid }: StartedRun): Promise<void> {
    return this.#write(async (store, machine) => {
      const entry = entryOf(machine, pid, this.#known(machine, "contained"));
      await store.register(entry);
      this.#key = keyFor(entry);
    });
  }

  /** Takes it off again, and puts on record what was detached on purpose. */
  async ended({ detached }: RunEnd): Promise<void> {
    const key = this.#key;
    if (key === undefined && detached.length === 0) return;
    await this.#write(async (store, machine) => {
      if (key !== undefined) await store.unregister(key);
      for (const pid of detached) await store.register(entryOf(machine, pid, this.#known(machine, "detached")));
    });
  }

  #known(machine: Machine, containment: "contained" | "detached"): Known {
    return {
      originator: originatorOf(machine, process.pid, TOOL),
      containment,
      ...(this.#session === undefined ? {} : { session: this.#session }),
    };
  }

  /** The command is what matters: a registry that cannot be used stops it as little as one that is not there. */
  async #write(use: (store: RegistryStore, machine: Machine) => Promise<void>): Promise<void> {
    try {
      const machine = openMachine(builtin());
      const { store, close } = await openRegistryStore(machine.viewer);
      try {
        await use(store, machine);
      } finally {
        close();
        machine.close();
      }
    } catch (error) {
      this.trouble = tell(error, {}).line.replace(/^agent-reaper: /, "");
    }
  }
}
