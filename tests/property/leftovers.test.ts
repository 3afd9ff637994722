import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { leftoverMatchers } from "../../plugins/index.ts";
import gitWorktreeLock from "../../plugins/leftovers/git-worktree-lock.ts";
import { classify } from "../../src/classify.ts";
import type { Host, Leftover, LeftoverMatcher, Process, Viewer } from "../../src/contract.ts";
import { judgeLeftover } from "../../src/leftovers/judge.ts";
import { basesOf, type Root } from "../../src/leftovers/places.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { Table } from "../../src/table.ts";
import { NOW, ordinary, START, world } from "../support/world.ts";

const DEAD = 7777;
const ALIVE = 8888;
const living: readonly Process[] = [
  ordinary(ALIVE),
  ordinary(8889, { argv: ["sh", "-c", "pwd >| /tmp/claude-beef-cwd"] }),
];

const at = (path: string, kind: Leftover["kind"], more: Partial<Leftover> = {}): Leftover => ({
  path,
  kind,
  uid: 1000,
  gid: 1000,
  mode: 0o700,
  base: { uid: 1000, gid: 1000, mode: 0o700 },
  identity: "1:2",
  modifiedAt: START - 90_000_000,
  changedAt: START - 90_000_000,
  bytes: 12,
  ...more,
});

/** What goes, with all that is read of it. */
const going: readonly Leftover[] = [
  at(`/home/lea/.local/share/sqlite-graphrag/codex-home-${DEAD}`, "directory", { names: ["auth.json"] }),
  at(`/tmp/acme-codex-home-${DEAD}-1`, "directory", { names: ["auth.json"] }),
  at(`/tmp/sqlite-graphrag-spawn-${DEAD}`, "directory"),
  at("/tmp/cxc-abcdef", "directory", { names: ["broker.log", "broker.pid"], inside: { "broker.pid": `${DEAD}\n` } }),
  at("/home/lea/.codex/tmp/arg0/codex-arg0abcdef", "directory", {
    names: [".lock", ".pid"],
    inside: { ".pid": `${DEAD}` },
    lock: "free",
  }),
  at("/home/lea/.cache/ms-playwright/mcp-chrome-1/SingletonLock", "symlink", { target: `lab-${DEAD}` }),
  at("/home/lea/.claude/ide/4711.lock", "file", { content: `{"pid":${DEAD}}`, port: "closed" }),
  at("/tmp/claude-cafe-cwd", "file", { content: "/home/lea\n" }),
  at(`/home/lea/.copilot/session-state/123e4567-e89b-12d3-a456-426614174000/inuse.${DEAD}.lock`, "file", {
    content: `${DEAD}`,
  }),
  at("/home/lea/p/.git/worktrees/one/locked", "file", { content: `claude-code PID ${DEAD}` }),
  at(`/tmp/.agent-reaper-${DEAD}-abcdef`, "directory", { names: ["0"] }),
];

const verdict = (leftover: Leftover, processes: readonly Process[] = living, host: Partial<Host> = {}) => {
  const snapshot = world(processes);
  return judgeLeftover(leftover, new Table({ ...snapshot, host: { ...snapshot.host, ...host } }), leftoverMatchers)
    ?.verdict;
};

const LATER = { modifiedAt: START + 20_000, changedAt: START + 20_000 };

/** The same of somebody who lives: what makes it stay is one fact. */
const staying: readonly Leftover[] = going.flatMap((leftover): Leftover[] => [
  { ...leftover, uid: 0 },
  { ...leftover, base: { uid: 0, gid: 0, mode: 0o777 } },
  { ...leftover, base: { uid: 12, gid: 12, mode: 0o755 } },
  { ...leftover, changedAt: NOW, modifiedAt: NOW },
  // Younger than its owner; what nobody is named in is old.
  JSON.parse(
    JSON.stringify({ ...leftover, ...(leftover.path.includes("-cwd") ? {} : LATER) }).replaceAll(
      String(DEAD),
      String(ALIVE),
    ).replaceAll("cafe", "beef"),
  ) as Leftover,
]);

describe("what is judged on disk", () => {
  test("goes when all is known and its owner is dead", () => {
    for (const leftover of going) expect([leftover.path, verdict(leftover)]).toEqual([leftover.path, "leftover"]);
    expect(
      new Set(
        going.map((leftover) =>
          leftoverMatchers.find((matcher) => matcher.judge(leftover, new Table(world())) !== undefined)?.name
        ),
      ),
    ).toEqual(new Set(leftoverMatchers.map(({ name }) => name)));
  });

  test("stays for any one reason, and one unknown more never makes it go", () => {
    const fields = [
      "uid",
      "gid",
      "mode",
      "base",
      "modifiedAt",
      "changedAt",
      "content",
      "inside",
      "names",
      "target",
    ] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...staying),
        fc.subarray([...fields, "lock", "port", "identity", "bytes"]),
        (leftover, unknown) => {
          expect(verdict(leftover)).not.toBe("leftover");
          const less = Object.fromEntries(Object.entries(leftover).filter(([key]) => !unknown.includes(key as never)));
          expect(verdict(less as unknown as Leftover)).not.toBe("leftover");
        },
      ),
    );
  });

  test("of two matchers the one that would keep it is heard, in whatever order they are", () => {
    const [leftover] = going as [Leftover];
    const own = leftoverMatchers.filter((matcher) => matcher.judge(leftover, new Table(world())) !== undefined);
    const keeps = ["owned", "spared", "unsure"] as const;
    for (const kept of keeps) {
      const other: LeftoverMatcher = {
        ...{ name: "other", summary: "", places: () => [] },
        judge: () => ({ family: "f", verdict: kept, because: "" }),
      };
      for (const matchers of [[...own, other], [other, ...own]]) {
        expect(judgeLeftover(leftover, new Table(world()), matchers)?.verdict).toBe(kept);
      }
    }
    expect(judgeLeftover(leftover, new Table(world()), [...own, ...own])?.verdict).toBe("leftover");
  });

  test("who wants to be named is taken away only when it is named itself", () => {
    const named = leftoverMatchers.filter(({ onlyWhenNamed }) => onlyWhenNamed === true).map(({ name }) => name);
    expect(named.length).toBeGreaterThan(0);
    const snapshot = { ...world([]), leftovers: going };
    const removed = (only?: readonly string[]) => {
      const policy = { ...defaultPolicy, ...(only === undefined ? {} : { only }) };
      const { leftovers, plan } = classify(snapshot, builtin(), policy);
      return leftovers.filter(({ leftover }) => plan.remove.includes(leftover.path)).map(({ matcher }) => matcher);
    };
    for (const only of [undefined, ["leftovers"]]) {
      expect(removed(only)).toHaveLength(going.length - named.length);
      for (const name of named) expect(removed(only)).not.toContain(name);
    }
    for (const name of named) expect(removed([name])).toEqual([name]);
  });

  test("stays where pids mean something else", () => {
    for (const leftover of going) {
      const elsewhere: readonly [Leftover, readonly Process[], Partial<Host>][] = [
        [leftover, living, { container: true }],
        [leftover, living, { pidNamespace: "pid:[4026532000]" }],
        [{ ...leftover, shared: true }, living, {}],
        [{ ...leftover, mounted: true }, living, {}],
      ];
      for (const [one, processes, host] of elsewhere) {
        expect([one.path, verdict(one, processes, host)]).toEqual([one.path, "unsure"]);
      }
      expect(verdict(leftover, living, { container: true, ownFiles: true })).toBe("leftover");
      expect(verdict(leftover, living, { pidNamespace: "pid:[4026531836]" })).toBe("leftover");
    }
  });

  test("whatever a file holds, it is judged", () => {
    fc.assert(
      fc.property(fc.constantFrom(...going), fc.string({ unit: "binary" }), fc.json(), (leftover, text, json) => {
        for (const content of [text, json]) {
          const told = {
            ...leftover,
            content,
            target: text,
            names: [text],
            inside: { ".pid": content, "broker.pid": json },
          };
          expect(["leftover", "owned", "unsure", "spared", undefined]).toContain(verdict(told));
        }
      }),
    );
  });
});

describe("where it is looked for", () => {
  const viewer: Viewer = { pid: 1, uid: 1000, home: "/home/lea", elevated: false };
  const paths = (root: Root, platform: Host["platform"], variables: Record<string, string> = {}, home = "/home/lea") =>
    basesOf(root, {
      host: { platform, hostname: "lab", bootId: "b" },
      viewer: { ...viewer, home },
      variables,
      file: () => undefined,
    }).map(({ path }) => path);

  test("is where the platform's programs look", () => {
    expect(paths("temporary", "linux")).toEqual(["/tmp"]);
    expect(paths("temporary", "linux", { TMPDIR: "/run/user/1000/" })).toEqual(["/run/user/1000"]);
    expect(paths("temporary", "darwin", { TMPDIR: "/var/folders/x/T/" })).toEqual(["/var/folders/x/T", "/private/tmp"]);
    expect(paths("temporary", "win32", { TEMP: "C:\\Users\\Lea\\T\\" })).toEqual(["C:\\Users\\Lea\\T"]);
    expect(paths("temporary", "win32", {}, "C:\\Users\\Lea")).toEqual(["C:\\Users\\Lea\\AppData\\Local\\Temp"]);
    expect(paths("cache", "darwin")).toEqual(["/home/lea/.cache", "/home/lea/Library/Caches"]);
    expect(paths("claude", "linux", { CLAUDE_CONFIG_DIR: "/c" })).toEqual(["/c", "/home/lea/.claude"]);
    expect(paths("codex", "linux", { CODEX_HOME: "/x" })).toEqual(["/x"]);
  });

  test("is never a relative place", () => {
    const relative = Object.fromEntries(
      ["TMPDIR", "TEMP", "XDG_DATA_HOME", "XDG_CACHE_HOME", "CODEX_HOME", "CLAUDE_CONFIG_DIR"].map((
        name,
      ) => [name, "x/.."]),
    );
    for (const root of ["home", "temporary", "data", "cache", "codex", "claude"] as const) {
      expect(paths(root, "linux", relative)).toEqual(paths(root, "linux"));
      expect(paths(root, "win32", relative, "C:\\l")).toEqual(paths(root, "win32", {}, "C:\\l"));
    }
  });

  test("of a list that an agent keeps neither, nor more of it than can be walked", () => {
    const bases = (projects: unknown, platform: Host["platform"] = "linux") =>
      gitWorktreeLock.places({
        host: { platform, hostname: "lab", bootId: "b" },
        viewer,
        variables: {},
        file: () => JSON.stringify({ projects }),
      }).map(({ base }) => base.replaceAll("\\", "/")).filter((base) => base !== "/home/lea/.git/worktrees");
    const odd = { "shop": {}, "../x": {}, "": {}, "/": {}, "/x\0y": {}, "C:\\work": {}, "/home/lea/shop/": {} };
    expect(bases(odd)).toEqual(["/home/lea/shop/.git/worktrees"]);
    expect(bases(odd, "win32")).toEqual(["C:/work/.git/worktrees"]);
    expect([bases(null), bases(7)]).toEqual([[], []]);
    const many = Object.fromEntries(Array.from({ length: 501 }, (_, at) => [`/p/${at}`, {}]));
    expect(bases(many)).toHaveLength(500);
  });
});
