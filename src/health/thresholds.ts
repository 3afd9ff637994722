/**
 * From when on a machine is in trouble. Four of the limits have the names that an older reaper gave
 * them in the environment: who set those need not set them again.
 *
 * @module
 */
import { Complaint } from "../complaint.ts";
import { ParseError, standing, tableAt } from "../errors.ts";
import { visible } from "../text.ts";

/** Limits of what is well. */
export interface Thresholds {
  /** So many processes that ended and were not collected. */
  readonly zombies: number;
  /** Less memory than this can be had. */
  readonly freeMemoryBytes: number;
  /** More than this part of the swap space is used. */
  readonly swapShare: number;
}

const MIB = 1024 * 1024;

/** What holds unless somebody says otherwise. */
export const USUAL: Thresholds = { zombies: 500, freeMemoryBytes: 1024 * MIB, swapShare: 0.7 };

type Variables = Readonly<Record<string, string | undefined>>;

const VARIABLES: Readonly<Record<string, (value: number) => Partial<Thresholds>>> = {
  REAPER_ZOMBIE_WARN_THRESHOLD: (value) => ({ zombies: value }),
  REAPER_FREE_MEM_WARN_MB: (value) => ({ freeMemoryBytes: value * MIB }),
  REAPER_SWAP_WARN_PCT: (value) => ({ swapShare: share(value, "REAPER_SWAP_WARN_PCT") }),
};

/** The variable by which the older reaper was told how old a worker may become. */
const MAX_AGE = "REAPER_MAX_AGENT_AGE_MINUTES";

/** What the environment says over what the configuration says over what is usual. */
export function thresholds(configured: Partial<Thresholds>, variables: Variables): Thresholds {
  const told = Object.entries(VARIABLES).map(([name, read]) => {
    const value = numberIn(variables, name);
    return value === undefined ? {} : read(value);
  });
  return Object.assign({ ...USUAL, ...configured }, ...told) as Thresholds;
}

/** How old a worker may become, where the environment says it. */
export function maxAgeFromEnvironment(variables: Variables): number | undefined {
  const minutes = numberIn(variables, MAX_AGE);
  if (minutes === 0) throw new Complaint(`${MAX_AGE} "0": ends every worker at once: unset it for no limit`);
  return minutes === undefined ? undefined : minutes * 60_000;
}

function numberIn(variables: Variables, name: string): number | undefined {
  const text = variables[name];
  if (text === undefined || text === "") return undefined;
  const value = Number(text);
  if (!/^\d+(?:\.\d+)?$/.test(text.trim()) || !Number.isFinite(value)) {
    throw new Complaint(`${name} "${visible(text)}": write a number, or unset it`);
  }
  return value;
}

function share(value: number, place: string): number {
  if (value > 1) throw new Complaint(`${place} "${value}": write a part of 1, for example 0.7 for 70 %`);
  return value;
}

/** The table `[health]` of the configuration. */
export function readHealthTable(value: unknown, place: string): Partial<Thresholds> {
  let read: Partial<Thresholds> = {};
  for (const [key, field] of Object.entries(tableAt(value, place, "health"))) {
    const reader = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
    if (reader === undefined) {
      throw new ParseError(`${place}: unknown key "${key}": known are ${Object.keys(KEYS).join(", ")}`);
    }
    if (typeof field !== "number" || !(field >= 0) || !Number.isFinite(field)) {
      throw new ParseError(`${standing(`${place}.${key}`, field)}: expected a number that is not negative`);
    }
    read = { ...read, ...reader(field, standing(`${place}.${key}`, field)) };
  }
  return read;
}

const KEYS: Readonly<Record<string, (value: number, place: string) => Partial<Thresholds>>> = {
  zombies: (value) => ({ zombies: value }),
  "free-memory-mb": (value) => ({ freeMemoryBytes: value * MIB }),
  "swap-share": (value, place) => {
    if (value > 1) throw new ParseError(`${place}: expected a part of 1, for example 0.7`);
    return { swapShare: value };
  },
};
