import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import procfs from "../../plugins/backends/procfs/index.ts";
import { loadConfig } from "../../src/config.ts";
import { configPath, isUnconfigured } from "../../src/config-place.ts";
import type { Machine } from "../../src/contract.ts";

describe.if(process.platform === "linux")("isUnconfigured()", () => {
  let home: string;
  let machine: Machine;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "config-place-"));
    const live = procfs.open({});
    machine = { ...live, viewer: { ...live.viewer, home } };
  });
  afterEach(() => {
    machine.close();
    rmSync(home, { recursive: true, force: true });
  });
  const directory = () => join(home, ".config", "agent-reaper");
  /** What reading it says; whoever is not asked must not be refused either. */
  const read = (variables: Record<string, string> = {}): string => {
    try {
      return loadConfig("linux", home, variables).found ? "found" : "none";
    } catch {
      return "refused";
    }
  };
  const told = (variables: Record<string, string> = {}) => [isUnconfigured(machine, variables), read(variables)];

  test("where nothing lies, in whatever directory of the way", () => {
    expect(told()).toEqual([true, "none"]);
    expect(told({ AGENT_REAPER_CONFIG: "" })).toEqual([true, "none"]);
    mkdirSync(join(home, ".config"));
    expect(told()).toEqual([true, "none"]);
    // An editor may have moved it away for a moment.
    mkdirSync(directory());
    expect(told()).toEqual([false, "none"]);
  });

  test("never where there is one, also behind links", () => {
    mkdirSync(join(home, "elsewhere"), { recursive: true });
    writeFileSync(join(home, "elsewhere", "config.toml"), "limit = 3\n", { mode: 0o600 });
    mkdirSync(join(home, ".config"));
    symlinkSync(join(home, "elsewhere"), directory());
    expect(isUnconfigured(machine, {})).toBe(false);
    rmSync(directory());
    mkdirSync(directory());
    symlinkSync(join(home, "elsewhere", "config.toml"), join(directory(), "config.toml"));
    expect(isUnconfigured(machine, {})).toBe(false);
  });

  test("never where one was and its disk is away: a link leads nowhere", () => {
    mkdirSync(join(home, ".config"));
    symlinkSync("/nowhere/at/all", directory());
    expect(told()).toEqual([false, "refused"]);
    rmSync(directory());
    mkdirSync(directory());
    symlinkSync("/nowhere/at/all", join(directory(), "config.toml"));
    expect(told()).toEqual([false, "refused"]);
    rmSync(join(home, ".config"), { recursive: true });
    symlinkSync("/nowhere/at/all", join(home, ".config"));
    expect(told()).toEqual([false, "refused"]);
  });

  test("never where something else stands in the way", () => {
    writeFileSync(join(home, ".config"), "");
    expect(told()).toEqual([false, "refused"]);
  });

  test("never where it cannot be seen", () => {
    expect(isUnconfigured({ ...machine, lacks: () => false }, {})).toBe(false);
    // A circle of links is answered by an error of its own, and no absence.
    mkdirSync(join(home, ".config"));
    symlinkSync(directory(), directory());
    expect(told()).toEqual([false, "refused"]);
  });

  test("never where another place is named, nor where the machine cannot tell", () => {
    expect(isUnconfigured(machine, { AGENT_REAPER_CONFIG: "/none" })).toBe(false);
    const { lacks: _, ...other } = machine;
    expect(isUnconfigured(other, {})).toBe(false);
  });
});

describe("configPath()", () => {
  test.each<[NodeJS.Platform, string, boolean]>([
    ["linux", "/etc/a.toml", true],
    ["linux", "a.toml", false],
    ["linux", "C:\\a.toml", false],
    ["darwin", "./a.toml", false],
    ["win32", "C:\\a.toml", true],
    ["win32", "c:/a.toml", true],
    ["win32", "C:a.toml", false],
    ["win32", "a.toml", false],
  ])("on %s %s is a place: %s", (platform, named, isPlace) => {
    const path = () => configPath(platform, "/home/u", { AGENT_REAPER_CONFIG: named });
    if (isPlace) expect(path()).toBe(named);
    else expect(path).toThrow("write an absolute path");
  });
});
