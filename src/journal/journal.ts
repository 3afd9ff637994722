/**
 * One run as the journal sees it: says what it is about to do before it does it, and what came of it
 * after. What a kill -9 leaves without an outcome is settled by whoever reads the journal next.
 *
 * @module
 */
import type { Host, Viewer } from "../contract.ts";
import type { Intent, Journal } from "../execute.ts";
import type { HealthSample } from "../health/sample.ts";
import type { Report, Result } from "../report.ts";
import { version } from "../version.ts";
import { actionId, clause, intentRecord } from "./record.ts";
import { Spool } from "./spool.ts";

/** What a run's journal is told. */
export interface JournalOptions {
  readonly state: string;
  readonly command: string;
  readonly host: Pick<Host, "bootId" | "hostname" | "pidNamespace">;
  readonly viewer: Pick<Viewer, "uid" | "pid">;
  /** Told once, in one line, when records are lost. */
  readonly complain: (line: string) => void;
  readonly now?: () => number;
}

/** The journal of one run. Nothing is written until there is something to say; it never throws. */
export class RunJournal implements Journal {
  /** Names the run. */
  readonly run: string = crypto.randomUUID();
  readonly #options: JournalOptions;
  readonly #spool: Spool;
  readonly #now: () => number;
  /** Whom this run wrote down, and what came of them so far. */
  readonly #actions = new Map<string, { readonly intent: Intent; outcome?: string }>();
  #begun = false;

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#spool = new Spool(options);
  }

  intend(intents: readonly Intent[]): void {
    this.#begin();
    for (const intent of intents) {
      this.#actions.set(subjectOf(intent), { intent });
      this.#spool.append(intentRecord(intent, this.run, this.#now(), this.#options.host.pidNamespace));
    }
  }

  settle(intent: Intent, result: Result): void {
    // Who could not even be held was never about to be signalled; what stood against it is worth keeping.
    if (!this.#actions.has(subjectOf(intent))) this.intend([intent]);
    this.#outcome(intent, result);
  }

  /** The run is over. What was told otherwise after it was settled (something brought it back) is told again. */
  end(report: Pick<Report, "seen" | "findings" | "results">, health?: HealthSample): void {
    this.#begin();
    // Of several about one subject the last counts.
    for (const result of new Map(report.results.map((one) => [subjectOf(one), one])).values()) {
      const action = this.#actions.get(subjectOf(result));
      if (action !== undefined && action.outcome !== result.outcome) this.#outcome(action.intent, result);
    }
    const orphans = report.findings.filter(({ verdict }) => verdict === "orphan" || verdict === "stale").length;
    this.#spool.append({
      type: "end",
      run: this.run,
      at: this.#now(),
      seen: report.seen,
      orphans,
      ...(health === undefined ? {} : { health }),
    });
    this.#spool.close();
  }

  /** The run broke off. */
  fail(error: string): void {
    this.#begin();
    this.#spool.append({ type: "end", run: this.run, at: this.#now(), error: clause(error) });
    this.#spool.close();
  }

  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    const { command, host, viewer } = this.#options;
    this.#spool.append({
      type: "run",
      run: this.run,
      at: this.#now(),
      command,
      version,
      pid: viewer.pid,
      bootId: host.bootId,
      host: host.hostname,
    });
  }

  #outcome(intent: Intent, { outcome, because, grip, freedBytes }: Result): void {
    const action = this.#actions.get(subjectOf(intent));
    if (action !== undefined) action.outcome = outcome;
    this.#spool.append({
      type: "outcome",
      id: actionId(intent, this.#options.host.pidNamespace),
      run: this.run,
      at: this.#now(),
      outcome,
      ...(because === undefined ? {} : { because: clause(because) }),
      ...(grip === undefined ? {} : { grip }),
      ...(freedBytes === undefined ? {} : { freedBytes }),
    });
  }
}

/** What an intent and its result are both about. */
function subjectOf({ pid, startToken, path }: Subject): string {
  return path ?? `${pid}/${startToken}`;
}

interface Subject {
  readonly pid?: number | undefined;
  readonly startToken?: string;
  readonly path?: string | undefined;
}
