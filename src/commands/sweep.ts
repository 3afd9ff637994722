/**
 * `sweep`: one look at what lost its parent, and the next step with each: remembered at the first sight,
 * asked to end at the second, ended by force at the one after the grace. It never waits for them.
 *
 * @module
 */
import { classify, endingOf } from "../classify.ts";
import type { Judgement } from "../classify.ts";
import { monotonicClock } from "../clock.ts";
import { Complaint, EXIT, type ExitCode } from "../complaint.ts";
import { isUnconfigured } from "../config-place.ts";
import type { Config } from "../config.ts";
import type { Backend, KeptFile, Machine, Outcome, Policy, Process } from "../contract.ts";
import procfs from "../../plugins/backends/procfs/index.ts";
import { isOverLimit, survey } from "../engine.ts";
import type { Survey } from "../engine.ts";
import { type Judges, judges } from "../judges.ts";
import type { Plugins } from "../plugins.ts";
import { defaultPolicy } from "../policy.ts";
import type { Result } from "../report.ts";
import { carried, CONFIRM_MS, sighted, sightingsAt, stepOf } from "../sightings.ts";
import type { Moment, Seen, Step } from "../sightings.ts";
import type { SweepOptions } from "../sweep/arguments.ts";
import { byHookAfter, formatMemory, type Last, type Memory, parseMemory } from "../sweep/memory.ts";
import { elsewhereAfter, sightingsOf } from "../sweep/places.ts";
import { restAfter } from "../sweep/resting.ts";
import { releaseSlots } from "../sweep/slots.ts";
import type { BegunSweep } from "../sweep/begun.ts";
import { askedFor, isPausedOrRecent, MEMORY, type Rest, statePath } from "../unattended.ts";

/** Of these something is still there. */
const LEFT: ReadonlySet<Outcome> = new Set(["denied", "survived"]);
/** What lies on disk harms nobody for an hour. */
const TIDY_MS = 3_600_000;

/** Runs `sweep`. What fails is thrown; a hook's caller forgives it. */
export async function sweep({ options, everyMs, kept: begun }: BegunSweep): Promise<ExitCode> {
  const backend = await backendHere();
  const machine = backend.open({});
  let kept: KeptFile | undefined = begun;
  try {
    if (kept === undefined) {
      const state = statePath(process.platform, machine.viewer.home, process.env);
      const { openMemory } = await import("../sweep/kept.ts");
      const opened = isPausedOrRecent(state, everyMs) ? "taken" : openMemory(state, machine.viewer, backend, options);
      if (opened === "taken") return EXIT.fine;
      kept = opened;
    }
    const { policy: configured, settings } = await configOf(machine);
    const policy: Policy = {
      ...defaultPolicy,
      ...configured,
      ...(options.minAgeMs === undefined ? {} : { minAgeMs: options.minAgeMs }),
      ...(options.graceMs === undefined ? {} : { graceMs: options.graceMs }),
      ...(options.confidence === undefined ? {} : { confidence: options.confidence }),
    };
    const theirs = await pluginsWith(settings.plugins, machine);
    const swept = new Sweep(machine, theirs, policy, options, kept);
    const exitCode = await swept.run();
    const told = swept.isLate ? swept.told : [...swept.told, ...await releaseSlots(backend, machine)];
    if (options.quiet !== true) await tell(told);
    if (!swept.isRemembered && options.now !== true) throw await forgotten(machine);
    return exitCode;
  } catch (error) {
    const { noteFailure } = await import("../sweep/kept.ts");
    noteFailure(kept, error);
    throw error;
  } finally {
    kept?.release();
    machine.close();
  }
}

/** Without its memory the next one begins anew: nobody would ever be seen twice. */
async function forgotten({ viewer }: Machine): Promise<Complaint> {
  const state = statePath(process.platform, viewer.home, process.env);
  const { visible } = await import("../text.ts");
  return new Complaint(
    `${
      visible(`${state}/${MEMORY}`)
    }: cannot be written to: make room on its disk, or name another place in AGENT_REAPER_STATE`,
    EXIT.cannotWorkHere,
  );
}

/** One line, and only when somebody was signalled or something taken away. */
async function tell(clauses: readonly string[]): Promise<void> {
  if (clauses.length === 0) return;
  const [{ printError }, { visible }] = await Promise.all([import("../terminal.ts"), import("../text.ts")]);
  await printError(`agent-reaper: ${visible(clauses.join("; "))}\n`);
}

/** What other systems are seen with is loaded there. */
async function backendHere(): Promise<Backend> {
  if (procfs.unavailable() === undefined) return procfs;
  const [{ chooseBackend }, { builtin }] = await Promise.all([import("../machine.ts"), import("../plugins.ts")]);
  return chooseBackend(builtin());
}

/** Most have none, and to read one takes longer than to look. */
async function configOf(machine: Machine): Promise<Pick<Config, "policy" | "settings">> {
  if (isUnconfigured(machine, process.env)) return { policy: {}, settings: {} };
  const { loadConfig } = await import("../config.ts");
  return loadConfig(process.platform, machine.viewer.home, process.env);
}

/** All plugins, with those of the person's own; undefined where there are none of these. */
async function pluginsWith(theirs: readonly string[] | undefined, { viewer }: Machine): Promise<Plugins | undefined> {
  if (theirs === undefined || theirs.length === 0) return undefined;
  const { withTheirs } = await import("./options.ts");
  return withTheirs(theirs, viewer.uid);
}

/** One sweep, from the look to what is remembered of it. */
class Sweep {
  readonly #machine: Machine;
  readonly #theirs: Plugins | undefined;
  /** What lies on disk takes more than a table of the adopted. */
  readonly #judges: Judges;
  readonly #policy: Policy;
  readonly #options: SweepOptions;
  readonly #kept: KeptFile | undefined;
  readonly #before: Memory;
  readonly #moment: Moment;
  #seen: readonly Seen[] = [];
  #rest: Rest | undefined;
  #tidiedAt: number | undefined;
  /** Whether the next one will know of this one; where nothing is kept, nobody expects that. */
  isRemembered = true;
  /** What is to be said, if anything. */
  readonly told: string[] = [];
  readonly #last: { -readonly [K in keyof Last]: Last[K] };

  constructor(
    machine: Machine,
    theirs: Plugins | undefined,
    policy: Policy,
    options: SweepOptions,
    kept: KeptFile | undefined,
  ) {
    this.#machine = machine;
    this.#theirs = theirs;
    this.#judges = theirs === undefined ? judges : { ...theirs, leftoverMatchers: [] };
    this.#policy = policy;
    this.#options = options;
    this.#kept = kept;
    this.#before = parseMemory(kept?.text ?? "");
    this.#tidiedAt = this.#before.tidiedAt;
    const uptime = machine.uptime?.() ?? { awakeMs: Date.now(), asleepMs: 0 };
    const { bootId, pidNamespace } = machine.host;
    this.#moment = { ...uptime, bootId, pidNamespace };
    this.#last = { at: Date.now(), tookMs: 0, orphans: 0, asked: 0, forced: 0 };
  }

  async run(): Promise<ExitCode> {
    const { awakeMs } = this.#moment;
    const before = carried(sightingsOf(this.#before, this.#moment), this.#moment);
    const first = survey({
      machine: this.#machine,
      plugins: this.#judges,
      policy: this.#policy,
      scope: "adopted",
      sightings: sightingsAt(before, this.#machine.now(), awakeMs),
    });
    const takenAt = this.#machine.now();
    const orphans = endingOf(first.judgement.findings, this.#policy);
    this.#last.orphans = orphans.length;
    this.#seen = sighted(before, orphans, first.judgement.table, takenAt, awakeMs);
    let results: readonly Result[] = [];
    let isLeft = false;
    if (isOverLimit(orphans, this.#policy)) {
      isLeft = true;
      this.#last.stopped = `${orphans.length} trees would be ended, more than the limit`;
    } else if (orphans.some(({ root }) => this.#stepOf(root) !== "wait")) {
      results = await this.#step(first, takenAt);
      if (this.isLate && orphans.some(({ root }) => this.#stepOf(root) !== "wait")) {
        this.#last.stopped = "the budget was used up before all had their turn";
      }
      isLeft = results.some(({ outcome }) => LEFT.has(outcome));
    }
    await this.#tidy();
    this.#rest = this.#last.stopped !== undefined ? undefined : restAfter(first.judgement, {
      takenAt,
      awakeMs,
      seen: this.#seen,
      policy: this.#policy,
      matchers: this.#judges.matchers,
      asked: askedFor(this.#options),
    });
    this.#remember();
    return isLeft ? EXIT.somethingIsLeft : EXIT.fine;
  }

  get #confirming(): Policy {
    return this.#options.now === true ? this.#policy : { ...this.#policy, confirmMs: CONFIRM_MS };
  }

  #stepOf(root: Process): Step {
    return stepOf(root, this.#seen, this.#moment.awakeMs, this.#confirming);
  }

  /** The next step with each that is due. */
  async #step(first: Survey, takenAt: number): Promise<readonly Result[]> {
    // Whatever becomes of us now, these were seen.
    this.#remember();
    const judgement = await this.#judgeAgain(first, takenAt);
    const ending = endingOf(judgement.findings, this.#confirming);
    const [{ takeSteps }, { openJournal }] = await Promise.all([import("../steps.ts"), import("../journal/open.ts")]);
    const journal = openJournal(this.#machine, "sweep");
    const results = await takeSteps(ending, judgement, {
      machine: this.#machine,
      plugins: await this.#everything(),
      policy: this.#confirming,
      clock: monotonicClock,
      seen: this.#seen,
      awakeMs: this.#moment.awakeMs,
      remember: (seen) => {
        this.#seen = seen;
        this.#remember();
      },
      journal,
      ...(this.#options.budgetMs === undefined ? {} : { deadline: this.#options.budgetMs }),
    });
    if (results.length === 0) return results;
    this.#last.asked = results.filter(({ outcome }) => outcome === "asked" || outcome === "ended").length;
    this.#last.forced = results.filter(({ outcome }) => outcome === "killed").length;
    journal.end({ seen: judgement.table.processes.length, findings: judgement.findings, results });
    const { lineOf } = await import("../sweep/line.ts");
    this.told.push(...lineOf(ending, results));
    return results;
  }

  /** What lies on disk is judged by a table of everybody, which is dear. */
  async #tidy(): Promise<void> {
    const nowAt = Date.now();
    const agoMs = nowAt - (this.#tidiedAt ?? 0);
    if (this.#options.leftovers !== true || this.isLate || (agoMs >= 0 && agoMs < TIDY_MS)) return;
    this.#tidiedAt = nowAt;
    const plugins = await this.#everything();
    const { judgement } = survey({ machine: this.#machine, plugins, policy: this.#policy, scope: "all" });
    const { remove } = judgement.plan;
    if (remove.length === 0 || this.isLate) return;
    const [{ act }, { openJournal }] = await Promise.all([import("../act.ts"), import("../journal/open.ts")]);
    const journal = openJournal(this.#machine, "sweep");
    const done = await act([], judgement, {
      machine: this.#machine,
      plugins,
      policy: this.#policy,
      clock: monotonicClock,
      plan: { terminate: [], remove, unregister: [] },
      journal,
    });
    journal.end({ seen: judgement.table.processes.length, findings: [], results: done });
    const removed = done.filter(({ outcome }) => outcome === "removed").length;
    if (removed > 0) {
      this.told.push(`removed ${removed} ${removed === 1 ? "leftover" : "leftovers"} of dead processes`);
    }
  }

  /**
   * With what was seen before, so that the plan which is carried out is one that can be replayed, and with
   * the registry: who is on record there may be answered for by somebody that no table shows.
   */
  async #judgeAgain({ snapshot }: Survey, takenAt: number): Promise<Judgement> {
    const { openRegistry } = await import("../registry/open.ts");
    const record = await openRegistry(this.#machine.viewer, "stops");
    const sightings = sightingsAt(this.#seen, takenAt, this.#moment.awakeMs);
    let looked = snapshot;
    if (record !== undefined) {
      try {
        const registered = await record.registry.entries();
        const { snapshot: again } = survey({
          machine: this.#machine,
          plugins: this.#judges,
          policy: this.#policy,
          scope: "adopted",
          registered,
          sightings,
        });
        looked = again;
      } finally {
        record.close();
      }
    }
    return classify({ ...looked, sightings }, this.#judges, this.#confirming);
  }

  /** Who acts, too: most sweeps have nothing to do. */
  async #everything(): Promise<Plugins> {
    return this.#theirs ?? (await import("../plugins.ts")).builtin();
  }

  /** `performance.now()` counts from the start of the program. */
  get isLate(): boolean {
    return this.#options.budgetMs !== undefined && monotonicClock.now() >= this.#options.budgetMs;
  }

  #remember(): void {
    this.#last.tookMs = Math.round(monotonicClock.now());
    const { bootId, pidNamespace, asleepMs } = this.#moment;
    const { asked, forced } = this.#last;
    const acted = asked + forced > 0 ? this.#last : this.#before.acted;
    this.isRemembered = this.#kept?.write(formatMemory({
      ...(this.#rest === undefined ? {} : { rest: this.#rest }),
      last: this.#last,
      ...(acted === undefined ? {} : { acted }),
      ...byHookAfter(this.#before.byHook, this.#last),
      ...(this.#tidiedAt === undefined ? {} : { tidiedAt: this.#tidiedAt }),
      sightings: { bootId, pidNamespace, asleepMs, seen: this.#seen },
      ...elsewhereAfter(this.#before, this.#moment),
    })) ?? true;
  }
}
