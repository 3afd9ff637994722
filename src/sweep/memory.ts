/**
 * What unattended looks remember, in one file: a line of numbers for the next sweep's first glance and
 * below it what only a whole look needs. It lies in the state directory and is locked while one works.
 *
 *     agent-reaper/sweep 1 <last look> <rest until> <asked for> <adopters> <adopted> <words|looks> <place>
 *     <checksum> {"last":…,"sightings":…}
 *
 * It is never trusted: whatever does not add up is as if nothing were remembered, and then nobody is
 * ended before they were seen twice again.
 *
 * @module
 */
import type { AskedTree } from "../contract.ts";
import { isTarget, STARTED_BY, type Target } from "../hooks/targets.ts";
import type { Seen, Sightings } from "../sightings.ts";
import { formatRest, parseRest, type Rest } from "../unattended.ts";

/** What the last look did, for `doctor`. */
export interface Last {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly tookMs: number;
  /** Trees that nobody is responsible for. */
  readonly orphans: number;
  /** Processes that were asked to end, and that were ended by force. */
  readonly asked: number;
  readonly forced: number;
  /** Why it did not get to its end. */
  readonly stopped?: string;
}

/** Looks, by the hook that started them. */
export type ByHook = Readonly<Partial<Record<Target, Last>>>;

/** All that is remembered. */
export interface Memory {
  readonly rest?: Rest;
  readonly last?: Last;
  /** The last that signalled somebody. */
  readonly acted?: Last;
  /** The last that each hook started. */
  readonly byHook?: ByHook;
  /** When leftovers were last looked for, in epoch milliseconds. */
  readonly tidiedAt?: number;
  /** Of the last that looked. */
  readonly sightings?: Sightings;
  /** Of others that share the home (places.ts), the latest first. */
  readonly elsewhere?: readonly Sightings[];
}

/** Everything, or as much as adds up. */
export function parseMemory(text: string): Memory {
  const rest = parseRest(text);
  const body = text.split("\n", 2)[1] ?? "";
  const at = body.indexOf(" ");
  const json = body.slice(at + 1);
  if (at < 1 || checksum(json) !== body.slice(0, at)) return {};
  let parsed: Partial<Record<keyof Memory, unknown>>;
  try {
    parsed = JSON.parse(json) as typeof parsed;
  } catch {
    return {};
  }
  if (typeof parsed !== "object" || parsed === null) return {};
  const last = asLast(parsed.last);
  const acted = asLast(parsed.acted);
  const byHook = asByHook(parsed.byHook);
  const sightings = asSightings(parsed.sightings);
  const elsewhere = asElsewhere(parsed.elsewhere);
  return {
    ...(rest === undefined ? {} : { rest }),
    ...(last === undefined ? {} : { last }),
    ...(acted === undefined ? {} : { acted }),
    ...(byHook === undefined ? {} : { byHook }),
    ...(isCount(parsed.tidiedAt) ? { tidiedAt: parsed.tidiedAt } : {}),
    ...(sightings === undefined ? {} : { sightings }),
    ...(elsewhere === undefined ? {} : { elsewhere }),
  };
}

/** What is written. It ends with a line end: what an earlier, longer text left behind it is not read. */
export function formatMemory({ rest, ...others }: Memory): string {
  const json = JSON.stringify(others);
  return `${formatRest(rest)}\n${checksum(json)} ${json}\n`;
}

/** FNV-1a: against torn writes and bad disks, not against forgers, who cannot write there. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(36);
}

const LAST = ["at", "tookMs", "orphans", "asked", "forced"] as const;

function asLast(value: unknown): Last | undefined {
  if (!isRecord(value) || !LAST.every((name) => isCount(value[name]))) return undefined;
  const { stopped } = value;
  if (stopped !== undefined && typeof stopped !== "string") return undefined;
  return value as unknown as Last;
}

function asByHook(value: unknown): ByHook | undefined {
  if (!isRecord(value)) return undefined;
  return Object.entries(value).every(([name, last]) => isTarget(name) && asLast(last) !== undefined)
    ? value
    : undefined;
}

/** What is remembered of hooks' looks after this one; of one that no hook started nothing is. */
export function byHookAfter(
  before: ByHook | undefined,
  last: Last,
  startedBy: string | undefined = process.env[STARTED_BY],
): Pick<Memory, "byHook"> {
  if (isTarget(startedBy)) return { byHook: { ...before, [startedBy]: last } };
  return before === undefined ? {} : { byHook: before };
}

function asSightings(value: unknown): Sightings | undefined {
  if (!isRecord(value) || typeof value["bootId"] !== "string" || !isCount(value["asleepMs"])) return undefined;
  const { seen, pidNamespace } = value;
  if (pidNamespace !== undefined && typeof pidNamespace !== "string") return undefined;
  return Array.isArray(seen) && seen.every(isSeen) ? value as unknown as Sightings : undefined;
}

function asElsewhere(value: unknown): readonly Sightings[] | undefined {
  return Array.isArray(value) && value.every((one) => asSightings(one) !== undefined) ? value : undefined;
}

function isSeen(value: unknown): value is Seen {
  return isRecord(value) && Number.isSafeInteger(value["pid"]) && (value["pid"] as number) > 1 &&
    typeof value["startToken"] === "string" && typeof value["program"] === "string" &&
    isCount(value["firstMs"]) && isCount(value["lastMs"]) &&
    (value["askedMs"] === undefined || isCount(value["askedMs"])) &&
    (value["askedWith"] === undefined || isAskedTree(value["askedWith"]));
}

function isAskedTree(value: unknown): value is AskedTree {
  return isRecord(value) && Number.isSafeInteger(value["root"]) && typeof value["matcher"] === "string" &&
    typeof value["family"] === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Time or number of something; never negative, and no NaN. */
function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
