/**
 * Inside: commands on databases that cannot be used, with an orphan on the machine that needs none of it.
 *
 * @module
 */
import { Database } from "bun:sqlite";
import { chownSync, mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StoredRegistry } from "../../../src/registry/stored.ts";
import { Store } from "../../../src/store/store.ts";
import { entry } from "../registered.ts";
import { Field, isAlive, plainOrphan } from "../orphans.ts";

/** What the commands said of one database. */
export interface Said {
  readonly name: string;
  readonly scan: { exitCode: number; warnings: string[] };
  readonly sessions: { exitCode: number; stderr: string };
  readonly start: { exitCode: number; stderr: string };
  /** The file is byte for byte what it was. */
  readonly isUntouched: boolean;
}

/** What came of all of them. */
export interface Told {
  readonly said: Said[];
  /** What a writer that had it open hears when the disk is full, and what is there then. */
  readonly full: { said: string; kept: string[] };
  readonly reap: { exitCode: number; ended: boolean; warnings: string[] };
}

const main = join(import.meta.dir, "..", "..", "..", "src/main.ts");
const directory = join(process.env["XDG_STATE_HOME"] as string, "agent-reaper");
const path = join(directory, "state.db");
const NOBODY = 65534;

export default async function run(): Promise<Told> {
  const cases: readonly (readonly [string, () => void, (() => void)?])[] = [
    ["damaged", () => writeFileSync(path, "not a database\n".repeat(500), { mode: 0o600 })],
    ["cut off", () => {
      ours("session", "start", "--id", "x");
      truncateSync(path, 6_000);
    }],
    ["newer", () => {
      ours("session", "start", "--id", "x");
      const database = new Database(path);
      database.run("INSERT INTO migrations VALUES (9999, 'of tomorrow')");
      database.close();
    }],
    ["another user's", () => {
      ours("session", "start", "--id", "x");
      chownSync(path, NOBODY, NOBODY);
    }],
    ["read-only", () => {
      mount("-t", "tmpfs", "-o", "mode=0700", "none", directory);
      ours("session", "start", "--id", "x");
      mount("-o", "remount,ro", directory);
    }, unmount],
    ["full", () => {
      mount("-t", "tmpfs", "-o", "mode=0700,size=256k", "none", directory);
      ours("session", "start", "--id", "x");
      const store = new Store({ directory, viewer: { uid: process.geteuid?.() ?? 0 } });
      const registry = new StoredRegistry(store);
      registry.register(entry({ pid: 1, startToken: "1" }));
      fill();
      full = { said: refusalOf(registry), kept: registry.entries().map(({ startToken }) => startToken) };
      store.close();
      // What the log took is free again.
      fill();
    }, unmount],
    ["locked", () => {
      ours("session", "start", "--id", "x");
      holder = new Database(path);
      // In WAL mode readers are kept out by nobody.
      holder.run("PRAGMA journal_mode = DELETE");
      holder.run("BEGIN EXCLUSIVE");
      holder.run("INSERT INTO migrations VALUES (9998, 'never committed')");
    }, () => {
      holder?.run("ROLLBACK");
      holder?.close();
    }],
  ];
  const said: Said[] = [];
  for (const [name, plant, undo] of cases) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    plant();
    const before = fingerprint();
    const scan = ours("scan", "--json");
    const sessions = ours("sessions");
    const start = ours("session", "start");
    said.push({
      name,
      scan: { exitCode: scan.exitCode, warnings: warningsOf(scan.stdout) },
      sessions: { exitCode: sessions.exitCode, stderr: sessions.stderr },
      start: { exitCode: start.exitCode, stderr: start.stderr },
      isUntouched: fingerprint() === before,
    });
    undo?.();
    if (name !== "locked") rmSync(directory, { recursive: true });
  }

  // The last word: what needs no registry is ended without it.
  writeFileSync(path, "not a database\n".repeat(500), { mode: 0o600 });
  const { pids: [pid] } = await plainOrphan(new Field());
  const reap = ours("reap", "--yes", "--json", "--min-age", "1ms");
  const ended = pid !== undefined && !isAlive(pid);
  return { said, full, reap: { exitCode: reap.exitCode, ended, warnings: warningsOf(reap.stdout) } };
}

let holder: Database | undefined;
let full = { said: "nothing", kept: [] as string[] };

/** A page of the write-ahead log has room for some. */
function refusalOf(registry: StoredRegistry): string {
  try {
    for (let at = 2; at < 100; at++) registry.register(entry({ pid: at, command: ["x".repeat(4_000)] }));
  } catch (error) {
    return (error as Error).message.replaceAll(directory, "DIRECTORY");
  }
  return "nothing";
}

/** The namespace has mounts of its own. */
function mount(...args: string[]): void {
  const { exitCode, stderr } = Bun.spawnSync(["mount", ...args]);
  if (exitCode !== 0) throw new Error(`mount: ${stderr.toString()}`);
}

function fill(): void {
  Bun.spawnSync(["sh", "-c", "cat /dev/zero >> filler"], { cwd: directory, stderr: "ignore" });
}

function unmount(): void {
  Bun.spawnSync(["umount", directory]);
}

function ours(...args: string[]): { exitCode: number; stdout: string; stderr: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync([process.execPath, main, ...args]);
  return { exitCode, stdout: stdout.toString(), stderr: stderr.toString().replaceAll(directory, "DIRECTORY") };
}

function warningsOf(stdout: string): string[] {
  return (JSON.parse(stdout) as { warnings: string[] }).warnings.map((text) => text.replaceAll(directory, "DIRECTORY"));
}

/** By another program: whoever closes a file gives up all locks that he himself has on it. */
function fingerprint(): string {
  return Bun.spawnSync(["sh", "-c", "ls -l state.db; sha256sum state.db"], { cwd: directory }).stdout.toString();
}
