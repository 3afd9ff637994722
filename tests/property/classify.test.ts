import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { claimAll, rootOf, rootsOf } from "../../src/judge/claims.ts";
import { classify } from "../../src/classify.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { Table } from "../../src/table.ts";
import type { Guard, Policy, Process, Snapshot, Stdio } from "../../src/contract.ts";
import { NOW, ordinary, world } from "../support/world.ts";

const plugins = builtin();
const plan = (snapshot: Snapshot, using = plugins, policy: Policy = defaultPolicy) =>
  classify(snapshot, using, policy).plan.terminate;

/** Command lines and executables of agents and of others. */
const programs = fc.constantFrom<Partial<Process>>(
  { name: "claude", argv: ["claude", "mcp", "serve"], exe: "/home/lea/.local/share/claude/versions/2.1.200" },
  { name: "2.1.200", argv: ["claude"], exe: "/home/lea/.local/share/claude/versions/2.1.200" },
  { name: "claude", argv: ["claude", "-p", "x"], exe: "/usr/bin/claude" },
  { name: "claude", argv: ["claude", "daemon", "run"], exe: "/usr/bin/claude" },
  { name: "node", argv: ["node", "/usr/local/bin/codex", "app-server"], exe: "/usr/bin/node" },
  { name: "npm exec @playw", argv: ["npm exec @playwright/mcp@latest"], exe: "/usr/bin/node" },
  { name: "npm run agent:r", argv: ["npm run agent:run"], exe: "/usr/bin/node" },
  { name: "bash", argv: ["bash"], exe: "/usr/bin/bash" },
  { name: "tmux: server", argv: ["tmux"], exe: "/usr/bin/tmux" },
  { name: "Runner.Listener", argv: ["/r/Runner.Listener"], exe: "/r/Runner.Listener" },
  { name: "vite", argv: ["node", "/p/node_modules/.bin/vite"], exe: "/usr/bin/node" },
);
const pids = [4100, 4200, 4300, 4400, 4500];
const holders = fc.uniqueArray(fc.constantFrom(...pids, 800), { minLength: 1, maxLength: 2 });
const end = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<Partial<Stdio>>({ kind: "pipe", peer: "gone" }, { kind: "socket", peer: "gone" }),
  },
  fc.constant<Partial<Stdio>>({ kind: "null" }),
  fc.constant<Partial<Stdio>>({ kind: "file", path: "/home/lea/out" }),
  fc.constantFrom<Partial<Stdio>>({ kind: "pipe", peer: "gone" }, { kind: "socket", peer: "gone" }, {
    kind: "tty",
    peer: "gone",
    path: "/dev/pts/3",
  }),
  fc.constant<Partial<Stdio>>({ kind: "tty", peer: "live", path: "/dev/pts/4" }),
  holders.map((holders): Partial<Stdio> => ({ kind: "pipe", peer: "live", holders })),
);
const stdio = fc.tuple(end, end, end).map((ends) => ends.map((end, fd) => ({ fd, ...end }) as Stdio));
const scope = "/user.slice/user-1000.slice/session-3.scope";

const remarkable = fc.record(
  {
    uid: fc.constantFrom(1000, 1000, 1000, 0),
    sid: fc.constantFrom(...pids, 77),
    tpgid: fc.constantFrom(-1, -1, 4200),
    tty: fc.constantFrom(null, null, "pts/4"),
    cwdDeleted: fc.boolean(),
    env: fc.constantFrom<Record<string, string>>({}, {}, { CLAUDE_PID: "77" }, { CLAUDE_PID: "4100" }, {
      AGENT_REAPER_KEEP: "1",
    }, { RUNNER_TRACKING_ID: "g" }),
    cgroup: fc.constantFrom(scope, scope, scope, "/u/mcp.service", "/u/app-x.service", "/u/run-r1.scope"),
    pidNamespace: fc.constantFrom("self", "self", "self", "4026532999"),
    ignoresHangup: fc.constantFrom(false, false, true),
    state: fc.constantFrom("S", "S", "S", "R", "T", "Z"),
    threads: fc.constantFrom(1, 4),
    tracer: fc.constantFrom(null, null, null, 800, ...pids),
    display: fc.constantFrom(null, null, "/tmp/.X11-unix/X0"),
    devices: fc.constantFrom([], [], ["/dev/fuse"]),
    startedAt: fc.constantFrom(NOW - 7_200_000, NOW - 7_100_000, NOW - 5_000),
    stdio,
  },
  { requiredKeys: ["stdio"] },
);
const process = (pid: number) =>
  fc.tuple(
    programs,
    fc.oneof({ weight: 2, arbitrary: stdio.map((stdio) => ({ stdio })) }, { weight: 1, arbitrary: remarkable }),
    fc.constantFrom(1, 500, 500, 500, 800, ...pids),
  ).map(([program, fields, ppid]) => ordinary(pid, { ...program, ...fields, ppid }));
const table = fc.tuple(...pids.map(process)).map((processes) => world(processes));

/** Facts that a look may fail to learn. What is listened on stands apart: a table without it was taken without asking. */
const FACTS: readonly (keyof Process)[] = [
  "name",
  "argv",
  "exe",
  "uid",
  "startedAt",
  "startToken",
  "state",
  "pgid",
  "sid",
  "tpgid",
  "tty",
  "cwdDeleted",
  "env",
  "cgroup",
  "pidNamespace",
  "ignoresHangup",
  "tracer",
  "stdio",
  "threads",
  "nsPids",
  "display",
  "devices",
];

function withoutFact(snapshot: Snapshot, index: number, fact: keyof Process): Snapshot {
  const processes = snapshot.processes.map((process, at) => {
    if (at !== index % snapshot.processes.length) return process;
    const { [fact]: _, ...rest } = process;
    return rest as Process;
  });
  return { ...snapshot, processes };
}

/** Less of a stream is known; `unseen`: others, who could not be asked, may hold it too. */
function withoutPeer(snapshot: Snapshot, index: number, fd: number, part: "peer" | "holders" | "unseen"): Snapshot {
  const processes = snapshot.processes.map((process, at) => {
    if (at !== index % snapshot.processes.length || process.stdio === undefined) return process;
    const stdio = process.stdio.map((stream) => {
      if (stream.fd !== fd) return stream;
      if (part === "unseen") return { ...stream, unseen: true };
      const { [part]: _, ...rest } = stream;
      return rest as Stdio;
    });
    return { ...process, stdio };
  });
  return { ...snapshot, processes };
}

function shuffled<T>(list: readonly T[], seed: number): T[] {
  let state = seed;
  const keyed = list.map((item) => ({ item, key: state = (state * 1103515245 + 12345) % 2147483648 }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

const runs = { numRuns: 1500 };

describe("classify()", () => {
  test("the generated tables hold something to end, and something to keep", () => {
    const sample = fc.sample(table, { numRuns: 300, seed: 1 }).map((snapshot) => plan(snapshot).length);
    expect(sample.filter((length) => length > 0).length).toBeGreaterThan(20);
    expect(sample.filter((length) => length === 0).length).toBeGreaterThan(20);
  });

  test("is the same whatever the order of processes and plugins", () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 99999 }), (snapshot, seed) => {
        const mixed = {
          ...plugins,
          matchers: shuffled(plugins.matchers, seed),
          guards: shuffled(plugins.guards, seed),
          proofs: shuffled(plugins.proofs, seed),
        };
        const other = { ...snapshot, processes: shuffled(snapshot.processes, seed) };
        const tell = (judged: ReturnType<typeof classify>) =>
          judged.findings.map(({ root, verdict, confidence, because, gates }) => ({
            pid: root.pid,
            verdict,
            confidence,
            because,
            gates,
          }));
        expect(tell(classify(other, mixed, defaultPolicy))).toEqual(tell(classify(snapshot, plugins, defaultPolicy)));
      }),
      runs,
    );
  });

  test("the short way up a chain leads where the long one does, in circles too", () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 99999 }), (snapshot, seed) => {
        const looked = new Table({ ...snapshot, processes: shuffled(snapshot.processes, seed) });
        const claims = claimAll(looked, plugins.matchers, looked.processes);
        const long = [...claims.keys()].map((pid) => rootOf(looked.get(pid) as Process, looked, claims).pid);
        const short = rootsOf(looked, claims).map(({ pid }) => pid);
        expect(short).toEqual([...new Set(long)].sort((a, b) => a - b));
      }),
      runs,
    );
  });

  test("one guard more never ends more", () => {
    fc.assert(
      fc.property(
        table,
        fc.func(fc.constantFrom(undefined, "spare" as const, "unsure" as const)),
        fc.boolean(),
        (snapshot, stands, everyone) => {
          const guard: Guard = {
            name: "one-more",
            summary: "",
            asks: everyone ? "every member" : "root",
            needs: [],
            object: (process) => {
              const answer = stands(process.pid);
              return answer === undefined ? undefined : { stands: answer, because: "x" };
            },
          };
          const allowed = new Set(plan(snapshot));
          expect(plan(snapshot, { ...plugins, guards: [...plugins.guards, guard] }).filter((pid) => !allowed.has(pid)))
            .toEqual([]);
        },
      ),
      runs,
    );
  });

  test("one unknown more never ends more", () => {
    const step = fc.tuple(fc.nat(), fc.constantFrom(...FACTS));
    fc.assert(
      fc.property(table, fc.array(step, { minLength: 1, maxLength: 6 }), (snapshot, steps) => {
        let known = snapshot;
        for (const [index, fact] of steps) {
          const less = withoutFact(known, index, fact);
          const allowed = new Set(plan(known));
          expect(plan(less).filter((pid) => !allowed.has(pid))).toEqual([]);
          known = less;
        }
      }),
      runs,
    );
  });

  test("nor does one unknown more of pid 1, be it an init, an application or an agent itself", () => {
    const application = { name: "app", argv: ["/app"], exe: "/app" };
    const first = fc.oneof(programs, fc.constantFrom<Partial<Process>>({}, application));
    const unread = fc.array(fc.constantFrom(...FACTS), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(table, first, unread, (drawn, is, facts) => {
        // No user's manager: all that lost its parent is pid 1's.
        const processes = drawn.processes.filter(({ pid }) => pid !== 500).map((process) => ({
          ...process,
          ...(process.ppid === 500 ? { ppid: 1 } : {}),
          ...(process.pid === 1 ? is : {}),
        }));
        const at = processes.findIndex(({ pid }) => pid === 1);
        const whole: Snapshot = { ...drawn, processes };
        const less = facts.reduce((known, fact) => withoutFact(known, at, fact), whole);
        const allowed = new Set(plan(whole));
        expect(plan(less).filter((pid) => !allowed.has(pid))).toEqual([]);
      }),
      runs,
    );
  });

  test("one peer or holder less known never ends more", () => {
    fc.assert(
      fc.property(
        table,
        fc.nat(),
        fc.constantFrom(0, 1, 2),
        fc.constantFrom("peer" as const, "holders" as const, "unseen" as const),
        (snapshot, index, fd, part) => {
          const allowed = new Set(plan(snapshot));
          expect(plan(withoutPeer(snapshot, index, fd, part)).filter((pid) => !allowed.has(pid))).toEqual([]);
        },
      ),
      runs,
    );
  });

  test("where nobody watches, one sighting or one fact less never ends more, and never more than for a person", () => {
    const unattended = { ...defaultPolicy, confirmMs: 10_000 };
    const ago = fc.constantFrom(-1_000, 0, 9_999, 10_000, 3_600_000);
    const sightings = fc.array(fc.tuple(fc.constantFrom(...pids), fc.constantFrom("", "1"), ago), { maxLength: 8 });
    fc.assert(
      fc.property(table, sightings, fc.nat(), fc.constantFrom(...FACTS), (snapshot, drawn, index, fact) => {
        const seen = {
          ...snapshot,
          sightings: drawn.map(([pid, other, agoMs]) => ({
            pid,
            startToken: `${other}${100_000 + pid}`,
            firstSeenAt: NOW - agoMs,
          })),
        };
        const whole = plan(seen, plugins, unattended);
        expect(whole.filter((pid) => !plan(snapshot).includes(pid))).toEqual([]);
        const fewer = { ...seen, sightings: seen.sightings.filter((_, at) => at !== index % 8) };
        // Of two sightings of one the first counts: it may be the later one.
        if (new Set(drawn.map(([pid, other]) => `${pid} ${other}`)).size === drawn.length) {
          expect(plan(fewer, plugins, unattended).filter((pid) => !whole.includes(pid))).toEqual([]);
        }
        expect(plan(withoutFact(seen, index, fact), plugins, unattended).filter((pid) => !whole.includes(pid))).toEqual(
          [],
        );
      }),
      runs,
    );
  });

  test("more confidence asked for never ends more", () => {
    fc.assert(
      fc.property(table, (snapshot) => {
        const [adopted, likely, proven] = (["adopted", "likely", "proven"] as const).map((confidence) =>
          plan(snapshot, plugins, { ...defaultPolicy, confidence })
        ) as [number[], number[], number[]];
        expect(likely.filter((pid) => !adopted.includes(pid))).toEqual([]);
        expect(proven.filter((pid) => !likely.includes(pid))).toEqual([]);
      }),
      runs,
    );
  });

  test("never ends the viewer, its ancestors, an adopter, another user's, or anybody twice", () => {
    fc.assert(
      fc.property(table, fc.constantFrom(...pids, 500), (snapshot, viewerParent) => {
        const processes = snapshot.processes.map((
          process,
        ) => (process.pid === 900 ? { ...process, ppid: viewerParent } : process));
        const seen = { ...snapshot, processes };
        const { plan: { terminate }, table: judged } = classify(seen, plugins, defaultPolicy);
        const viewer = judged.get(900) as Process;
        const untouchable = [1, 500, 900, ...[...judged.ancestors(viewer)].map((ancestor) => ancestor.pid)];
        expect(terminate.filter((pid) => untouchable.includes(pid))).toEqual([]);
        expect(terminate.filter((pid) => judged.get(pid)?.uid !== 1000)).toEqual([]);
        expect(new Set(terminate).size).toBe(terminate.length);
      }),
      runs,
    );
  });

  test("ends for any parents, in circles too", () => {
    const anyParents = fc.array(fc.tuple(fc.nat(12), fc.nat(12)), { maxLength: 20 }).map((pairs) => {
      const byPid = new Map(
        pairs.map((
          [pid, ppid],
        ) => [pid, ordinary(pid, { ppid, name: "claude", argv: ["claude", "mcp", "serve"], exe: "/usr/bin/claude" })]),
      );
      return { ...world([]), processes: [...byPid.values()] };
    });
    fc.assert(
      fc.property(anyParents, (snapshot) => expect(classify(snapshot, plugins, defaultPolicy).findings).toBeArray()),
      runs,
    );
  });
});
