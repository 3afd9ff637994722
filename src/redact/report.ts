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
export function clean(value: unknown, without: ReadonlySet<string> = new Set()): unknown {
  return new Cleaning(without).clean(value);
}

/** One cleaning: what stands in several places is cleaned once. */
class Cleaning {
  readonly #without: ReadonlySet<string>;
  readonly #done: Map<object, unknown> = new Map();

  constructor(without: ReadonlySet<string>) {
    this.#without = without;
  }

  clean(value: unknown): unknown {
    if (typeof value === "string") return redactText(value);
    if (typeof value !== "object" || value === null) return value;
    if (this.#done.has(value)) return this.#done.get(value);
    const cleaned = Array.isArray(value) ? this.#list(value) : this.#fields(value as Readonly<Record<string, unknown>>);
    this.#done.set(value, cleaned);
    return cleaned;
  }

  #list(values: readonly unknown[]): readonly unknown[] {
    const cleaned = values.map((value) => this.clean(value));
    return cleaned.every((value, at) => value === values[at]) ? values : cleaned;
  }

  /** Of most nothing is hidden: what is the same is not made anew. */
  #fields(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    let made: Record<string, unknown> | undefined;
    for (const key of Object.keys(fields)) {
      const field = fields[key];
      if (this.#without.has(key)) {
        delete (made ??= { ...fields })[key];
        continue;
      }
      const value = this.#field(key, field);
      if (value === field) continue;
      // Not by assignment: a key may be called __proto__.
      Object.defineProperty(made ??= { ...fields }, key, {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return made ?? fields;
  }

  #field(key: string, field: unknown): unknown {
    if (key === "argv" && Array.isArray(field)) return redactArguments(field as string[]);
    if (key === "env" && typeof field === "object" && field !== null && !Array.isArray(field)) {
      return mapValues(field as Record<string, string>, redactVariable);
    }
    return this.clean(field);
  }
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
