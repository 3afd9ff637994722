/**
 * Inside: many who want one of a few slots, and somebody who kills at random, holders and waiters,
 * the command or the program that waits for it. What happened is told by the workers' own record.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compileC } from "../c-programs.ts";

/** How it is to storm. */
export interface StormOrders {
  readonly binary: string;
  readonly processes: number;
  readonly seconds: number;
  readonly max: number;
  /** How many of the processes are of the other program, in its own directory. */
  readonly others: number;
}

/** What came of it. */
export interface StormTold {
  /** Most that worked at the same time. */
  readonly most: number;
  readonly worked: number;
  readonly workedOfOthers: number;
  readonly killed: {
    readonly waiting: number;
    readonly wrapper: number;
    readonly command: number;
    readonly other: number;
  };
  /** Of those who were not killed: how they ended. */
  readonly codes: Readonly<Record<string, number>>;
  readonly stderr: readonly string[];
  /** The longest that anybody of ours who was not killed had to wait. */
  readonly longestWaitMs: number;
  /** Most who began later, by a second or more, and were served before. */
  readonly mostOvertakers: number;
  /** How many slots can be had at once afterwards, and what status says then. */
  readonly freeAfter: number;
  readonly status: { readonly active: number; readonly waiting: number; readonly stale: readonly unknown[] };
  readonly left: readonly string[];
}

const RECORD_BYTES = 32;

interface Work {
  readonly pid: number;
  readonly from: number;
  readonly last: number;
  readonly theirs: boolean;
}

export default async function storm(orders: StormOrders): Promise<StormTold> {
  const { binary, processes, seconds, max, others } = orders;
  const home = process.env["HOME"] as string;
  const work = compileC("slot-work", home);
  const record = join(home, "record");
  const compat = others > 0 ? ["--compat", "sqlite-graphrag"] : [];
  const directory = join(process.env["XDG_RUNTIME_DIR"] as string, "sqlite-graphrag", "llm-slots");
  const killed = { waiting: 0, wrapper: 0, command: 0, other: 0 };
  const codes: Record<string, number> = {};
  const errors = new Set<string>();
  const living = new Map<number, { readonly theirs: boolean }>();
  const struck = new Set<number>();
  const waits: { from: number; to: number }[] = [];
  let over = false;

  const began = performance.now();
  /** Work is so short that where starting takes long no two would ever be at it at once: then it gets longer. */
  const us = () => {
    const longer = Math.max(1, (performance.now() - began) / 1_000 - seconds);
    return String(Math.floor((3_000 + Math.random() * 25_000) * longer));
  };
  const one = async (theirs: boolean): Promise<void> => {
    while (!over) {
      const from = Bun.nanoseconds();
      const child = Bun.spawn(
        theirs
          ? [work, record, us(), directory, String(max), "60000"]
          : [binary, "slots", "run", "--max", String(max), "--wait", "4m", ...compat, "--", work, record, us()],
        { stdio: ["ignore", "ignore", "pipe"], env: process.env },
      );
      living.set(child.pid, { theirs });
      const said = await new Response(child.stderr).text();
      const code = await child.exited;
      living.delete(child.pid);
      if (struck.delete(child.pid)) continue;
      const key = child.signalCode ?? String(code);
      codes[key] = (codes[key] ?? 0) + 1;
      if (said !== "") errors.add(said);
      if (!theirs && code === 0) waits.push({ from, to: Bun.nanoseconds() });
    }
  };

  const strike = (): void => {
    const pids = [...living.keys()];
    const pid = pids[Math.floor(Math.random() * pids.length)];
    if (pid === undefined) return;
    const { theirs } = living.get(pid) as { theirs: boolean };
    const [child] = theirs ? [] : childrenOf(pid);
    if (child !== undefined && Math.random() < 0.5) {
      // The command alone: its wrapper sees it, and dies of the same.
      killed.command++;
      struck.add(pid);
      kill(child);
      return;
    }
    killed[theirs ? "other" : child === undefined ? "waiting" : "wrapper"]++;
    struck.add(pid);
    kill(pid);
  };

  /** Holders are few among many: aimed at one in three times. */
  const strikeHolder = (): void => {
    const working = read(record).works.slice(-max * 2).map(({ pid }) => pid);
    for (const pid of [...living.keys()]) {
      const [child] = childrenOf(pid);
      if (child === undefined || !working.includes(child)) continue;
      struck.add(pid);
      if (Math.random() < 0.5) {
        killed.wrapper++;
        kill(pid);
      } else {
        killed.command++;
        kill(child);
      }
      return;
    }
  };

  const workers = Array.from({ length: processes }, (_, at) => one(at < others));
  const until = began + seconds * 1_000;
  /** On a slow machine it takes longer until anything is proved. */
  const isProved = () => {
    const { works } = read(record);
    return mostAtOnce(works) >= max && killed.waiting > 0 && killed.wrapper + killed.command > 0 && waits.length > 0 &&
      [true, false].every((theirs) => (theirs && others === 0) || works.some((work) => work.theirs === theirs));
  };
  while (performance.now() < until || !isProved()) {
    await Bun.sleep(15 + Math.random() * 40);
    if (Math.random() < 0.35) strikeHolder();
    else strike();
  }
  over = true;
  await Promise.all(workers);
  await quiet(work);

  const { works } = read(record);
  // None goes on before all have one. The other program's dead left files, which have to be old enough first.
  const together = `echo >> up; until [ "$(wc -l < up)" = ${max} ]; do sleep 0.02; done`;
  const free = await Promise.all(Array.from({ length: max }, () => {
    const run = [binary, "slots", "run", "--max", String(max), "--wait", others > 0 ? "150s" : "0s", ...compat];
    return Bun.spawn(["timeout", "200", ...run, "--", "sh", "-c", together], {
      stdio: ["ignore", "ignore", "ignore"],
      env: process.env,
      cwd: home,
    }).exited;
  }));
  const cleaned = Bun.spawnSync([binary, "slots", "cleanup", "--yes", ...compat], { env: process.env });
  if (cleaned.exitCode !== 0) errors.add(cleaned.stderr.toString());
  const status = JSON.parse(
    Bun.spawnSync([binary, "slots", "status", "--json", ...compat], { env: process.env }).stdout.toString(),
  ) as StormTold["status"];
  const place = others > 0 ? directory : join(process.env["XDG_STATE_HOME"] as string, "agent-reaper/slots/default");
  return {
    most: mostAtOnce(works),
    worked: works.length,
    workedOfOthers: works.filter(({ theirs }) => theirs).length,
    killed,
    codes,
    stderr: [...errors].slice(0, 5),
    longestWaitMs: Math.round(Math.max(0, ...waits.map(({ from, to }) => (to - from) / 1e6))),
    mostOvertakers: overtakers(waits),
    freeAfter: free.filter((code) => code === 0).length,
    status,
    left: existsSync(place) ? readdirSync(place).sort() : [],
  };
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It was faster.
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Commands outlive their killed wrappers: until none works any more. */
async function quiet(program: string): Promise<void> {
  const works = () =>
    readdirSync("/proc").some((name) => {
      if (!/^\d+$/.test(name)) return false;
      try {
        return readFileSync(`/proc/${name}/cmdline`, "latin1").startsWith(program);
      } catch {
        return false;
      }
    });
  while (works()) await Bun.sleep(20);
}

function read(path: string): { readonly works: readonly Work[] } {
  if (!existsSync(path)) return { works: [] };
  const bytes = readFileSync(path);
  const count = bytes.length < RECORD_BYTES ? 0 : Number(bytes.readBigInt64LE(0));
  const works: Work[] = [];
  for (let at = 1; at <= count; at++) {
    const field = (index: number) => Number(bytes.readBigInt64LE(at * RECORD_BYTES + index * 8));
    if (field(0) > 0) works.push({ pid: field(0), from: field(1), last: field(2), theirs: field(3) === 1 });
  }
  return { works };
}

/** Most that worked at the same time: from the first to the last sign of life of each. */
export function mostAtOnce(works: readonly Work[]): number {
  const events = works.flatMap(({ from, last }) => [[from, 1], [last, -1]] as [number, number][])
    // What ends in the same nanosecond ends first.
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let now = 0;
  let most = 0;
  for (const [, change] of events) most = Math.max(most, now += change);
  return most;
}

const CLEARLY_NS = 1e9;

function overtakers(waits: readonly { from: number; to: number }[]): number {
  return Math.max(
    0,
    ...waits.map((mine) => waits.filter(({ from, to }) => from > mine.from + CLEARLY_NS && to < mine.to).length),
  );
}
