import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  appendFileSync,
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
import { dirname, join } from "node:path";
import type { Viewer } from "../../src/contract.ts";
import { inDirectory } from "../../src/leftovers/removal/directory.ts";
import { expire, KEPT_DAYS, MOST_BYTES, Quarantine } from "../../src/quarantine/keep.ts";
import { batches, forget, quarantinePath, unrecorded } from "../../src/quarantine/manifest.ts";
import { putBack } from "../../src/quarantine/put-back.ts";
import type { LeftoverFinding } from "../../src/report.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const viewer: Viewer = { pid: 1, uid: process.getuid?.() as number, home: "/", elevated: false };
let home: string;
let state: string;

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "quarantine-")));
  state = join(home, "state");
});
afterEach(() => rmSync(home, { recursive: true }));

/** Takes a file, `at` milliseconds into 1970. */
function take(name: string, at: number, bytes = 3, meanwhile: () => void = () => {}): string {
  const path = join(home, name);
  writeFileSync(path, "abc");
  const { dev, ino } = lstatSync(path);
  const finding: LeftoverFinding = {
    leftover: { path, kind: "file", identity: `${dev}:${ino}`, bytes },
    matcher: "m",
    family: "f",
    verdict: "leftover",
    because: "b",
  };
  const quarantine = new Quarantine(state, viewer, at);
  const { outcome } = inDirectory(
    dirname(path),
    viewer.uid,
    () =>
      quarantine.take(finding, (to) => {
        meanwhile();
        renameSync(path, to);
      }),
  );
  expect(outcome).toBe("quarantined");
  return path;
}

describe("the quarantine", () => {
  test("forgets what is older than its days", () => {
    take("old", DAY_MS);
    take("new", 2 * DAY_MS);
    expect(expire(state, viewer, (KEPT_DAYS + 1) * DAY_MS)).toBe(0);
    expect(expire(state, viewer, (KEPT_DAYS + 1) * DAY_MS + 1)).toBe(1);
    expect(batches(state).flatMap(({ kept }) => kept.map(({ from }) => from))).toEqual([join(home, "new")]);
    expect(expire(state, viewer, (KEPT_DAYS + 3) * DAY_MS)).toBe(1);
    expect(batches(state)).toEqual([]);
  });

  test("leaves alone what another run has on record and is about to move there", () => {
    const path = take("mine", 5 * DAY_MS, 3, () => expect(expire(state, viewer, 5 * DAY_MS + 1)).toBe(0));
    expect(batches(state).flatMap(({ kept }) => kept.map(({ from }) => from))).toEqual([path]);
  });

  test("leaves that record alone also where a newer run has taken too much", () => {
    const path = take("mine", 5 * DAY_MS, 3, () => {
      take("large", 5 * DAY_MS + 1_000, MOST_BYTES + 1);
      expect(expire(state, viewer, 5 * DAY_MS + 2_000)).toBe(0);
    });
    expect(batches(state).flatMap(({ kept }) => kept.map(({ from }) => from))).toContain(path);
  });

  test("lets the oldest go beyond its size, never what was taken last", () => {
    take("first", DAY_MS, 1);
    take("second", 2 * DAY_MS, MOST_BYTES);
    take("third", 3 * DAY_MS, MOST_BYTES + 1);
    expect(expire(state, viewer, 4 * DAY_MS)).toBe(2);
    expect(batches(state).flatMap(({ kept }) => kept.map(({ from }) => from))).toEqual([join(home, "third")]);
  });

  test("tells of what is there and no more on record, and of nothing else", () => {
    take("one", DAY_MS);
    take("two", 2 * DAY_MS);
    expect(unrecorded(state)).toEqual([]);
    const [, { id, kept: [lost] } = { id: "", kept: [] }] = batches(state);
    writeFileSync(join(quarantinePath(state), id, "manifest.ndjson"), "{");
    expect(unrecorded(state)).toEqual([lost?.at as string]);
    writeFileSync(join(quarantinePath(state), "20261121-000000-1"), "no directory");
    expect(unrecorded(state)).toHaveLength(1);
  });

  test("what cannot be read is not empty for that", () => {
    take("one", DAY_MS);
    const path = quarantinePath(state);
    const [batch] = batches(state);
    const manifest = join(path, batch?.id as string, "manifest.ndjson");
    rmSync(manifest);
    mkdirSync(manifest);
    forget(state, batch?.id as string, []);
    expect(() => batches(state)).toThrow("is no regular file");
    rmSync(manifest, { recursive: true });
    // What lies there without a record is told of; where nothing does, nothing stays.
    writeFileSync(manifest, "{");
    expire(state, viewer, DAY_MS);
    expect(existsSync(manifest)).toBe(true);
    rmSync(batch?.kept[0]?.at as string);
    expire(state, viewer, 3 * DAY_MS);
    expect(existsSync(dirname(manifest))).toBe(false);
    rmSync(path, { recursive: true });
    symlinkSync(path, path);
    expect(() => batches(state)).toThrow("ELOOP");
    expect(() => unrecorded(state)).toThrow("ELOOP");
  });

  test("on another file system one place beside them takes all of a directory; another trouble is none of those", () => {
    const quarantine = new Quarantine(state, viewer, DAY_MS);
    const attempt = (name: string, code: string) => {
      const path = join(home, name);
      writeFileSync(path, name);
      const leftover = { path, kind: "file" } as const;
      const finding = { leftover, matcher: "m", family: "f", verdict: "leftover", because: "b" } as const;
      return inDirectory(home, viewer.uid, () =>
        quarantine.take(finding, (to) => {
          if (to.startsWith(state)) throw Object.assign(new Error(code), { code });
          renameSync(path, to);
        })).outcome;
    };
    expect(["one", "two"].map((name) => attempt(name, "EXDEV"))).toEqual(["quarantined", "quarantined"]);
    const beside = batches(state)[0]?.kept.map(({ at }) => dirname(at)) ?? [];
    expect([beside.length, new Set(beside).size, beside.map((path) => dirname(path))]).toEqual([2, 1, [home, home]]);
    expect(lstatSync(beside[0] as string).mode & 0o777).toBe(0o700);
    expect(() => attempt("three", "EACCES")).toThrow("EACCES");
    expect(readFileSync(join(home, "three"), "utf8")).toBe("three");
  });

  test("tells of no more than what went", () => {
    for (const name of ["one", "two"]) take(name, name === "one" ? DAY_MS : 2 * DAY_MS);
    const [batch] = batches(state);
    // Where others can put something in its place, nothing is removed.
    chmodSync(join(quarantinePath(state), batch?.id as string), 0o777);
    expect(expire(state, viewer, (KEPT_DAYS + 9) * DAY_MS)).toBe(1);
    expect(batches(state).map(({ id }) => id)).toEqual([batch?.id as string]);
  });

  test("passes over what never got there, torn lines and strangers", () => {
    const path = take("one", DAY_MS);
    const [batch] = batches(state);
    const manifest = join(quarantinePath(state), batch?.id as string, "manifest.ndjson");
    const [kept] = batch?.kept ?? [];
    appendFileSync(
      manifest,
      `{"from":"/x","at":"${join(home, "nothing")}","kind":"file"}\n{"from":"rel","at":"rel","kind"\n`,
    );
    appendFileSync(
      manifest,
      `\n{"from":"../x","at":"${home}","kind":"directory"}\n{"from":"/x","at":"${home}","kind":"device"}\nnull\n`,
    );
    expect(batches(state)[0]?.kept).toEqual([kept as NonNullable<typeof kept>]);
    // Somebody has put another in its place.
    renameSync(kept?.at as string, `${kept?.at}.aside`);
    writeFileSync(kept?.at as string, "other");
    expect(putBack(kept as NonNullable<typeof kept>, viewer.uid).outcome).toBe("gone");
    expect(existsSync(path)).toBe(false);
  });

  test("puts nothing back through a link that was put on the way since", () => {
    mkdirSync(join(home, "real"));
    symlinkSync("real", join(home, "way"));
    mkdirSync(join(home, "was"));
    const [through, below] = [take("way/one", DAY_MS), take("was/one", 2 * DAY_MS)];
    renameSync(join(home, "was"), join(home, "elsewhere"));
    symlinkSync("elsewhere", join(home, "was"));
    const back = batches(state).flatMap(({ kept }) => kept.map((one) => ({ ...one, ...putBack(one, viewer.uid) })));
    // Where a link was on the way already it lay behind it.
    expect(back.map(({ from, outcome }) => [from, outcome])).toEqual([[below, "failed"], [through, "put back"]]);
    expect(back[0]?.because).toBe(
      `it lay in ${home}/was, and the way there leads to ${home}/elsewhere now: it stays as ${back[0]?.at}`,
    );
    expect(readdirSync(join(home, "elsewhere"))).toEqual([]);
    expect(readFileSync(join(home, "real", "one"), "utf8")).toBe("abc");
    // Made anew it is the place that it was.
    rmSync(join(home, "was"));
    mkdirSync(join(home, "was"));
    expect(batches(state).map(({ kept: [one] }) => one && putBack(one, viewer.uid).outcome)).toEqual(["put back"]);
  });
});
