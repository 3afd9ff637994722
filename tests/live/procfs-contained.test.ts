import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { parseUsers } from "../../plugins/backends/procfs/other-network.ts";
import type { Stdio } from "../../src/contract.ts";
import { runInside } from "../support/namespace.ts";
import type { Contained } from "../support/programs/procfs-contained.ts";

const KINDS = ["pipes", "sockets", "shut", "datagrams", "terminal", "sibling"];

let seen: Record<string, Contained>;
const of = (kind: string): Contained => seen[kind] as Contained;
const peers = (streams: readonly Stdio[]) => streams.map((stream) => stream.peer);
const GONE: Stdio["peer"][] = ["gone", "gone", "gone"];
const UNKNOWN = [undefined, undefined, undefined];

beforeAll(async () => {
  seen = await runInside(join(import.meta.dir, "..", "support", "programs", "procfs-contained.ts"), { kinds: KINDS });
}, 300_000);

test.each(["pipes", "terminal"])("%s are told across the border as ever", (kind) => {
  expect(peers(of(kind).before)).toEqual(["live", "live", "live"]);
  expect(peers(of(kind).after)).toEqual(GONE);
});

test("a pipe whose other end a sibling in there holds is alive", () => {
  expect(peers(of("sibling").after)).toEqual(["live", "live", "live"]);
});

test("sockets whose peer was killed are gone, and unknown while it lives", () => {
  expect(peers(of("sockets").before)).toEqual(UNKNOWN);
  expect(peers(of("sockets").after)).toEqual(GONE);
});

test("a socket that was shut while its peer lives is not gone", () => {
  expect(peers(of("shut").before)).toEqual(UNKNOWN);
  expect(peers(of("shut").after)).toEqual(GONE);
});

test("what neither tells stays unknown", () => {
  expect(peers(of("datagrams").after)).toEqual(UNKNOWN);
});

test("nothing is asked there unless it was asked for", () => {
  for (const kind of ["sockets", "shut", "datagrams"]) expect(peers(of(kind).usual)).toEqual(UNKNOWN);
});

describe("users of sockets", () => {
  const line = (inode: number, users = "00000002", rest = "") =>
    `0000000000000000: ${users} 00000000 00000000 0001 03 ${inode}${rest}`;

  test("are read by inode", () => {
    const users = parseUsers(
      `Num       RefCount Protocol Flags    Type St Inode Path\n${line(7)}\n${line(8, "0000000A", " /x")}\n`,
    );
    expect([...users]).toEqual([[7, { count: 2, type: 1, state: 3 }], [8, { count: 10, type: 1, state: 3 }]]);
  });

  test("of an inode that stands there twice are unknown: a name may hold a line", () => {
    const users = parseUsers([line(7, "00000003"), line(9, "00000003", " /x"), line(7)].join("\n"));
    expect(users.get(7)).toBeUndefined();
    expect(users.get(9)?.count).toBe(3);
    expect(parseUsers([line(7), line(7), line(7)].join("\n")).get(7)).toBeUndefined();
  });
});
