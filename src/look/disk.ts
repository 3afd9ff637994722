/**
 * What a look reads from disk: files that guards and proofs ask for, and what agents left there.
 *
 * @module
 */
import type { Detail, Leftover, LeftoverMatcher, Process, Scope, Snapshot } from "../contract.ts";
import { needsOf, seek, soughtBy } from "../leftovers/judge.ts";
import { Table } from "../table.ts";
import { fileKey } from "../vocabulary/inside-files.ts";
import { isBeyond } from "../vocabulary/namespaces.ts";
import { type Growing, isOurs, keysOf, type Looking } from "./reading.ts";

/** Reads the files that guards and proofs ask for. */
export function readFiles(snapshot: Growing, roots: readonly Process[], table: Table, looking: Looking): void {
  const { plugins, machine } = looking;
  const wanted = new Map<string, { readonly process: Process; readonly path: string }>();
  const want = (process: Process, paths: readonly string[] = []) => {
    for (const path of paths) wanted.set(fileKey(process, path, table), { process, path });
  };
  for (const root of roots) {
    for (const proof of plugins.proofs) want(root, proof.files?.(root, table));
    for (const guard of plugins.guards) {
      if (guard.files === undefined) continue;
      const asked = guard.asks === "root" ? [root] : table.tree(root);
      for (const process of asked) want(process, guard.files(process, table));
    }
  }
  const files: Record<string, string> = {};
  const absent: string[] = [];
  const unread: string[] = [];
  for (const key of keysOf(wanted).sort()) {
    const { process, path } = wanted.get(key) as { readonly process: Process; readonly path: string };
    if (isBeyond(process, table)) {
      const found = machine.fileInside?.(process, path) ?? "unknown";
      if (found === "none") absent.push(key);
      else if (found !== "unknown") files[key] = found.text;
      continue;
    }
    const text = machine.file(path);
    if (text !== undefined) files[key] = text;
    else if (machine.conceals?.(path) === true) unread.push(key);
  }
  if (Object.keys(files).length > 0) snapshot.files = files;
  if (absent.length > 0) snapshot.absentFiles = absent;
  if (unread.length > 0) snapshot.unreadFiles = unread;
}

/** What lies on disk; the dear details that its judges read only when there is something to judge. */
export function readLeftovers(snapshot: Growing, scope: Scope, looking: Looking): void {
  const { machine, plugins, policy } = looking;
  const matchers = soughtBy(plugins.leftoverMatchers, policy, scope);
  if (matchers.length === 0) return;
  const leftovers = seek(machine, matchers);
  if (leftovers.length === 0) return;
  snapshot.leftovers = leftovers;
  readUsers(leftovers, matchers, new Table(snapshot, policy.hostNamespaces), looking);
}

/** What the judges of these ask of everybody. */
function readUsers(
  leftovers: readonly Leftover[],
  matchers: readonly LeftoverMatcher[],
  table: Table,
  { policy, read }: Looking,
): void {
  const needs = needsOf(leftovers, matchers, table);
  if (needs.size === 0) return;
  read(table.processes, new Set<Detail>(["owner"]));
  read(table.processes.filter((process) => isOurs(process, table, policy)), needs);
}

/** Who is there by now, with all that the judges of these leftovers ask of everybody. */
export function lookForUsers(leftovers: readonly Leftover[], before: Table, looking: Looking): Table {
  const { machine, plugins, policy } = looking;
  const { partial: _, absent: __, ...known } = before.snapshot;
  const processes = machine.list("all");
  const snapshot: Snapshot = {
    ...known,
    ...(machine.complete?.() === false ? { partial: true } : {}),
    capturedAt: new Date(machine.now()).toISOString(),
    processes,
  };
  readUsers(leftovers, plugins.leftoverMatchers, new Table(snapshot, policy.hostNamespaces), looking);
  // What judges have put together of a table once they do not ask again.
  return new Table(snapshot, policy.hostNamespaces);
}
