/**
 * What the end of a session takes with it: its processes on record and all below them. That somebody
 * ends it says that nobody needs them; what protects a process from everybody protects it still. Pure.
 *
 * @module
 */
import { claimAll, claimsIn } from "../judge/claims.ts";
import type { Claimed } from "../judge/claims.ts";
import type { Judgement } from "../classify.ts";
import type { Policy, Process } from "../contract.ts";
import { hasVanished } from "../process.ts";
import type { Plugins } from "../plugins.ts";
import { isToldOnly, toldOnlyRule } from "../policy.ts";
import type { Finding } from "../report.ts";
import type { Table } from "../table.ts";
import { objectsTo } from "../judge/verdict.ts";
import { keyFor } from "./entry.ts";
import { judgeRegistered } from "./judge.ts";
import type { SessionView } from "./sessions.ts";

/** Guards that doubt whether nobody needs it. Of these somebody who ends a session knows better. */
const DOUBTS: ReadonlySet<string> = new Set([
  "ci-runner",
  "clients",
  "living-terminal",
  "registered",
  "supervised",
  "vendor-registry",
]);

/** The plugins that the end of a session is decided with. */
export function pluginsForEnding(plugins: Plugins): Plugins {
  const guards = plugins.guards.filter(({ asks, name }) => asks === "every member" && !DOUBTS.has(name));
  return { ...plugins, guards };
}

/** The trees of a session as findings: `orphan` is ended, `spared` stays. `plugins`: see pluginsForEnding. */
export function judgeEnding(view: SessionView, table: Table, plugins: Plugins, policy: Policy): Judgement {
  const claims = claimAll(table, plugins.matchers);
  const judge = (
    root: Process,
    members: readonly Process[],
    seen: Table,
    claims: ReadonlyMap<number, Claimed>,
  ): Finding => {
    const claimed = claims.get(root.pid) as Claimed;
    const bench = {
      ...plugins,
      table: seen,
      policy,
      proofs: [],
      claims,
      isOrphan: () => false,
    };
    const against = members.filter((member) => !hasVanished(member)).map((member) => {
      const because = belongsElsewhere(member, view, seen) ?? objectsTo(member, root, claimed, bench);
      return because === undefined
        ? undefined
        : member === root
        ? because
        : `pid ${member.pid} of its tree: ${because}`;
    }).find((because) => because !== undefined) ?? toldOnly(claimed, policy);
    return {
      root,
      members,
      matcher: claimed.matcher,
      claim: claimed.claim,
      gates: [],
      responsible: { who: "nobody", because: "its session is ended" },
      verdict: against === undefined ? "orphan" : "spared",
      because: against ?? "its session is ended",
    };
  };
  const findings = view.trees.map(({ root, members }) => judge(root, members, table, claims));
  const registered = judgeRegistered(table, findings).filter(({ entry }) => entry.session === view.id);
  const over = registered.filter(({ verdict }) => verdict === "dead" || verdict === "replaced");
  const ending = findings.filter(({ verdict }) => verdict === "orphan").flatMap(({ members }) => members);
  const plan = {
    terminate: ending.map(({ pid }) => pid).sort((a, b) => a - b),
    remove: [],
    unregister: over.map(({ entry }) => keyFor(entry)),
  };
  const again = (root: Process, grown: Table): Finding["verdict"] =>
    judge(root, grown.tree(root), grown, claimsIn(grown, table, claims)).verdict;
  return { table, claims, findings, leftovers: [], registered, plan, again };
}

/** Also whoever ends a session does not end what they have said is never ended. */
function toldOnly({ matcher }: Claimed, policy: Policy): string | undefined {
  return isToldOnly(matcher, policy) ? toldOnlyRule(matcher) : undefined;
}

/** Below it lies something that somebody else has on record and answers for. */
function belongsElsewhere({ pid }: Process, { id }: SessionView, table: Table): string | undefined {
  const standing = table.registered.get(pid);
  if (standing === undefined || standing.entry.session === id || standing.state === "orphan") return undefined;
  return standing.entry.session === undefined ? standing.because : `it belongs to session ${standing.entry.session}`;
}
