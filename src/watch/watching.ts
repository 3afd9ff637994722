/**
 * A watch as it goes on: what it remembers from round to round, whom it tells, what it keeps.
 *
 * @module
 */
import { counted } from "../../plugins/reporters/text/tree.ts";
import { monotonicClock } from "../clock.ts";
import { Complaint, meaningOf } from "../complaint.ts";
import type { Backend, Machine } from "../contract.ts";
import { formatDuration } from "../duration.ts";
import { errorText } from "../errors.ts";
import { tell } from "../failure.ts";
import { deliverDue } from "../fleet/open.ts";
import { limitsHere, sampleNow } from "../health/measure.ts";
import type { Thresholds } from "../health/thresholds.ts";
import { RunJournal } from "../journal/journal.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { openLedger } from "../ledger/open.ts";
import { collect, type Measured } from "../metrics/collect.ts";
import { exposition } from "../metrics/exposition.ts";
import { isDisabled, MEMORY, pausedUntil } from "../unattended.ts";
import { type OpenRegistry, openRegistry } from "../registry/open.ts";
import type { Sightings } from "../sightings.ts";
import { openMemory } from "../sweep/kept.ts";
import { formatMemory, parseMemory } from "../sweep/memory.ts";
import { elsewhereAfter, sightingsOf } from "../sweep/places.ts";
import { print, printError } from "../terminal.ts";
import { visible, when } from "../text.ts";
import { entryOf, type Event, eventsOf, gistOf, lineOf } from "./lines.ts";
import { appendToLog } from "./log.ts";
import { Refusals } from "./refusals.ts";
import { Respawns } from "./respawns.ts";
import { type Round, round } from "./round.ts";
import type { RulesOfRounds } from "./rules.ts";
import { Telling } from "./telling.ts";

/** A quiet round is kept, and the machine's health with it, no more often than this. */
const KEEP_EVERY_MS = 60_000;

/** Why everything stands still for now; undefined: it does not. */
export function whyPaused(state: string): string | undefined {
  if (isDisabled(process.env)) return "AGENT_REAPER_DISABLE is set: nothing is done";
  const until = pausedUntil(state, Date.now());
  return until === undefined ? undefined : `paused until ${when(until)}: agent-reaper resume ends that`;
}

type Trouble = "round" | "memory" | "ledger" | "server" | "journal" | "notify" | "output";

/** What it works with. */
export interface WatchingOptions {
  readonly machine: Machine;
  readonly rules: RulesOfRounds;
  /** How long ago a first sighting must be. */
  readonly confirmMs?: number;
  readonly backend: Backend;
  readonly state: string;
  readonly signal: AbortSignal;
  readonly ndjson: boolean;
  readonly log?: string;
  /** Nothing is touched, and what would be done is told. */
  readonly dryRun: boolean;
}

/** What goes on from round to round. All of it is bounded. */
export class Watching {
  readonly #with: WatchingOptions;
  readonly #respawns = new Respawns();
  readonly #refusals = new Refusals();
  /** Where the shared memory cannot be had, our own. */
  #sightings: Sightings | undefined;
  /** What was remembered last is in the shared memory, too. */
  #isKept = true;
  #limits: Thresholds;
  #journal: RunJournal;
  #keptAt = -Infinity;
  #told: ReadonlySet<string> = new Set();
  #isLogLost = false;
  #rounds: NonNullable<Measured["rounds"]> = { done: 0, failed: 0 };
  #measured: Omit<Measured, "paused" | "rounds"> | undefined;
  /** What is wrong with what: told when it begins, and not again round after round. */
  readonly #troubles = new Map<Trouble, string>();
  readonly #telling: Telling;
  #delivering = false;

  constructor(options: WatchingOptions) {
    this.#with = options;
    this.#limits = limitsHere(options.rules.now.settings);
    this.#journal = this.#newJournal();
    this.#telling = new Telling({
      send: (run, events) => this.#send(run, events),
      trouble: (line) => this.#trouble("notify", line),
      signal: options.signal,
    });
  }

  /** Numbers for Prometheus, as of the last round. */
  get metrics(): string {
    if (this.#measured === undefined) return "";
    const paused = whyPaused(this.#with.state) !== undefined;
    return exposition(collect({ ...this.#measured, paused, rounds: this.#rounds }));
  }

  async begin(everyMs: number, confirm: number, address: string | undefined): Promise<void> {
    const listens = address === undefined ? "" : `, metrics on http://${address}/metrics`;
    const what = `what ${counted(confirm, "round", "rounds")} saw as an orphan is ${
      this.#with.dryRun ? "told, not ended" : "ended"
    }`;
    await this.say(`every ${formatDuration(everyMs)}, ${what}${listens}`);
  }

  async round(): Promise<Round | undefined> {
    const { machine, rules, confirmMs, backend, state, signal, dryRun } = this.#with;
    const kept = openMemory(state, machine.viewer, backend, {});
    if (kept === "taken") return undefined;
    let record: OpenRegistry | undefined;
    try {
      this.#journal = this.#newJournal();
      await this.#reread();
      const { plugins, policy } = rules.now;
      record = await openRegistry(machine.viewer, "stops");
      // What a sweep found to rest upon may be over with this round.
      const memory = parseMemory(kept?.text ?? "");
      const { rest: _rest, sightings: before, elsewhere: _elsewhere, ...told } = memory;
      return await round({
        machine,
        plugins,
        policy: confirmMs === undefined ? policy : { ...policy, confirmMs },
        clock: monotonicClock,
        journal: this.#journal,
        respawns: this.#respawns,
        refusals: this.#refusals,
        sightings: before === undefined || !this.#isKept ? this.#sightings : sightingsOf(memory, machine.host),
        remember: (sightings) => {
          this.#sightings = sightings;
          this.#isKept = kept?.write(formatMemory({ ...told, sightings, ...elsewhereAfter(memory, machine.host) })) ??
            true;
        },
        signal,
        dryRun,
        ...(record === undefined ? {} : { registry: record.registry }),
      });
    } finally {
      record?.close();
      kept?.release();
    }
  }

  async #reread(): Promise<void> {
    const { rules } = this.#with;
    if (!rules.reread()) return;
    this.#limits = limitsHere(rules.now.settings);
    await this.say("the configuration has changed: it holds from now on");
  }

  async done(round: Round, tookMs: number): Promise<void> {
    if (this.#isKept) this.#troubles.delete("memory");
    else {
      const place = visible(`${this.#with.state}/${MEMORY}`);
      await this.#trouble("memory", `${place}: cannot be written to: whom it saw it alone remembers, until it ends`);
    }
    const { machine, rules, dryRun } = this.#with;
    const { policy } = rules.now;
    this.#rounds = { ...this.#rounds, done: this.#rounds.done + 1, lastAt: Date.now(), tookMs };
    this.#troubles.delete("round");
    const events = this.#newsOf(round);
    for (const event of events) await this.#tell({ at: Date.now(), ...event }, lineOf(event));
    this.#telling.tell(this.#journal.run, events);
    const isQuiet = dryRun || round.results.length === 0;
    const now = performance.now();
    if (isQuiet && now - this.#keptAt < KEEP_EVERY_MS) return;
    this.#keptAt = now;
    const { measured, sample } = sampleNow(machine, this.#limits, round.results, policy, "in rounds");
    this.#journal.end(round, sample);
    const totals = await this.#keep();
    this.#measured = {
      seen: round.seen,
      findings: round.findings,
      ...measured,
      ...(totals === undefined ? {} : { totals }),
    };
  }

  /** What goes on unchanged from round to round (spared, refused) is told once. */
  #newsOf(round: Round): Event[] {
    const events = eventsOf(round);
    const before = this.#told;
    this.#told = new Set(events.map(gistOf));
    return events.filter((event) => !before.has(gistOf(event)));
  }

  async #send(run: string, events: readonly Event[]): Promise<readonly string[]> {
    const { machine, rules: { now: { settings } }, backend, signal } = this.#with;
    if (settings.notify === undefined) return [];
    const { meansOf, messageOf, notify } = await import("../notify/notify.ts");
    return await notify(settings.notify, messageOf(run, machine.host.hostname, events), meansOf(backend), signal);
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
  async #keep(): Promise<Measured["totals"]> {
    let ledger: Ledger | undefined;
    try {
      ledger = openLedger(this.#with.machine, this.#with.rules.now.settings);
      ledger.settleCutOff(this.#with.machine);
      const totals = ledger.totals();
      this.#troubles.delete("ledger");
      if (this.#delivering) ledger.close();
      else void this.#deliver(ledger);
      return totals;
    } catch (error) {
      ledger?.close();
      if (!(error instanceof Complaint)) throw error;
      await this.#trouble("ledger", `not kept: ${error.message}`);
      return undefined;
    }
  }

  /** While the rounds go on: a server that does not answer holds up nobody, and what is due stays due. */
  async #deliver(ledger: Ledger): Promise<void> {
    const { machine, rules: { now: { settings } }, signal } = this.#with;
    this.#delivering = true;
    const told = Promise.withResolvers<undefined>();
    const leave = () => told.resolve(undefined);
    signal.addEventListener("abort", leave);
    try {
      const trouble = await Promise.race([deliverDue(ledger, settings, machine.host.hostname), told.promise]);
      if (trouble === undefined) this.#troubles.delete("server");
      else await this.#trouble("server", trouble);
    } catch (error) {
      await this.#trouble("server", `not delivered: ${errorText(error)}`);
    } finally {
      signal.removeEventListener("abort", leave);
      this.#delivering = false;
      ledger.close();
    }
  }

  /** The same trouble round after round is told once. */
  async #trouble(about: Trouble, line: string): Promise<void> {
    if (this.#troubles.get(about) === line) return;
    this.#troubles.set(about, line);
    await this.#write(`${when(Date.now())}  watch: ${line}`, () => printError(`agent-reaper: watch: ${line}\n`));
  }

  async #tell(event: object, line: string): Promise<void> {
    const text = entryOf(event, line, this.#with.ndjson);
    await this.#write(text, () => print(`${text}\n`));
  }

  async #write(text: string, aloud: () => Promise<void>): Promise<void> {
    const { log } = this.#with;
    // On a full disk what is done is not told, and done all the same.
    if (log === undefined) return await aloud().catch((error) => this.#trouble("output", errorText(error)));
    try {
      appendToLog(log, `${text}\n`);
      this.#isLogLost = false;
    } catch (error) {
      if (this.#isLogLost) return;
      this.#isLogLost = true;
      await printError(`agent-reaper: watch: --log ${visible(log)}: ${meaningOf(error)}: the rounds go on\n`);
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
