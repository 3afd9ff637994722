/** Slots are freed by others only when nobody has them: by the lock, whatever the note says. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linuxLocks } from "../../plugins/backends/procfs/locks.ts";
import { freeIfStale, nameOf } from "../../src/slots/slot-files.ts";
import type { SlotGround } from "../../src/slots/turnstile.ts";

/** Of a process that there is not: the note alone would say that it is stale. */
const NOTE = "pid=4194304\nstart=1\n";
const locks = linuxLocks();
const viewer = { uid: process.geteuid?.() ?? 0 };
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "slots-stale-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function slot(text: string, ageMs = 0): string {
  const path = join(directory, nameOf(0));
  writeFileSync(path, text, { mode: 0o600 });
  chmodSync(path, 0o600);
  const at = (Date.now() - ageMs) / 1000;
  utimesSync(path, at, at);
  return path;
}

describe("a slot of ours", () => {
  const ground = (): SlotGround => ({ locks, place: { directory, state: directory }, viewer });

  test("that somebody holds is not freed, and its note stays", () => {
    const path = slot(NOTE);
    const holder = locks.open(path, "as it is");
    expect(holder.tryLock("alone")).toBe(true);
    expect(freeIfStale(ground(), 0)).toBeUndefined();
    expect(readFileSync(path, "utf8")).toBe(NOTE);
    holder.close();
    expect(freeIfStale(ground(), 0)).toMatchObject({ id: 0, state: "stale" });
    expect(readFileSync(path, "utf8")).toBe("");
  });

  test("that is given back is nothing to free", () => {
    slot("");
    expect(freeIfStale(ground(), 0)).toBeUndefined();
    rmSync(join(directory, nameOf(0)));
    expect(freeIfStale(ground(), 0)).toBeUndefined();
  });

  test("that another file took the place of while it was looked at is left to whoever made that", () => {
    const path = slot(NOTE);
    const exchanged: typeof locks = {
      ...locks,
      open(at, opening) {
        const file = locks.open(at, opening);
        renameSync(path, `${path}.before`);
        slot(NOTE);
        return file;
      },
    };
    expect(freeIfStale({ ...ground(), locks: exchanged }, 0)).toBeUndefined();
    expect(readFileSync(path, "utf8")).toBe(NOTE);
  });
});

describe("a slot that is shared with sqlite-graphrag", () => {
  const ground = (): SlotGround => ({ locks, place: { directory, compat: "sqlite-graphrag" }, viewer });

  test("that it has only just made counts as held: it locks it a moment later", () => {
    const path = slot(NOTE, 1_000);
    expect(freeIfStale(ground(), 0)).toBeUndefined();
    expect(existsSync(path)).toBe(true);
  });

  test("in which nothing is written yet may be its too, for a minute", () => {
    const path = slot("", 30_000);
    expect(freeIfStale(ground(), 0)).toBeUndefined();
    expect(existsSync(path)).toBe(true);
    slot("", 120_000);
    expect(freeIfStale(ground(), 0)).toMatchObject({ state: "stale" });
    expect(existsSync(path)).toBe(false);
  });

  test("that tells who had it is freed before that minute is over", () => {
    const path = slot(NOTE, 30_000);
    expect(freeIfStale(ground(), 0)).toMatchObject({ state: "stale", note: { holder: { pid: 4194304 } } });
    expect(existsSync(path)).toBe(false);
  });

  test("that somebody holds is not removed", () => {
    const path = slot(NOTE, 120_000);
    const holder = locks.open(path, "as it is");
    expect(holder.tryLock("alone")).toBe(true);
    expect(freeIfStale(ground(), 0)).toBeUndefined();
    expect(existsSync(path)).toBe(true);
    holder.close();
    expect(freeIfStale(ground(), 0)).toMatchObject({ state: "stale" });
    expect(existsSync(path)).toBe(false);
  });
});
