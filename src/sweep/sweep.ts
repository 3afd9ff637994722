/**
 * The look, and the next step with each who lost their parent.
 *
 * @module
 */
import { classify, endingOf } from "../classify.ts";
import type { Judgement } from "../classify.ts";
import { monotonicClock } from "../clock.ts";
import { EXIT, type ExitCode } from "../complaint.ts";
import type { KeptFile, Machine, Outcome, Policy, Process } from "../contract.ts";
import { isOverLimit, survey } from "../engine.ts";
import { type Judges, judges } from "../judges.ts";
import { look } from "../look.ts";
import type { Plugins } from "../plugins.ts";
import { hasEnded, sameProcess } from "../process.ts";
import type { Finding, Result } from "../report.ts";
import { carriedOver, CONFIRM_MS, sighted, sightingsAt, stepOf } from "../sightings.ts";
import type { Moment, Seen } from "../sightings.ts";
import { type Rest, TIDY_MS } from "../unattended.ts";
import type { SweepOptions } from "./arguments.ts";
import { byHookAfter, formatMemory, type Last, type Memory, parseMemory } from "./memory.ts";
import { elsewhereAfter, sightingsOf } from "./places.ts";
import { restAfter } from "./resting.ts";

/** Of these something is still there. */
const LEFT: ReadonlySet<Outcome> = new Set(["denied", "survived"]);

/** What one goes by. */
export interface SweepRequest {
  readonly machine: Machine;
  /** All plugins, where some are the person's own. */
  readonly theirs: Plugins | undefined;
  readonly policy: Policy;
  readonly options: SweepOptions;
  /** The options and the configuration that change what is found, in one word. */
  readonly asked: string;
  /** The memory; undefined where nothing can be remembered and that does not matter. */
  readonly kept: KeptFile | undefined;
}

/** One sweep, from the look to what is remembered of it. */
export class Sweep {
  readonly #machine: Machine;
  readonly #theirs: Plugins | undefined;
  /** What lies on disk takes more than a table of the adopted. */
  readonly #judges: Judges;
  readonly #policy: Policy;
  readonly #options: SweepOptions;
  readonly #asked: string;
  readonly #kept: KeptFile | undefined;
  readonly #before: Memory;
  readonly #moment: Moment;
  #seen: readonly Seen[] = [];
  /** Those of whom were due, and a look at everybody spared them. */
  #spared: ReadonlySet<number> = new Set();
  #rest: Rest | undefined;
  #tidiedAt: number | undefined;
  /** Why what was done is not on record. */
  #unrecorded: string | undefined;
  readonly #complain = (line: string): void => void (this.#unrecorded ??= line);
  /** Whether the next one will know of this one; where nothing is kept, nobody expects that. */
  isRemembered = true;
  /** What is to be said, if anything. */
  readonly told: string[] = [];
  readonly #last: { -readonly [K in keyof Last]: Last[K] };

  constructor({ machine, theirs, policy, options, asked, kept }: SweepRequest) {
    this.#machine = machine;
    this.#theirs = theirs;
    this.#judges = theirs === undefined ? judges : { ...theirs, leftoverMatchers: [] };
    this.#policy = policy;
    this.#options = options;
    this.#asked = asked;
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
    const before = carriedOver(sightingsOf(this.#before, this.#moment), this.#moment);
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
    } else if (orphans.some(({ root }) => this.#isDue(root))) {
      results = await this.#step(orphans, takenAt);
      if (this.isLate && orphans.some(({ root }) => this.#isDue(root) && !this.#spared.has(root.pid))) {
        this.#last.stopped = "the budget was used up before all had their turn";
      }
      isLeft = results.some(({ outcome }) => LEFT.has(outcome));
    }
    await this.#tidy();
    this.#rest = this.#last.stopped !== undefined ? undefined : restAfter(first.judgement, {
      takenAt,
      awakeMs,
      seen: this.#seen,
      spared: this.#spared,
      policy: this.#policy,
      matchers: this.#judges.matchers,
      asked: this.#asked,
    });
    this.#remember();
    if (this.#unrecorded !== undefined) this.told.push(this.#unrecorded);
    return isLeft ? EXIT.somethingIsLeft : EXIT.fine;
  }

  get #confirming(): Policy {
    return this.#options.now === true ? this.#policy : { ...this.#policy, confirmMs: CONFIRM_MS };
  }

  #isDue(root: Process): boolean {
    return stepOf(root, this.#seen, this.#moment.awakeMs, this.#confirming) !== "wait";
  }

  /** The next step with each that is due. */
  async #step(orphans: readonly Finding[], takenAt: number): Promise<readonly Result[]> {
    // Whatever becomes of us now, these were seen.
    this.#remember();
    const judgement = await this.#judgeAgain(takenAt);
    // Those of the first look, which has counted them, and of them whom this one would end, too.
    const ending = endingOf(judgement.findings, this.#confirming).filter(({ root }) => isAmong(orphans, root));
    this.#spared = this.#sparedBy(judgement, orphans, ending);
    const [{ takeSteps }, { openJournal }] = await Promise.all([import("../steps.ts"), import("../journal/open.ts")]);
    const journal = openJournal(this.#machine, "sweep", this.#complain);
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
    const { lineOf } = await import("./line.ts");
    this.told.push(...lineOf(ending, results));
    return results;
  }

  /** With all who were asked with them. Whoever has gone meanwhile leaves others, who wait for nothing. */
  #sparedBy({ table }: Judgement, orphans: readonly Finding[], ending: readonly Finding[]): Set<number> {
    const isThere = (root: Process) => {
      const now = table.get(root.pid);
      return now !== undefined && !hasEnded(now) && sameProcess(now, root) === "same";
    };
    const spared = orphans.filter(({ root }) => this.#isDue(root) && isThere(root) && !isAmong(ending, root));
    return new Set(spared.flatMap(({ members }) => members.map(({ pid }) => pid)));
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
    const journal = openJournal(this.#machine, "sweep", this.#complain);
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
   * By a table of everybody: whoever may want them need not have lost a parent. With what was seen before, so that the plan
   * which is carried out is one that can be replayed, and with the registry: who is on record there may be answered for by
   * somebody that no table shows.
   */
  async #judgeAgain(takenAt: number): Promise<Judgement> {
    const { openRegistry } = await import("../registry/open.ts");
    const record = await openRegistry(this.#machine.viewer, "stops");
    const sightings = sightingsAt(this.#seen, takenAt, this.#moment.awakeMs);
    try {
      const registered = await record?.registry.entries();
      const snapshot = look(this.#machine, this.#judges, this.#policy, { scope: "all", registered, sightings });
      return classify({ ...snapshot, sightings }, this.#judges, this.#confirming);
    } finally {
      record?.close();
    }
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

function isAmong(findings: readonly Finding[], root: Process): boolean {
  return findings.some((finding) => sameProcess(finding.root, root) === "same");
}
