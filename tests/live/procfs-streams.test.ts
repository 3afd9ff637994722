import { beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import type { Stdio } from "../../src/contract.ts";
import { runInside } from "../support/namespace.ts";
import type { Seen } from "../support/programs/procfs-streams.ts";

const KINDS = [
  "pipes",
  "sockets",
  "terminal",
  "sibling",
  "own-writer",
  "both-ways",
  "wrong-way",
  "fifo",
  "shut",
  "datagrams",
  "tcp",
  "files",
  "closed",
];

let seen: Record<string, Seen>;
const of = (kind: string): Seen => seen[kind] as Seen;
const peers = (streams: readonly Stdio[]) => streams.map((stream) => stream.peer);

beforeAll(async () => {
  // A network namespace takes a right that an ordinary user has only in a user namespace of its own.
  seen = await runInside(join(import.meta.dir, "..", "support", "programs", "procfs-streams.ts"), {
    kinds: [...KINDS, "sockets@outside", "own-writer@person"],
  });
}, 300_000);

for (const kind of ["pipes", "sockets"]) {
  test(`${kind}: live with their holder, gone when it is killed`, () => {
    const { parent, before, after } = of(kind);
    expect(before.map(({ fd, peer, holders }) => ({ fd, peer, holders }))).toEqual([
      { fd: 0, peer: "live", holders: [parent] },
      { fd: 1, peer: "live", holders: [parent] },
      { fd: 2, peer: "live", holders: [parent] },
    ]);
    expect(peers(after)).toEqual(["gone", "gone", "gone"]);
    expect(after.every((stream) => stream.holders === undefined)).toBe(true);
  });
}

test("a terminal is gone when its master is closed", () => {
  const { before, after } = of("terminal");
  expect(before[0]?.path).toMatch(/^\/dev\/pts\/\d+$/);
  expect(before.map((stream) => [stream.kind, stream.peer])).toEqual([["tty", "live"], ["tty", "live"], [
    "tty",
    "live",
  ]]);
  expect(after.map((stream) => [stream.path, stream.peer])).toEqual(
    before.map((stream) => [stream.path, "gone"]),
  );
});

test("a sibling that inherited the other ends is named as their holder", () => {
  const { parent, sibling, before, after } = of("sibling");
  expect(before[0]?.holders).toEqual([parent, sibling].sort((a, b) => a - b));
  expect(after.map(({ peer, holders }) => ({ peer, holders }))).toEqual(
    [0, 1, 2].map(() => ({ peer: "live", holders: [sibling] })),
  );
});

test("a process that holds the other end of its own stdin is named itself", () => {
  const { child, after } = of("own-writer");
  expect(after[0]).toEqual({ fd: 0, kind: "pipe", peer: "live", holders: [child] });
  expect(after[1]?.peer).toBe("gone");
});

test("an ordinary user is told that somebody else may hold it too", () => {
  const { child, after } = of("own-writer@person");
  expect(after[0]).toEqual({ fd: 0, kind: "pipe", peer: "live", holders: [child], unseen: true });
});

test("a stdin that was opened both ways is its own other end", () => {
  const { child, after } = of("both-ways");
  expect(after[0]).toEqual({ fd: 0, kind: "pipe", peer: "live", holders: [child] });
});

test("a pipe used against its direction tells nothing", () => {
  expect(peers(of("wrong-way").before)).toEqual([undefined, undefined, undefined]);
  expect(peers(of("wrong-way").after)).toEqual([undefined, undefined, undefined]);
});

test("a named pipe is known by its path and never opened", () => {
  const { after } = of("fifo");
  expect(after[0]).toEqual({ fd: 0, kind: "pipe", path: expect.stringMatching(/\/fifo$/) });
  expect(after[1]).toEqual({ fd: 1, kind: "pipe", path: expect.stringMatching(/\/fifo$/) });
});

test("a socket that was shut while its peer lives is not gone", () => {
  expect(peers(of("shut").before)).toEqual(["live", "live", "live"]);
  expect(peers(of("shut").after)).toEqual(["gone", "gone", "gone"]);
});

test("what the kernel does not tell stays unknown", () => {
  expect(peers(of("datagrams").after)).toEqual([undefined, undefined, undefined]);
  const { before, after } = of("tcp");
  expect([before[0], before[2]].map((stream) => [stream?.kind, stream?.peer])).toEqual([
    ["socket", undefined],
    ["socket", undefined],
  ]);
  expect(after[0]?.peer).toBeUndefined();
});

test("sockets of another network namespace stay unknown", () => {
  const { before, after } = of("sockets@outside");
  expect(before.map((stream) => stream.kind)).toEqual(["socket", "socket", "socket"]);
  expect(peers(before)).toEqual([undefined, undefined, undefined]);
  expect(peers(after)).toEqual([undefined, undefined, undefined]);
});

test("files and devices are told apart, with names that end like the mark of a deleted one", () => {
  expect(of("files").after).toEqual([
    { fd: 0, kind: "other", path: "/dev/zero" },
    { fd: 1, kind: "file", path: expect.stringMatching(/\/output$/), deleted: true },
    { fd: 2, kind: "file", path: expect.stringMatching(/\/kept \(deleted\)$/) },
  ]);
});

test("a closed stream has no entry", () => {
  expect(of("closed").after).toEqual([
    { fd: 1, kind: "null", path: "/dev/null" },
    { fd: 2, kind: "null", path: "/dev/null" },
  ]);
});
