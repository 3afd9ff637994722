import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isPrompt } from "../../plugins/backends/procfs/mounts.ts";
import type { FileInside, Machine, Process } from "../../src/contract.ts";
import { openMachine } from "../../src/machine.ts";
import { builtin } from "../../src/plugins.ts";

let directory: string;
let machine: Machine;
let own: Process;
const read = (path: string, process: Process = own): FileInside | undefined => machine.fileInside?.(process, path);
const at = (path: string) => read(join(directory, path));

beforeAll(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "inside-")));
  mkdirSync(join(directory, "home/.claude"), { recursive: true });
  writeFileSync(join(directory, "home/.claude/roster.json"), "{}");
  writeFileSync(join(directory, "home/empty"), "");
  writeFileSync(join(directory, "home/long"), Buffer.alloc(1024 * 1024 + 1));
  writeFileSync(join(directory, "secret"), "secret");
  symlinkSync("../secret", join(directory, "home/link"));
  symlinkSync(join(directory, "home"), join(directory, "whole"));
  symlinkSync("/proc/self/root", join(directory, "magic"));
  symlinkSync("loop", join(directory, "loop"));
  expect(Bun.spawnSync(["mkfifo", join(directory, "fifo")]).exitCode).toBe(0);
  mkdirSync(join(directory, "closed"));
  chmodSync(join(directory, "closed"), 0o000);
  machine = openMachine(builtin(), { backend: "procfs" });
  own = machine.list("all").find(({ pid }) => pid === process.pid) as Process;
});

afterAll(() => {
  machine.close();
  chmodSync(join(directory, "closed"), 0o700);
  rmSync(directory, { recursive: true });
});

test("a regular file is read, and of one that is not there it is known", () => {
  expect(at("home/.claude/roster.json")).toEqual({ text: "{}" });
  expect(at("home/empty")).toEqual({ text: "" });
  expect(at("home/.claude/none.json")).toBe("none");
  expect(at("nobody/.claude/none.json")).toBe("none");
});

test.each([
  "home/link",
  "whole/.claude/roster.json",
  "whole/.claude/none.json",
  "magic/etc/passwd",
  "loop",
  "loop/below",
  "fifo",
  "home",
  "home/long",
  "home/empty/below",
])("what stands at %s, or on the way, tells nothing", (path) => {
  expect(at(path)).toBe("unknown");
});

test("a door that is closed tells nothing", () => {
  expect(at("closed/file")).toBe(process.geteuid?.() === 0 ? "none" : "unknown");
});

test.each([
  "relative",
  "",
  "/",
  "//etc/passwd",
  "/etc//passwd",
  "/etc/../etc/passwd",
  "/etc/.",
  "/etc/passwd/",
  "/a\0b",
])(
  "a path like %j leads nowhere",
  (path) => {
    expect(read(path)).toBe("unknown");
  },
);

test("a name of dots is a name", () => {
  expect(at("...")).toBe("none");
});

test("what another kind of file system has nobody asks", () => {
  expect(read("/proc/version")).toBe("unknown");
  expect(read("/sys/kernel/none")).toBe("unknown");
});

test("another process than the one that was judged tells nothing", () => {
  expect(read("/etc/passwd", { ...own, startToken: "1" })).toBe("unknown");
  expect(read("/etc/passwd", { pid: own.pid, ppid: own.ppid })).toBe("unknown");
  expect(read("/etc/passwd", { ...own, pid: 2 ** 22 })).toBe("unknown");
});

describe("what is mounted on the way", () => {
  const line = (point: string, type: string) => `36 35 98:0 /sub ${point} rw,noatime master:1 - ${type} /dev/root rw`;
  const table = [
    line("/", "overlay"),
    line("/home/a\\040b", "nfs4"),
    line("/work", "fuse.sshfs"),
    line("/data", "ext4"),
    line("/over", "fuse"),
    line("/over", "tmpfs"),
  ].join("\n");

  test.each([["/home/a", true], ["/home/a b/x", false], ["/home/a bc", true], ["/work", false], ["/workshop/x", true]])(
    "%s: %p",
    (path, prompt) => {
      expect(isPrompt(table, path)).toBe(prompt);
    },
  );

  test("one that lies under another counts too", () => {
    expect(isPrompt(table, "/over/x")).toBe(false);
  });

  test("without a root, or of lines that are none, nothing is known", () => {
    expect(isPrompt(line("/data", "ext4"), "/data/x")).toBe(false);
    expect(isPrompt("", "/x")).toBe(false);
    expect(isPrompt(line("/", "overlay").replace(" - ", " "), "/x")).toBe(false);
  });
});
