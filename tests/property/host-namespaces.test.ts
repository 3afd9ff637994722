import { expect, test } from "bun:test";
import fc from "fast-check";
import { classify } from "../../src/classify.ts";
import type { Plugins } from "../../src/plugins.ts";
import type { Policy, Process, Snapshot } from "../../src/contract.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { INIT, LOST, LOST_CHILD, MAIN, node, nothingOnDisk, SHIM } from "../support/pod.ts";

const plugins = builtin();
const ASKED: Policy = { ...defaultPolicy, allUsers: true, hostNamespaces: true, confidence: "proven" };
const plan = (snapshot: Snapshot, policy = ASKED, by: Plugins = plugins) =>
  classify(snapshot, by, policy).plan.terminate;

const GONE = [0, 1].map((fd) => ({ fd, kind: "pipe", peer: "gone" })) as Process["stdio"] & object;
const agent = { name: "claude", argv: ["claude", "mcp", "serve"], exe: "/usr/bin/claude", stdio: GONE };

/** What makes one container another. */
const changes = fc.record({
  init: fc.constantFrom<Partial<Process>>(
    {},
    { name: "dumb-init", exe: "/usr/bin/dumb-init" },
    { name: "pause", exe: "/pause" },
    { name: "pause", exe: "/pause", cgroup: "/kubepods.slice/cri-containerd-5a.scope" },
    { name: "bash", exe: "/usr/bin/bash" },
    { name: "systemd", exe: "/usr/lib/systemd/systemd" },
    agent,
  ),
  main: fc.constantFrom<Partial<Process>>({}, agent, { ppid: SHIM }, { ...agent, ppid: SHIM }, { ...agent, sid: INIT }),
  lost: fc.constantFrom<Partial<Process>>(
    {},
    { sid: INIT },
    { ppid: MAIN },
    { ppid: SHIM },
    { ppid: 1 },
    { startToken: "100001" },
    { argv: ["claude", "-p", "x"] },
    { env: { HOME: "/root", CLAUDE_PID: "17" } },
    { nsPids: [LOST, 2] },
  ),
  child: fc.constantFrom<Partial<Process>>({}, { ppid: INIT }, agent, { ...agent, ppid: INIT, sid: LOST_CHILD }),
}).map(({ init, main, lost, child }) => node({ [INIT]: init, [MAIN]: main, [LOST]: lost, [LOST_CHILD]: child }));

const FACTS: readonly (keyof Process)[] = [
  ...["name", "argv", "exe", "uid", "startedAt", "startToken", "state", "pgid", "sid", "tpgid", "tty"] as const,
  ...["env", "cgroup", "pidNamespace", "ignoresHangup", "stdio", "threads", "nsPids"] as const,
];

function without(snapshot: Snapshot, pid: number, fact: keyof Process): Snapshot {
  const processes = snapshot.processes.map((process): Process => {
    if (process.pid !== pid) return process;
    const { [fact]: _, ...rest } = process;
    return rest as Process;
  });
  return { ...snapshot, processes };
}

test("facts that could not be read never select more in a container", () => {
  fc.assert(
    fc.property(
      changes,
      fc.array(fc.tuple(fc.constantFrom(1, SHIM, INIT, MAIN, LOST, LOST_CHILD), fc.constantFrom(...FACTS)), {
        minLength: 1,
        maxLength: 6,
      }),
      (snapshot, unread) => {
        const whole = new Set(plan(snapshot));
        const less = unread.reduce((snapshot, [pid, fact]) => without(snapshot, pid, fact), snapshot);
        expect(plan(less).filter((one) => !whole.has(one))).toEqual([]);
      },
    ),
    { numRuns: 600 },
  );
});

test("one file less that is known to be absent never selects more", () => {
  fc.assert(
    fc.property(changes, fc.nat(), (snapshot, at) => {
      const absent = nothingOnDisk(snapshot.processes);
      const whole = new Set(plan(snapshot));
      const less = absent.filter((_, index) => index !== at % absent.length);
      expect(plan({ ...snapshot, absentFiles: less }).filter((one) => !whole.has(one))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test("without the flag nobody in a container is selected, and with it neither its pid 1 nor what is its parent's", () => {
  fc.assert(
    fc.property(changes, (snapshot) => {
      expect(plan(snapshot, { ...ASKED, hostNamespaces: false })).toEqual([]);
      const selected = plan(snapshot);
      expect(selected).not.toContain(INIT);
      expect(selected).not.toContain(SHIM);
      for (const process of snapshot.processes) {
        if (process.ppid === SHIM || process.ppid === 1) expect(selected).not.toContain(process.pid);
      }
    }),
    { numRuns: 300 },
  );
});

test("the order of plugins changes nothing in a container", () => {
  fc.assert(
    fc.property(changes, (snapshot) => {
      const turned: Plugins = {
        ...plugins,
        matchers: plugins.matchers.toReversed(),
        guards: plugins.guards.toReversed(),
        proofs: plugins.proofs.toReversed(),
      };
      expect(plan(snapshot, ASKED, turned)).toEqual(plan(snapshot));
    }),
    { numRuns: 200 },
  );
});
