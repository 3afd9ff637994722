import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import run from "../../plugins/matchers/run.ts";
import type { Host, Process } from "../../src/contract.ts";
import { recordedOwner } from "../../src/vocabulary/owner.ts";
import { bootName, formatRunTag, parseRunTag, RUN_VARIABLE, runOf, type RunTag } from "../../src/vocabulary/run-tag.ts";
import { Table } from "../../src/table.ts";

const HOST: Host = {
  platform: "linux",
  hostname: "box",
  bootId: "9f86d081-884c-4d65-9a2f-eaa0c55ad015",
  pidNamespace: "pid:[4026531836]",
};
const TAG: RunTag = {
  keepers: [{ pid: 100, startToken: "1000" }, { pid: 101, startToken: "1001" }],
  boot: bootName(HOST.bootId),
  pidNamespace: "4026531836",
  detachOk: false,
};
const FRONT: Process = { pid: 100, ppid: 1, startToken: "1000" };
const GUARDIAN: Process = { pid: 101, ppid: 100, startToken: "1001" };

function tagged(tag: RunTag): Process {
  return { pid: 200, ppid: 1, startToken: "1002", env: { [RUN_VARIABLE]: formatRunTag(tag) } };
}

function fate(others: readonly Process[], tag: RunTag = TAG, more: { host?: Host; partial?: boolean } = {}) {
  const subject = tagged(tag);
  const table = new Table({
    format: "agent-reaper/snapshot@1",
    capturedAt: "2026-01-01T00:00:00.000Z",
    host: more.host ?? HOST,
    viewer: { pid: 999, uid: 1000, home: "/home/u", elevated: false },
    processes: [subject, ...others],
    ...(more.partial === true ? { partial: true } : {}),
  });
  return { fate: runOf(subject, table)?.fate, owner: recordedOwner(subject, table)?.fate };
}

test("what a run left is claimed, also with a child of its own name that nobody collected", () => {
  const left: Process = { ...tagged(TAG), name: "worker", argv: ["/opt/worker"], exe: "/opt/worker" };
  const child: Process = { pid: 201, ppid: 200, startToken: "1003", name: "worker", state: "Z", threads: 1 };
  const table = new Table({
    format: "agent-reaper/snapshot@1",
    capturedAt: "2026-01-01T00:00:00.000Z",
    host: HOST,
    viewer: { pid: 999, uid: 1000, home: "/home/u", elevated: false },
    processes: [left, child],
  });
  expect(run.claim(left, table)).toMatchObject({ family: "run" });
});

describe("runOf() tells that a run is", () => {
  test("alive as long as one of both is", () => {
    expect(fate([FRONT, GUARDIAN])).toEqual({ fate: "alive", owner: undefined });
    expect(fate([FRONT])).toEqual({ fate: "alive", owner: undefined });
    expect(fate([GUARDIAN])).toEqual({ fate: "alive", owner: undefined });
  });

  test("dead when both pids are nobody's, or another's, or only wait to be collected", () => {
    expect(fate([])).toEqual({ fate: "dead", owner: "dead" });
    expect(fate([{ ...FRONT, startToken: "7" }, { ...GUARDIAN, startToken: "8" }])).toEqual({
      fate: "dead",
      owner: "dead",
    });
    expect(fate([{ ...FRONT, state: "Z", threads: 1 }])).toEqual({ fate: "dead", owner: "dead" });
  });

  test("unknown where its numbers mean nothing", () => {
    const unknown = { fate: "unknown", owner: undefined } as const;
    expect(fate([], TAG, { partial: true })).toEqual(unknown);
    expect(fate([{ pid: 100, ppid: 1 }])).toEqual(unknown);
    expect(fate([], { ...TAG, pidNamespace: "4026532182" })).toEqual(unknown);
    expect(fate([], { ...TAG, boot: "11111111" })).toEqual(unknown);
    const { pidNamespace: _, ...elsewhere } = HOST;
    expect(fate([], TAG, { host: elsewhere })).toEqual(unknown);
  });

  test("no owner of what may outlive it", () => {
    expect(fate([], { ...TAG, detachOk: true })).toEqual({ fate: "dead", owner: undefined });
  });
});

describe("parseRunTag()", () => {
  test("reads what formatRunTag() writes", () => {
    const numbers = fc.nat({ max: 4_194_304 });
    const keeper = fc.record({ pid: numbers, startToken: fc.bigInt({ min: 0n, max: 2n ** 60n }).map(String) });
    const tags = fc.record({
      keepers: fc.array(keeper, { minLength: 1, maxLength: 3 }),
      boot: fc.stringMatching(/^[0-9a-f]{8}$/),
      pidNamespace: numbers.map(String),
      detachOk: fc.boolean(),
    });
    fc.assert(fc.property(tags, (tag) => expect(parseRunTag(formatRunTag(tag))).toEqual(tag)));
  });

  test("takes nothing else for one", () => {
    const whole = formatRunTag(TAG);
    for (
      const text of [undefined, "", "1", "4711", "true", ` ${whole}`, `${whole} `, whole.slice(1 + whole.indexOf("@"))]
    ) {
      expect(parseRunTag(text)).toBeUndefined();
    }
    fc.assert(fc.property(fc.string(), (text) => expect(parseRunTag(text)).toBeUndefined()));
  });
});
