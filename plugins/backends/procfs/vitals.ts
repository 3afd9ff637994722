/**
 * How the machine is doing: a handful of one-line files. Parsing is apart from reading.
 *
 * @module
 */
import type { Vitals } from "../../../src/contract.ts";
import { AT_FDCWD, type Files } from "./files.ts";
import { errorName } from "./libc.ts";

const KIB = 1024;
const CGROUPS = "/sys/fs/cgroup";
/** A limit beyond this is none: cgroup v1 writes LONG_MAX rounded to pages. */
const NO_LIMIT_BYTES = 2 ** 60;

/** Reads what there is below a mounted /proc. */
export function readVitals(files: Files, root: string): Vitals {
  const unread: Record<string, string> = {};
  const text = (name: string, path: string): string | undefined => {
    const found = files.readText(AT_FDCWD, path);
    if (typeof found === "string") return found;
    unread[name] = errorName(found);
    return undefined;
  };
  const limitOf = (path: string) => {
    const found = files.readText(AT_FDCWD, path);
    return typeof found === "string" ? found : undefined;
  };
  const groups = parseGroups(text("cgroup", `${root}/self/cgroup`) ?? "");
  const meminfo = parseMeminfo(text("memory", `${root}/meminfo`) ?? "");
  const pressure = parsePressure(text("memoryPressure", `${root}/pressure/memory`) ?? "");
  const load = parseLoad(text("load", `${root}/loadavg`) ?? "", processors(text("processors", `${root}/stat`) ?? ""));
  const descriptors = parseDescriptors(text("descriptors", `${root}/sys/fs/file-nr`) ?? "");
  const memoryLimit = nearestMemoryLimit(groups, limitOf);
  const processorLimit = nearestProcessorLimit(groups, limitOf);
  const tasks = nearestTaskLimit(groups, limitOf, root);
  return {
    ...meminfo,
    ...(pressure === undefined ? {} : { memoryPressure: pressure }),
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
    ...(processorLimit === undefined ? {} : { processorLimit }),
    ...(load === undefined ? {} : { load }),
    ...(descriptors === undefined ? {} : { descriptors }),
    ...(tasks === undefined ? {} : { tasks }),
    ...(Object.keys(unread).length === 0 ? {} : { unread }),
  };
}

/** proc_meminfo(5): `MemTotal:  8041204 kB`. */
export function parseMeminfo(text: string): Pick<Vitals, "memory" | "swap"> {
  const value = (name: string): number | undefined => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1];
    return found === undefined ? undefined : Number(found) * KIB;
  };
  const totalBytes = value("MemTotal");
  const freeBytes = value("MemFree");
  const availableBytes = value("MemAvailable");
  const swapTotal = value("SwapTotal");
  const swapFree = value("SwapFree");
  return {
    ...(totalBytes === undefined || freeBytes === undefined
      ? {}
      : { memory: { totalBytes, freeBytes, ...(availableBytes === undefined ? {} : { availableBytes }) } }),
    ...(swapTotal === undefined || swapFree === undefined
      ? {}
      : { swap: { totalBytes: swapTotal, usedBytes: swapTotal - swapFree } }),
  };
}

/** Documentation/accounting/psi.rst: `some avg10=0.00 avg60=…`, `full avg10=…`. */
export function parsePressure(text: string): Vitals["memoryPressure"] {
  const some = /^some avg10=(\d+(?:\.\d+)?) /m.exec(text)?.[1];
  const full = /^full avg10=(\d+(?:\.\d+)?) /m.exec(text)?.[1];
  return some === undefined || full === undefined ? undefined : { some10: Number(some), full10: Number(full) };
}

/** proc_loadavg(5). */
export function parseLoad(text: string, count: number): Vitals["load"] {
  const found = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+) /.exec(text);
  if (found === null || count < 1) return undefined;
  return { average: [Number(found[1]), Number(found[2]), Number(found[3])], processors: count };
}

function processors(stat: string): number {
  return stat.match(/^cpu\d+ /gm)?.length ?? 0;
}

/** proc_sys_fs(5): allocated, unused, most. The kernel's "no limit" is a number that nothing reaches. */
export function parseDescriptors(text: string): Vitals["descriptors"] {
  const found = /^(\d+)\s+\d+\s+(\d+)\s*$/.exec(text);
  return found === null ? undefined : { used: Number(found[1]), limit: Number(found[2]) };
}

/** cgroups(7): where we are, in the unified hierarchy (controller "") and in the old ones. */
export function parseGroups(text: string): ReadonlyMap<string, string> {
  const groups = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (path !== undefined) { for (const controller of (controllers ?? "").split(",")) groups.set(controller, path); }
  }
  return groups;
}

type Read = (path: string) => string | undefined;

/** Of the limits on us and on the groups around us, the one with the least room. */
function nearestMemoryLimit(groups: ReadonlyMap<string, string>, read: Read): Vitals["memoryLimit"] {
  const limits = [
    ...directories(CGROUPS, groups.get("")).map((path) => [`${path}/memory.max`, `${path}/memory.current`] as const),
    ...directories(`${CGROUPS}/memory`, groups.get("memory")).map((path) =>
      [`${path}/memory.limit_in_bytes`, `${path}/memory.usage_in_bytes`] as const
    ),
  ].flatMap(([limit, used]) => {
    const limitBytes = whole(read(limit));
    const usedBytes = limitBytes === undefined ? undefined : whole(read(used));
    return limitBytes === undefined || usedBytes === undefined || limitBytes >= NO_LIMIT_BYTES
      ? []
      : [{ limitBytes, usedBytes }];
  });
  return limits.sort((a, b) => (a.limitBytes - a.usedBytes) - (b.limitBytes - b.usedBytes))[0];
}

/** The smallest share of processor time of all groups around us: `max 100000` or `200000 100000` in v2, two files in v1. */
export function nearestProcessorLimit(groups: ReadonlyMap<string, string>, read: Read): number | undefined {
  const quotas = [
    ...directories(CGROUPS, groups.get("")).map((path) => (read(`${path}/cpu.max`) ?? "").trim().split(" ")),
    ...directories(`${CGROUPS}/cpu`, groups.get("cpu")).map((path) => [
      read(`${path}/cpu.cfs_quota_us`) ?? "",
      read(`${path}/cpu.cfs_period_us`) ?? "",
    ]),
  ].flatMap(([quota, period]) => {
    const [us, of] = [whole(quota), whole(period)];
    return us === undefined || of === undefined || us === 0 || of === 0 ? [] : [us / of];
  });
  return quotas.length === 0 ? undefined : Math.min(...quotas);
}

/** The kernel counts tasks: threads need a pid too. */
function nearestTaskLimit(groups: ReadonlyMap<string, string>, read: Read, root: string): Vitals["tasks"] {
  const limits = [
    ...directories(CGROUPS, groups.get("")),
    ...directories(`${CGROUPS}/pids`, groups.get("pids")),
  ].flatMap((path) => {
    const limit = whole(read(`${path}/pids.max`));
    const used = limit === undefined ? undefined : whole(read(`${path}/pids.current`));
    return limit === undefined || used === undefined ? [] : [{ used, limit, limitedBy: "control group" }];
  });
  const used = whole(/ \d+\/(\d+) /.exec(read(`${root}/loadavg`) ?? "")?.[1]);
  for (const name of ["pid_max", "threads-max"]) {
    const limit = whole(read(`${root}/sys/kernel/${name}`));
    if (limit !== undefined && used !== undefined) limits.push({ used, limit, limitedBy: `kernel.${name}` });
  }
  return limits.sort((a, b) => b.used / b.limit - a.used / a.limit)[0];
}

function directories(mount: string, path: string | undefined): string[] {
  if (path === undefined) return [];
  const parts = path.split("/").filter((part) => part !== "" && part !== "..");
  return parts.map((_, index) => `${mount}/${parts.slice(0, index + 1).join("/")}`).concat(mount);
}

function whole(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? "";
  return /^\d+$/.test(trimmed) ? Number(trimmed) : undefined;
}
