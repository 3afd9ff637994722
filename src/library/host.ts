/**
 * The host that uses the library: what it looks with, what it has on record, and how it is told what went wrong.
 *
 * @module
 */
import { basename } from "node:path";
import { monotonicClock } from "../clock.ts";
import type { Clock } from "../clock.ts";
import type { Machine, Policy } from "../contract.ts";
import { openMachine } from "../machine.ts";
import { builtin } from "../plugins.ts";
import type { Plugins } from "../plugins.ts";
import { redactText } from "../redact.ts";
import { Registry, type Unreadable } from "../registry/registry.ts";
import { visible } from "../text.ts";
import type { ReaperOptions } from "./options.ts";
import { ANSWER_MS, patient } from "./patient.ts";
import { policyWith } from "./policy.ts";
import { quietSleep } from "./quiet.ts";
import { HostRecord } from "./record.ts";
import { type HostRules, withSpared } from "./spared.ts";

/** A host, as it asked to be treated. */
export class Host {
  readonly plugins: Plugins = builtin();
  readonly clock: Clock;
  readonly record: HostRecord;
  readonly #policy: Policy;
  readonly #options: ReaperOptions;

  constructor(options: ReaperOptions) {
    this.#options = options;
    this.#policy = policyWith(options.policy, this.plugins);
    this.clock = options.clock ?? monotonicClock;
    const { store, clock } = options;
    const late = (off: AbortSignal) => clock?.sleep(ANSWER_MS) ?? quietSleep(ANSWER_MS, off);
    this.record = new HostRecord({
      open: () => this.#open(),
      tool: options.tool ?? basename(process.argv[1] ?? "host"),
      store: store === undefined ? undefined : patient(store, late),
      warn: (message) => this.warn(message),
    });
  }

  /** Tells the host what it should know and need not act on. */
  warn(message: string): void {
    const safe = visible(redactText(message));
    try {
      if (this.#options.warn !== undefined) return this.#options.warn(safe);
    } catch {
      // What is being done goes on, and somebody still hears of it.
    }
    process.emitWarning(safe, "AgentReaperWarning");
  }

  /** One machine for one thing that is done: a host lives long, and what a machine remembers is of one look. */
  async withMachine<T>(work: (machine: Machine) => T | Promise<T>): Promise<T> {
    const machine = this.#open();
    try {
      return await work(machine);
    } finally {
      machine.close();
    }
  }

  /** By what it judges there. */
  rules(machine: Machine): Promise<HostRules> {
    const { clock } = this.#options;
    const late = clock === undefined ? undefined : () => clock.sleep(ANSWER_MS);
    return withSpared({ plugins: this.plugins, policy: this.#policy }, machine, late);
  }

  /** What is on record, by this host and by others. */
  async registry(unreadable: Unreadable = "warns"): Promise<Registry> {
    const trouble = unreadable === "stops" ? await this.record.trouble() : undefined;
    if (trouble !== undefined) return Registry.unopened(trouble, unreadable);
    return new Registry(await this.record.store(), unreadable);
  }

  #open(): Machine {
    const { backend } = this.#options;
    if (typeof backend === "object") return backend.open({});
    return openMachine(this.plugins, { backend });
  }
}
