import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StoredRegistry } from "../../src/registry/stored.ts";
import { Store, type StoreOptions } from "../../src/store/store.ts";
import { MIGRATIONS } from "../../src/store/migrations.ts";
import { StoreTrouble, troubleOf } from "../../src/store/trouble.ts";
import { entry, session } from "../support/registered.ts";

const uid = process.geteuid?.() ?? 0;
let base: string;
let directory: string;
let path: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "store-"));
  directory = join(base, "state");
  path = join(directory, "state.db");
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function opened(more: Partial<StoreOptions> = {}): Store {
  return new Store({ directory, viewer: { uid }, patienceMs: 50, ...more });
}

/** What opening and reading says, in one line. */
function said(work: () => unknown = () => {
  const store = opened();
  try {
    return new StoredRegistry(store).entries();
  } finally {
    store.close();
  }
}): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(StoreTrouble);
    return (error as Error).message.replaceAll(base, "");
  }
  return "nothing";
}

describe("the store", () => {
  test("is made for its owner alone, and again is no change", () => {
    opened().close();
    opened().close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    const database = new Database(path, { readonly: true });
    expect(database.query("SELECT number FROM migrations").values()).toEqual(MIGRATIONS.map(({ number }) => [number]));
    expect(database.query("PRAGMA journal_mode").values()).toEqual([["wal"]]);
    database.close();
  });

  test("brings an older schema up to date and keeps what is in it", () => {
    const first = opened();
    new StoredRegistry(first).register(entry({ pid: 7 }));
    first.close();
    const migrations = [...MIGRATIONS, { number: 99, what: "more", statements: "CREATE TABLE more (a) STRICT" }].map(
      (step) => ({ ...step, statements: step.statements.replace("(a)", "(a INTEGER)") }),
    );
    const second = opened({ migrations });
    expect(second.all("SELECT count(*) AS rows FROM more")).toEqual([{ rows: 0 }]);
    expect(new StoredRegistry(second).entries().map(({ pid }) => pid)).toEqual([7]);
    second.close();
    expect(said()).toBe(
      "/state/state.db: a newer agent-reaper wrote it (schema 99, this one knows " +
        `${MIGRATIONS.at(-1)?.number}): use that one, or name another place in AGENT_REAPER_STATE`,
    );
  });

  test("a step that fails leaves the schema as it was", () => {
    opened().close();
    const migrations = [...MIGRATIONS, {
      number: 99,
      what: "half",
      statements: "CREATE TABLE half (a INTEGER) STRICT; CREATE TABLE half (a INTEGER) STRICT",
    }];
    expect(said(() => opened({ migrations }))).toContain("already exists");
    const store = opened();
    expect(store.all("SELECT count(*) AS tables FROM sqlite_schema WHERE name = 'half'")).toEqual([{ tables: 0 }]);
    store.close();
  });

  test("a transaction is kept as a whole or not at all", () => {
    const store = opened();
    const registry = new StoredRegistry(store);
    expect(() =>
      store.transaction(() => {
        registry.register(entry({ pid: 8 }));
        throw new Error("in the middle");
      })
    ).toThrow("in the middle");
    expect(registry.entries()).toEqual([]);
    store.close();
  });
});

describe("a database that cannot be used is named in one line, and is as it was", () => {
  const damages: readonly (readonly [string, () => void, RegExp])[] = [
    ["no database", () => writeFileSync(path, "this is a letter\n".repeat(1000), { mode: 0o600 }), /no database/],
    ["cut off", () => {
      opened().close();
      truncateSync(path, 5000);
    }, /damaged/],
    ["written over", () => {
      const store = opened();
      const registry = new StoredRegistry(store);
      for (let pid = 2; pid < 500; pid++) registry.register(entry({ pid }));
      store.close();
      const bytes = readFileSync(path);
      bytes.fill(0xa5, 4096);
      writeFileSync(path, bytes);
    }, /damaged/],
    ["one letter of a word that decides", () => spoil("pr-42detached", "pr-42detachee"), /damaged/],
    ["one bracket of a list", () => spoil('["spoilt"]', '{"spoilt"]'), /damaged/],
    ["another program's", () => {
      const database = new Database(path, { create: true });
      database.run("CREATE TABLE theirs (a)");
      database.close();
      chmodSync(path, 0o600);
    }, /another program's database/],
    ["a directory", () => mkdirSync(path), /it is no file/],
    ["a link", () => symlinkSync("/etc/passwd", path), /it is no file/],
    ["writable by others", () => {
      opened().close();
      chmodSync(path, 0o666);
    }, /others can write to it: chmod 600/],
  ];
  const spoil = (text: string, by: string): void => {
    const store = opened();
    new StoredRegistry(store).register(
      entry({ pid: 2, containment: "detached", session: "pr-42", command: ["spoilt"] }),
    );
    store.close();
    const bytes = readFileSync(path, "latin1");
    expect(bytes.split(text)).toHaveLength(2);
    writeFileSync(path, bytes.replace(text, by), "latin1");
  };
  for (const [name, plant, says] of damages) {
    test(name, () => {
      mkdirSync(directory, { mode: 0o700 });
      plant();
      const before = isFile(path) ? readFileSync(path) : undefined;
      const line = said();
      expect(line).toMatch(says);
      expect(line).not.toContain("\n");
      if (before !== undefined) expect(readFileSync(path).equals(before)).toBe(true);
    });
  }

  test("another user's", () => {
    opened().close();
    expect(said(() => new Store({ directory, viewer: { uid: uid + 1 } }))).toContain("belongs to another user");
  });

  test("locked by somebody who does not let go", () => {
    opened().close();
    const holder = new Database(path);
    holder.run("PRAGMA locking_mode = EXCLUSIVE");
    holder.run("BEGIN EXCLUSIVE");
    holder.run("CREATE TABLE held (a)");
    expect(said(() => {
      const store = opened();
      try {
        new StoredRegistry(store).register(entry({ pid: 5 }));
      } finally {
        store.close();
      }
    })).toBe("/state/state.db: another program has locked it: try again when that has ended");
    holder.run("ROLLBACK");
    holder.close();
    expect(said()).toBe("nothing");
  });
});

test("what SQLite cannot do is no damage: nobody is told to move it away", () => {
  const line = (message: string) =>
    troubleOf(Object.assign(new Error(message), { name: "SQLiteError" }), "/state.db").message;
  expect(["locking protocol", "out of memory", "interrupted"].map(line)).toEqual([
    "/state.db: no lock is to be had on it: name a place on a disk of this machine in AGENT_REAPER_STATE",
    "/state.db: no memory left: try again later",
    "/state.db: interrupted: try again later",
  ]);
});

describe("the stored registry", () => {
  test("gives back what it was given", () => {
    const store = opened();
    const registry = new StoredRegistry(store);
    const whole = entry({ pid: 10, command: ["claude", "-p", "a\0b", "ü"], cwd: "/x", session: "s", ppid: 3 });
    const { pidNamespace: _, ...bare } = entry({ pid: 11, registeredAt: whole.registeredAt + 1 });
    registry.register(bare);
    registry.register(whole);
    expect(registry.entries()).toEqual([whole, bare]);
    registry.startSession(session({ id: "s" }));
    expect(registry.sessions()).toEqual([session({ id: "s" })]);
    const earlier = session({ id: "s", startedAt: 1 });
    expect([earlier, session({ id: "s" }), session({ id: "s" })].map((one) => registry.endSession(one))).toEqual([
      ...[false, true, false],
    ]);
    store.close();
  });

  test("knows a process once, also without a namespace, and takes off that one only", () => {
    const store = opened();
    const registry = new StoredRegistry(store);
    const { pidNamespace: _, ...bare } = entry({ pid: 12 });
    for (const kind of ["first", "second"]) registry.register({ ...bare, kind });
    registry.register(entry({ pid: 12, startToken: "other" }));
    registry.register(entry({ pid: 12, pidNamespace: "pid:[7]" }));
    expect(registry.entries().map(({ kind }) => kind)).toEqual(["second", "process", "process"]);
    expect([registry.unregister(bare), registry.unregister(bare)]).toEqual([true, false]);
    expect(registry.entries()).toHaveLength(2);
    store.close();
  });

  test("leaves nothing beside the database when it is closed", () => {
    const store = opened();
    new StoredRegistry(store).register(entry({ pid: 13 }));
    store.close();
    expect(readdirSync(directory)).toEqual(["state.db"]);
  });
});

function isFile(path: string): boolean {
  return statSync(path).isFile() && !path.endsWith("passwd");
}
