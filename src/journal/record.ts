/**
 * What the journal says, a line each: a run, what it is about to do, what came of it, and its end.
 * Whatever a process calls itself is redacted and clipped before it becomes part of a line; its
 * environment never does.
 *
 * @module
 */
import type { Outcome } from "../contract.ts";
import type { Intent } from "../execute.ts";
import type { HealthSample } from "../health/sample.ts";
import { redactArguments, redactText } from "../redact.ts";
import type { Finding } from "../report.ts";
import { clip } from "../text.ts";

/** A run that acts, or that somebody wants to find in the ledger. */
export interface RunRecord {
  readonly type: "run";
  readonly run: string;
  readonly at: number;
  readonly command: string;
  readonly version: string;
  /** The program itself: while this pid lives under this boot, its open intents are its own. */
  readonly pid: number;
  readonly bootId: string;
  readonly host: string;
}

/** What somebody said for or against, as it was then. */
export interface RecordedGate {
  readonly name: string;
  readonly says: string;
}

/** A process or path as it was when it was judged, and why it was to end. A field that is absent is not known. */
export interface RecordedSubject {
  readonly pid?: number;
  readonly path?: string;
  readonly name?: string;
  readonly argv?: readonly string[];
  readonly startedAt?: number;
  readonly rssBytes?: number;
  /** The root of the tree that it was judged with. */
  readonly rootPid?: number;
  readonly matcher?: string;
  readonly family?: string;
  readonly role?: string;
  readonly verdict?: string;
  readonly confidence?: string;
  readonly because?: string;
  readonly gates?: readonly RecordedGate[];
}

/** What is about to be done to one process or path, written before it is done. */
export interface IntentRecord extends RecordedSubject {
  readonly type: "intent";
  /** The same in every run that goes at the same process in the same way: an action is one row of the ledger. */
  readonly id: string;
  readonly run: string;
  readonly at: number;
  readonly action: string;
  readonly bootId: string;
  /** Whose numbers the pids are, where a machine has several namespaces. */
  readonly namespace?: string;
  readonly startToken?: string;
}

/** What came of it. The last one counts. */
export interface OutcomeRecord {
  readonly type: "outcome";
  readonly id: string;
  readonly run: string;
  readonly at: number;
  readonly outcome: Outcome;
  readonly because?: string;
  readonly grip?: string;
  readonly freedBytes?: number;
}

/** The end of a run, in numbers. */
export interface EndRecord {
  readonly type: "end";
  readonly run: string;
  readonly at: number;
  /** Processes that were seen. */
  readonly seen?: number;
  /** Trees that nobody was responsible for. */
  readonly orphans?: number;
  /** What broke the run off. */
  readonly error?: string;
  /** How the machine did when it was over. */
  readonly health?: HealthSample;
}

/** One line of the journal. */
export type JournalRecord = RunRecord | IntentRecord | OutcomeRecord | EndRecord;

const LONGEST_CLAUSE = 400;
const LONGEST_ARGUMENT = 300;
const MOST_ARGUMENTS = 40;
const MOST_GATES = 12;

/** Names an action: one process of one boot, one way to end it. */
export function actionId(intent: Intent, namespace?: string): string {
  const subject = intent.path !== undefined
    ? ["path", intent.path, String(intent.modifiedAt ?? "")]
    : ["pid", namespace ?? "", String(intent.pid), intent.startToken];
  const whole = [intent.bootId, intent.action, ...subject].join("\0");
  return new Bun.CryptoHasher("sha256").update(whole).digest("hex").slice(0, 32);
}

/** The line that is written before the act. */
export function intentRecord(intent: Intent, run: string, at: number, namespace?: string): IntentRecord {
  const common = {
    type: "intent",
    id: actionId(intent, namespace),
    run,
    at,
    action: intent.action,
    bootId: intent.bootId,
    ...(namespace === undefined ? {} : { namespace }),
  } as const;
  if (intent.path !== undefined) {
    return {
      ...common,
      path: clip(redactText(intent.path), LONGEST_CLAUSE),
      family: intent.family,
      because: clause(intent.because),
    };
  }
  const { process, finding } = intent;
  return {
    ...common,
    pid: intent.pid,
    startToken: intent.startToken,
    ...(process?.name === undefined ? {} : { name: clip(redactText(process.name), LONGEST_ARGUMENT) }),
    ...(process?.argv === undefined || process.argv === null ? {} : { argv: commandLine(process.argv) }),
    ...(process?.startedAt === undefined ? {} : { startedAt: process.startedAt }),
    ...(process?.rss === undefined ? {} : { rssBytes: process.rss }),
    ...(finding === undefined ? {} : evidence(finding)),
  };
}

function evidence(finding: Finding): Partial<IntentRecord> {
  const gates = finding.gates.flatMap(({ name, objection, evidence }) => {
    const says = evidence?.because ?? objection?.because;
    return says === undefined ? [] : [{ name, says: clause(says) }];
  });
  return {
    rootPid: finding.root.pid,
    matcher: finding.matcher,
    family: finding.claim.family,
    role: finding.claim.role,
    verdict: finding.verdict,
    ...(finding.confidence === undefined ? {} : { confidence: finding.confidence }),
    because: clause(finding.because),
    ...(gates.length === 0 ? {} : { gates: gates.slice(0, MOST_GATES) }),
  };
}

/** A clause as the journal keeps it. */
export function clause(text: string): string {
  return clip(redactText(text), LONGEST_CLAUSE);
}

function commandLine(argv: readonly string[]): string[] {
  // Redacted as a whole first: a flag and its value are two elements.
  return redactArguments(argv.slice(0, MOST_ARGUMENTS)).map((argument) => clip(argument, LONGEST_ARGUMENT));
}

const REQUIRED: Readonly<Record<JournalRecord["type"], Readonly<Record<string, "string" | "number">>>> = {
  run: {
    run: "string",
    at: "number",
    command: "string",
    version: "string",
    pid: "number",
    bootId: "string",
    host: "string",
  },
  intent: { id: "string", run: "string", at: "number", action: "string", bootId: "string" },
  outcome: { id: "string", run: "string", at: "number", outcome: "string" },
  end: { run: "string", at: "number" },
};

/** One line of the journal read back; undefined when it is none: torn, or not ours. */
export function parseRecord(line: string): JournalRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const fields = value as Record<string, unknown>;
  const type = fields["type"];
  if (typeof type !== "string" || !Object.hasOwn(REQUIRED, type)) return undefined;
  const required = REQUIRED[type as JournalRecord["type"]];
  const isWhole = Object.entries(required).every(([name, kind]) => kindOf(fields[name]) === kind);
  return isWhole ? value as JournalRecord : undefined;
}

function kindOf(value: unknown): string {
  return typeof value;
}
