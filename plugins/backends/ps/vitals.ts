/**
 * How a Mac is doing, from vm_stat and sysctl. Their output's form is Apple's (vm_stat(1), sysctl(8)).
 *
 * @module
 */
import type { Vitals } from "../../../src/contract.ts";
import type { Tools } from "./run.ts";

const SYSCTL = ["/usr/sbin/sysctl"];
const VM_STAT = ["/usr/bin/vm_stat"];
const NAMES = [
  "hw.memsize",
  "hw.logicalcpu",
  "vm.swapusage",
  "vm.loadavg",
  "kern.num_files",
  "kern.maxfiles",
  "kern.maxproc",
];

const UNITS: Readonly<Record<string, number>> = { "": 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

/** Asks the system's programs. */
export function readVitals(tools: Tools, platform: string, processes: number | undefined): Vitals {
  if (platform !== "darwin") return { unread: { vitals: "ps tells nothing of the machine; use the procfs backend" } };
  const unread: Record<string, string> = {};
  const text = (name: string, path: string | undefined, parameters: readonly string[]): string => {
    const output = path === undefined ? "it is missing" : tools.run(path, parameters);
    if (typeof output !== "string") return output.text;
    unread[name] = output;
    return "";
  };
  const facts = parseSysctl(text("sysctl", tools.find(SYSCTL), NAMES));
  const free = parseVmStat(text("vm_stat", tools.find(VM_STAT), []));
  const totalBytes = number(facts.get("hw.memsize"));
  const swap = parseSwap(facts.get("vm.swapusage") ?? "");
  const load = parseLoad(facts.get("vm.loadavg") ?? "");
  const count = number(facts.get("hw.logicalcpu"));
  const used = number(facts.get("kern.num_files"));
  const limit = number(facts.get("kern.maxfiles"));
  const most = number(facts.get("kern.maxproc"));
  return {
    ...(totalBytes === undefined || free === undefined ? {} : { memory: { totalBytes, ...free } }),
    ...(swap === undefined ? {} : { swap }),
    ...(load === undefined || count === undefined ? {} : { load: { average: load, processors: count } }),
    ...(used === undefined || limit === undefined ? {} : { descriptors: { used, limit } }),
    ...(processes === undefined || most === undefined
      ? {}
      : { tasks: { used: processes, limit: most, limitedBy: "kern.maxproc" } }),
    ...(Object.keys(unread).length === 0 ? {} : { unread }),
  };
}

/** `name: value` a line. */
function parseSysctl(text: string): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(/^([\w.]+): (.*)$/gm)].map(([, name, value]) => [name as string, value as string]));
}

/** `Pages free:    12345.`, after a first line that says how large a page is. */
function parseVmStat(text: string): { freeBytes: number; availableBytes: number } | undefined {
  const page = number(/page size of (\d+) bytes/.exec(text)?.[1]);
  const pages = (name: string) => number(new RegExp(`^Pages ${name}: +(\\d+)\\.$`, "m").exec(text)?.[1]);
  const free = pages("free");
  if (page === undefined || free === undefined) return undefined;
  // What can be had without swapping: not used lately, read ahead, or to be thrown away when asked for.
  const available = free + (pages("inactive") ?? 0) + (pages("speculative") ?? 0) + (pages("purgeable") ?? 0);
  return { freeBytes: free * page, availableBytes: available * page };
}

/** `total = 2048.00M  used = 1011.25M  free = 1036.75M  (encrypted)`. */
function parseSwap(text: string): Vitals["swap"] {
  const bytes = (name: string) => {
    const [, amount, unit] = new RegExp(`\\b${name} = (\\d+(?:[.,]\\d+)?)([KMGT]?)`).exec(text) ?? [];
    return amount === undefined ? undefined : Math.round(Number(amount.replace(",", ".")) * (UNITS[unit ?? ""] ?? 1));
  };
  const totalBytes = bytes("total");
  const usedBytes = bytes("used");
  return totalBytes === undefined || usedBytes === undefined ? undefined : { totalBytes, usedBytes };
}

/** `{ 2.31 2.10 1.98 }`, with a decimal comma in some languages. */
export function parseLoad(text: string): readonly [number, number, number] | undefined {
  const found = /\{ (\d+[.,]\d+) (\d+[.,]\d+) (\d+[.,]\d+) \}/.exec(text)?.slice(1).map((one) =>
    Number(one.replace(",", "."))
  );
  return found === undefined ? undefined : found as unknown as readonly [number, number, number];
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : undefined;
}
