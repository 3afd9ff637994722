/** What lies on disk, where the system does not tell all of it. */
import { describe, expect, test } from "bun:test";
import {
  type Disk,
  findLeftovers,
  limitsOf,
  readLeftover,
  type Standing,
} from "../../../plugins/backends/_disk/leftovers.ts";
import type { LeftoverPlace } from "../../../src/contract.ts";

const PLACES: readonly LeftoverPlace[] = [
  { base: "/t", entry: /^lock-\d+$/, kind: "file" },
  { base: "/t", entry: /^home-\d+$/, kind: "directory" },
];
const NAMES: Readonly<Record<string, readonly string[]>> = { "/t": ["lock-1", "home-2"], "/t/home-2": ["a", "b"] };

const standing = (type: string, changedAt = 1_000): Standing => ({
  type,
  ...{ uid: 1, gid: 1, mode: 0o700, bytes: 7, modifiedAt: 1_000, changedAt, onDevice: 1, inode: 1n },
});

/** Two files and a directory, of which one path is answered with an error. */
function failing(path: string, error: string): Disk {
  return {
    separator: "/",
    facts: (at) => at === path ? error : standing(Object.hasOwn(NAMES, at) ? "directory" : "file", at.length * 1_000),
    names: (at) => NAMES[at] ?? "ENOTDIR",
    target: () => undefined,
    text: () => undefined,
  };
}

const look = (disk: Disk) => {
  const refused = new Map<string, string>();
  const found = findLeftovers(disk, PLACES, refused);
  return { found: found.map(({ path }) => path), refused: [...refused] };
};

describe("what cannot be asked about", () => {
  test("is no leftover, and the directory around it is told", () => {
    expect(look(failing("/t/lock-1", "EIO"))).toEqual({ found: ["/t/home-2"], refused: [["/t", "EIO"]] });
    expect(look(failing("/t", "ENOMEM"))).toEqual({ found: [], refused: [["/t", "ENOMEM"]] });
  });

  test("was gone by then, and nothing is missing", () => {
    expect(look(failing("/t/lock-1", "ENOENT"))).toEqual({ found: ["/t/home-2"], refused: [] });
    expect(look(failing("/t", "ENOENT"))).toEqual({ found: [], refused: [] });
  });

  test("may have been written to last: of the directory around it is not told when that was", () => {
    const [, whole] = findLeftovers(failing("", ""), PLACES);
    expect(whole).toMatchObject({ bytes: 14, changedAt: 11_000 });
    const [, part] = findLeftovers(failing("/t/home-2/b", "EIO"), PLACES);
    expect([part?.path, part?.bytes, part?.changedAt]).toEqual(["/t/home-2", undefined, undefined]);
    const [, gone] = findLeftovers(failing("/t/home-2/b", "ENOENT"), PLACES);
    expect(gone).toMatchObject({ bytes: 7, changedAt: 11_000 });
  });

  test("is one limit for each directory, and for many of them one", () => {
    const refused = (...paths: string[]) => new Map(paths.map((path) => [path, path === "/b" ? "EACCES" : "EIO"]));
    expect(limitsOf(refused("/a", "/b", "/c", "/d"))).toEqual([
      { what: "what dead agents left in /a", because: "the system answers EIO" },
      { what: "what dead agents left in /c", because: "the system answers EIO" },
      { what: "what dead agents left in /d", because: "the system answers EIO" },
      { what: "what dead agents left in /b", because: "the system answers EACCES" },
    ]);
    expect(limitsOf(refused("/a", "/c", "/d", "/e")).map(({ what }) => what)).toEqual([
      "what dead agents left in 4 directories, /a among them",
    ]);
  });

  test("is nothing when it is read again", () => {
    expect(readLeftover(failing("/t/lock-1", "EIO"), "/t/lock-1", PLACES)).toBeUndefined();
    expect(readLeftover(failing("/t", "EIO"), "/t/lock-1", PLACES)).toBeUndefined();
    expect(readLeftover(failing("", ""), "/t/lock-1", PLACES)?.path).toBe("/t/lock-1");
  });
});
