/**
 * Ends processes: hold all, write down what is intended, ask, wait once for all of them, stop the
 * survivors, look for children born meanwhile, kill, make sure.
 *
 * No signal reaches a process that was not in the snapshot with the same start: whoever cannot be
 * held is not signalled, and every signal goes through the one hold taken before the first. To write things
 * down may take a slow disk its time: who is held is compared once more right before it is asked, and before force. The only
 * addition is a child of one who is held and lives, seen in a new look with a start of its own, that is
 * judged anew with the tree.
 *
 * @module
 */
import type { Clock } from "./clock.ts";
import type { Action, Draft, Machine, Policy, Process, Refusal, Signal } from "./contract.ts";
import { canBeSignalled } from "./process.ts";
import { leaveChanged, notOfItsTree } from "./execute/changed.ts";
import { join, type Joining, takeAll } from "./execute/join.ts";
import { identity, newcomers, tellRespawned } from "./execute/newcomers.ts";
import { type Settled, Target } from "./execute/target.ts";
import { deaths } from "./execute/wait.ts";
import type { Finding, Result } from "./report.ts";

/** KILL needs no consent: who is there after this sits in the kernel and not in our patience. */
const KILL_MS = 2_000;
/** Also without any time: most are gone by then, and it is told so. */
const GLIMPSE_MS = 10;
/** Looks for children of stopped survivors. Each look stops whom it finds, so generations end far sooner. */
const LOOKS = 32;
/** Before the first signal. Who goes on changing after these is left alone. */
const LOOKS_BEFORE = 3;
const PAUSE_BETWEEN_LOOKS_MS = 1;

/** What is about to be done, written before it is done. */
export type Intent = ProcessIntent | RemovalIntent;

/** A process is about to be ended. */
export interface ProcessIntent {
  readonly path?: undefined;
  readonly pid: number;
  readonly startToken: string;
  readonly bootId: string;
  readonly action: string;
  /** As it was seen, for the evidence. */
  readonly process?: Process;
  /** The judgement of its tree, for the evidence. */
  readonly finding?: Finding;
}

/** Something on disk is about to be removed. */
export interface RemovalIntent {
  readonly pid?: undefined;
  readonly path: string;
  /** With the path: which of those that lay there. */
  readonly modifiedAt?: number;
  readonly bootId: string;
  readonly action: string;
  readonly family: string;
  readonly because: string;
}

/** Remembers over a kill -9 of ourselves what was begun. Its failures are its own: it does not throw. */
export interface Journal {
  intend(intents: readonly Intent[]): void;
  settle(intent: Intent, result: Result): void;
}

/** How targets are ended. What is given as undefined is not given. */
export interface ExecuteOptions {
  readonly action: Action;
  readonly policy: Pick<Policy, "graceMs">;
  readonly clock: Clock;
  /**
   * Whether a child that a target had since the snapshot is to end with it, judged anew with the tree. `origin`: the target of
   * the snapshot that it descends from. Absent: no newborn is touched.
   */
  readonly mayTouch?: ((newcomer: Draft, origin: Process) => boolean) | undefined;
  /** Reads what `mayTouch` asks of these: all at once, for what the system tells of everybody it tells once. */
  readonly readAll?: ((newcomers: readonly Draft[]) => void) | undefined;
  /** Told of each that is asked with a target of the snapshot, and was born after that. */
  readonly joined?: ((newcomer: Process, origin: Process) => void) | undefined;
  readonly journal?: Journal | undefined;
  /** Told of each target as it is settled. */
  readonly progress?: ((result: Result) => void) | undefined;
  /** Ends the grace period early: survivors are left running. */
  readonly abort?: AbortSignal | undefined;
  /** Only one half, without waiting: `ask` sends what asks, and `force`, at another time, ends who stayed. */
  readonly step?: "ask" | "force" | undefined;
  /**
   * When there is no more time, on the clock: no other tree is begun with, and nobody waited for. One is
   * begun with in any case: on a machine too slow for all else it is needed most.
   */
  readonly deadline?: number | undefined;
}

/** The machine as the acting step needs it. */
export type Acting = Pick<Machine, "host" | "hold" | "list" | "read">;

/** Those of the findings' members that are to end, roots first. A zombie is dead already. */
export function targetsOf(findings: readonly Finding[]): Process[] {
  const targets = new Map<number, Process>();
  for (const { verdict, members } of findings) {
    if (verdict !== "orphan" && verdict !== "stale") continue;
    for (const member of members) {
      if (canBeSignalled(member) && !targets.has(member.pid)) targets.set(member.pid, member);
    }
  }
  return [...targets.values()];
}

/** What a dry run says of the same targets. */
export function planned(findings: readonly Finding[]): Result[] {
  return targetsOf(findings).map(({ pid, startToken }) => ({
    pid,
    ...(startToken === undefined ? {} : { startToken }),
    outcome: "planned",
  }));
}

/** Ends the members of all orphan and stale findings. */
export async function execute(
  findings: readonly Finding[],
  machine: Acting,
  options: ExecuteOptions,
): Promise<readonly Result[]> {
  if (options.action.signals === undefined) return planned(findings);
  const { ask, force } = options.action.signals;
  const { clock, policy, abort, step } = options;

  const judged = new Map(findings.flatMap((finding) => finding.members.map(({ pid }) => [pid, finding])));
  const settled: Settled = (target, result) => {
    const intent = intentOf(target, run);
    if (intent !== undefined) options.journal?.settle(intent, result);
    options.progress?.(result);
  };
  const targets: Target[] = [];
  const run: Run = { machine, options, settled, targets, judged };

  try {
    const refused = new Map<number, Refusal>();
    for (const process of targetsOf(findings)) {
      // With a tree as a whole: whom its root leaves behind nobody knows any more.
      if (targets.length > 0 && judged.get(process.pid)?.root.pid === process.pid && isLate(options)) break;
      const hold = notOfItsTree(process, refused) ?? machine.hold(process);
      if ("refused" in hold) refused.set(process.pid, hold);
      targets.push(new Target(process, hold, settled));
    }
    if (open(targets).length === 0) return results(targets);
    if (abort?.aborted) return interrupted(targets);

    const before = begin(run);
    if (open(targets).length === 0) return results(targets);
    if (step === "force") {
      await end(open(targets), force, run);
      return await ended(targets, run);
    }

    // Windows has nothing to ask with.
    const deaf = open(targets).filter((target) => ask.some((signal) => !target.knows(signal)));
    const asked = open(targets).filter((target) => !deaf.includes(target));
    await end(deaf, force, run);
    for (const target of asked) for (const signal of ask) target.send(signal);
    if (step === "ask") {
      for (const target of asked) if (!target.isDead()) target.settle("asked", "it was asked to end");
      return await ended(targets, run);
    }
    const graceEnds = clock.now() + policy.graceMs;
    if (await deaths(asked, graceEnds, clock, abort) === "interrupted") return interrupted(targets);
    leaveChanged(targets, "asked");
    await end(asked, force, run);

    await ended(targets, run);
    if (before !== undefined) tellRespawned(machine, targets, before);
    return results(targets);
  } finally {
    for (const target of targets) target.letGo();
  }
}

/** What all steps of one execution share. */
interface Run {
  readonly machine: Acting;
  readonly options: ExecuteOptions;
  readonly settled: Settled;
  /** All, newborn children too. */
  readonly targets: Target[];
  /** The judgement that a process of the snapshot is ended by. */
  readonly judged: ReadonlyMap<number, Finding>;
}

/**
 * Writes down what is intended, takes in who joined and leaves alone who changed, until nobody did. Gives who is there before
 * the first signal.
 */
function begin(run: Run): ReadonlySet<string> | undefined {
  const noted = new Set(open(run.targets));
  intend([...noted], run);
  for (let look = 1;; look++) {
    const before = everyoneBefore(run);
    const joined = open(run.targets).filter((target) => !noted.has(target));
    intend(joined, run);
    for (const target of joined) noted.add(target);
    if (!leaveChanged(run.targets, "judged") || look === LOOKS_BEFORE) return before;
  }
}

/** Who is there before the first signal. Whoever came into a tree by then is asked with it; by force it is stopped first. */
function everyoneBefore(run: Run): ReadonlySet<string> | undefined {
  const { machine, options: { step } } = run;
  if (step === "force" || isLate(run.options)) return undefined;
  const joining = joiningOf(run);
  if (joining === undefined && step !== undefined) return undefined;
  const seen = joining === undefined ? machine.list("all") : join(joining);
  return step === undefined ? new Set(seen.map(identity)) : undefined;
}

function isLate({ deadline, clock }: ExecuteOptions): boolean {
  return deadline !== undefined && clock.now() >= deadline;
}

/** Sees those go that were ended by force. */
async function ended(targets: readonly Target[], { options: { clock, deadline } }: Run): Promise<Result[]> {
  const patience = clock.now() + KILL_MS;
  const until = deadline === undefined ? patience : Math.min(patience, Math.max(deadline, clock.now() + GLIMPSE_MS));
  const saw = await deaths(targets, until, clock);
  const because = until < patience && saw === "late"
    ? "it was ended by force, and there was no time to see it go"
    : "it is still there after it was ended by force";
  for (const target of open(targets)) target.settle("survived", because);
  return results(targets);
}

/** Ends survivors and their newborn children by force. */
async function end(survivors: readonly Target[], force: Signal, run: Run): Promise<void> {
  const family = open(survivors);
  if (family.length === 0) return;
  await stopWithChildren(family, run);
  for (const target of family) target.send(force);
}

/**
 * Stops a family, looks for children that are not targets yet, adds and stops them, until a look finds none. One that may
 * not be touched spares its tree here, too: the next run would find it there.
 */
async function stopWithChildren(family: Target[], run: Run): Promise<void> {
  const { machine, options, targets } = run;
  const joining = joiningOf(run);
  for (const target of family) if (target.knows("STOP")) target.send("STOP");
  for (let look = 0; look < LOOKS; look++) {
    const { found, restless } = newcomers(machine, family, targets);
    const born = joining === undefined ? [] : takeAll(found, joining);
    family.push(...born);
    intend(born, run);
    for (const target of born) if (target.knows("STOP")) target.send("STOP");
    if (born.length > 0) continue;
    const isUndecided = joining !== undefined && found.length > 0;
    if (!(restless || isUndecided) || isLate(options)) return;
    await options.clock.sleep(PAUSE_BETWEEN_LOOKS_MS);
  }
}

function joiningOf({ machine, options, settled, targets, judged }: Run): Joining | undefined {
  const { mayTouch, readAll, joined } = options;
  if (mayTouch === undefined) return undefined;
  return { machine, targets, judged, settled, mayTouch, readAll, joined };
}

function intend(targets: readonly Target[], run: Run): void {
  const intents = targets.map((target) => intentOf(target, run)).filter((intent) => intent !== undefined);
  if (intents.length > 0) run.options.journal?.intend(intents);
}

function intentOf({ process, origin }: Target, { machine, options, judged }: Run): ProcessIntent | undefined {
  const { pid, startToken } = process;
  if (startToken === undefined) return undefined;
  const finding = judged.get(origin.pid);
  return {
    pid,
    startToken,
    bootId: machine.host.bootId,
    action: options.action.name,
    process,
    ...(finding === undefined ? {} : { finding }),
  };
}

function interrupted(targets: readonly Target[]): Result[] {
  for (const target of open(targets)) {
    const sent = target.signalled ? "after it was asked to end" : "before any signal";
    target.settle("survived", `interrupted ${sent}`);
  }
  return results(targets);
}

function open(targets: readonly Target[]): Target[] {
  return targets.filter((target) => target.open);
}

function results(targets: readonly Target[]): Result[] {
  return targets.map(({ result }) => result).filter((result) => result !== undefined);
}
