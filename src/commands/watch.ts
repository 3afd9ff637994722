/**
 * `watch`: looks again and again, and ends what nobody is responsible for, at its second sighting.
 *
 * @module
 */
import { monotonicClock } from "../clock.ts";
import { Complaint, EXIT, type ExitCode } from "../complaint.ts";
import { loadConfig, type Settings } from "../config.ts";
import type { Backend, Machine, Policy } from "../contract.ts";
import { tell } from "../failure.ts";
import { deliverDue, serverUrl } from "../fleet/open.ts";
import { maxAgeFromEnvironment, thresholds } from "../health/thresholds.ts";
import { RunJournal } from "../journal/journal.ts";
import { type Ledger, openLedger } from "../ledger/ledger.ts";
import { chooseBackend } from "../machine.ts";
import { collect, type Measured } from "../metrics/collect.ts";
import { exposition } from "../metrics/exposition.ts";
import { type Listener, serveMetrics } from "../metrics/serve.ts";
import { isDisabled, pausedUntil } from "../unattended.ts";
import { builtin } from "../plugins.ts";
import type { Plugins } from "../plugins.ts";
import { openRegistry } from "../registry/open.ts";
import { CONFIRM_MS, type Sightings } from "../sightings.ts";
import { statePath } from "../state.ts";
import { openMemory } from "../sweep/kept.ts";
import { formatMemory, parseMemory } from "../sweep/memory.ts";
import { interruption, print, printError } from "../terminal.ts";
import { safeJson } from "../text.ts";
import { eventsOf, lineOf } from "../watch/lines.ts";
import { appendToLog } from "../watch/log.ts";
import { lockWatch } from "../watch/lock.ts";
import { Respawns } from "../watch/respawns.ts";
import { type Round, round } from "../watch/round.ts";
import { healthSample } from "../watch/sample.ts";
import { watch as loop } from "../watch/watch.ts";
import { measure } from "./health.ts";
import { when } from "./history/text.ts";
import { type PolicyOptions, stage } from "./options.ts";

/** What `watch` takes. */
export interface WatchOptions extends PolicyOptions {
  readonly backend?: string;
  readonly every?: number;
  readonly now?: boolean;
  readonly confirm?: number;
  readonly listen?: string;
  readonly ndjson?: boolean;
  /** A file for what it says, in place of standard output. */
  readonly log?: string;
}

const EVERY_MS = 300_000;
const CONFIRM = 2;
/** Timers and looks are not exact; what was seen a round ago was seen about a round ago. */
const ABOUT = 0.9;
/** A quiet round is kept, and the machine's health with it, no more often than this. */
const KEEP_EVERY_MS = 60_000;

/** Runs `watch`. */
export async function watch(options: WatchOptions): Promise<ExitCode> {
  // Age alone never ends another user's process.
  const maxAge = options.maxAge ?? (options.allUsers === true ? undefined : maxAgeFromEnvironment(process.env));
  const staged = stage({ ...options, ...(maxAge === undefined ? {} : { maxAge }) });
  const { machine, plugins } = staged;
  try {
    const backend = chooseBackend(builtin(), options.backend);
    const everyMs = options.every ?? EVERY_MS;
    const confirmMs = confirmAfter(options.confirm ?? CONFIRM, everyMs);
    const policy: Policy = { ...staged.policy, ...(confirmMs === undefined ? {} : { confirmMs }) };
    const { settings } = loadConfig(process.platform, machine.viewer.home, process.env);
    const state = statePath(process.platform, machine.viewer.home, process.env);
    const signal = interruption();
    const lock = lockWatch(state, machine.viewer, backend);
    const watching = new Watching({
      machine,
      plugins,
      policy,
      backend,
      settings,
      state,
      signal,
      ndjson: options.ndjson ?? false,
      ...(options.log === undefined ? {} : { log: options.log }),
    });
    let listener: Listener | undefined;
    try {
      if (options.listen !== undefined) listener = serveMetrics(options.listen, () => watching.metrics);
      await watching.begin(everyMs, options.confirm ?? CONFIRM, listener?.address);
      await loop({
        everyMs,
        atOnce: options.now ?? false,
        signal,
        isPaused: () => whyPaused(state),
        round: () => watching.round(),
        done: (round, tookMs) => watching.done(round, tookMs),
        failed: (error) => watching.failed(error),
        paused: (why) => watching.say(why),
      });
      await watching.say("told to end");
    } finally {
      listener?.close();
      lock?.close();
    }
    return EXIT.fine;
  } finally {
    machine.close();
  }
}

/** How long ago the first sighting must be at the one that is acted upon. */
function confirmAfter(confirm: number, everyMs: number): number | undefined {
  return confirm <= 1 ? undefined : Math.max(CONFIRM_MS, (confirm - 1) * everyMs * ABOUT);
}

function whyPaused(state: string): string | undefined {
  if (isDisabled(process.env)) return "AGENT_REAPER_DISABLE is set: nothing is done";
  const until = pausedUntil(state, Date.now());
  return until === undefined ? undefined : `paused until ${when(until)}: agent-reaper resume ends that`;
}

interface WatchingOptions {
  readonly machine: Machine;
  readonly plugins: Plugins;
  readonly policy: Policy;
  readonly backend: Backend;
  readonly settings: Settings;
  readonly state: string;
  readonly signal: AbortSignal;
  readonly ndjson: boolean;
  readonly log?: string;
}

/** What goes on from round to round. All of it is bounded. */
class Watching {
  readonly #with: WatchingOptions;
  readonly #respawns = new Respawns();
  /** Where the shared memory cannot be had, our own. */
  #sightings: Sightings | undefined;
  #journal: RunJournal;
  #keptAt = -Infinity;
  #rounds: NonNullable<Measured["rounds"]> = { done: 0, failed: 0 };
  #measured: Omit<Measured, "paused" | "rounds"> | undefined;
  /** What is wrong with what: told when it begins, and not again round after round. */
  readonly #troubles = new Map<"round" | "ledger" | "server" | "journal", string>();

  constructor(options: WatchingOptions) {
    this.#with = options;
    this.#journal = this.#newJournal();
  }

  /** Numbers for Prometheus, as of the last round. */
  get metrics(): string {
    if (this.#measured === undefined) return "";
    const paused = whyPaused(this.#with.state) !== undefined;
    return exposition(collect({ ...this.#measured, paused, rounds: this.#rounds }));
  }

  async begin(everyMs: number, confirm: number, address: string | undefined): Promise<void> {
    const listens = address === undefined ? "" : `, metrics on http://${address}/metrics`;
    await this.say(`every ${everyMs / 1000} s, ended at sighting ${confirm}${listens}`);
  }

  async round(): Promise<Round | undefined> {
    const { machine, plugins, policy, backend, state, signal } = this.#with;
    const kept = openMemory(state, machine.viewer, backend, {});
    if (kept === "taken") return undefined;
    const record = await openRegistry(machine.viewer);
    try {
      const before = parseMemory(kept?.text ?? "");
      this.#journal = this.#newJournal();
      return await round({
        machine,
        plugins,
        policy,
        clock: monotonicClock,
        journal: this.#journal,
        respawns: this.#respawns,
        sightings: before.sightings ?? this.#sightings,
        remember: (sightings) => {
          this.#sightings = sightings;
          kept?.write(formatMemory({ ...(before.last === undefined ? {} : { last: before.last }), sightings }));
        },
        signal,
        ...(record === undefined ? {} : { registry: record.registry }),
      });
    } finally {
      record?.close();
      kept?.release();
    }
  }

  async done(round: Round, tookMs: number): Promise<void> {
    const { machine, policy, settings } = this.#with;
    this.#rounds = { ...this.#rounds, done: this.#rounds.done + 1, lastAt: Date.now(), tookMs };
    this.#troubles.delete("round");
    for (const event of eventsOf(round)) await this.#tell({ at: Date.now(), ...event }, lineOf(event));
    const isQuiet = round.results.length === 0;
    const now = performance.now();
    if (isQuiet && now - this.#keptAt < KEEP_EVERY_MS) return;
    this.#keptAt = now;
    this.#journal.end(round);
    const limits = thresholds(settings.health ?? {}, process.env);
    const measured = measure(machine, limits);
    const sample = healthSample(measured, limits, round.results, policy.maxAgeMs);
    let totals: Measured["totals"];
    await this.#keeping(async (ledger) => {
      ledger.settleCutOff(machine);
      ledger.recordHealth(
        this.#journal.run,
        Date.now(),
        sample.status,
        JSON.stringify(sample.details),
        sample.actionTaken,
      );
      totals = ledger.totals();
      return await deliverDue(ledger, settings, machine.host.hostname);
    });
    this.#measured = {
      seen: round.seen,
      findings: round.findings,
      ...measured,
      ...(totals === undefined ? {} : { totals }),
    };
  }

  async failed(error: unknown): Promise<void> {
    this.#rounds = { ...this.#rounds, failed: this.#rounds.failed + 1 };
    const { line } = tell(error, process.env);
    this.#journal.fail(line);
    await this.#trouble("round", `round failed: ${line.replace(/^agent-reaper: /, "")}`);
  }

  async say(text: string): Promise<void> {
    await this.#tell({ at: Date.now(), what: "watch", because: text }, `watch: ${text}`);
  }

  /** The ledger is a record and no condition: what is wrong with it is told, and the rounds go on. */
  async #keeping(work: (ledger: Ledger) => Promise<string | undefined>): Promise<void> {
    let ledger: Ledger | undefined;
    try {
      ledger = openLedger(this.#with.machine, { due: serverUrl(this.#with.settings, process.env) !== undefined });
      const told = Promise.withResolvers<undefined>();
      const leave = () => told.resolve(undefined);
      this.#with.signal.addEventListener("abort", leave);
      // A server that does not answer holds up nobody who wants to end.
      const trouble = await Promise.race([work(ledger), told.promise]);
      this.#with.signal.removeEventListener("abort", leave);
      if (trouble === undefined) this.#troubles.delete("server");
      else await this.#trouble("server", trouble);
      this.#troubles.delete("ledger");
    } catch (error) {
      if (!(error instanceof Complaint)) throw error;
      await this.#trouble("ledger", `not kept: ${error.message}`);
    } finally {
      ledger?.close();
    }
  }

  /** The same trouble round after round is told once. */
  async #trouble(about: "round" | "ledger" | "server" | "journal", line: string): Promise<void> {
    if (this.#troubles.get(about) === line) return;
    this.#troubles.set(about, line);
    await this.#write(`${when(Date.now())}  watch: ${line}`, () => printError(`agent-reaper: watch: ${line}\n`));
  }

  async #tell(event: object, line: string): Promise<void> {
    const text = this.#with.ndjson ? safeJson(JSON.stringify(event)) : `${when(Date.now())}  ${line}`;
    await this.#write(text, () => print(`${text}\n`));
  }

  async #write(text: string, aloud: () => Promise<void>): Promise<void> {
    const { log } = this.#with;
    if (log === undefined) return await aloud();
    try {
      appendToLog(log, `${text}\n`);
    } catch {
      // A full disk: what is done is not told, and done all the same.
    }
  }

  #newJournal(): RunJournal {
    const { machine: { host, viewer }, state } = this.#with;
    return new RunJournal({
      state,
      command: "watch",
      host,
      viewer,
      complain: (line) => void this.#trouble("journal", line),
    });
  }
}
