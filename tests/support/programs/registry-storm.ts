/**
 * Inside: many write to one registry at once, some of them ended by kill -9 wherever they are.
 *
 * @module
 */
import { Database } from "bun:sqlite";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StoredRegistry } from "../../../src/registry/stored.ts";
import { Store } from "../../../src/store/store.ts";
import { appears } from "../orphans.ts";

/** What came of it. */
export interface Told {
  /** Entries that were confirmed and are missing, or were taken off and are there. */
  readonly lost: string[];
  readonly doubles: number;
  /** What the database says of itself, each answer once. */
  readonly integrity: string[];
  readonly confirmed: number;
  readonly exitCodes: number[];
  readonly killed: number;
}

/** `together`: 20 writers of 100 each. Else rounds of writers that are killed, for at least so many milliseconds. */
export default async function run(input: { together: boolean; rounds: number; longMs: number }): Promise<Told> {
  const base = process.env["HOME"] as string;
  const directory = join(base, "state");
  const logs = join(base, "logs");
  for (const path of [directory, logs]) mkdirSync(path, { mode: 0o700 });
  const writer = (name: string, count: number) => {
    const log = join(logs, name);
    writeFileSync(log, "");
    const program = join(import.meta.dir, "registry-writer.ts");
    const child = Bun.spawn([process.execPath, program, directory, name, String(count), log], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    return { child, log, name };
  };

  const all: ReturnType<typeof writer>[] = [];
  const integrity = new Set<string>();
  let killed = 0;
  if (input.together) {
    all.push(...Array.from({ length: 20 }, (_, at) => writer(`writer-${at}`, 100)));
    await Promise.all(all.map(({ child }) => child.exited));
  } else {
    const until = performance.now() + input.longMs;
    for (let round = 0; round < input.rounds || performance.now() < until; round++) {
      const some = [0, 1, 2].map((at) => writer(`round-${round}-${at}`, 0));
      all.push(...some);
      // At work, the first of them at least, and then at any instant.
      await Promise.race([appears(join(directory, "state.db-wal")), some[0]?.child.exited]);
      await Bun.sleep(Math.random() * 120);
      for (const { child } of some) child.kill("SIGKILL");
      killed += (await Promise.all(some.map(({ child }) => child.exited))).filter((code) => code !== 0).length;
      integrity.add(check(directory));
    }
  }
  integrity.add(check(directory));

  const store = new Store({ directory, viewer: { uid: process.geteuid?.() ?? 0 } });
  const entries = new StoredRegistry(store).entries();
  store.close();
  const there = new Set(entries.map(({ pid, startToken }) => `${startToken} ${pid}`));
  const lost: string[] = [];
  let confirmed = 0;
  for (const { log, name } of all) {
    const lines = readFileSync(log, "utf8").split("\n").slice(0, -1);
    confirmed += lines.length;
    const off = new Set(lines.filter((line) => line.startsWith("-")).map((line) => line.slice(1)));
    const on = lines.filter((line) => line.startsWith("+")).map((line) => line.slice(1));
    for (const number of on) {
      const isThere = there.has(`${name} ${number}`);
      // The last one may have been taken off without that it could say so.
      const mayBeOff = number === on.at(-1) && Number(number) % 2 === 1;
      if (off.has(number) ? isThere : !isThere && !mayBeOff) lost.push(`${name} ${number}`);
    }
  }
  return {
    lost,
    doubles: entries.length - there.size,
    integrity: [...integrity],
    confirmed,
    exitCodes: all.map(({ child }) => child.exitCode ?? -1),
    killed,
  };
}

function check(directory: string): string {
  const path = join(directory, "state.db");
  if (!existsSync(path)) return "ok";
  // Opened as anybody would: a writer that died is recovered from here.
  const store = new Store({ directory, viewer: { uid: process.geteuid?.() ?? 0 } });
  store.close();
  const database = new Database(path, { readonly: true });
  const answer = database.query("PRAGMA integrity_check").values().flat().join("; ");
  database.close();
  return answer;
}
