import { describe, expect, test } from "bun:test";
import { classify } from "../../src/classify.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { changed, ORPHAN, world } from "../support/world.ts";

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
