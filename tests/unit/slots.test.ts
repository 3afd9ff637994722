import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { nearestProcessorLimit } from "../../plugins/backends/procfs/vitals.ts";
import { claimOne } from "../../src/judge/claims.ts";
import { builtin } from "../../src/plugins.ts";
import { Table } from "../../src/table.ts";
import { ordinary, world } from "../support/world.ts";
import { defaultLimit } from "../../src/slots/limit.ts";
import { readNote, writeNote } from "../../src/slots/note.ts";
import { ownPlace, sqliteGraphragPlace } from "../../src/slots/paths.ts";
import { checkFile } from "../../src/slots/place.ts";

const GIB = 1024 ** 3;

describe("a slot's note", () => {
  const since = new Date("2026-11-21T07:00:00.123Z");

  test("is read by the original: the first line is its pid and nothing else", () => {
    const text = writeNote({ pid: 4711, startToken: "12", command: "codex exec", keeper: 4712 }, since, 4);
    expect(text.split("\n")[0]).toBe("pid=4711");
    expect(text.endsWith("\n")).toBe(true);
  });

  test("comes back as it was written", () => {
    fc.assert(fc.property(
      fc.record({ pid: fc.integer({ min: 1, max: 4194304 }), keeper: fc.integer({ min: 1, max: 4194304 }) }),
      fc.constantFrom("codex exec", "claude -p hello", "a=b", "ä ö", ""),
      fc.integer({ min: 1, max: 999 }),
      (numbers, command, max) => {
        const holder = { ...numbers, startToken: "99", command };
        expect(readNote(writeNote(holder, since, max))).toEqual({ holder, since: since.toISOString(), max });
      },
    ));
  });

  test("of the original is read", () => {
    expect(readNote("pid=4711\n")).toEqual({ holder: { pid: 4711 } });
  });

  test("that is hostile stays one line and shows no secret", () => {
    const command = `claude\npid=1\x1b[2J --api-key=${"k".repeat(30)}`;
    const read = readNote(writeNote({ pid: 7, command }, since, 1));
    expect(read?.holder?.pid).toBe(7);
    for (const unsafe of ["\n", "\x1b"]) expect(read?.holder?.command).not.toContain(unsafe);
    expect(readNote(`pid=7\ncommand=curl --api-key=${"k".repeat(30)}\n`)?.holder?.command).not.toContain("kkk");
    expect(readNote("pid=7\nsince=2026-99-99T99:99:99.999Z")).toEqual({ holder: { pid: 7 } });
    expect(readNote("pid=-3\npid=\nstart=x")?.holder).toBeUndefined();
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void readNote(Buffer.from(bytes).toString("latin1"))));
  });
});

describe("the default number of slots", () => {
  const memory = (availableBytes: number) => ({ memory: { totalBytes: 64 * GIB, freeBytes: GIB, availableBytes } });

  test("is the smallest of processors, memory and 16", () => {
    expect(defaultLimit(4, memory(32 * GIB)).max).toBe(4);
    expect(defaultLimit(32, memory(3.9 * GIB)).max).toBe(3);
    expect(defaultLimit(64, memory(64 * GIB)).max).toBe(16);
  });

  test("is at least 1", () => {
    expect(defaultLimit(4, memory(0)).max).toBe(1);
    expect(defaultLimit(4, { processorLimit: 0.5 }).max).toBe(1);
  });

  test("respects a control group's limits", () => {
    expect(defaultLimit(8, { ...memory(32 * GIB), memoryLimit: { limitBytes: 3 * GIB, usedBytes: GIB } }).max).toBe(2);
    expect(defaultLimit(8, { ...memory(32 * GIB), processorLimit: 2.5 }).max).toBe(2);
  });

  test("is not limited by what cannot be told, and says so", () => {
    const { max, because } = defaultLimit(8, {});
    expect(max).toBe(8);
    expect(because).toContain("memory not known");
  });

  test("reads processor quotas of both control group versions", () => {
    const files: Record<string, string> = {
      "/sys/fs/cgroup/a/cpu.max": "max 100000\n",
      "/sys/fs/cgroup/cpu.max": "250000 100000\n",
      "/sys/fs/cgroup/cpu/b/cpu.cfs_quota_us": "-1\n",
      "/sys/fs/cgroup/cpu/b/cpu.cfs_period_us": "100000\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "150000\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
    };
    const read = (path: string) => files[path];
    expect(nearestProcessorLimit(new Map([["", "/a"]]), read)).toBe(2.5);
    expect(nearestProcessorLimit(new Map([["cpu", "/b"]]), read)).toBe(1.5);
    expect(nearestProcessorLimit(new Map([["", "/a/b"]]), () => "max 100000")).toBeUndefined();
  });
});

test("our own processes are nobody's agents, whatever they run", () => {
  const { matchers } = builtin();
  const lines = [
    ["agent-reaper", "slots", "run", "--max", "2", "--", "codex", "exec", "do it"],
    ["agent-reaper", "slots", "run", "--", "claude", "-p", "mcp serve"],
    ["agent-reaper", "slots", "keep", "--for-pid", "4711", "--start", "1", "--slot", "0", "--directory", "/claude/mcp"],
  ];
  for (const argv of lines) {
    const process = ordinary(4200, { argv, exe: "/usr/local/bin/agent-reaper", name: "agent-reaper" });
    expect(claimOne(process, new Table(world([process])), matchers)).toBeUndefined();
  }
});

describe("where slots lie", () => {
  test("ours in the state directory, theirs where they look", () => {
    expect(ownPlace("/s", "llm").directory).toBe("/s/slots/llm");
    const theirs = (variables: Record<string, string>) => sqliteGraphragPlace("/home/me", variables).directory;
    expect(theirs({ XDG_RUNTIME_DIR: "/run/user/1" })).toBe("/run/user/1/sqlite-graphrag/llm-slots");
    expect(theirs({ SQLITE_GRAPHRAG_CACHE_DIR: "/c" })).toBe("/c/sqlite-graphrag/llm-slots");
    expect(theirs({})).toBe("/home/me/.local/share/sqlite-graphrag/llm-slots");
    expect(theirs({ XDG_RUNTIME_DIR: "relative" })).toBe("/home/me/.local/share/sqlite-graphrag/llm-slots");
  });

  test("a file is refused that could be somebody else's", () => {
    const facts = { identity: "1:2", isFile: true, uid: 1000, mode: 0o600, links: 1, modifiedAt: 0, bytes: 0 };
    const check = (changed: object, compat = false) => () =>
      checkFile("/s/slot-0.lock", { ...facts, ...changed }, { uid: 1000 }, compat);
    expect(check({})).not.toThrow();
    expect(check({ isFile: false })).toThrow("is no regular file");
    expect(check({ links: 2 })).toThrow("has another name");
    expect(check({ uid: 0 })).toThrow("belongs to another user");
    expect(check({ mode: 0o620 })).toThrow("others can write");
    expect(check({ mode: 0o664 }, true)).not.toThrow();
    expect(check({ mode: 0o666 }, true)).toThrow("others can write");
  });
});
