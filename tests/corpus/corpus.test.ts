import { describe, expect, test } from "bun:test";
import { adopterKind } from "../../src/vocabulary/adopters.ts";
import { classify } from "../../src/classify.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { Table } from "../../src/table.ts";
import type { Process, Snapshot } from "../../src/contract.ts";
import { cases, renamed, without, withProcess } from "./cases.ts";

const plugins = builtin();
const plan = (snapshot: Snapshot) => classify(snapshot, plugins, defaultPolicy).plan.terminate;

/** A thousand judgements a table, on a machine that has other things to do. */
const UNDER_LOAD_MS = 60_000;

/** Facts whose absence a machine knows; pid and parent are what a row is. */
const FACTS: readonly (keyof Process)[] = [
  "name",
  "argv",
  "exe",
  "exeDeleted",
  "uid",
  "startedAt",
  "startToken",
  "state",
  "pgid",
  "sid",
  "tpgid",
  "tty",
  "cwd",
  "cwdDeleted",
  "env",
  "cgroup",
  "pidNamespace",
  "ignoresHangup",
  "stdio",
  "consoleShown",
  "supervisor",
  "listening",
  "clients",
  "display",
  "devices",
  "threads",
  "nsPids",
];

describe("recorded tables", () => {
  for (const { name, snapshot, label } of cases) {
    test(name, () => {
      expect(plan(snapshot)).toEqual([...label.reap].sort((a, b) => a - b));
    });
  }
});

describe("recorded tables, judged across namespaces: nothing that stays is selected", () => {
  const across = { ...defaultPolicy, allUsers: true, hostNamespaces: true, confidence: "proven" } as const;
  for (const { name, snapshot, label } of cases) {
    test(name, () => {
      const selected = classify(snapshot, plugins, across).plan.terminate;
      expect(selected.filter((pid) => !label.reap.includes(pid))).toEqual([]);
    });
  }
});

describe("twins of recorded tables: other pids, users, homes and hosts move nothing", () => {
  for (const { name, snapshot, label } of cases) {
    test(name, () => {
      const twin = renamed(snapshot, 7);
      expect(plan(twin.snapshot)).toEqual(label.reap.map(twin.pid).sort((a, b) => a - b));
    });
  }
});

describe("twins of recorded tables: in another order nothing moves, and not a word", () => {
  const told = (snapshot: Snapshot) =>
    classify(snapshot, plugins, defaultPolicy).findings.map(({ root, verdict, because, gates }) => ({
      pid: root.pid,
      verdict,
      because,
      gates,
    }));
  for (const { name, snapshot } of cases) {
    test(name, () => {
      expect(told({ ...snapshot, processes: snapshot.processes.toReversed() })).toEqual(told(snapshot));
    });
  }
});

describe("twins of recorded tables: another adopter moves nothing", () => {
  for (const { name, snapshot, label } of cases) {
    const init = snapshot.processes.find((process) => process.pid === 1);
    if (snapshot.host.platform !== "linux" || init === undefined || adopterKind(init, new Table(snapshot)) !== "init") {
      continue;
    }
    const expected = [...label.reap].sort((a, b) => a - b);

    test(`${name}: another init`, () => {
      for (const program of ["tini", "runit", "dumb-init", "s6-svscan", "docker-init"]) {
        const twin = withProcess(
          snapshot,
          1,
          (one) => ({ ...one, name: program, argv: [`/sbin/${program}`], exe: `/sbin/${program}` }),
        );
        expect(plan(withProgram(twin, init))).toEqual(expected);
      }
    });

    test(`${name}: pid 1 in place of the user's manager`, () => {
      const table = new Table(snapshot);
      const managers = new Set(
        snapshot.processes.filter((process) => adopterKind(process, table) === "user manager").map(({ pid }) => pid),
      );
      const processes = snapshot.processes.map((
        process,
      ) => (managers.has(process.ppid) && process.uid === snapshot.viewer.uid ? { ...process, ppid: 1 } : process));
      expect(plan({ ...snapshot, processes })).toEqual(expected);
    });
  }
});

/** What an init was started to run, should it be one of those that run something: no lost process is the eldest then. */
function withProgram(snapshot: Snapshot, init: Process): Snapshot {
  if (snapshot.processes.some(({ pid }) => pid === 2)) return snapshot;
  return { ...snapshot, processes: [...snapshot.processes, { ...init, pid: 2, ppid: 1, name: "app", argv: ["app"] }] };
}

describe("twins of recorded tables: one fact less never ends more", () => {
  for (const { name, snapshot, label } of cases) {
    if (snapshot.processes.length > 200) continue;
    test(name, () => {
      const allowed = new Set(label.reap);
      for (const process of snapshot.processes) {
        for (const fact of FACTS) {
          if (process[fact] === undefined) continue;
          const twin = withProcess(snapshot, process.pid, (one) => without(one, fact));
          const more = plan(twin).filter((pid) => !allowed.has(pid));
          if (more.length > 0) {
            throw new Error(`without ${fact} of pid ${process.pid}, pids ${more.join(", ")} would be ended`);
          }
        }
      }
    }, UNDER_LOAD_MS);
  }
});
