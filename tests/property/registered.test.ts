/** What must hold of the registry's verdicts whatever the machine and the record look like. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { classify } from "../../src/classify.ts";
import type { Entry, Process, Snapshot } from "../../src/contract.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { standingOf } from "../../src/registry/standing.ts";
import { Table } from "../../src/table.ts";
import { entry, NAMESPACE, onRecord } from "../support/registered.ts";
import { ordinary } from "../support/world.ts";

const RUNS = { numRuns: 300 };
const plugins = builtin();

/** Few pids and few starts, so that numbers are given away again and again. */
const pid = fc.integer({ min: 2_000, max: 2_006 });
const start = fc.constantFrom("1", "2");
const process = fc.record({
  pid,
  ppid: fc.oneof(pid, fc.constantFrom(1, 500, 800)),
  start: fc.option(start, { nil: undefined }),
  zombie: fc.boolean(),
}).map(({ pid, ppid, start, zombie }): Process => {
  const { startToken: _, ...rest } = ordinary(pid, { ppid, ...(zombie ? { state: "Z", threads: 1 } : {}) });
  return start === undefined ? rest : { ...rest, startToken: start };
});
const registered = fc.record({
  pid,
  start,
  originator: fc.record({ pid, start: fc.option(start, { nil: undefined }) }),
  boot: fc.constantFrom("b", "b", "b", "before", "unknown"),
  namespace: fc.constantFrom(NAMESPACE, NAMESPACE, NAMESPACE, "pid:[1]", undefined),
  containment: fc.constantFrom("contained", "contained", "detached"),
  session: fc.constantFrom("s", "t", undefined),
  ppid: fc.option(pid, { nil: undefined }),
}).map(({ pid, start, originator, boot, namespace, containment, session, ppid }): Entry => {
  const { pidNamespace: _, ...rest } = entry({
    pid,
    startToken: start,
    bootId: boot,
    originator: {
      tool: "t",
      pid: originator.pid,
      ...(originator.start === undefined ? {} : { startToken: originator.start }),
    },
    containment,
    ...(session === undefined ? {} : { session }),
    ...(ppid === undefined ? {} : { ppid }),
  });
  return namespace === undefined ? rest : { ...rest, pidNamespace: namespace };
});
const snapshot = fc.record({
  processes: fc.uniqueArray(process, { selector: ({ pid }) => pid, maxLength: 7 }),
  entries: fc.uniqueArray(registered, { selector: ({ pid, startToken }) => `${pid} ${startToken}`, maxLength: 6 }),
  partial: fc.boolean(),
}).map(({ processes, entries, partial }): Snapshot => onRecord(processes, entries, partial ? { partial } : {}));

const plan = (snapshot: Snapshot) => classify(snapshot, plugins, defaultPolicy).plan;

describe("the registry's verdicts", () => {
  test("nobody ends for an entry of another start: without the entry's own process it ends nobody", () => {
    fc.assert(
      fc.property(snapshot, (snapshot) => {
        const own = new Set((snapshot.registered ?? []).map(({ pid, startToken }) => `${pid} ${startToken}`));
        const table = new Table(snapshot);
        for (const pid of plan(snapshot).terminate) {
          const ended = table.get(pid) as Process;
          const chain = [ended, ...table.ancestors(ended)];
          expect(chain.some((one) => own.has(`${one.pid} ${one.startToken}`))).toBe(true);
        }
      }),
      RUNS,
    );
  });

  test("what is taken off the record is nobody's who is there with that start in this boot", () => {
    fc.assert(
      fc.property(snapshot, (snapshot) => {
        const table = new Table(snapshot);
        for (const { pid, startToken, bootId } of plan(snapshot).unregister) {
          const there = table.get(pid);
          if (bootId === "b" && there !== undefined && there.state !== "Z") {
            expect(there.startToken).not.toBe(startToken);
          }
          if (bootId === "b" && there === undefined) expect(snapshot.partial).toBeUndefined();
        }
      }),
      RUNS,
    );
  });

  test("an originator that is there, or a start that is not known, ends nobody more", () => {
    fc.assert(
      fc.property(snapshot, fc.nat(), (snapshot, chosen) => {
        const before = new Set(plan(snapshot).terminate);
        const at = chosen % Math.max(1, snapshot.processes.length);
        const processes = snapshot.processes.map((process, index) => {
          const { startToken: _, ...rest } = process;
          return index === at ? rest : process;
        });
        for (const pid of plan({ ...snapshot, processes }).terminate) expect(before.has(pid)).toBe(true);
      }),
      RUNS,
    );
  });

  test("the order of entries and of processes decides nothing", () => {
    fc.assert(
      fc.property(snapshot, (snapshot) => {
        const turned = {
          ...snapshot,
          processes: snapshot.processes.toReversed(),
          registered: snapshot.registered?.toReversed() ?? [],
        };
        expect(plan(turned).terminate).toEqual(plan(snapshot).terminate);
        const states = (one: Snapshot) =>
          (one.registered ?? []).map((entry) => `${entry.pid} ${standingOf(entry, new Table(one)).state}`).sort();
        expect(states(turned)).toEqual(states(snapshot));
      }),
      RUNS,
    );
  });

  test("these worlds are no empty ones", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(snapshot, (snapshot) => {
        const table = new Table(snapshot);
        for (const { state } of table.standings) seen.add(state);
        if (plan(snapshot).terminate.length > 0) seen.add("ends");
      }),
      { numRuns: 2_000 },
    );
    expect([...seen].sort()).toEqual(["dead", "ends", "healthy", "orphan", "replaced", "unknown"]);
  });
});
