/**
 * Judges one tree: who is responsible, what stands against ending it, what proves that nobody is
 * there. The fold is commutative: one objection spares, evidence adds up, order means nothing.
 *
 * @module
 */
import { adopterKind, responsibleFor } from "../vocabulary/adopters.ts";
import { lifelineIn, mayServe } from "./asked.ts";
import { claimOne, isShared } from "./claims.ts";
import type { Claimed } from "./claims.ts";
import type { Confidence, Context, Policy } from "../contract.ts";
import { commandOf } from "../vocabulary/command.ts";
import { livingLeader } from "../vocabulary/groups.ts";
import { isApplicationInDoubt, isKept, surelyHasWindow } from "../vocabulary/kept.ts";
import { launched } from "../vocabulary/launch.ts";
import { mayServeOthers } from "../vocabulary/listening.ts";
import { areTogether, isBeyond, isInnerInit } from "../vocabulary/namespaces.ts";
import { recordedOwner } from "../vocabulary/owner.ts";
import { hasEnded, sameOwner } from "../process.ts";
import type { Plugins } from "../plugins.ts";
import type { Process } from "../process.ts";
import { runOf } from "../vocabulary/run-tag.ts";
import { wasToEnd } from "../vocabulary/was-to-end.ts";
import { tells } from "../vocabulary/told.ts";
import { responsibleByRegistry } from "../registry/responsible.ts";
import type { Finding, Gate, Responsible, Verdict } from "../report.ts";
import { isStale } from "./stale.ts";
import type { Table } from "../table.ts";

/** All that judging takes beside the tree itself. */
export interface Bench extends Pick<Plugins, "matchers" | "guards" | "proofs"> {
  readonly table: Table;
  readonly policy: Policy;
  readonly claims: ReadonlyMap<number, Claimed>;
  /** Whether a pid is of a tree that is known to be an orphan. */
  isOrphan(pid: number): boolean;
  /** Keep every gate of the root, also those that said nothing. */
  readonly full?: boolean;
}

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

/** cron and atd are no subreapers: who has one above it is its job. */
function runsJobs({ name }: Process): boolean {
  return name !== undefined && /^(?:CRON|f?cron|crond|anacron|atd)$/.test(name);
}

/** A tree whose parent is responsible needs no guard, unless somebody wants to see them all. */
function isJudged(responsible: Responsible, bench: Bench): boolean {
  return responsible.who !== "living" || bench.full === true || bench.policy.maxAgeMs !== undefined ||
    bench.policy.pids !== undefined;
}

/** The same that shells do: they run lines of a person's, with variables out of files. */
const HANDS_ON = new Set(["make", "gmake", "just", "task", "mise", "dotenv", "dotenvx", "op", "doppler", "timeout"]);

/**
 * The kernel does not tell who is a subreaper: any living process may have adopted the root. It did
 * when the owner on record is dead, something strong beside that says nobody is there, and the parent
 * does not name that owner itself: environments are inherited, so who started it would.
 */
function refuteParent(root: Process, responsible: Responsible, proofs: readonly Gate[], bench: Bench): Responsible {
  const { table, matchers } = bench;
  if (responsible.who !== "living" || table.host.platform === "win32" || isBeyond(root, table)) return responsible;
  const strong = proofs.find((gate) => gate.name !== "owner" && gate.evidence?.strength === "strong");
  const owner = strong === undefined ? undefined : recordedOwner(root, table);
  const parent = table.parent(root);
  if (owner?.fate !== "dead" || parent === undefined) return responsible;
  const runs = commandOf(parent);
  // No shell asks to adopt; what it hands on may be none of its own (direnv, `env`, an `.env` that an agent wrote).
  if (runs !== undefined && (runs.interpreter === "shell" || HANDS_ON.has(runs.program))) return responsible;
  // Who took it in has no part in what it says and hears.
  if (root.stdio?.some(({ holders }) => holders?.includes(parent.pid) === true) === true) return responsible;
  if (parent.env === undefined || parent.env[owner.variable] === root.env?.[owner.variable]) return responsible;
  // Our own run ends what it contains by itself.
  if (runOf(root, table)?.fate === "alive") return responsible;
  // Somebody above it may be the agent that it belongs to, known by a name that no matcher hints at, or not to be seen.
  for (const ancestor of table.ancestors(root)) {
    if (ancestor.argv === undefined || runsJobs(ancestor)) return responsible;
    if (claimOne(ancestor, table, matchers) !== undefined) return responsible;
    if (isApplicationInDoubt(ancestor, table)) return responsible;
    if (mayBeDebris(ancestor, root, table)) return responsible;
  }
  return { who: "nobody", pid: parent.pid, because: `adopted by pid ${parent.pid}: ${owner.because}` };
}

/** Were more known of it, or of its owner, it might be debris, and what is below it would be judged with it. */
function mayBeDebris(ancestor: Process, { uid }: Process, table: Table): boolean {
  const isAnothers = ancestor.uid !== undefined && uid !== undefined && !sameOwner(ancestor.uid, uid);
  if (ancestor.cwdDeleted === false || isAnothers || isKept(ancestor, table)) return false;
  const adopter = adopterKind(ancestor, table);
  if (adopter !== undefined && adopter !== "unknown pid 1") return false;
  return ancestor.env === undefined || recordedOwner(ancestor, table) !== undefined;
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
  const level = confidence(root, claimed, responsible, gates, bench);
  if (responsible.who === "unknown") {
    const isPidOne = mayBePidOnes(root, responsible, context);
    if (!isPidOne || !outdoesPidOne(root, level, gates, context)) {
      return { verdict: isPidOne ? "unsure" : "spared", because: responsible.because };
    }
  }
  if (level !== undefined && isEnough(level, wanted(bench.policy))) {
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
 * Were pid 1 the parent, it would hold the other end. In a container it is most often a shell, and the ends of what
 * that starts in a pipeline are held by others: there it must be something that is asked and answers, and of another
 * session than pid 1, as nothing is that a script starts.
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
  if (!isBeyond(root, table)) return true;
  const session = pidOne.sid;
  if (session === undefined || root.sid === undefined || root.sid === session) return false;
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

/** How sure one can be that nobody is there; undefined when nothing says so. */
function confidence(
  root: Process,
  claimed: Claimed,
  responsible: Responsible,
  gates: readonly Gate[],
  bench: Bench,
): Confidence | undefined {
  const strong = gates.filter((gate) => gate.evidence?.strength === "strong").length;
  if (strong > 0) return "proven";
  const weak = gates.filter((gate) => gate.evidence?.strength === "weak").map((gate) => gate.name);
  // Idle is not orphaned: what listens needs more, but for an agent's own server whose owner is dead and whose directory
  // has been deleted. What is claimed by nothing but these two (a database, a build's daemon) may serve anybody, and what
  // all sessions share was started by whichever came first.
  // A tool call's shell is not asked by anybody: what it waits for is.
  const line = claimed.claim.role === "shell" ? bench.table.tree(root) : launched(root, bench.table);
  const listens = line.some(mayServeOthers);
  const serves = claimed.claim.shared === true ||
    line.some((process) => process !== root && mayServe(process, bench));
  const isOutlived = claimed.claim.debris !== true && weak.includes("owner") && weak.includes("directory");
  if (weak.length >= 2 && !serves && (!listens || isOutlived)) return "likely";
  if (responsible.who !== "nobody" || serves || isShared(claimed.claim)) return undefined;
  const isExpected = claimed.claim.detached === true;
  return isExpected || canProve(bench.table) || listens || isLed(root, bench) ? "adopted" : "likely";
}

/**
 * Whether who leads its process group lives, and may have put it in the background: a script, an agent. Applications
 * lead whatever they ever started.
 */
function isLed(root: Process, { table, isOrphan }: Bench): boolean {
  const leader = livingLeader(root, table);
  if (leader === undefined || leader === "unknown") return leader === "unknown";
  return !isOrphan(leader.pid) && !surelyHasWindow(leader, table);
}

/**
 * Where the other ends of standard streams can be seen, their silence counts: a parent that is gone
 * is not enough. macOS tells through lsof, and a table taken without it tells nothing.
 */
function canProve(table: Table): boolean {
  if (table.host.platform === "linux") return true;
  return table.host.platform === "darwin" && tells(table, "stdio");
}

/** Over other people's processes, and over those in containers, nobody has a say who only thinks so. */
function wanted({ allUsers, hostNamespaces, confidence }: Policy): Confidence {
  return allUsers === true || hostNamespaces === true ? "proven" : confidence;
}

const LEVELS: readonly Confidence[] = ["adopted", "likely", "proven"];

function isEnough(level: Confidence, wanted: Confidence): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(wanted);
}

function reason(responsible: Responsible, gates: readonly Gate[]): string {
  const evidence = gates.filter((gate) => gate.evidence !== undefined);
  const strong = evidence.find((gate) => gate.evidence?.strength === "strong");
  const told = strong === undefined ? evidence : [strong];
  return [responsible.because, ...told.map((gate) => gate.evidence?.because)].join("; ");
}
