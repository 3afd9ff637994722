import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { refusalOf } from "../../../plugins/backends/toolhelp/hold.ts";
import {
  PROCESSENTRY32W_BYTES,
  readConnections,
  readEntry,
  readRows,
  readServices,
  sidText,
  untilNul,
} from "../../../plugins/backends/toolhelp/records.ts";
import type { Connection, Entry, Row } from "../../../plugins/backends/toolhelp/records.ts";
import { listenersOf } from "../../../plugins/backends/toolhelp/sockets.ts";
import { byRow } from "../../../plugins/backends/toolhelp/table.ts";

const ADDRESS = 0x1_0000_0000;

function systemRow(
  pid: number,
  ppid: number,
  name: string,
  createdAt: bigint,
  at: number,
  isLast: boolean,
): Uint8Array {
  const bytes = new Uint8Array(0x150);
  const view = new DataView(bytes.buffer);
  const text = Buffer.from(name, "utf16le");
  view.setUint32(0, isLast ? 0 : bytes.length, true);
  view.setUint32(4, 3, true);
  view.setBigInt64(0x20, createdAt, true);
  view.setBigInt64(0x28, 10_000_000n, true);
  view.setBigInt64(0x30, 5_000_000n, true);
  view.setUint16(0x38, text.length, true);
  view.setBigUint64(0x40, BigInt(ADDRESS + at + 0x100), true);
  view.setBigUint64(0x50, BigInt(pid), true);
  view.setBigUint64(0x58, BigInt(ppid), true);
  view.setBigUint64(0x90, 4096n, true);
  bytes.set(text, 0x100);
  return bytes;
}

describe("readEntry()", () => {
  test("reads PROCESSENTRY32W", () => {
    const bytes = new Uint8Array(PROCESSENTRY32W_BYTES).fill(0xee);
    const view = new DataView(bytes.buffer);
    view.setUint32(8, 4711, true);
    view.setUint32(28, 9, true);
    view.setUint32(32, 815, true);
    bytes.set(Buffer.from("nöde.exe\0", "utf16le"), 44);
    expect(readEntry(bytes)).toEqual({ pid: 4711, ppid: 815, threads: 9, name: "nöde.exe" });
  });
});

describe("readRows()", () => {
  test("follows the offsets and the names' pointers", () => {
    const bytes = Buffer.concat([
      systemRow(4, 0, "System", 1n, 0, false),
      systemRow(800, 4, "smss.exe", 134_280_576_003_526_703n, 0x150, true),
      systemRow(1, 1, "beyond the end", 1n, 0x2a0, true),
    ]);
    const rows = readRows(bytes, ADDRESS);
    expect([...rows.keys()]).toEqual([4, 800]);
    expect(rows.get(800)).toEqual({
      pid: 800,
      ppid: 4,
      name: "smss.exe",
      threads: 3,
      createdAt: 134_280_576_003_526_703n,
      cpu: 15_000_000n,
      workingSetBytes: 4096,
    });
  });

  test("a name that points elsewhere is no name", () => {
    expect(readRows(systemRow(8, 4, "x.exe", 1n, 0x9000, true), ADDRESS).get(8)?.name).toBe("");
  });
});

describe("byRow()", () => {
  const entry: Entry = { pid: 80, ppid: 40, name: "node.exe", threads: 7 };
  const row: Row = {
    pid: 80,
    ppid: 40,
    name: "node.exe",
    threads: 8,
    createdAt: 134_280_576_003_526_703n,
    cpu: 15_000_000n,
    workingSetBytes: 4096,
  };

  test("joins what the two lists say of one process", () => {
    expect(byRow(entry, row)).toEqual({
      pid: 80,
      ppid: 40,
      name: "node.exe",
      threads: 8,
      startToken: "134280576003526703",
      startedAt: 1_783_584_000_352,
      rss: 4096,
      cpuSeconds: 1.5,
    });
  });

  test.each<[string, Row | undefined]>([
    ["it ended in between", undefined],
    ["another creator has the number", { ...row, ppid: 44 }],
    ["another program has the number", { ...row, name: "cmd.exe" }],
    ["Windows keeps no start", { ...row, createdAt: 0n }],
  ])("knows no start when %s, and says so", (_, other) => {
    const draft = byRow(entry, other);
    expect(draft.startToken).toBeUndefined();
    expect(draft.startedAt).toBeUndefined();
    expect(draft.unread?.startToken).toBeString();
    expect(draft.name).toBe("node.exe");
  });

  test("the idle process has a name for people and no start", () => {
    const draft = byRow({ pid: 0, ppid: 0, name: "[System Process]", threads: 2 }, { ...row, pid: 0, name: "" });
    expect(draft.name).toBe("System Idle Process");
    expect(draft.startToken).toBeUndefined();
  });

  test("names longer than Toolhelp32 keeps are the same name", () => {
    const long = "x".repeat(300);
    expect(byRow({ ...entry, name: long.slice(0, 259) }, { ...row, name: long }).startToken).toBeString();
  });
});

describe("readServices()", () => {
  test("reads pid and name of each", () => {
    const bytes = new Uint8Array(56 * 2 + 32);
    const view = new DataView(bytes.buffer);
    for (const [index, pid, name] of [[0, 1204, "Dhcp"], [1, 900, "RpcSs"]] as const) {
      const text = 112 + index * 16;
      view.setBigUint64(index * 56, BigInt(ADDRESS + text), true);
      view.setUint32(index * 56 + 44, pid, true);
      bytes.set(Buffer.from(`${name}\0`, "utf16le"), text);
    }
    expect(readServices(bytes, ADDRESS, 2)).toEqual([{ pid: 1204, name: "Dhcp" }, { pid: 900, name: "RpcSs" }]);
  });
});

describe("listeners", () => {
  const connection = (pid: number, localPort: number, remotePort: number, state: "listen" | "established") => ({
    listening: state === "listen",
    established: state === "established",
    local: "7f000001",
    localPort,
    remote: state === "listen" ? "00000000" : "7f000001",
    remotePort,
    pid,
  } satisfies Connection);

  test("readConnections() reads both families, ports in network order, mapped addresses as IPv4", () => {
    const v4 = new Uint8Array(4 + 24);
    new DataView(v4.buffer).setUint32(0, 1, true);
    v4.set([2, 0, 0, 0, 127, 0, 0, 1, 0x1f, 0x90, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0x20, 0, 0], 4);
    expect(readConnections(v4, 4)).toEqual([
      { ...connection(0x2010, 8080, 0, "listen") },
    ]);
    const v6 = new Uint8Array(4 + 56);
    const view = new DataView(v6.buffer);
    view.setUint32(0, 1, true);
    v6.set([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1], 4);
    view.setUint16(4 + 20, 8080, false);
    v6.set([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1], 4 + 24);
    view.setUint16(4 + 44, 50_000, false);
    view.setUint32(4 + 48, 5, true);
    view.setUint32(4 + 52, 64, true);
    expect(readConnections(v6, 6)).toEqual([connection(64, 8080, 50_000, "established")]);
  });

  test("finds the other end of each connection", () => {
    const told = listenersOf([
      connection(64, 8080, 0, "listen"),
      connection(64, 8080, 50_000, "established"),
      connection(72, 50_000, 8080, "established"),
      connection(64, 50_001, 443, "established"),
      connection(80, 9000, 0, "listen"),
    ]);
    expect(told.complete).toBe(true);
    expect([...told.byPid]).toEqual([
      [64, { listening: [8080], clients: [72] }],
      [80, { listening: [9000], clients: [] }],
    ]);
  });

  test("a client without a pid makes the list of clients unknown, not empty", () => {
    const told = listenersOf([connection(64, 8080, 0, "listen"), connection(64, 8080, 50_000, "established")]);
    expect(told.byPid.get(64)).toEqual({ listening: [8080], clients: undefined });
  });

  test("a listener without a pid leaves nobody known not to listen", () => {
    expect(listenersOf([connection(0, 8080, 0, "listen")])).toEqual({ byPid: new Map(), complete: false });
  });
});

describe("refusalOf()", () => {
  test.each(
    [
      [0xc000000b, "gone"],
      [0xc000000d, "gone"],
      [0xc000010a, "gone"],
      [0xc0000022, "denied"],
      [0xc0000008, "unknown"],
      [0xc00000bb, "unknown"],
    ] as const,
  )("NTSTATUS %p is %p", (status, refused) => {
    expect(refusalOf(status | 0).refused).toBe(refused);
  });
});

test("no bytes make a reader throw or run on", () => {
  const bytes = fc.uint8Array({ maxLength: 2_000 });
  fc.assert(fc.property(bytes, fc.nat(0x2000), (any, address) => {
    const rows = readRows(any, address);
    const services = readServices(any, address, 1_000);
    const connections = [...readConnections(any, 4), ...readConnections(any, 6)];
    expect(rows.size).toBeLessThanOrEqual(any.length);
    expect(services.length).toBeLessThanOrEqual(any.length / 56);
    expect(connections.length).toBeLessThanOrEqual(any.length / 24 + any.length / 56);
    expect(untilNul(any)).not.toContain("\0");
    expect(sidText(any) ?? "S-").toStartWith("S-");
  }));
});
