/**
 * The person's configuration: one TOML file in their own configuration directory. Nothing is ever
 * read from the current directory.
 *
 * @module
 */
import { readConfigFile, type Variables } from "./config/file.ts";
import { fieldsOf, judgingOf, type OfCommands } from "./config/judging.ts";
import type { Policy } from "./contract.ts";
import { ParseError } from "./errors.ts";
import type { Thresholds } from "./health/thresholds.ts";
import type { HistorySettings } from "./ledger/settings.ts";
import type { NotifySettings } from "./notify/settings.ts";
import type { Plugins } from "./plugins.ts";

/** What a configuration file may say. */
export interface Config {
  readonly path: string;
  /** The file is there. */
  readonly found: boolean;
  readonly policy: Partial<Policy>;
  readonly settings: Settings;
}

/** What concerns single commands, and the person's own plugins. */
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

/** Reads the configuration. One that is wrong, or named and not there, stops the run: a lost rule is a killed process. */
export function loadConfig(platform: NodeJS.Platform, home: string, variables: Variables): Config {
  const { path, text } = readConfigFile(platform, home, variables);
  if (text === undefined) return { path, found: false, policy: {}, settings: {} };
  return { path, found: true, ...parseConfig(text, path, home) };
}

// What most people do not write is not loaded for them.
const SETTINGS: Readonly<Record<OfCommands, (value: unknown, place: string) => Settings>> = {
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
};

/** Reads a configuration file's text. */
export function parseConfig(text: string, path: string, home: string): Pick<Config, "policy" | "settings"> {
  // 0.4 ms, and most people have no such file.
  const { parse } = require("smol-toml") as typeof import("smol-toml");
  const fields = fieldsOf(text, path, parse);
  const { policy, ...settings } = judgingOf(fields, path, home);
  for (const [key, read] of Object.entries(SETTINGS)) {
    if (Object.hasOwn(fields, key)) Object.assign(settings, read(fields[key], `${path}: ${key}`));
  }
  return { policy, settings };
}
