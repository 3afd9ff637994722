import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadConfig, parseConfig } from "../../src/config.ts";
import { ParseError } from "../../src/errors.ts";

test.each([
  ['confidence = "sure"', 'f: confidence = "sure": expected "adopted", "likely" or "proven"'],
  ["limit = 1.5", "f: limit = 1.5: expected a whole number of trees, at least 1"],
  ["limit = 0", "f: limit = 0: expected a whole number of trees, at least 1"],
  ["limit = nan", "f: limit = NaN: expected"],
  ['max-age = "0h"', 'f: max-age = "0h": ends everything at once: leave it away for no limit, or write for example 2h'],
  ['max-age = "0"', 'f: max-age = "0": ends everything at once'],
  ['min-age = "60"', 'f: min-age = "60": needs a unit, for example 60s or 2m'],
  ["grace = true", "f: grace = true: expected a duration with a unit"],
  ['protect = "x"', 'f: protect = "x": expected a list of texts'],
  ['report-only = "claude"', 'f: report-only = "claude": expected a list of matchers\' names'],
  [`protect = "${"x".repeat(100)}"`, `f: protect = "${"x".repeat(59)}…: expected a list of texts`],
  ['plugins = ["mine.js"]', 'f: plugins = ["mine.js"]: expected a list of files'],
  ['[notify]\ndesktop = "yes"', 'f: notify.desktop = "yes": expected true or false'],
  ['[health]\nzombies = "x"', 'f: health.zombies = "x": expected a number that is not negative'],
  ["[health]\nswap-share = 2", "f: health.swap-share = 2: expected a part of 1"],
])(
  "a configuration's %j is refused with what stands there",
  (text, says) => expect(() => parseConfig(text, "f", "/home/me")).toThrow(says),
);

test.each(["postgres://", "postgres:///agents", "postgres://me:50%zz@db/x", "postgres://db:99999/x"])(
  "a store that no client takes is refused where it is read: %s",
  (store) => expect(() => parseConfig(`store = "${store}"`, "f", "/home/me")).toThrow("address of a PostgreSQL"),
);

test("what may be a secret is not repeated", () => {
  for (const text of ['store = "mysql://me:hunter2@db/x"', '[notify]\nwebhook-secret = "hunter2"']) {
    expect(() => parseConfig(text, "f", "/home/me")).toThrow(/^(?!.*hunter2)f: /);
  }
});

describe("a configuration that others can change", () => {
  let base: string;
  beforeAll(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), "config-")));
  });
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  /** A home in which directories have these modes, and these groups where they are told. */
  function home(
    name: string,
    modes: Readonly<Record<string, number>>,
    gids: Readonly<Record<string, number>> = {},
  ): string {
    const at = join(base, name);
    const path = join(at, ".config", "agent-reaper", "config.toml");
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    writeFileSync(path, 'min-age = "2m"\n', { mode: 0o644 });
    for (const [below, gid] of Object.entries(gids)) chownSync(join(at, below), process.getuid?.() ?? 0, gid);
    for (const [below, mode] of Object.entries(modes)) chmodSync(join(at, below), mode);
    return at;
  }
  const load = (at: string, variables = {}) => loadConfig("linux", at, variables).policy.minAgeMs;

  test.each([".config/agent-reaper", ".config", ""])(
    "is refused where they can put another in its place: ~/%s",
    (open) => {
      const at = home(`open-${open.length}`, { [open]: 0o777 });
      const path = join(at, ".config/agent-reaper/config.toml");
      expect(() => load(at)).toThrow(ParseError);
      expect(() => load(at)).toThrow(`${path}: others can change ${join(at, open)}: chmod go-w it, or move the file`);
    },
  );

  test.each([".config/agent-reaper/config.toml", ".config/agent-reaper", ".config"])(
    "is not passed over where the link that leads to it leads nowhere: ~/%s",
    (name) => {
      const at = home(`gone-${name.length}`, {});
      const link = join(at, name);
      rmSync(link, { recursive: true });
      expect(loadConfig("linux", at, {}).found).toBe(false);
      symlinkSync(join(at, "dotfiles"), link);
      expect(() => load(at)).toThrow(ParseError);
      expect(() => load(at)).toThrow(`${link} is a link that leads nowhere: put back what it led to, or remove it`);
    },
  );

  test("is none where a link on the way leads to a place that has none", () => {
    const at = home("elsewhere", {});
    const path = join(at, ".config/agent-reaper");
    rmSync(path, { recursive: true });
    symlinkSync(at, path);
    expect(loadConfig("linux", at, {}).found).toBe(false);
  });

  test("is taken from where names are protected, as in /tmp", () => {
    expect(load(home("sticky", { ".config": 0o1777 }))).toBe(120_000);
    expect(load(home("only-read", { "": 0o755, ".config": 0o700 }))).toBe(120_000);
  });

  test("is taken where the group is one's own, as the file is", () => {
    const uid = process.getuid?.() ?? 0;
    const own = { "": uid, ".config": uid, ".config/agent-reaper": uid, ".config/agent-reaper/config.toml": uid };
    const modes = {
      "": 0o775,
      ".config": 0o775,
      ".config/agent-reaper": 0o775,
      ".config/agent-reaper/config.toml": 0o664,
    };
    expect(load(home("umask-002", modes, own))).toBe(120_000);
    if (uid !== 0) return;
    const shared = home("shared", { ".config": 0o775 }, { ".config": 4711 });
    expect(() => load(shared)).toThrow(`others can change ${shared}/.config: `);
  });

  test("is refused where they can bend the way to it, or change what it leads to", () => {
    const safe = home("safe", {});
    const way = home("way", { ".config": 0o777 });
    rmSync(join(way, ".config/agent-reaper"), { recursive: true });
    symlinkSync(join(safe, ".config/agent-reaper"), join(way, ".config/agent-reaper"));
    expect(() => load(way)).toThrow(`others can change ${way}/.config: `);
    chmodSync(join(way, ".config"), 0o755);
    expect(load(way)).toBe(120_000);
    chmodSync(join(safe, ".config"), 0o777);
    expect(() => load(way)).toThrow(`others can change ${safe}/.config: `);
  });

  test("is none where it is /dev/null", () => {
    expect(load(home("none", {}), { AGENT_REAPER_CONFIG: "/dev/null" })).toBeUndefined();
  });

  test("is refused where it is no regular file, and not waited for", () => {
    const at = home("fifo", {});
    const path = join(at, ".config/agent-reaper/config.toml");
    rmSync(path);
    expect(Bun.spawnSync(["mkfifo", path]).exitCode).toBe(0);
    expect(() => load(at)).toThrow(new ParseError(`${path}: is no regular file: move it away`));
    expect(() => load(at, { AGENT_REAPER_CONFIG: "/dev/zero" })).toThrow(
      new ParseError("AGENT_REAPER_CONFIG=/dev/zero: is no regular file: correct it, or unset it"),
    );
    rmSync(path);
    mkdirSync(path);
    expect(() => load(at)).toThrow(`${path}: is no regular file`);
  });
});
