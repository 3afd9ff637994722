/**
 * The facts that guards and proofs read of a process, as they were read: by detail, with the reason
 * where one is missing.
 *
 * @module
 */
import type { Explanation } from "../../explain.ts";
import type { Detail, Machine, Policy, Process, Snapshot, Stdio } from "../../contract.ts";
import { formatDuration } from "../../duration.ts";
import type { Plugins } from "../../plugins.ts";
import { formatBytes } from "../../text.ts";

/** What explaining takes. */
export interface ExplainContext {
  /** Without secrets. */
  readonly explanation: Explanation;
  readonly snapshot: Snapshot;
  readonly machine: Machine;
  readonly plugins: Plugins;
  readonly policy: Policy;
}

/** One fact. */
export interface Fact {
  readonly detail: Detail | "table";
  readonly field: keyof Process;
  /** Undefined: not known. */
  readonly value?: string;
  /** Why it is not known, where the system said so. */
  readonly unread?: string;
}

/** Which fields are read together (the table in src/contract.ts). */
const FIELDS: readonly (readonly [Fact["detail"], readonly (keyof Process)[]])[] = [
  ["table", ["ppid", "startedAt", "state", "pgid", "sid", "tpgid", "tty", "rss", "threads"]],
  ["owner", ["uid"]],
  ["command", ["argv"]],
  ["executable", ["exe", "exeDeleted"]],
  ["directory", ["cwd", "cwdDeleted"]],
  ["environment", ["env"]],
  ["cgroup", ["cgroup"]],
  ["status", ["ignoresHangup", "tracer", "nsPids"]],
  ["namespace", ["pidNamespace"]],
  ["stdio", ["stdio", "consoleShown"]],
  ["supervisor", ["supervisor"]],
  ["sockets", ["listening", "clients", "devices", "display"]],
];

/** All facts about a process, in a fixed order. */
export function factsOf(process: Process, takenAt: number): Fact[] {
  return FIELDS.flatMap(([detail, fields]) =>
    fields.map((field): Fact => {
      const value = process[field];
      const unread = process.unread?.[field];
      return {
        detail,
        field,
        ...(value === undefined ? {} : { value: spell(field, value, takenAt) }),
        ...(unread === undefined ? {} : { unread }),
      };
    })
  );
}

function spell(field: keyof Process, value: unknown, takenAt: number): string {
  if (value === null) return "none";
  switch (field) {
    case "startedAt":
      return `${new Date(value as number).toISOString()} (${
        formatDuration(Math.max(0, takenAt - (value as number)))
      } ago)`;
    case "rss":
      return formatBytes(value as number);
    case "tpgid":
      return value === -1 ? "none" : String(value);
    case "stdio":
      return (value as Stdio[]).map(spellStdio).join("; ");
    case "env":
      return Object.entries(value as Record<string, string>).map(([name, text]) => `${name}=${text}`).join(" ") ||
        "none";
    case "argv":
      return (value as string[]).map((element) => JSON.stringify(element)).join(" ");
    default:
      if (typeof value === "boolean") return value ? "yes" : "no";
      return Array.isArray(value) ? value.join(", ") || "none" : String(value);
  }
}

function spellStdio({ fd, kind, peer, path, deleted, holders, unseen }: Stdio): string {
  const parts = [`${fd} ${kind}`];
  if (path !== undefined) parts.push(path);
  if (deleted === true) parts.push("(deleted)");
  if (peer !== undefined) parts.push(`other end ${peer}`);
  if (holders !== undefined) parts.push(`held by ${holders.length === 0 ? "nobody" : holders.join(", ")}`);
  if (unseen === true) parts.push("and perhaps by others, who could not be asked");
  return parts.join(" ");
}

/** What a gate reads, and what it is about. */
export function gatePlugin(
  { kind, name }: { kind: "guard" | "proof"; name: string },
  plugins: Plugins,
): { readonly summary: string; readonly needs: readonly Detail[] } | undefined {
  const list: readonly { name: string; summary: string; needs: readonly Detail[] }[] = kind === "guard"
    ? plugins.guards
    : plugins.proofs;
  return list.find((plugin) => plugin.name === name);
}
