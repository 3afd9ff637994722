import { firstByPid, isZombie } from "../../src/process.ts";
import { isCalledClaude, mayRunClaude } from "../../src/vocabulary/claude-names.ts";
import { recordedOwner } from "../../src/vocabulary/owner.ts";
import { perTable } from "../../src/vocabulary/per-table.ts";
import { toolSessionBegan } from "../../src/vocabulary/tool-shell.ts";
import type { Context, Guard, Process } from "../../src/contract.ts";

/** A session took its snapshot as it began, and takes it at its first command since: a person may have read and typed before. */
const BEGINNING_MS = 10 * 60_000;
/**
 * One that was opened in the morning gives its first command in the afternoon. So late it may have been any session of that
 * day: only who is called like one is asked, and only where no owner on record tells that it is dead.
 */
const DAY_MS = 8 * 3_600_000;
/** Platforms round their clocks. */
const ROUNDING_MS = 1000;

/**
 * `(cd web && npm run dev) &`: the shell of the tool call ends, the subshell that waits keeps its whole command line and
 * loses its parent. The session that asked for it goes on, and knows it as its own.
 */
const livingSession: Guard = {
  name: "living-session",
  summary: "shells of tool calls whose session is alive",
  asks: "every member",
  needs: ["command", "executable"],
  object(process, context) {
    const began = toolSessionBegan(process);
    if (began === undefined) return undefined;
    const { table, root } = context;
    const session = sessionOf(began, BEGINNING_MS, context);
    if (session !== undefined) {
      return { stands: "spare", because: `the session that asked for it (pid ${session.pid}) is alive` };
    }
    if (recordedOwner(root, table)?.fate === "dead") return undefined;
    // Below a parent it is that one's.
    const late = process === root ? sessionOf(began, DAY_MS, context) : undefined;
    if (late !== undefined) {
      return { stands: "unsure", because: `a session that is alive (pid ${late.pid}) may have asked for it` };
    }
    if (table.snapshot.partial !== true) return undefined;
    return { stands: "unsure", because: "this table leaves processes out: its session may be one of them" };
  },
};

/** Of most processes only the table's own facts are read: who is mistaken for a session spares, and no more. */
function sessionOf(began: number, withinMs: number, { table, tree, isOrphan }: Context): Process | undefined {
  return firstByPid(sessionsIn(table), (one) => {
    const { startedAt, name } = one;
    if (startedAt !== undefined && (startedAt > began + ROUNDING_MS || startedAt < began - withinMs)) return false;
    if (withinMs > BEGINNING_MS && name !== undefined && !isCalledClaude(name)) return false;
    return !isZombie(one) && !tree.has(one.pid) && !isOrphan(one.pid);
  });
}

/** Whoever may be a session by its name: every shell of a tool call asks for them. */
const sessionsIn = perTable((table): readonly Process[] => {
  const found: Process[] = [];
  const known = new Map<string | undefined, boolean>();
  for (const one of table.processes) {
    const { name, argv, exe } = one;
    // A kernel thread, or one that has ended.
    if (argv === null && typeof exe !== "string") continue;
    let is = known.get(name);
    if (is === undefined) known.set(name, is = mayRunClaude(name));
    if (is) found.push(one);
  }
  return found;
});

export default livingSession;
