/**
 * The person's configuration: one TOML file in their own configuration directory. Nothing is ever
 * read from the current directory.
 *
 * @module
 */
import { lstatSync, realpathSync, type Stats, statSync } from "node:fs";
import { dirname, isAbsolute } from "node:path";
import { readAtRest } from "./at-rest.ts";
import { Complaint, meaningOf } from "./complaint.ts";
import { configPath, isNamed } from "./config-place.ts";
import type { Confidence, Policy } from "./contract.ts";
import { parseDuration, parseLimit } from "./duration.ts";
import { ParseError, standing } from "./errors.ts";
import type { Thresholds } from "./health/thresholds.ts";
import type { HistorySettings } from "./ledger/settings.ts";
import type { NotifySettings } from "./notify/settings.ts";
import { isOpenToOthers } from "./ownership.ts";
import type { Plugins } from "./plugins.ts";

/** What a configuration file may say. */
export interface Config {
  readonly path: string;
  /** The file is there. */
  readonly found: boolean;
  readonly policy: Partial<Policy>;
  readonly settings: Settings;
}

/** What concerns single commands and no verdict. */
export interface Settings {
  /** When a machine counts as in trouble. */
  readonly health?: Partial<Thresholds>;
  /** How long what was done is kept. */
  readonly history?: HistorySettings;
  /** A PostgreSQL that gets the ledger too. */
  readonly store?: string;
  /** Whom `watch` tells what it did. */
  readonly notify?: NotifySettings;
  /** Files with plugins of the person's own, absolute. */
  readonly plugins?: readonly string[];
}

/** By what a command goes: the configuration and what was typed, put together. */
export interface Rules {
  readonly plugins: Plugins;
  readonly policy: Policy;
  readonly settings: Settings;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Reads the configuration. One that is wrong, or named and not there, stops the run: a lost rule is a killed process. */
export function loadConfig(platform: NodeJS.Platform, home: string, variables: Variables): Config {
  const path = configPath(platform, home, variables);
  // The way in which people tell any program that it is to have none.
  if (path === "/dev/null") return { path, found: false, policy: {}, settings: {} };
  let found: ReturnType<typeof readAtRest>;
  try {
    found = readAtRest(path);
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") {
      if (isNamed(variables)) {
        throw new ParseError(`AGENT_REAPER_CONFIG=${path}: no such file: correct it, or unset it`);
      }
      refuseLost(path);
      return { path, found: false, policy: {}, settings: {} };
    }
    if (error instanceof ParseError) throw error;
    if (error instanceof Complaint) throw new ParseError(error.message);
    throw new ParseError(`${path}: cannot be read (${meaningOf(error)}): make it readable or remove it`);
  }
  if (platform !== "win32") refuseAnybodys(path, found.facts);
  return { path, found: true, ...parseConfig(found.bytes.toString(), path, home) };
}

/** Whoever links to it has one, and it is on a disk that is not there at the moment. */
function refuseLost(path: string): void {
  const there = [path, ...directoriesAbove(path)].find((at) => lstatSync(at, { throwIfNoEntry: false }) !== undefined);
  if (there === undefined || statSync(there, { throwIfNoEntry: false }) !== undefined) return;
  throw new ParseError(`${there} is a link that leads nowhere: put back what it led to, or remove it`);
}

/** Whoever can change the file, or put another in its place, decides what is ended, so they must be allowed to. */
function refuseAnybodys(path: string, { uid, gid, mode }: Stats): void {
  if (isOpenToOthers({ uid, gid, mode: mode & 0o777 })) {
    throw new ParseError(`${path}: others can change it: chmod go-w it`);
  }
  // By its name, and behind whatever links lead there.
  const open = [path, realpathSync(path)].flatMap(directoriesAbove).find((directory) =>
    isOpenToOthers(statSync(directory))
  );
  if (open === undefined) return;
  throw new ParseError(`${path}: others can change ${open}: chmod go-w it, or move the file`);
}

/** The directories that a path leads through, the nearest first. */
function directoriesAbove(path: string): string[] {
  const directory = dirname(path);
  return directory === path ? [] : [directory, ...directoriesAbove(directory)];
}

const READERS: Readonly<Record<string, (value: unknown, place: string) => Partial<Policy>>> = {
  protect: (value, place) => {
    if (!Array.isArray(value) || value.some((rule) => typeof rule !== "string" || rule.trim() === "")) {
      throw new ParseError(`${place}: expected a list of texts, for example protect = ["my-server"]`);
    }
    return { protect: value as string[] };
  },
  "report-only": (value, place) => {
    if (!Array.isArray(value) || value.some((name) => typeof name !== "string")) {
      throw new ParseError(`${place}: expected a list of matchers' names, for example report-only = ["mcp-server"]`);
    }
    return { reportOnly: value as string[] };
  },
  confidence: (value, place) => {
    if (value !== "adopted" && value !== "likely" && value !== "proven") {
      throw new ParseError(`${place}: expected "adopted", "likely" or "proven"`);
    }
    return { confidence: value satisfies Confidence };
  },
  "min-age": (value, place) => ({ minAgeMs: duration(value, place) }),
  "max-age": (value, place) => ({ maxAgeMs: duration(value, place, parseLimit) }),
  grace: (value, place) => ({ graceMs: duration(value, place) }),
  limit: (value, place) => {
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 1) {
      throw new ParseError(`${place}: expected a whole number of trees, at least 1`);
    }
    return { limit: value };
  },
};

const SETTINGS: Readonly<Record<string, (value: unknown, place: string, home: string) => Settings>> = {
  health: (value, place) => {
    const { readHealthTable } = require("./health/thresholds.ts") as typeof import("./health/thresholds.ts");
    return { health: readHealthTable(value, place) };
  },
  history: (value, place) => {
    const { readHistoryTable } = require("./ledger/settings.ts") as typeof import("./ledger/settings.ts");
    return { history: readHistoryTable(value, place) };
  },
  notify: (value, place) => {
    const { readNotifyTable } = require("./notify/settings.ts") as typeof import("./notify/settings.ts");
    return { notify: readNotifyTable(value, place) };
  },
  store: (value, place) => {
    const { isServerUrl } = require("./fleet/address.ts") as typeof import("./fleet/address.ts");
    if (typeof value !== "string" || !isServerUrl(value)) {
      throw new ParseError(
        `${place}: expected the address of a PostgreSQL, for example "postgres://db.example/agents"`,
      );
    }
    return { store: value };
  },
  plugins: (value, place, home) => ({ plugins: pluginPaths(value, place, home) }),
};

/** Reads a configuration file's text. */
export function parseConfig(text: string, path: string, home: string): Pick<Config, "policy" | "settings"> {
  // 0.4 ms, and most people have no such file.
  const { parse } = require("smol-toml") as typeof import("smol-toml");
  let fields: Record<string, unknown>;
  try {
    fields = parse(text) as Record<string, unknown>;
  } catch (error) {
    const { line, column } = error as { line?: number; column?: number };
    const what = (error as Error).message.split("\n")[0];
    throw new ParseError(`${path}${line === undefined ? "" : `:${line}:${column}`}: ${what}`);
  }
  const policy: Partial<Policy> = {};
  const settings: Settings = {};
  for (const [key, value] of Object.entries(fields)) {
    const place = `${path}: ${key}`;
    if (Object.hasOwn(READERS, key)) Object.assign(policy, READERS[key]?.(value, standing(place, value)));
    else if (Object.hasOwn(SETTINGS, key)) Object.assign(settings, SETTINGS[key]?.(value, place, home));
    else {
      const known = [...Object.keys(READERS), ...Object.keys(SETTINGS)];
      throw new ParseError(`${path}: unknown key "${key}": known are ${known.join(", ")}`);
    }
  }
  return { policy, settings };
}

function pluginPaths(value: unknown, place: string, home: string): readonly string[] {
  const wrong = new ParseError(
    `${standing(place, value)}: expected a list of files, absolute or from the home, as "~/my-matcher.js"`,
  );
  if (!Array.isArray(value)) throw wrong;
  return value.map((path) => {
    if (typeof path !== "string") throw wrong;
    if (path.startsWith("~/")) return `${home}/${path.slice(2)}`;
    if (!isAbsolute(path)) throw wrong;
    return path;
  });
}

function duration(value: unknown, place: string, parse = parseDuration): number {
  if (typeof value !== "string") throw new ParseError(`${place}: expected a duration with a unit, for example "90s"`);
  try {
    return parse(value);
  } catch (error) {
    throw new ParseError(`${place}: ${(error as Error).message}`);
  }
}
