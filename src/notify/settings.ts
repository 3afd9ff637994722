/**
 * The table `[notify]` of the configuration: whom to tell what was done. Nobody, unless it says so.
 *
 * @module
 */
import { isAbsolute } from "node:path";
import { ParseError, standing, tableAt } from "../errors.ts";

/** Whom to tell. */
export interface NotifySettings {
  /** The person in front of the machine. */
  readonly desktop?: boolean;
  /** Where to send it to. */
  readonly webhook?: string;
  /** What signs it. */
  readonly webhookSecret?: string;
  /** A program of the person's, with its arguments. */
  readonly command?: readonly string[];
}

const READERS: Readonly<Record<string, (value: unknown, place: string) => NotifySettings>> = {
  desktop: (value, place) => {
    if (typeof value !== "boolean") throw new ParseError(`${standing(place, value)}: expected true or false`);
    return { desktop: value };
  },
  webhook: (value, place) => {
    if (typeof value !== "string" || !isWebAddress(value)) {
      throw new ParseError(`${place}: expected an address, for example "https://hooks.example/agents"`);
    }
    return { webhook: value };
  },
  "webhook-secret": (value, place) => {
    if (typeof value !== "string" || value.length < 16) {
      throw new ParseError(`${place} is too short: expected 16 characters or more`);
    }
    return { webhookSecret: value };
  },
  command: (value, place) => {
    const isCommand = Array.isArray(value) && value.length > 0 &&
      value.every((word) => typeof word === "string" && !word.includes("\0")) && isAbsolute(value[0] as string);
    if (!isCommand) {
      throw new ParseError(`${place}: expected a program by its absolute path, for example ["/home/me/bin/told"]`);
    }
    return { command: value as string[] };
  },
};

/** Reads the table. */
export function readNotifyTable(value: unknown, place: string): NotifySettings {
  let settings: NotifySettings = {};
  for (const [key, field] of Object.entries(tableAt(value, place, "notify"))) {
    const read = Object.hasOwn(READERS, key) ? READERS[key] : undefined;
    if (read === undefined) {
      throw new ParseError(`${place}: unknown key "${key}": known are ${Object.keys(READERS).join(", ")}`);
    }
    settings = { ...settings, ...read(field, `${place}.${key}`) };
  }
  return settings;
}

function isWebAddress(text: string): boolean {
  try {
    return ["https:", "http:"].includes(new URL(text).protocol);
  } catch {
    return false;
  }
}
