import { expect, test } from "bun:test";
import { Complaint, meaningOf } from "../../src/complaint.ts";
import { ParseError, Unseen } from "../../src/errors.ts";
import { tell } from "../../src/failure.ts";
import { CannotWorkHere, openWith } from "../../src/machine.ts";

test.each<[string, unknown, number, string]>([
  ["a complaint", new Complaint("x: wrong"), 2, "agent-reaper: x: wrong"],
  ["a complaint with a code", new Complaint("full", 3), 3, "agent-reaper: full"],
  ["text that is not what it should be", new ParseError("f: line 3"), 2, "agent-reaper: f: line 3"],
  ["a machine that cannot be seen", new CannotWorkHere("no /proc"), 3, "agent-reaper: no /proc"],
  [
    "a table that cannot be trusted",
    new Unseen("/bin/ps: it ended with 47"),
    3,
    "agent-reaper: /bin/ps: it ended with 47",
  ],
  ["control characters", new Complaint("a\nb\x1b[2J"), 2, "agent-reaper: a\\nb\\x1b[2J"],
  [
    "a file that cannot be written",
    Object.assign(new Error("EROFS: read-only file system, open '/x/y'"), { code: "EROFS", path: "/x/y" }),
    3,
    "agent-reaper: /x/y: the file system is read-only (EROFS): correct that, and try again",
  ],
  [
    "a machine without memory",
    Object.assign(new Error("ENOMEM: not enough memory, open '/x'"), { code: "ENOMEM", path: "/x", syscall: "open" }),
    3,
    "agent-reaper: /x: no memory left (ENOMEM): correct that, and try again",
  ],
  [
    "a machine without processes",
    Object.assign(new Error("EAGAIN: resource temporarily unavailable, posix_spawn"), {
      code: "EAGAIN",
      syscall: "posix_spawn",
    }),
    3,
    "agent-reaper: posix_spawn: there is none left at the moment (EAGAIN): correct that, and try again",
  ],
  ["a secret", new Complaint("--token abc123"), 2, "agent-reaper: --token [redacted]"],
])("tell() says %s in one line", (_, error, exitCode, line) => {
  expect(tell(error, {})).toEqual({ line, exitCode: exitCode as 2 });
});

test.each<[string, unknown]>([
  ["an error", new TypeError("undefined is not a function")],
  ["a string", "odd"],
  [
    "nothing",
    undefined,
  ],
  ["an object", {}],
  [
    "a file that is not there",
    Object.assign(new Error("ENOENT: no such file or directory, open '/x'"), { code: "ENOENT", path: "/x" }),
  ],
])(
  "tell() takes %s for a mistake of ours, without a stack",
  (_, error) => {
    const { line, exitCode } = tell(error, {});
    expect(exitCode).toBe(70);
    expect(line).toStartWith("agent-reaper: a mistake of ours, please report it (AGENT_REAPER_DEBUG=1 shows where");
    expect(line).not.toContain("\n");
  },
);

test("tell() shows where it happened when asked", () => {
  expect(tell(new TypeError("x"), { AGENT_REAPER_DEBUG: "1" }).line).toContain("cli.failure.test.ts");
});

test("meaningOf() puts the system's codes into words", () => {
  expect(meaningOf({ code: "ENOSPC" })).toBe("no space left on the device (ENOSPC)");
  expect(meaningOf({ code: "EWHATEVER" })).toBe("EWHATEVER");
  expect(meaningOf(new Error("as it is"))).toBe("as it is");
  expect(meaningOf({})).toBe("unknown reason");
});

test("openWith() takes what the system answers for no mistake of ours", () => {
  const throwing = (error: Error) => () =>
    openWith({
      name: "x",
      summary: "",
      platforms: [],
      unavailable: () => undefined,
      open() {
        throw error;
      },
    });
  expect(throwing(new Error("/proc cannot be opened"))).toThrow(
    new CannotWorkHere('backend "x" cannot work here: /proc cannot be opened'),
  );
  expect(throwing(new Unseen("no process table"))).toThrow(CannotWorkHere);
  expect(throwing(new TypeError("undefined"))).toThrow(TypeError);
});
