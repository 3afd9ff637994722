/**
 * The whole chain for one pid: what claimed it, its root, who is responsible, every guard, every
 * proof, also those that said nothing.
 *
 * @module
 */
import { rootOf } from "./judge/claims.ts";
import type { Claimed } from "./judge/claims.ts";
import { classify } from "./classify.ts";
import type { Policy } from "./contract.ts";
import type { Plugins } from "./plugins.ts";
import { type Process, sameOwner } from "./process.ts";
import type { Finding, Gate, Responsible, Verdict } from "./report.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Table } from "./table.ts";
import { judgeTree } from "./judge/verdict.ts";

/** Why a process is judged as it is. */
export interface Explanation {
  /** The process that was asked about. */
  readonly process: Process;
  /** What claimed the process itself. */
  readonly claimed?: Claimed;
  /** The topmost claimed process above it, which is judged for all below. */
  readonly root?: Process;
  /** From the process up, over its root, to the topmost living ancestor. */
  readonly chain: readonly Process[];
  /** Who is responsible for the root. */
  readonly responsible?: Responsible;
  /** Every guard and proof that was asked. */
  readonly gates: readonly Gate[];
  /** What was decided. */
  readonly verdict: Verdict;
  /** One sentence that says why. */
  readonly because: string;
  /** The judgement of its tree. */
  readonly finding?: Finding;
}

/** Explains one pid of a snapshot; undefined when no process has it. */
export function explain(snapshot: Snapshot, pid: number, plugins: Plugins, policy: Policy): Explanation | undefined {
  const { table, claims, findings } = classify(snapshot, plugins, policy);
  const process = table.get(pid);
  if (process === undefined) return undefined;
  const chain = [process, ...table.ancestors(process)];
  const above = chain.find((one) => claims.has(one.pid));
  if (above === undefined) {
    return { process, chain, gates: [], verdict: "untouched", because: whyUntouched(process, table, policy) };
  }
  const root = rootOf(above, table, claims);
  const orphans = new Set(
    findings.filter((finding) => finding.verdict === "orphan").flatMap((finding) =>
      finding.members.map((member) => member.pid)
    ),
  );
  const bench = {
    ...plugins,
    table,
    policy,
    claims,
    isOrphan: (pid: number) => orphans.has(pid),
    full: true,
  };
  const finding = judgeTree(root, claims.get(root.pid) as Claimed, bench);
  const claimed = claims.get(pid);
  return {
    process,
    ...(claimed === undefined ? {} : { claimed }),
    root,
    chain,
    responsible: finding.responsible,
    gates: finding.gates,
    verdict: finding.verdict,
    because: finding.because,
    finding,
  };
}

/** Who could not be read may be anything: of that one nobody says that it is no agent's. */
function whyUntouched({ uid, argv, unread }: Process, { viewer }: Table, { allUsers }: Policy): string {
  if (argv === undefined && allUsers !== true && uid !== undefined && !sameOwner(uid, viewer.uid)) {
    return `it is another user's (${uid}): those are not judged, unless root asks for --all-users`;
  }
  return unread?.["argv"] === undefined
    ? "no matcher claims it, and nothing above it"
    : "its command line could not be read, so no matcher can tell whose it is";
}
