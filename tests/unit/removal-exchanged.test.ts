/**
 * Something is exchanged in the one moment between the look at it and its move: what moves it aside asks for our own
 * pid, to name the place it goes to, and that is when it happens here.
 */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Leftover } from "../../src/contract.ts";
import { takeAway } from "../../src/leftovers/removal.ts";

const US = process.getuid?.() as number;
const PID = process.pid;

let home: string;
let base: string;
let precious: string;

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "exchanged-")));
  [base, precious] = [join(home, "share"), join(home, "precious")];
  mkdirSync(base, { mode: 0o700 });
  mkdirSync(join(precious, "b"), { recursive: true });
  writeFileSync(join(precious, "b", "work"), "a year's");
});

afterEach(() => {
  Object.defineProperty(process, "pid", { value: PID, writable: true, enumerable: true, configurable: true });
  expect(readFileSync(join(precious, "b", "work"), "utf8")).toBe("a year's");
  rmSync(home, { recursive: true });
});

/** Happens each time when such a name is made. */
function whenItMoves(happens: () => void): void {
  const get = () => {
    happens();
    return PID;
  };
  Object.defineProperty(process, "pid", { get, configurable: true });
}

function taken(...leftovers: readonly (readonly [name: string, kind: Leftover["kind"]])[]): string[] {
  const all = leftovers.map(([name, kind]): Leftover => ({ path: join(base, name), kind }));
  return [...takeAway(all, { owner: US })].flat().map(([, { outcome }]) => outcome);
}

describe("exchanged right before it is moved aside", () => {
  test("a lock that somebody took meanwhile lies where it lay, and nothing of ours beside it", () => {
    const lock = join(base, "1.lock");
    writeFileSync(lock, "dead");
    const { ino } = lstatSync(lock);
    whenItMoves(() => {
      renameSync(lock, join(home, "old"));
      writeFileSync(lock, "alive");
      expect(lstatSync(lock).ino).not.toBe(ino);
    });
    expect(taken(["1.lock", "file"])).toEqual(["replaced"]);
    expect([readdirSync(base), readFileSync(lock, "utf8")]).toEqual([["1.lock"], "alive"]);
  });

  test("a directory inside that became a link goes as the link that it is", () => {
    const inner = join(base, "a", "inner");
    mkdirSync(inner, { recursive: true });
    whenItMoves(() => {
      renameSync(inner, join(home, "inner"));
      symlinkSync(join(precious, "b"), inner);
    });
    expect(taken(["a", "directory"])).toEqual(["removed"]);
    expect([readdirSync(base), existsSync(join(home, "inner"))]).toEqual([[], true]);
  });

  test("nobody else can write into what is being emptied, and into nothing below that is opened", () => {
    const directories = ["a", "a/x", "a/x/y", "a/x/y/z"].map((name) => join(base, name));
    for (const directory of directories) mkdirSync(directory);
    for (const directory of directories.slice(1)) chmodSync(directory, 0o777);
    const open: string[] = [];
    let moves = 0;
    whenItMoves(() => {
      moves++;
      for (const name of [".", ...readdirSync(".").filter((name) => name.startsWith(".agent-reaper-"))]) {
        if ((lstatSync(name).mode & 0o077) !== 0) open.push(name);
      }
    });
    expect(taken(["a", "directory"])).toEqual(["removed"]);
    expect([moves, open]).toEqual([3, []]);
  });

  test("one that is moved while it is emptied leads to another place: what has the next one's name there stays", () => {
    const [a, b] = [join(base, "a"), join(base, "b")];
    mkdirSync(join(a, "inner"), { recursive: true });
    mkdirSync(b);
    whenItMoves(() => renameSync(a, join(precious, "a")));
    expect(taken(["a", "directory"], ["b", "directory"])).toEqual(["removed", "failed"]);
    expect([readdirSync(base), readdirSync(precious)]).toEqual([["b"], ["b"]]);
  });
});
