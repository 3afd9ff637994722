/**
 * Judges one tree: who is responsible, what stands against ending it, what proves that nobody is
 * there. The fold is commutative: one objection spares, evidence adds up, order means nothing.
 *
 * @module
 */
import { responsibleFor } from "../vocabulary/adopters.ts";
import { lifelineIn } from "./asked.ts";
import type { Bench } from "./bench.ts";
import type { Claimed } from "./claims.ts";
import { confidenceIn, isEnough } from "./confidence.ts";
import type { Confidence, Context } from "../contract.ts";
import { commandOf } from "../vocabulary/command.ts";
import { isApplicationInDoubt } from "../vocabulary/kept.ts";
import { areTogether, isBeyond, isInnerInit } from "../vocabulary/namespaces.ts";
import { hasEnded } from "../process.ts";
import type { Process } from "../process.ts";
import { wasToEnd } from "../vocabulary/was-to-end.ts";
import { responsibleByRegistry } from "../registry/responsible.ts";
import type { Finding, Gate, Responsible, Verdict } from "../report.ts";
import { isStale } from "./stale.ts";
import { refuteParent } from "./subreaper.ts";
import { mayPipe } from "../vocabulary/shells.ts";
import type { Table } from "../table.ts";

/** The judgement of the tree below a claimed root. */
export function judgeTree(root: Process, claimed: Claimed, bench: Bench): Finding {
  const { table } = bench;
  const members = table.tree(root);
  const context = contextOf(root, claimed, members, bench);
  const proofs = askProofs(root, context, bench);
  const parent = responsibleFor(root, table);
  const responsible = context.registered === undefined
    ? refuteParent(root, parent, proofs, bench)
    : responsibleByRegistry(context.registered, root, parent);
  const guards = isJudged(responsible, bench) ? askGuards(members, context, bench) : [];
  const gates = [...guards, ...proofs].sort(byName);
  const decided = decide(root, claimed, responsible, gates, context, bench);
  return { root, members, matcher: claimed.matcher, claim: claimed.claim, responsible, gates, ...decided };
}

/** What stands against touching one member of a tree, the first objection of any guard that is asked of every member. */
export function objectsTo(member: Process, root: Process, claimed: Claimed, bench: Bench): string | undefined {
  const context = contextOf(root, claimed, bench.table.tree(root), bench);
  for (const guard of bench.guards) {
    const objection = guard.asks === "every member" ? guard.object(member, context) : undefined;
    if (objection !== undefined) return objection.because;
  }
  return undefined;
}

function contextOf(root: Process, claimed: Claimed, members: readonly Process[], bench: Bench): Context {
  const registered = bench.table.snapshot.registered === undefined ? undefined : bench.table.registered.get(root.pid);
  return {
    table: bench.table,
    policy: bench.policy,
    claim: claimed.claim,
    lifeline: lifelineIn(root, claimed, bench),
    root,
    tree: new Set(members.map((member) => member.pid)),
    ...(registered === undefined ? {} : { registered }),
    isOrphan: (pid) => bench.isOrphan(pid),
    isAgents: (pid) => isAgents(bench.claims.get(pid)),
    isDisplayTold: () => isDisplayTold(bench),
  };
}

function isAgents(claimed: Claimed | undefined): boolean {
  return claimed !== undefined && claimed.claim.debris !== true;
}

const displays = new WeakMap<Bench["claims"], boolean>();

/** Of those who are claimed and lost their parent everything is read: somebody among them shows whether a table tells it. */
function isDisplayTold({ claims, table }: Bench): boolean {
  let told = displays.get(claims);
  if (told !== undefined) return told;
  told = false;
  for (const pid of claims.keys()) told ||= table.get(pid)?.display !== undefined;
  displays.set(claims, told);
  return told;
}

/** A tree whose parent is responsible needs no guard, unless somebody wants to see them all. */
function isJudged(responsible: Responsible, bench: Bench): boolean {
  return responsible.who !== "living" || bench.full === true || bench.policy.maxAgeMs !== undefined ||
    bench.policy.pids !== undefined;
}

function askProofs(root: Process, context: Context, bench: Bench): Gate[] {
  const gates: Gate[] = [];
  const isFull = bench.full === true;
  for (const proof of bench.proofs) {
    const evidence = proof.find(root, context);
    if (evidence !== undefined) gates.push({ kind: "proof", name: proof.name, pid: root.pid, evidence });
    else if (isFull) gates.push({ kind: "proof", name: proof.name, pid: root.pid });
  }
  return gates;
}

function askGuards(members: readonly Process[], context: Context, bench: Bench): Gate[] {
  const gates: Gate[] = [];
  const { root } = context;
  const isFull = bench.full === true;
  const living = members.filter((member) => member === root || !hasEnded(member));
  // Those that are asked of the root alone doubt that nobody wants it. Of an orphan on record it is known: it was to end
  // with its originator.
  const doubted = wasToEnd(context) ? [] : [root];
  for (const guard of bench.guards) {
    for (const process of guard.asks === "root" ? doubted : living) {
      const objection = guard.object(process, context);
      if (objection !== undefined) gates.push({ kind: "guard", name: guard.name, pid: process.pid, objection });
      else if (isFull && process === root) {
        gates.push({ kind: "guard", name: guard.name, pid: process.pid });
      }
    }
  }
  return gates;
}

function byName(a: Gate, b: Gate): number {
  return a.kind === b.kind ? (a.name === b.name ? a.pid - b.pid : a.name < b.name ? -1 : 1) : a.kind < b.kind ? -1 : 1;
}

interface Decision {
  readonly verdict: Verdict;
  readonly confidence?: Confidence;
  readonly because: string;
}

function decide(
  root: Process,
  claimed: Claimed,
  responsible: Responsible,
  gates: readonly Gate[],
  context: Context,
  bench: Bench,
): Decision {
  const against = objection(root, gates);
  if (responsible.who === "living") {
    if (isStale(root, claimed, against, context)) {
      return { verdict: "stale", because: `older than the limit, and ${responsible.because}` };
    }
    const isHealthy = context.registered?.state === "healthy";
    return { verdict: isHealthy ? "healthy" : "owned", because: responsible.because };
  }
  if (against !== undefined) return against;
  const level = confidenceIn(root, claimed, responsible, gates, bench);
  if (responsible.who === "unknown") {
    const isPidOne = mayBePidOnes(root, responsible, context);
    if (!isPidOne || !outdoesPidOne(root, level, gates, context)) {
      return { verdict: isPidOne ? "unsure" : "spared", because: responsible.because };
    }
  }
  if (level !== undefined && isEnough(level, bench.policy)) {
    return { verdict: "orphan", confidence: level, because: reason(responsible, gates) };
  }
  if (isStale(root, claimed, undefined, context)) {
    return { verdict: "stale", because: `older than the limit, and ${responsible.because}` };
  }
  return { verdict: "unsure", because: `${responsible.because}, but nothing proves that nobody is there` };
}

/** Whether a pid 1 may be its parent or have adopted it; in a container that is the one of its own namespace. */
function mayBePidOnes(root: Process, { pid }: Responsible, { table }: Context): boolean {
  const parent = table.parent(root);
  if (!isBeyond(root, table) || parent === undefined) return pid === 1;
  return areTogether(root, parent) && isInnerInit(parent);
}

/**
 * Were pid 1 the parent, it would hold the other end. The ends of what a script starts in a pipeline are held by others: what
 * only prints is a script's own for as long as it is of the script's session. In a container pid 1 is most often a shell:
 * there it must be something that is asked and answers, and of another session than pid 1, as nothing is that a script starts.
 */
function outdoesPidOne(
  root: Process,
  level: Confidence | undefined,
  gates: readonly Gate[],
  { table, lifeline }: Context,
): boolean {
  const pidOne = table.parent(root);
  if (level !== "proven" || pidOne === undefined || mayBeAgent(pidOne, table)) return false;
  if (mayTalk(pidOne, root)) return false;
  const session = pidOne.sid;
  const isOfSession = session === undefined || root.sid === undefined || root.sid === session;
  if (!isBeyond(root, table)) {
    const runs = commandOf(pidOne);
    return !(isOfSession && lifeline === "output" && runs !== undefined && mayPipe(runs));
  }
  if (isOfSession) return false;
  return lifeline === "stdio" && gates.some(({ name, evidence }) => name === "lifeline" && evidence !== undefined);
}

/**
 * Whether it holds one end of what it would talk through, or nobody knows who does, or whether anybody: it may have closed
 * the other itself.
 */
function mayTalk({ pid }: Process, root: Process): boolean {
  return root.stdio?.some(({ fd, kind, peer, holders }) => {
    if (fd === 2 || kind === "tty" || peer === "gone") return false;
    return peer === "live" ? holders?.includes(pid) !== false : kind === "pipe" || kind === "socket";
  }) === true;
}

/**
 * Whether it could be the root of all this, had more been read of it. Ours is often root's, and its program hidden from
 * ordinary users: of that one its own words are enough.
 */
function mayBeAgent(pidOne: Process, table: Table): boolean {
  if (pidOne.argv === undefined || isApplicationInDoubt(pidOne, table)) return true;
  return pidOne.exe === undefined && isBeyond(pidOne, table);
}

/** The strongest objection: one on the root spares, one on a member or an unknown makes the tree unsure. */
function objection(root: Process, gates: readonly Gate[]): Decision | undefined {
  const against = gates.filter((gate) => gate.objection !== undefined);
  const spared = against.find((gate) => gate.pid === root.pid && gate.objection?.stands === "spare");
  if (spared !== undefined) return { verdict: "spared", because: spared.objection?.because as string };
  const first = against[0];
  if (first === undefined) return undefined;
  const because = first.objection?.because as string;
  return { verdict: "unsure", because: first.pid === root.pid ? because : `pid ${first.pid} of its tree: ${because}` };
}

function reason(responsible: Responsible, gates: readonly Gate[]): string {
  const evidence = gates.filter((gate) => gate.evidence !== undefined);
  const strong = evidence.find((gate) => gate.evidence?.strength === "strong");
  const told = strong === undefined ? evidence : [strong];
  return [responsible.because, ...told.map((gate) => gate.evidence?.because)].join("; ");
}
