import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareState, statePath, stateTrouble } from "../../src/state.ts";

const uid = process.geteuid?.() ?? 0;
let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "state-"));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

test.each<[NodeJS.Platform, string, Record<string, string>, string]>([
  ["linux", "/home/me", {}, "/home/me/.local/state/agent-reaper"],
  ["linux", "/home/me", { XDG_STATE_HOME: "/s" }, "/s/agent-reaper"],
  ["linux", "/home/me", { XDG_STATE_HOME: "here" }, "/home/me/.local/state/agent-reaper"],
  ["linux", "/home/me", { AGENT_REAPER_STATE: "/other" }, "/other"],
  ["linux", "/home/me", { AGENT_REAPER_STATE: "other" }, "/home/me/.local/state/agent-reaper"],
  ["darwin", "/Users/me", { XDG_STATE_HOME: "/s" }, "/Users/me/Library/Application Support/agent-reaper"],
  ["win32", "C:\\Users\\me", {}, "C:\\Users\\me\\AppData\\Local\\agent-reaper"],
  ["win32", "C:\\Users\\me", { LOCALAPPDATA: "D:\\l" }, "D:\\l\\agent-reaper"],
])("statePath(%s, %s, %j)", (platform, home, variables, path) => {
  expect(statePath(platform, home, variables)).toBe(path);
});

test("prepareState() makes a private directory, and again is no change", () => {
  const path = join(base, "a", "b");
  prepareState(path, { uid });
  prepareState(path, { uid });
  expect(statSync(path).mode & 0o777).toBe(0o700);
});

test.each<[string, (path: string) => void, RegExp]>([
  ["others can write to", (path) => {
    mkdirSync(path);
    chmodSync(path, 0o777);
  }, /others can write to it: chmod 700/],
  ["a file", (path) => writeFileSync(path, ""), /is no directory: move it away/],
  ["a symlink", (path) => symlinkSync("/", path), /is no directory/],
])("prepareState() refuses %s", (_, plant, says) => {
  const path = join(base, "planted");
  plant(path);
  expect(() => prepareState(path, { uid })).toThrow(says);
  expect(stateTrouble(path, { uid })).toMatch(says);
});

test("stateTrouble() makes nothing, and tells of a place where nothing can be made", () => {
  const path = join(base, "a", "b");
  expect(stateTrouble(path, { uid })).toBeUndefined();
  expect(readdirSync(base)).toEqual([]);
  prepareState(path, { uid });
  expect(stateTrouble(path, { uid })).toBeUndefined();
  writeFileSync(join(base, "file"), "");
  expect(stateTrouble(join(base, "file", "b"), { uid })).toContain("make it writable");
});

test("prepareState() refuses what belongs to somebody else", () => {
  const path = join(base, "mine");
  mkdirSync(path, { mode: 0o700 });
  expect(() => prepareState(path, { uid: uid + 1 })).toThrow("belongs to another user");
});
