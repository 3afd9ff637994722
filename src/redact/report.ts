/**
 * Reports and snapshots without secrets.
 *
 * @module
 */
import { redactArguments, REDACTED, redactText, redactVariable } from "../redact.ts";
import type { Report } from "../report.ts";
import type { Snapshot } from "../snapshot.ts";
import { secrecyOf } from "./names.ts";
import { isSecretValue } from "./values.ts";

/** A report without secrets and without environments: those are never stored. */
export function redactReport(report: Report): Report {
  return clean(report, new Set(["env"])) as Report;
}

/** A snapshot without secrets. Its environments hold only what plugins asked for, and they decide verdicts. */
export function redactSnapshot(snapshot: Snapshot): Snapshot {
  const { files, ...rest } = snapshot;
  return {
    ...(clean(rest) as Snapshot),
    ...(files === undefined ? {} : { files: mapValues(files, (_, text) => redactFile(text)) }),
  };
}

/** The same for anything: strings by what they hold, arguments and environments as such, some fields not at all. */
export function clean(value: unknown, without: ReadonlySet<string> = new Set(), name?: string): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value !== "object" || value === null) return value;
  if (name === "argv" && Array.isArray(value)) return redactArguments(value as string[]);
  if (name === "env" && !Array.isArray(value)) return mapValues(value as Record<string, string>, redactVariable);
  const keys = Object.keys(value);
  const cleaned: unknown[] = [];
  let isChanged = false;
  for (const key of keys) {
    const field = (value as Readonly<Record<string, unknown>>)[key];
    const isNumber = typeof field === "number";
    cleaned.push(isNumber ? field : clean(field, without, key));
    if (without.has(key) || (!isNumber && cleaned[cleaned.length - 1] !== field)) isChanged = true;
  }
  // Of most nothing is hidden: what is the same is not made anew.
  if (!isChanged) return value;
  if (Array.isArray(value)) return cleaned;
  // Not by assignment: a key may be called __proto__.
  return Object.fromEntries(keys.map((key, at) => [key, cleaned[at]]).filter(([key]) => !without.has(key as string)));
}

/** Vendors write JSON; it is to stay JSON, so its values are hidden one by one. */
function redactFile(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    const redacted = JSON.stringify(redactJson(value));
    return redacted === JSON.stringify(value) ? text : redacted;
  } catch {
    return redactText(text);
  }
}

function redactJson(value: unknown, name = ""): unknown {
  if (typeof value === "string") {
    const secrecy = secrecyOf(name, "text");
    return secrecy !== undefined && isSecretValue(value, secrecy) ? REDACTED : redactText(value);
  }
  if (Array.isArray(value)) return value.map((one) => redactJson(one, name));
  if (typeof value !== "object" || value === null) return value;
  return mapValues(value as Record<string, unknown>, (key, field) => redactJson(field, key));
}

function mapValues<A, B>(fields: Readonly<Record<string, A>>, change: (key: string, value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, change(key, value)]));
}
