/**
 * Single processes, read afresh: by a `ps` that is asked for them and for ourselves. Our own row in
 * the answer shows that it is one; who is then missing from it is gone.
 *
 * @module
 */
import { columns, type Dialect, parseRows } from "./columns.ts";
import type { Again, Now } from "./hold.ts";
import type { Tools } from "./run.ts";
import { exactStarts } from "./starts.ts";
import { draftOf } from "./table.ts";

/** How old an answer about who still lives may be. */
const LATELY_MS = 100;

/** Reads processes again by `ps`. */
export function readAgain(tools: Tools, ps: string, dialect: Dialect): Again {
  const watched = new Set<number>();
  let recent: ReadonlyMap<number, Now> | undefined;
  let readAt = -Infinity;

  const read = (pids: Iterable<number>): ReadonlyMap<number, Now> | undefined => {
    const list = [...new Set([process.pid, ...pids])].join(",");
    const parent = process.ppid;
    const output = tools.run(ps, [...columns(dialect), "-p", list]);
    if (typeof output === "string") return undefined;
    const { rows } = parseRows(output.text, dialect);
    const own = rows.find((row) => row.pid === process.pid);
    if (own === undefined || (own.ppid !== parent && own.ppid !== process.ppid)) return undefined;
    const starts = exactStarts(dialect, own);
    const found = new Map<number, Now>();
    for (const row of rows) {
      if (found.has(row.pid)) return undefined;
      found.set(row.pid, { draft: { ...draftOf(row, dialect), ...starts(row) }, command: row.command });
    }
    return found;
  };

  return {
    now(pid) {
      const found = read([pid]);
      return found === undefined ? undefined : found.get(pid) ?? "gone";
    },
    lately(pid) {
      const now = performance.now();
      if (now - readAt > LATELY_MS) {
        recent = read(watched);
        readAt = performance.now();
      }
      if (recent === undefined || !watched.has(pid)) return undefined;
      return recent.get(pid) ?? "gone";
    },
    watch: (pid) => {
      watched.add(pid);
      readAt = -Infinity;
    },
    unwatch: (pid) => void watched.delete(pid),
  };
}
