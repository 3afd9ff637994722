import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  watch,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Leftover } from "../../src/contract.ts";
import { removeLeftover, takeAway, type Taking } from "../../src/leftovers/removal.ts";
import type { Removal } from "../../src/leftovers/removal/directory.ts";

const US = process.getuid?.() as number;

let home: string;
let base: string;
let precious: string;

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "removal-")));
  base = join(home, "share");
  precious = join(home, "precious");
  mkdirSync(base, { mode: 0o700 });
  mkdirSync(precious);
  writeFileSync(join(precious, "work"), "a year's");
});

afterEach(() => {
  expect(readFileSync(join(precious, "work"), "utf8")).toBe("a year's");
  rmSync(home, { recursive: true });
});

function leftover(name = "codex-home-4711", facts: Partial<Leftover> = {}): Leftover {
  return { path: join(base, name), kind: "directory", ...facts };
}

function plant(name = "codex-home-4711"): string {
  const path = join(base, name);
  mkdirSync(join(path, "sessions", "2026"), { recursive: true });
  writeFileSync(join(path, "auth.json"), "12345");
  writeFileSync(join(path, "sessions", "2026", "log"), "123");
  return path;
}

describe("removeLeftover()", () => {
  test("removes the tree, counts the bytes it freed, and leaves nothing of its own", () => {
    plant();
    expect(removeLeftover(leftover(), US)).toEqual({ outcome: "removed", freedBytes: 8 });
    expect(readdirSync(base)).toEqual([]);
  });

  test("counts no byte of a file that has another name elsewhere, and one inside only once", () => {
    const path = plant();
    writeFileSync(join(base, "kept"), "1234567");
    linkSync(join(base, "kept"), join(path, "kept too"));
    linkSync(join(path, "auth.json"), join(path, "sessions", "auth again"));
    expect(removeLeftover(leftover(), US)).toEqual({ outcome: "removed", freedBytes: 8 });
    expect(readdirSync(base)).toEqual(["kept"]);
    const lock: Leftover = { path: join(base, "1.lock"), kind: "file" };
    linkSync(join(base, "kept"), lock.path);
    expect(removeLeftover(lock, US)).toEqual({ outcome: "removed", freedBytes: 0 });
    expect(removeLeftover({ ...lock, path: join(base, "kept") }, US)).toEqual({ outcome: "removed", freedBytes: 7 });
  });

  test("unlinks symlinks at any depth and follows none", () => {
    const path = plant();
    symlinkSync(precious, join(path, "up"));
    symlinkSync(join(precious, "work"), join(path, "sessions", "work"));
    symlinkSync("/", join(path, "sessions", "2026", "root"));
    expect(removeLeftover(leftover(), US).outcome).toBe("removed");
    expect(readdirSync(base)).toEqual([]);
  });

  test("removes what has a hostile name, is read-only or lies a thousand levels deep", () => {
    const path = plant();
    for (const name of ["a) Z 1 (", "new\nline", "\x1b[31mred", "-rf", "..x", " ", "$(id)", "*"]) {
      mkdirSync(join(path, name));
      writeFileSync(join(path, name, name), "");
    }
    const bytes = Buffer.concat([Buffer.from(`${path}/`), Buffer.from([0xff, 0xfe, 0x80])]);
    mkdirSync(bytes);
    writeFileSync(Buffer.concat([bytes, Buffer.from("/\xff", "latin1")]), "");
    mkdirSync(join(path, "locked", "inner"), { recursive: true });
    chmodSync(join(path, "locked", "inner"), 0o000);
    chmodSync(join(path, "locked"), 0o500);
    let deep = join(path, "d");
    for (let depth = 0; depth < 1_000; depth++) deep = join(deep, "d");
    mkdirSync(deep, { recursive: true });
    expect(removeLeftover(leftover(), US)).toEqual({ outcome: "removed", freedBytes: 8 });
    expect(readdirSync(base)).toEqual([]);
  });

  test("does not touch a symlink in the place of the directory", () => {
    symlinkSync(precious, join(base, "codex-home-4711"));
    expect(removeLeftover(leftover(), US).outcome).toBe("replaced");
    expect(lstatSync(join(base, "codex-home-4711")).isSymbolicLink()).toBe(true);
  });

  test("does not touch one that changed since it was judged", () => {
    const path = plant();
    const { mtimeMs, mode } = lstatSync(path);
    expect(removeLeftover(leftover(undefined, { modifiedAt: mtimeMs - 1_000 }), US).outcome).toBe("replaced");
    expect(removeLeftover(leftover(undefined, { modifiedAt: mtimeMs, mode: 0o111 }), US).outcome).toBe("replaced");
    expect(existsSync(join(path, "auth.json"))).toBe(true);
    expect(removeLeftover(leftover(undefined, { modifiedAt: mtimeMs, mode }), US).outcome).toBe("removed");
  });

  test("does not touch what belongs to somebody else, or lies where others may write", () => {
    const path = plant();
    expect(removeLeftover(leftover(), US + 1).outcome).toBe("denied");
    chmodSync(base, 0o777);
    expect(removeLeftover(leftover(), US).outcome).toBe("denied");
    expect(existsSync(join(path, "auth.json"))).toBe(true);
    chmodSync(base, 0o1777);
    expect(removeLeftover(leftover(), US).outcome).toBe("removed");
  });

  test.if(US === 0)(
    "does not follow a link that somebody else has put on the way, and follows one of the system's",
    () => {
      plant();
      const way = join(home, "way");
      symlinkSync(home, way);
      const there = { ...leftover(), path: join(way, "share", "codex-home-4711") };
      lchownSync(way, 4243, 4243);
      expect(removeLeftover(there, US)).toMatchObject({
        outcome: "denied",
        because: expect.stringContaining("symlink"),
      });
      expect(existsSync(join(base, "codex-home-4711", "auth.json"))).toBe(true);
      lchownSync(way, 0, 0);
      expect(removeLeftover(there, US).outcome).toBe("removed");
    },
  );

  test.if(US === 0)("does not touch what is somebody else's in a directory of one's own", () => {
    const path = plant();
    chownSync(path, 4243, 4243);
    expect(removeLeftover(leftover(), US)).toMatchObject({ outcome: "denied", because: "it belongs to somebody else" });
    expect(existsSync(join(path, "auth.json"))).toBe(true);
  });

  test.if(US === 0)("does not touch one's own in a directory of somebody else's, who can exchange it", () => {
    const path = plant();
    chownSync(base, 4243, 0);
    const because = "the directory it lies in is somebody else's";
    expect(removeLeftover(leftover(), US)).toMatchObject({ outcome: "denied", because });
    expect(existsSync(join(path, "auth.json"))).toBe(true);
  });

  test.if(US === 0)("what does not go as a whole is where it was, as open as it was, and says what went before", () => {
    const THEY = 4243;
    const path = plant();
    const deep = join(path, "sessions", "2026");
    mkdirSync(join(deep, "root's"), { mode: 0o700 });
    chmodSync(home, 0o711);
    const modes = [[path, 0o750], [join(path, "sessions"), 0o500], [deep, 0o1755]] as const;
    for (const one of [base, path, join(path, "sessions"), deep]) chownSync(one, THEY, THEY);
    for (const [one, mode] of modes) chmodSync(one, mode);
    const { outcome, freedBytes } = removeLeftover(leftover(), THEY);
    expect([outcome, readdirSync(base)]).toEqual(["denied", ["codex-home-4711"]]);
    expect(readdirSync(deep)).toContain("root's");
    expect(modes.map(([one]) => lstatSync(one).mode & 0o7777)).toEqual(modes.map(([, mode]) => mode));
    const left = [join(path, "auth.json"), join(deep, "log")].filter(existsSync);
    expect(freedBytes).toBe(left.reduce((sum, one) => sum - lstatSync(one).size, 8));
  });

  test("refuses what is no plain path of a directory, and says when it is gone", () => {
    for (const path of ["codex-home-1", `${base}/../precious`, `${base}/.`, "/", `${base}//x`, `${base}/x/`]) {
      expect(removeLeftover({ path, kind: "directory" }, US).outcome).toBe("failed");
    }
    expect(removeLeftover(leftover(), US).outcome).toBe("gone");
    expect(removeLeftover({ path: join(home, "nowhere", "x"), kind: "directory" }, US).outcome).toBe("gone");
  });

  test("leaves the working directory as it was", () => {
    const before = process.cwd();
    plant();
    removeLeftover(leftover(), US);
    removeLeftover(leftover(), US);
    expect(process.cwd()).toBe(before);
    expect(readdirSync(".")).toEqual(readdirSync(before));
    // Where it stood goes with the rest.
    process.chdir(plant());
    try {
      expect(removeLeftover(leftover(), US).outcome).toBe("removed");
      expect(process.cwd()).toBe("/");
    } finally {
      process.chdir(before);
    }
  });
});

describe("takeAway()", () => {
  test("puts back what was exchanged for another right before it was moved aside", () => {
    const path = plant();
    const kept = join(home, "kept");
    const exchanged: Taking["keep"] = (one, move) => {
      renameSync(one.path, join(home, "aside"));
      mkdirSync(one.path);
      writeFileSync(join(one.path, "theirs"), "");
      move(kept);
      return { outcome: "quarantined" };
    };
    const [[[, removal]]] = [...takeAway([leftover()], { owner: US, keep: exchanged })] as [[[Leftover, Removal]]];
    expect(removal.outcome).toBe("replaced");
    expect([readdirSync(path), existsSync(kept)]).toEqual([["theirs"], false]);
    const moved: Taking["keep"] = (_, move) => (move(kept), { outcome: "quarantined" });
    const [[[, taken]]] = [...takeAway([leftover()], { owner: US, keep: moved })] as [[[Leftover, Removal]]];
    expect([taken.outcome, readdirSync(kept), existsSync(path)]).toEqual(["quarantined", ["theirs"], false]);
  });
});

describe("removeLeftover() against one who exchanges directories for symlinks meanwhile", () => {
  async function attack(swapped: string, rounds: number): Promise<string[]> {
    const ready = join(home, "ready");
    const started = new Promise<void>((resolve) => {
      const watcher = watch(home, () => {
        if (!existsSync(ready)) return;
        watcher.close();
        resolve();
      });
    });
    mkdirSync(dirname(swapped), { recursive: true });
    const program = join(import.meta.dir, "..", "support", "programs", "swap-symlink.ts");
    const attacker = Bun.spawn([process.execPath, program, swapped, precious, ready], { stdout: "ignore" });
    const outcomes: string[] = [];
    try {
      await started;
      for (let round = 0; round < rounds; round++) {
        mkdirSync(dirname(swapped), { recursive: true });
        outcomes.push(removeLeftover(leftover(), US).outcome);
        expect(readdirSync(precious)).toEqual(["work"]);
      }
    } finally {
      attacker.kill("SIGKILL");
      await attacker.exited;
    }
    return outcomes;
  }

  test("inside the tree", async () => {
    const outcomes = await attack(join(base, "codex-home-4711", "cache", "x"), 300);
    expect(outcomes).toContain("removed");
  });

  test("in the place of the tree itself", async () => {
    const outcomes = await attack(join(base, "codex-home-4711"), 300);
    expect(outcomes).toHaveLength(300);
  });
});
