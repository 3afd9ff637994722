import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readAtRest } from "../../src/at-rest.ts";

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "at-rest-"));
  path = join(directory, "config.toml");
  changed(directory, -60_000);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Our own clock: nobody waits for the machine's. */
let now = Date.parse("2026-06-01T12:00:00Z");
function changed(what: string, ms: number): void {
  utimesSync(what, (now + ms) / 1000, (now + ms) / 1000);
}
function written(text: string, ms = 0): void {
  writeFileSync(path, text);
  changed(path, ms);
  changed(directory, ms);
}

/** What is read, and how often it was waited for; each wait is when the next of these is done. */
function read(...meanwhile: readonly (() => void)[]): { readonly text: string; readonly waits: number[] } {
  const left = [...meanwhile];
  const waits: number[] = [];
  const pause = (ms: number): void => {
    waits.push(ms);
    now += ms;
    left.shift()?.();
  };
  return { text: readAtRest(path, { now: () => now, pause }).bytes.toString(), waits };
}

test("what has not changed for a moment is read at once", () => {
  written("protect", -100);
  expect(read()).toEqual({ text: "protect", waits: [] });
});

test("one that was just emptied is read when it has been filled", () => {
  written("", -40);
  expect(read(() => written("protect"))).toEqual({ text: "protect", waits: [100, 100] });
});

test("one that was just moved away is read when the new one is there", () => {
  written("old", -60_000);
  renameSync(path, `${path}~`);
  changed(directory, -10);
  expect(read(() => written("protect"))).toEqual({ text: "protect", waits: [90, 100] });
});

test("what is not there, and was not a moment ago, is not there", () => {
  expect(() => read()).toThrow("ENOENT");
  changed(directory, 0);
  expect(() => read()).toThrow("ENOENT");
  rmSync(directory, { recursive: true });
  expect(() => read()).toThrow("ENOENT");
});

test("of a time to come nobody knows how long ago it was: it is looked at once more", () => {
  written("protect", 5_000);
  expect(read()).toEqual({ text: "protect", waits: [100] });
  written("", 5_000);
  expect(read(() => written("protect", 5_100))).toEqual({ text: "protect", waits: [100, 100] });
});

test("one that was emptied in this very millisecond, of which the clock tells the beginning alone", () => {
  written("", 0.5);
  expect(read(() => written("protect", -100))).toEqual({ text: "protect", waits: [100] });
});

test("one that is empty is looked at once more, whatever its time: while it is emptied that is the old one", () => {
  written("", -60_000);
  expect(read(() => written("protect", -100))).toEqual({ text: "protect", waits: [100] });
  written("", -60_000);
  expect(read()).toEqual({ text: "", waits: [100] });
});

test("what else is written in its directory is no news of one that is not there", () => {
  changed(directory, 0);
  let at = 0;
  const others = Array.from({ length: 100 }, () => () => {
    at++;
    changed(directory, 0);
  });
  expect(() => read(...others)).toThrow("ENOENT");
  expect(at).toBe(1);
});

test("one that is written to all the time is never whole", () => {
  written("0");
  const again = Array.from({ length: 100 }, (_, at) => () => written(String(at)));
  expect(() => read(...again)).toThrow(`${path}: is written to all the time`);
});

test("what is no file is refused without waiting", () => {
  mkdirSync(path);
  expect(() => read()).toThrow("is no regular file");
});
