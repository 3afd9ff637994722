/**
 * Looks at all that descends from one process, and ends it. Each look is one `ps` (table.ts, which checks
 * itself each time), and one more for those that it has not seen, which tells their environments.
 *
 * @module
 */
import { kill } from "node:process";
import type { Draft } from "../../../../src/contract.ts";
import { RUN_VARIABLE } from "../../../../src/vocabulary/run-tag.ts";
import { standstill } from "../../../../src/vocabulary/standstill.ts";
import { columns, type Dialect, parseRows } from "../columns.ts";
import type { Tools } from "../run.ts";
import { exactStarts } from "../starts.ts";
import { draftOf, type Look, look } from "../table.ts";
import { type Family, familyOf, livingOf, NOBODY, type Root, type Row } from "./family.ts";

/** How environments are asked for, before and behind the columns (ps(1) of macOS and of procps). */
const ENVIRONMENT: Readonly<Record<Dialect, readonly [before: readonly string[], behind: readonly string[]]>> = {
  darwin: [["-E"], []],
  // Only in the old form, without a dash.
  procps: [[], ["e"]],
};

const KILL_MS = 10_000;
/** Who becomes another program, or loses its parent, during a look is told at the next. Longer than this it is something else. */
const UNDECIDED_MS = 1_000;
/** Between two looks while something is being ended. */
const ENDING_MS = 40;

/** How things are ended. */
export interface Ending {
  /** How long what is to end may take by itself. */
  readonly graceMs: number;
  /** What has a session of its own stays. */
  readonly detachOk: boolean;
  /** How many looks in a row have to find nothing: one alone may miss who is being forked, or becomes another program. */
  readonly quietLooks: number;
  /** Waits so long; true: somebody is out of patience. */
  readonly wait: (ms: number) => boolean | Promise<boolean>;
}

/** Where the watch looks from. */
export interface Place {
  readonly tools: Tools;
  readonly ps: string;
  readonly dialect: Dialect;
  /** The session of a process, as the system tells it; undefined when it does not. */
  readonly sessionOf: (pid: number) => number | undefined;
}

/** Whom it has to do with. */
export class Watch {
  readonly #place: Place;
  readonly #root: Root;
  readonly #own: ReadonlySet<number>;
  #family: Family = NOBODY;
  #tag: string | undefined;
  /** Of whom the environment has been asked, and what they called themselves then. */
  readonly #asked = new Map<number, string>();
  /** Of how many the last look could not tell. */
  #undecided = 0;

  /** `own`: processes of ours, which are never meant, and whose children are not either. */
  constructor(place: Place, root: Root, own: readonly number[]) {
    this.#place = place;
    this.#root = root;
    this.#own = new Set(own);
  }

  /** What all that belongs carries. */
  carries(tag: string): void {
    this.#tag = tag;
    this.#asked.clear();
  }

  /**
   * Looks; tells whether there was anybody new.
   *
   * @throws {Error} When the table cannot be trusted.
   */
  look(): { readonly grew: boolean; readonly isRootThere: boolean } {
    const { tools, ps, dialect } = this.#place;
    const seen = look(tools, ps, dialect);
    if (seen.clockIsOff) throw new Error(`${ps} tells starts that do not fit the clock`);
    const rows = seen.drafts.filter(({ pid, ppid }) => !this.#own.has(pid) && !this.#own.has(ppid)).map((draft) =>
      rowOf(draft, this.#place)
    );
    const before = this.#family;
    this.#family = familyOf(this.#root, before, rows, this.#taggedAmong(rows, seen));
    const root = rows.find(({ pid }) => pid === this.#root.pid);
    return {
      grew: [...this.#family.members].some(([pid, { startToken }]) =>
        before.members.get(pid)?.startToken !== startToken
      ),
      // Its start not told this time says nothing.
      isRootThere: root !== undefined && (root.startToken ?? this.#root.startToken) === this.#root.startToken &&
        !root.isZombie,
    };
  }

  /** Our own start, by a look at ourselves alone. */
  ownStart(): string {
    const own = this.#again([])?.get(process.pid)?.startToken;
    if (own === undefined) throw new Error(`${this.#place.ps} does not tell when we were started`);
    return own;
  }

  /** Whether environments can be seen at all: our own has at least this. */
  seesEnvironments(): boolean {
    const [name, value] = Object.entries(process.env).find(([, value]) => /^[\w./:-]+$/.test(value ?? "")) ?? [];
    const line = this.#ask([], ENVIRONMENT[this.#place.dialect])?.commands.get(process.pid) ?? "";
    return name !== undefined && `${line} `.includes(` ${name}=${value} `);
  }

  /** Those that live, by the last look. */
  living(): Row[] {
    return livingOf(this.#family);
  }

  /**
   * Ends all of it, and whatever it makes meanwhile: TERM to each when it is first seen, and when the grace
   * period is over STOP to all until nobody new is there, then KILL.
   */
  async end(
    { graceMs, detachOk, quietLooks, wait }: Ending,
  ): Promise<{ readonly detached: number[]; readonly survived: boolean }> {
    const asked = new Set<string>();
    const stopped = new Set<string>();
    let forceAt = performance.now() + graceMs;
    let undecidedSince: number | undefined;
    let stoodMs = 0;
    let roundAt = performance.now();
    for (let quiet = 0;;) {
      const seen = this.#tryToLook();
      const lastAt = roundAt;
      roundAt = performance.now();
      const stood = standstill(ENDING_MS, roundAt - lastAt);
      if (lastAt < forceAt) forceAt += stood;
      else stoodMs += stood;
      if (seen === undefined) {
        // Nothing is known to have gone by a look that failed.
        quiet = 0;
        if (roundAt - forceAt > KILL_MS + stoodMs) return { detached: [], survived: true };
        await wait(ENDING_MS);
        continue;
      }
      const stays = (row: Row): boolean => detachOk && row.sid !== undefined && row.sid !== this.#root.sid;
      const left = this.living().filter((row) => !stays(row));
      if (this.#undecided === 0) undecidedSince = undefined;
      else undecidedSince ??= performance.now();
      const isDecided = undecidedSince === undefined || performance.now() - undecidedSince > UNDECIDED_MS;
      quiet = left.length > 0 || !isDecided ? 0 : quiet + 1;
      if (quiet >= quietLooks) return { detached: this.living().map(({ pid }) => pid), survived: false };
      const rest = forceAt - performance.now();
      if (rest < -KILL_MS - stoodMs) {
        return { detached: this.living().filter(stays).map(({ pid }) => pid), survived: true };
      }
      if (left.length === 0) {
        await wait(ENDING_MS);
        continue;
      }
      if (rest > 0) {
        this.#send(left.filter((row) => isFirst(asked, row)), ["SIGTERM", "SIGCONT"]);
        if (await wait(Math.min(rest, ENDING_MS))) forceAt = performance.now();
        continue;
      }
      const moving = left.filter((row) => isFirst(stopped, row));
      this.#send(moving, ["SIGSTOP"]);
      if (moving.length === 0 && !seen.grew) {
        this.#send(left, ["SIGKILL"]);
        await wait(ENDING_MS);
      }
    }
  }

  #tryToLook(): ReturnType<Watch["look"]> | undefined {
    try {
      return this.look();
    } catch {
      return undefined;
    }
  }

  /** Signals those that are still the same: starts are read again, and then nothing comes in between. */
  #send(rows: readonly Row[], signals: readonly NodeJS.Signals[]): void {
    if (rows.length === 0) return;
    const now = this.#again(rows.map(({ pid }) => pid));
    for (const { pid, startToken } of rows) {
      const draft = now?.get(pid);
      if (startToken === undefined || draft?.startToken !== startToken || pid <= 1 || this.#own.has(pid)) continue;
      try {
        for (const signal of signals) kill(pid, signal);
      } catch {
        // It has ended, or is another person's: the next look tells.
      }
    }
  }

  /** These alone, and ourselves, whose row shows that the answer is one. */
  #again(pids: readonly number[]): Map<number, Draft> | undefined {
    return this.#ask(pids, [[], []])?.drafts;
  }

  /** Who carries the tag, out of those that are not known to belong and are young enough. */
  #taggedAmong(rows: readonly Row[], seen: Look): Set<number> {
    const found = new Set<number>();
    this.#undecided = rows.filter(({ startToken, isZombie }) => startToken === undefined && !isZombie).length;
    const tag = this.#tag;
    if (tag === undefined) return found;
    const unknown = rows.filter(({ pid, startToken, isZombie }) => {
      const command = seen.commands.get(pid);
      if (isZombie || startToken === undefined || command === undefined || pid === this.#root.pid) return false;
      if (BigInt(startToken) < BigInt(this.#root.startToken) || this.#family.members.has(pid)) return false;
      // Whoever becomes another program is asked anew.
      return this.#asked.get(pid) !== `${startToken} ${command}`;
    });
    if (unknown.length === 0) return found;
    const told = this.#ask(unknown.map(({ pid }) => pid), ENVIRONMENT[this.#place.dialect]);
    for (const { pid, startToken } of unknown) {
      const command = seen.commands.get(pid) as string;
      const line = told?.commands.get(pid);
      const again = told?.drafts.get(pid);
      // It has ended since.
      if (told !== undefined && (again === undefined || (again.startToken ?? startToken) !== startToken)) continue;
      if (line === undefined || again?.startToken === undefined || !line.startsWith(command)) {
        // It has become another program since: the next look asks again.
        this.#undecided++;
        continue;
      }
      this.#asked.set(pid, `${startToken} ${command}`);
      if (carriesTag(line, command, tag)) found.add(pid);
    }
    return found;
  }

  #ask(
    pids: readonly number[],
    [before, behind]: readonly [readonly string[], readonly string[]],
  ): { readonly drafts: Map<number, Draft>; readonly commands: Map<number, string> } | undefined {
    const { tools, ps, dialect } = this.#place;
    const list = [...new Set([process.pid, ...pids])].join(",");
    const output = tools.run(ps, [...before, ...columns(dialect), "-p", list, ...behind]);
    if (typeof output === "string") return undefined;
    const { rows } = parseRows(output.text, dialect);
    const own = rows.find(({ pid }) => pid === process.pid);
    if (own === undefined || new Set(rows.map(({ pid }) => pid)).size !== rows.length) return undefined;
    const starts = exactStarts(dialect, own);
    return {
      drafts: new Map(rows.map((row) => [row.pid, { ...draftOf(row, dialect), ...starts(row) }])),
      commands: new Map(rows.map((row) => [row.pid, row.command])),
    };
  }
}

/** Whether what is printed behind the command line, the environment, has the tag. In the command line it is only talk. */
export function carriesTag(line: string, command: string, tag: string): boolean {
  return line.startsWith(command) && `${line.slice(command.length)} `.includes(` ${RUN_VARIABLE}=${tag} `);
}

/** A row of the look, with the session that the system tells of it. */
export function rowOf({ pid, ppid, pgid, startToken, state }: Draft, { sessionOf }: Place): Row {
  const sid = sessionOf(pid);
  return {
    pid,
    ppid: ppid as number,
    pgid: pgid as number,
    ...(sid === undefined ? {} : { sid }),
    ...(startToken === undefined ? {} : { startToken }),
    isZombie: state === "Z",
  };
}

function isFirst(seen: Set<string>, { pid, startToken }: Row): boolean {
  const name = `${pid}.${startToken}`;
  return !seen.has(name) && seen.add(name) !== undefined;
}
