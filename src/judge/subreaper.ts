/**
 * Whether a living parent only took a tree in. Pure.
 *
 * @module
 */
import { sameOwner } from "../process.ts";
import type { Process } from "../process.ts";
import type { Gate, Responsible } from "../report.ts";
import type { Table } from "../table.ts";
import { adopterKind } from "../vocabulary/adopters.ts";
import { commandOf } from "../vocabulary/command.ts";
import { isApplicationInDoubt, isKept } from "../vocabulary/kept.ts";
import { isMultiplexer } from "../vocabulary/multiplexers.ts";
import { isBeyond } from "../vocabulary/namespaces.ts";
import { recordedOwner } from "../vocabulary/owner.ts";
import { runOf } from "../vocabulary/run-tag.ts";
import { isShell } from "../vocabulary/shells.ts";
import { mayBeWorkedInBy } from "../vocabulary/workplaces.ts";
import type { Bench } from "./bench.ts";
import { claimOne } from "./claims.ts";

/** The same that shells do: they run lines of a person's, with variables out of files. */
const HANDS_ON = new Set(["make", "gmake", "just", "task", "mise", "dotenv", "dotenvx", "op", "doppler", "timeout"]);

/**
 * The kernel does not tell who is a subreaper: any living process may have adopted the root. It did
 * when the owner on record is dead, something strong beside that says nobody is there, and the parent
 * does not name that owner itself: environments are inherited, so who started it would.
 */
export function refuteParent(
  root: Process,
  responsible: Responsible,
  proofs: readonly Gate[],
  bench: Bench,
): Responsible {
  const { table, matchers } = bench;
  if (responsible.who !== "living" || table.host.platform === "win32" || isBeyond(root, table)) return responsible;
  const strong = proofs.find((gate) => gate.name !== "owner" && gate.evidence?.strength === "strong");
  const owner = strong === undefined ? undefined : recordedOwner(root, table);
  const parent = table.parent(root);
  if (owner?.fate !== "dead" || parent === undefined) return responsible;
  const runs = commandOf(parent);
  // No shell asks to adopt; what it hands on may be none of its own (direnv, `env`, an `.env` that an agent wrote).
  if (runs !== undefined && (isShell(runs) || HANDS_ON.has(runs.program))) return responsible;
  // Nor do tmux, editors and terminals: with which environment they start what a person types is theirs and that one's.
  if (isMultiplexer(parent) || mayBeWorkedInBy(parent)) return responsible;
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

/** cron and atd are no subreapers: who has one above it is its job. */
function runsJobs({ name }: Process): boolean {
  return name !== undefined && /^(?:CRON|f?cron|crond|anacron|atd)$/.test(name);
}
