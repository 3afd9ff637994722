import { describe, expect, test } from "bun:test";
import { classify } from "../../src/classify.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import type { Process } from "../../src/contract.ts";
import { changed, ordinary, ORPHAN, world } from "../support/world.ts";

const verdict = (path: string, kind: "file" | "other" = "file", deleted = false) =>
  classify(
    world(changed({
      argv: ["claude", "-p", "x"],
      sid: 4100,
      cwdDeleted: true,
      stdio: [{ fd: 0, kind: "null" }, { fd: 1, kind, path, deleted }, { fd: 2, kind, path, deleted }],
    })),
    builtin(),
    defaultPolicy,
  ).findings.find((finding) => finding.root.pid === ORPHAN)?.verdict;

describe("a run that writes into a file of the person's own is not ended, whatever the file is called", () => {
  for (
    const path of [
      "/home/lea/logs/claude-2026-08-11.log",
      "/home/lea/claude-20260811",
      "/home/lea/claude-4/out.txt",
      "/home/lea/runs/claude-beef/out.log",
      "/tmp/claude-2026-08-11.log",
      "/tmp/claude-1",
      "/home/lea/tmp-notes/claude-1000/out.txt",
      "/tmp/claude-2026/out.txt",
    ]
  ) test(path, () => expect(verdict(path)).toBe("unsure"));
});

describe("what lies in the vendor's own temporary files nobody reads", () => {
  for (
    const path of [
      "/tmp/claude-1000/-home-lea-src/tasks/b1.output",
      "/private/tmp/claude-1000/x/tasks/1.output",
      "/var/folders/ab/cd/T/claude-1000/x/tasks/1.output",
      "/tmp/claude-1a2b-cwd",
      "/home/lea/.claude/jobs/7/tmp/out",
    ]
  ) test(path, () => expect(verdict(path)).toBe("orphan"));
});

test("a device that it writes to is somebody's choice, memory without a name is nobody's", () => {
  expect(verdict("/dev/usb/lp0", "other")).toBe("unsure");
  expect(verdict("/memfd:spawn_stdio_stdout", "other", true)).toBe("orphan");
});

describe("a result that is written below a stranded agent keeps the tree", () => {
  const tree = (below: Partial<Process>, more: readonly Process[] = []) =>
    classify(
      world([
        ordinary(4000, {
          ppid: 1,
          argv: ["claude"],
          exe: "/home/lea/.local/share/claude/versions/2.1.200",
          stdio: ([0, 1, 2] as const).map((fd) => ({ fd, kind: "tty", peer: "gone", path: "/dev/pts/4" })),
        }),
        ordinary(4100, { ppid: 4000, argv: ["python3", "train.py"], exe: "/usr/bin/python3", ...below }),
        ...more,
      ]),
      builtin(),
      defaultPolicy,
    ).findings.find(({ root }) => root.pid === 4000);
  const into = (path?: string): Partial<Process> => ({
    stdio: [{ fd: 0, kind: "null" }, { fd: 1, kind: "file", ...(path === undefined ? {} : { path }) }, {
      fd: 2,
      kind: "null",
    }],
  });

  test("a file of the person's own", () => {
    expect(tree(into("/data/train.log"))).toMatchObject({
      verdict: "unsure",
      because: "pid 4100 below it writes into /data/train.log: somebody may wait for that",
    });
  });
  test("none that has ended, whatever it wrote into, as far as that is known", () => {
    const ended: Partial<Process> = { ...into("/data/train.log"), state: "Z", threads: 1 };
    const { stdio: _, ...untold } = ended;
    const { threads: __, ...alive } = ended;
    expect([ended, untold, alive].map((below) => tree(below)?.verdict)).toEqual(["orphan", "orphan", "unsure"]);
  });
  test("a file whose name is unknown", () => expect(tree(into())?.verdict).toBe("unsure"));
  test("none in a directory for temporary files", () => expect(tree(into("/tmp/test.log"))?.verdict).toBe("orphan"));
  test("none that the agent itself gave to a tool call", () =>
    expect(tree(into("/home/lea/.claude/jobs/7/tmp/out"))?.verdict).toBe("orphan"));
  test("none that a server logs into, nor who started that", () => {
    const server = ordinary(4200, {
      ppid: 4100,
      argv: ["node", "vite"],
      exe: "/usr/bin/node",
      listening: [5173],
      clients: [],
      ...into("/data/dev.log"),
    });
    expect(tree(into("/data/dev.log"), [server])?.verdict).toBe("orphan");
  });
});
