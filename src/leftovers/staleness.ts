/**
 * When something on disk is stale: its owner is provably gone, nobody else uses it, and nobody else can
 * have put it there. The same for every family. Pure.
 *
 * @module
 */
import type { Leftover, LeftoverJudgement, Table } from "../contract.ts";
import { sameOwner } from "../process.ts";
import type { Process } from "../process.ts";
import { isOpenToOthers } from "../ownership.ts";
import type { Platform } from "../snapshot.ts";
import { perTable } from "../vocabulary/per-table.ts";

/** What was decided, and why. */
export type Judged = Omit<LeftoverJudgement, "family">;

/** Clocks of file systems and processes are read apart. */
const SLACK_MS = 2_000;
/** The kernel stamps files with the time of its last tick: at most so much before it is so late. */
const TICK_MS = 100;

/** The largest number that a process can get (proc(5), pid_max; PID_MAX of XNU). */
const LARGEST_PID: Readonly<Record<Platform, number>> = { linux: 4_194_304, darwin: 99_999, win32: 0xffff_fffc };

/** Linux: the number of the first pid namespace is part of the kernel's interface (PROC_PID_INIT_INO, linux/proc_ns.h). */
const FIRST_NAMESPACE = "pid:[4026531836]";

/** Whoever can write there can put a name there. */
export function plantedBy(leftover: Leftover, { host, viewer }: Table): Judged | undefined {
  const { uid, gid, mode, base, path, kind } = leftover;
  if (host.platform === "win32") {
    // Owners are not told there. A profile belongs to its user, the temporary directory in it too.
    const isOwn = path.toLowerCase().startsWith(`${viewer.home.toLowerCase()}\\`);
    return isOwn ? undefined : { verdict: "unsure", because: "whose it is cannot be told outside of your profile" };
  }
  if (uid === undefined || mode === undefined) return { verdict: "unsure", because: "whose it is could not be read" };
  if (!sameOwner(uid, viewer.uid)) return { verdict: "spared", because: `it belongs to another user (${uid})` };
  // A link's own bits mean nothing (symlink(7)).
  if (kind !== "symlink" && isOpenToOthers({ uid, gid: gid ?? -1, mode: mode & 0o777 })) {
    return { verdict: "unsure", because: "others can write into it" };
  }
  if (base === undefined) return { verdict: "unsure", because: "whose the directory around it is could not be read" };
  if (!sameOwner(base.uid, viewer.uid) && base.uid !== 0) {
    return { verdict: "spared", because: `the directory it lies in belongs to another user (${base.uid})` };
  }
  return isOpenToOthers(base)
    ? { verdict: "unsure", because: "others can write to the directory it lies in" }
    : undefined;
}

/** Where a pid that nobody has in here may be somebody's elsewhere. */
export function unseenBy({ shared }: Leftover, { host }: Table): Judged | undefined {
  if (shared === true) {
    return {
      verdict: "unsure",
      because: "it lies on a file system that other machines write to, and a pid means nothing there",
    };
  }
  const isNested = host.pidNamespace !== undefined && host.pidNamespace !== FIRST_NAMESPACE;
  if ((host.container !== true && !isNested) || host.ownFiles === true) return undefined;
  const where = host.container === true ? "container" : "pid namespace";
  return {
    verdict: "unsure",
    because: `processes outside of this ${where} may have made it (set AGENT_REAPER_OWN_FILES=1 where none can)`,
  };
}

/** What became of the owner that it names. */
export function fateOf(pid: number, leftover: Leftover, table: Table): Judged {
  if (!isPid(pid, table.host.platform)) {
    return { verdict: "unsure", because: `no process can have the number that it names (${pid})` };
  }
  const changedAt = leftover.changedAt ?? leftover.modifiedAt;
  const owner = table.get(pid);
  if (owner === undefined) {
    if (table.isAbsent(pid) !== true) {
      return { verdict: "unsure", because: `whether process ${pid} is alive cannot be told here` };
    }
    // Whoever made it may have been born after the processes were listed.
    if (changedAt === undefined) return { verdict: "unsure", because: "when it was written could not be read" };
    if (changedAt > table.takenAt - TICK_MS) {
      return { verdict: "unsure", because: "it was written to while we looked" };
    }
    return hasElsewhere(pid, table) ?? { verdict: "leftover", because: `its process (${pid}) is gone` };
  }
  // A directory's own time says nothing of what is below it.
  const writtenAt = leftover.kind === "directory" ? leftover.changedAt : changedAt;
  if (owner.startedAt === undefined || writtenAt === undefined || owner.startedAt <= writtenAt + SLACK_MS) {
    return { verdict: "owned", because: `process ${pid} is alive` };
  }
  return {
    verdict: "leftover",
    because: `its process is gone: pid ${pid} belongs to one that started after it was last written to`,
  };
}

/** A container that shares the directory counts its processes anew: what is nobody in here may be somebody there. */
function hasElsewhere(pid: number, table: Table): Judged | undefined {
  if (table.host.platform !== "linux") return undefined;
  if (table.snapshot.partial === true) {
    return { verdict: "unsure", because: "not every process was looked at, and one in a container may have its pid" };
  }
  const { nested, uncounted } = everybody(table);
  const other = nested.get(pid);
  if (other !== undefined) {
    return { verdict: "unsure", because: `process ${other} has that pid (${pid}) in a namespace of its own` };
  }
  if (uncounted === undefined) return undefined;
  return {
    verdict: "unsure",
    because: `which pid process ${uncounted.pid} has in its own namespace could not be read`,
  };
}

function isPid(pid: number, platform: Platform): boolean {
  return pid > 0 && pid <= LARGEST_PID[platform] && (platform !== "win32" || pid % 4 === 0);
}

/** Somebody who stands in it, names it, or has it as home. What could not be read of a process is no use of it. */
export function usedBy({ path }: Leftover, table: Table): Judged | undefined {
  const plain = path.replace(/^\/private(?=\/)/, "");
  const { texts, homeless } = everybody(table);
  const isIn = (place: string | undefined) =>
    place !== undefined && [path, plain].some((own) => place === own || place.startsWith(`${own}/`));
  // Thousands of leftovers, thousands of processes: most of them have nothing to do with one another.
  for (const process of texts.includes(plain) ? table.processes : []) {
    if (lookers(table).has(process.pid)) continue;
    const how = isIn(process.cwd)
      ? "works in it"
      : Object.values(process.env ?? {}).some(isIn)
      ? "has it as its home"
      : process.argv?.some((argument) => argument.includes(plain)) === true
      ? "names it"
      : undefined;
    if (how !== undefined) return { verdict: "owned", because: `process ${process.pid} ${how}` };
  }
  if (homeless === undefined) return undefined;
  return { verdict: "unsure", because: `whether process ${homeless.pid} has it as its home cannot be told here` };
}

/** Somebody whose command line holds this text; `unsure` where a command line could not be read. */
export function namedBy(text: string, table: Table): Judged | undefined {
  if (table.snapshot.partial === true) {
    return { verdict: "unsure", because: "not every process was looked at, and one may name it" };
  }
  const { texts, unread } = everybody(table);
  for (const process of texts.includes(text) ? table.processes : []) {
    if (lookers(table).has(process.pid) || process.argv?.some((argument) => argument.includes(text)) !== true) continue;
    return { verdict: "owned", because: `process ${process.pid} names it` };
  }
  if (unread === undefined) return undefined;
  return { verdict: "unsure", because: `the command line of process ${unread.pid} could not be read, and may name it` };
}

/** What all processes of the viewer show, put together once for each table. */
interface Everybody {
  /** Directories, homes and arguments, one after the other. */
  readonly texts: string;
  /** One whose arguments could not be read. */
  readonly unread?: Process;
  /** A Codex whose home could not be read; of others than Codex no home lies in what they were given. */
  readonly homeless?: Process;
  /** Pids in namespaces below ours, each with the process that has it there. */
  readonly nested: ReadonlyMap<number, number>;
  /** One whose pids there could not be read. */
  readonly uncounted?: Process;
}

/** It has ended since it was listed, so it made nothing after. */
const GONE: ReadonlySet<string> = new Set(["ESRCH", "ENOENT"]);

const everybody = perTable((table): Everybody => {
  const looking = lookers(table);
  const texts: string[] = [];
  let unseen: Process | undefined;
  let homeless: Process | undefined;
  const nested = new Map<number, number>();
  let uncounted: Process | undefined;
  for (const process of table.processes) {
    const { pid, uid, name, exe, argv, env, cwd, nsPids, unread } = process;
    // What it makes belongs to its user: others made none of ours.
    if (uid !== undefined && !sameOwner(uid, table.viewer.uid)) continue;
    for (const inner of nsPids?.slice(1) ?? []) nested.set(inner, pid);
    if (nsPids === undefined && !GONE.has(unread?.["nsPids"] ?? "")) uncounted ??= process;
    if (looking.has(pid) || argv === null) continue;
    texts.push(cwd ?? "", ...Object.values(env ?? {}), ...argv ?? []);
    if (argv === undefined) unseen ??= process;
    const isCodex = [name, exe, argv?.[0], argv?.[1]].some((text) => text?.includes("codex") === true);
    if (env === undefined && isCodex) homeless ??= process;
  }
  return {
    texts: texts.join("\0"),
    nested,
    ...(uncounted === undefined ? {} : { uncounted }),
    ...(unseen === undefined ? {} : { unread: unseen }),
    ...(homeless === undefined ? {} : { homeless }),
  };
});

/** Whoever looks has typed the names of what is looked at. */
function lookers(table: Table): Set<number> {
  const own = table.get(table.viewer.pid);
  return new Set([table.viewer.pid, ...(own === undefined ? [] : table.ancestors(own).map(({ pid }) => pid))]);
}
