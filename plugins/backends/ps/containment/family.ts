/**
 * Who descends from a process, as far as looks at the table tell. A parent that has ended is not named by
 * anybody, so who belonged once is remembered, by pid and start. Pure.
 *
 * What is told: a child of one that belongs; one in a process group or session that one that belongs
 * made; one that carries the tag of the run in its environment. What is not: a process that between two looks
 * lost its parent, and left group and session, and whose environment is not shown.
 *
 * @module
 */

/** A row of the table, as far as it matters here. */
export interface Row {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  /** Undefined where it could not be asked. */
  readonly sid?: number;
  /** Its start; who has none belongs to nobody. */
  readonly startToken?: string;
  /** It has ended, and nobody has collected it. */
  readonly isZombie: boolean;
}

/** Who belongs. */
export interface Family {
  /** By pid; the start makes it one. */
  readonly members: ReadonlyMap<number, Row>;
  /** Process groups that a member made, and sessions. */
  readonly groups: ReadonlySet<number>;
  readonly sessions: ReadonlySet<number>;
}

/** Nobody yet. */
export const NOBODY: Family = { members: new Map(), groups: new Set(), sessions: new Set() };

/** Whose descendants are meant. */
export interface Root {
  readonly pid: number;
  readonly startToken: string;
  /** Children of its that are not meant, and all below them: those it had before, and our own. */
  readonly without: ReadonlyMap<number, string>;
  /** The group and the session that it was put into by others. */
  readonly pgid: number;
  readonly sid: number | undefined;
}

/** Who belongs now, out of who did at the last look and the table. `tagged`: those that carry the tag. */
export function familyOf(root: Root, before: Family, rows: readonly Row[], tagged: ReadonlySet<number>): Family {
  const table = new Map(rows.map((row) => [row.pid, row]));
  const outside = outsiders(root, rows, table);
  const members = new Map<number, Row>();
  for (const [pid, known] of before.members) {
    const row = table.get(pid);
    // Its start was not told this time: nothing says that it is another one. It gets no signal until it is told.
    if (row !== undefined && row.startToken === undefined) members.set(pid, known);
    if (row !== undefined && row.startToken === known.startToken) members.set(pid, row);
  }
  const groups = stillThere(before.groups, before, members, table, groupOf);
  const sessions = stillThere(before.sessions, before, members, table, sessionOf);
  // It made these itself: nobody else can have its number as long as somebody is in them.
  const noteMade = ({ pid, pgid, sid }: Row): void => {
    if (pgid === pid && pgid !== root.pgid) groups.add(pid);
    if (sid === pid && sid !== root.sid) sessions.add(pid);
  };
  members.forEach(noteMade);
  const belongs = (row: Row): boolean =>
    isChildOf(row, table, (parent) => members.has(parent.pid) || isRoot(parent, root)) ||
    tagged.has(row.pid) || groups.has(row.pgid) || (row.sid !== undefined && sessions.has(row.sid));
  for (let grew = true; grew;) {
    grew = false;
    for (const row of rows) {
      if (isRoot(row, root) || members.has(row.pid) || outside.has(row.pid)) continue;
      // Who was there before is no descendant, whatever it is in.
      if (!isOlder(root.startToken, row.startToken) || !belongs(row)) continue;
      members.set(row.pid, row);
      noteMade(row);
      grew = true;
    }
  }
  return { members, groups, sessions };
}

/** Those of it that live. */
export function livingOf({ members }: Family): Row[] {
  return [...members.values()].filter(({ isZombie }) => !isZombie);
}

type NumberOf = (row: Row) => number | undefined;
const groupOf: NumberOf = ({ pgid }) => pgid;
const sessionOf: NumberOf = ({ sid }) => sid;

/**
 * Which groups, or sessions, are still the same: their maker was there at the last look, or a member was in it
 * then and is now. As long as somebody is in it, the system gives its number to no new process.
 */
function stillThere(
  made: ReadonlySet<number>,
  before: Family,
  members: ReadonlyMap<number, Row>,
  table: ReadonlyMap<number, Row>,
  numberOf: NumberOf,
): Set<number> {
  return new Set([...made].filter((number) => {
    // Another process has the number: in between nobody was in it.
    if (table.has(number) && !members.has(number)) return false;
    return before.members.has(number) || [...members].some(([pid, row]) => {
      return numberOf(row) === number && numberOf(before.members.get(pid) as Row) === number;
    });
  }));
}

function outsiders(root: Root, rows: readonly Row[], table: ReadonlyMap<number, Row>): Set<number> {
  const outside = new Set<number>();
  for (const [pid, startToken] of root.without) if (table.get(pid)?.startToken === startToken) outside.add(pid);
  for (let grew = outside.size > 0; grew;) {
    grew = false;
    for (const row of rows) {
      if (outside.has(row.pid) || !isChildOf(row, table, (parent) => outside.has(parent.pid))) continue;
      outside.add(row.pid);
      grew = true;
    }
  }
  return outside;
}

function isChildOf(row: Row, table: ReadonlyMap<number, Row>, of: (parent: Row) => boolean): boolean {
  const parent = table.get(row.ppid);
  return parent !== undefined && of(parent) && isOlder(parent.startToken, row.startToken);
}

function isRoot({ pid, startToken }: Row, root: Root): boolean {
  return pid === root.pid && startToken === root.startToken;
}

/** Starts are counts of a unit that grows. */
function isOlder(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && BigInt(one) <= BigInt(other);
}
