import { describe, expect, test } from "bun:test";
import { classify } from "../../src/classify.ts";
import type { Policy, Process, Snapshot } from "../../src/contract.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { withoutPeople } from "../../src/redact/identity.ts";
import { redactSnapshot } from "../../src/redact/report.ts";
import { formatSnapshot, parseSnapshot } from "../../src/snapshot/file.ts";
import { INIT, inside, LOST, LOST_CHILD, MAIN, node, nothingOnDisk, POD, SCOPE, SHIM } from "../support/pod.ts";
import { ordinary } from "../support/world.ts";
import { asAgent } from "./host-namespaces/left.ts";
import { present } from "./host-namespaces/present.ts";
import { responsible } from "./host-namespaces/responsible.ts";
import { told } from "./host-namespaces/told.ts";

const plugins = builtin();
const ASKED: Partial<Policy> = { allUsers: true, hostNamespaces: true, confidence: "proven" };

const plan = (snapshot: Snapshot, policy: Partial<Policy> = ASKED) =>
  classify(snapshot, plugins, { ...defaultPolicy, ...policy }).plan.terminate;

test("what a container's init got, on strong proof, ends when containers were asked for", () => {
  expect(plan(node())).toEqual([LOST, LOST_CHILD]);
});

test.each<[string | undefined, string]>([
  [undefined, "container 2d11862b53d5"],
  ["/kubepods/burstable/pod0e0d7f3c-8f0b-4a51-9d3c-aabbccddeeff/" + "4f".repeat(32), "container 4f4f4f4f4f4f"],
  ["/docker/" + "4f".repeat(32) + "/worker", "container 4f4f4f4f4f4f"],
  ["/user.slice/user-1000.slice/session-4.scope", "pid namespace 4026532500"],
])("it is told in which container: %s", (cgroup, place) => {
  const snapshot = node(cgroup === undefined ? {} : { [LOST]: { cgroup }, [LOST_CHILD]: { cgroup } });
  expect(classify(snapshot, plugins, { ...defaultPolicy, ...ASKED }).findings[0]?.because).toBe(
    `its parent is gone: adopted by the init of its ${place} (pid 5000); nobody holds the other end of its stdin`,
  );
});

test("and nothing of it ends when they were not", () => {
  expect(plan(node(), { allUsers: true })).toEqual([]);
  expect(plan(node(), {})).toEqual([]);
});

test("what was decided live is decided again from the file", () => {
  const again = parseSnapshot(formatSnapshot(node()), "node.json");
  expect(again.absentFiles).toEqual(node().absentFiles?.toSorted());
  expect(plan(again)).toEqual([LOST, LOST_CHILD]);
});

test("and from the file without the people in it", () => {
  const home = { env: { HOME: "/home/lea" } };
  const snapshot = node({ [LOST]: home, [LOST_CHILD]: home });
  const absentFiles = nothingOnDisk(snapshot.processes, "/home/lea");
  const redacted = withoutPeople(redactSnapshot({ ...snapshot, absentFiles }));
  expect(JSON.stringify(redacted)).not.toContain("lea/");
  expect(plan(redacted)).toEqual([LOST, LOST_CHILD]);
});

describe("left alone in a container", () => {
  for (const { case: name, says, snapshot, policy } of [...responsible, ...present, ...told]) {
    test(name, () => {
      const { plan, findings } = classify(snapshot, plugins, { ...defaultPolicy, ...(policy ?? ASKED) });
      expect(plan.terminate).toEqual([]);
      expect(findings).toHaveLength(says === undefined ? 0 : 1);
      if (says !== undefined) expect(findings[0]?.because).toContain(says);
    });
  }
});

test("what is as old as the container, to the tick, is told by its number", () => {
  expect(plan(node({ [LOST]: { startToken: String(100_000 + MAIN) } }))).toEqual([LOST, LOST_CHILD]);
});

test("under an application as pid 1 a server of another session ends when its lifeline is gone", () => {
  expect(plan(node({ [INIT]: { name: "sleep", argv: ["sleep", "infinity"], exe: "/usr/bin/sleep" } }))).toEqual([
    LOST,
    LOST_CHILD,
  ]);
});

const PAUSE = { name: "pause", argv: ["/pause"], exe: "/pause" };
const SANDBOX = `/kubepods.slice/cri-containerd-${"5a".repeat(32)}.scope`;

test("an agent as pid 1 of which the one that bears its name cannot be read is no application for that: it has them all", () => {
  const agent = { name: "claude", argv: ["claude", "mcp", "serve"], exe: "/usr/bin/claude" };
  const snapshot = node({ [INIT]: agent, [MAIN]: agent, [LOST]: {} });
  const { argv: _, ...unread } = snapshot.processes.find((process) => process.pid === MAIN) as Process;
  expect(plan(snapshot)).toEqual([]);
  const processes = snapshot.processes.map((process) => (process.pid === MAIN ? unread : process));
  expect(plan({ ...snapshot, processes })).toEqual([]);
});

test("a pause starts nothing: the eldest that it has of another container was adopted too", () => {
  const snapshot = node({ [INIT]: { ...PAUSE, cgroup: SANDBOX }, [MAIN]: { ppid: SHIM } });
  expect(plan(snapshot)).toEqual([LOST, LOST_CHILD]);
});

test("what calls itself a pause and lies in one container with its child may have started it", () => {
  for (const cgroup of [SCOPE, undefined as never]) {
    expect(plan(node({ [INIT]: { ...PAUSE, cgroup }, [MAIN]: { ppid: SHIM } }))).toEqual([]);
  }
});

test("an agent out here whose sandbox is below is judged as a whole, and left", () => {
  const agent = ordinary(6000, {
    ppid: 1,
    uid: 0,
    name: "claude",
    argv: ["claude", "mcp", "serve"],
    exe: "/usr/bin/claude",
    stdio: asAgent.stdio,
    env: { HOME: "/root" },
  });
  const box = inside(6001, 1, {
    ppid: 6000,
    name: "bwrap",
    argv: ["bwrap"],
    exe: "/usr/bin/bwrap",
    pidNamespace: "pid:[4026532900]",
  });
  const sandboxed = inside(6002, 2, { ...asAgent, ppid: 6001, pidNamespace: "pid:[4026532900]" });
  expect(plan(node({}, { beside: [agent, box, sandboxed] }))).toEqual([LOST, LOST_CHILD]);
  expect(plan(node({}, { beside: [agent] }))).toEqual([LOST, LOST_CHILD, 6000]);
});

test("another container of the same numbers moves nothing", () => {
  const other = "pid:[4026532800]";
  const beside = [
    inside(7000, 1, { ppid: SHIM, name: "tini", argv: ["tini"], exe: "/usr/bin/tini", pidNamespace: other }),
    inside(7001, 9, { ...asAgent, ppid: 7000, pidNamespace: other }),
  ];
  // Its only child: that is what it was started for.
  const snapshot = node({}, { beside });
  expect(plan({ ...snapshot, absentFiles: nothingOnDisk(snapshot.processes) })).toEqual([LOST, LOST_CHILD]);
  expect(POD).not.toBe(other);
});
