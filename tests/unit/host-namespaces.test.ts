import { describe, expect, test } from "bun:test";
import { classify } from "../../src/classify.ts";
import type { Policy, Process, Snapshot } from "../../src/contract.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { withoutPeople } from "../../src/redact/identity.ts";
import { redactSnapshot } from "../../src/redact/report.ts";
import { formatSnapshot, parseSnapshot } from "../../src/snapshot/file.ts";
import { INIT, inside, LOST, lost, LOST_CHILD, MAIN, node, nothingOnDisk, POD, SCOPE, SHIM } from "../support/pod.ts";
import { NOW, ordinary } from "../support/world.ts";

const plugins = builtin();
const ASKED: Partial<Policy> = { allUsers: true, hostNamespaces: true, confidence: "proven" };

const plan = (snapshot: Snapshot, policy: Partial<Policy> = ASKED) =>
  classify(snapshot, plugins, { ...defaultPolicy, ...policy }).plan.terminate;

const DEAD = 5002;
const NO_SIGNS = [0, 1, 2].map((fd) => ({ fd, kind: "null" })) as Process["stdio"] & object;

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

interface Left {
  readonly case: string;
  /** Part of the reason; undefined: no matcher claims it. */
  readonly says?: string;
  readonly snapshot: Snapshot;
  readonly policy?: Partial<Policy>;
}

const asAgent = {
  name: "claude",
  argv: ["claude", "mcp", "serve"],
  exe: "/usr/bin/claude",
  stdio: lost[0]?.stdio as Process["stdio"] & object,
};
const root = (path: string, pid = LOST) => `${pid}:/root/${path}`;
const withText = (path: string, text: string) =>
  node({}, {
    files: { [root(path)]: text },
    absentFiles: nothingOnDisk(node().processes).filter((other) => other !== root(path)),
  });
const withFile = (path: string, content: unknown) => withText(path, JSON.stringify(content));
const without = (pid: number, ...facts: readonly (keyof Process)[]): Snapshot => {
  const snapshot = node();
  return {
    ...snapshot,
    processes: snapshot.processes.map((process) =>
      process.pid === pid
        ? Object.fromEntries(Object.entries(process).filter(([key]) => !facts.includes(key as keyof Process))) as never
        : process
    ),
  };
};

const left: readonly Left[] = [
  // Whose it is.
  {
    case: "an application is pid 1, and started it itself",
    says: "may be its parent or have adopted it",
    snapshot: node({ [INIT]: { name: "node", exe: "/usr/bin/node", argv: ["node"] }, [LOST]: { sid: INIT } }),
  },
  {
    case: "an application is pid 1, and only its output is unread",
    says: "may be its parent or have adopted it",
    snapshot: node({
      [INIT]: { exe: "/usr/bin/bash" },
      [LOST]: {
        argv: ["claude", "-p", "x"],
        stdio: [{ fd: 0, kind: "null" }, { fd: 1, kind: "pipe", peer: "gone" }, { fd: 2, kind: "pipe", peer: "gone" }],
      },
    }),
  },
  {
    case: "an application is pid 1, and its session is unknown",
    says: "may be its parent or have adopted it",
    snapshot: node({ [INIT]: { exe: "/usr/bin/bash", sid: undefined as never } }),
  },
  {
    case: "pid 1 calls itself an init and is another program",
    says: "may be its parent or have adopted it",
    snapshot: node({ [INIT]: { name: "tini", argv: ["tini"], exe: "/app/server" }, [LOST]: { sid: INIT } }),
  },
  {
    case: "what pid 1 is cannot be read",
    says: "may be its parent or have adopted it",
    snapshot: node({ [INIT]: { exe: undefined as never }, [LOST]: { sid: INIT } }),
  },
  {
    case: "an init that starts services has it as child",
    says: "may be its parent or have adopted it",
    snapshot: node({ [INIT]: { name: "systemd", exe: "/usr/lib/systemd/systemd" }, [LOST]: { sid: INIT } }),
  },
  {
    case: "a parent in there is alive",
    says: "its parent is alive (pid 5001)",
    snapshot: node({ [LOST]: { ppid: MAIN } }),
  },
  {
    case: "it came in from outside, and its parent is the shim",
    says: "its parent is alive (pid 4900)",
    snapshot: node({ [LOST]: { ppid: SHIM } }),
  },
  {
    case: "it came in from outside, and whoever let it in is dead",
    says: "is not known to be of its own pid namespace",
    snapshot: node({ [LOST]: { ppid: 1 } }),
  },
  {
    case: "the init that it is with is of a container around its own",
    says: "is not known to be of its own pid namespace",
    snapshot: node({
      [LOST]: { pidNamespace: "pid:[4026532600]", nsPids: [LOST, 20, 4] },
      [LOST_CHILD]: { pidNamespace: "pid:[4026532600]", nsPids: [LOST_CHILD, 21, 5] },
    }),
  },
  // What the container is for.
  {
    case: "it is what the container was started for",
    says: "it is what its container was started for",
    snapshot: node({ [MAIN]: asAgent, [LOST]: { ppid: MAIN } }),
  },
  {
    case: "it is older than what else the init has, as after a checkpoint",
    says: "it is what its container was started for",
    snapshot: node({ [LOST]: { startToken: "104999" } }),
  },
  {
    case: "what pid 1 is cannot be read, and it is the eldest below it",
    says: "it is what its container was started for",
    snapshot: node({ [INIT]: { exe: undefined as never }, [MAIN]: asAgent, [LOST]: { ppid: MAIN } }),
  },
  {
    case: "it has the lowest number of what the init has",
    says: "it is what its container was started for",
    snapshot: node({ [MAIN]: { nsPids: [MAIN, 30] } }),
  },
  {
    case: "it is as old as what else the init has, with a lower number",
    says: "it is what its container was started for",
    snapshot: node({ [LOST]: { startToken: String(100_000 + MAIN) }, [MAIN]: { nsPids: [MAIN, 30] } }),
  },
  {
    case: "its start is unknown",
    says: "it is what its container was started for",
    snapshot: without(LOST, "startToken"),
  },
  {
    case: "what the container was started for cannot be told",
    says: "it is what its container was started for",
    snapshot: without(MAIN, "startToken"),
  },
  {
    case: "the pid 1 of a container is an agent itself",
    says: "its parent is alive (pid 4900)",
    snapshot: node({ [INIT]: asAgent }),
  },
  // Somebody is there.
  {
    case: "a peer in the same container is alive",
    says: "held by pid 5001, which is alive",
    snapshot: node({
      [LOST]: {
        stdio: [{ fd: 0, kind: "pipe", peer: "live", holders: [MAIN] }, {
          fd: 1,
          kind: "pipe",
          peer: "live",
          holders: [MAIN],
        }, { fd: 2, kind: "null" }],
      },
    }),
  },
  {
    case: "its sockets are of another network and cannot be asked about",
    says: "who holds the other end of fd 0 is unknown",
    snapshot: node({
      [LOST]: { stdio: [{ fd: 0, kind: "socket" }, { fd: 1, kind: "socket" }, { fd: 2, kind: "socket" }] },
    }),
  },
  {
    case: "it wants to be kept",
    says: "AGENT_REAPER_KEEP=1",
    snapshot: node({ [LOST]: { env: { HOME: "/root", AGENT_REAPER_KEEP: "1" } } }),
  },
  {
    case: "a member wants to be kept",
    says: "pid 5011 of its tree: AGENT_REAPER_KEEP=1",
    snapshot: node({ [LOST_CHILD]: { env: { HOME: "/root", AGENT_REAPER_KEEP: "1" } } }),
  },
  {
    case: "a runner started it, which may be on another machine",
    says: "its runner may be on another machine",
    snapshot: node({ [LOST]: { env: { HOME: "/root", GITLAB_CI: "true" } } }),
  },
  { case: "it is young", says: "started 1 s ago", snapshot: node({ [LOST]: { startedAt: NOW - 1000 } }) },
  {
    case: "it writes into a file",
    says: "its output goes into /work/out.log",
    snapshot: node({
      [LOST]: {
        stdio: [{ fd: 0, kind: "pipe", peer: "gone" }, { fd: 1, kind: "file", path: "/work/out.log" }, {
          fd: 2,
          kind: "null",
        }],
      },
    }),
  },
  {
    case: "a service in there has it",
    says: "owned by mcp.service",
    snapshot: node({ [LOST]: { cgroup: "/system.slice/docker-2d.scope/system.slice/mcp.service" } }),
  },
  {
    case: "its container is a machine",
    says: "runs in machine-dev.scope",
    snapshot: node({ [LOST]: { cgroup: "/machine.slice/machine-dev.scope" } }),
  },
  // Numbers that mean something else out here.
  {
    case: "no sign but an owner whose number is nobody's out here",
    says: "nothing proves",
    snapshot: node({ [LOST]: { stdio: NO_SIGNS, env: { HOME: "/root", CLAUDE_PID: "17" } } }, {
      files: { [root(".claude/sessions/17.json")]: JSON.stringify({ pid: 17, procStart: "1" }) },
      beside: [inside(5017, 17)],
    }),
  },
  {
    case: "no sign but an owner whose number is somebody else's out here",
    says: "nothing proves",
    snapshot: node({ [LOST]: { stdio: NO_SIGNS, env: { HOME: "/root", CLAUDE_PID: String(DEAD) } } }, {
      files: {
        [root(`.claude/sessions/${DEAD}.json`)]: JSON.stringify({ pid: DEAD, procStart: "7" }),
        [`/root/.claude/sessions/${DEAD}.json`]: JSON.stringify({ pid: DEAD, procStart: "7" }),
      },
      beside: [ordinary(DEAD), inside(5018, DEAD)],
    }),
  },
  {
    case: "debris by a number that is nobody's out here",
    snapshot: node({
      [LOST]: {
        name: "node",
        argv: ["node", "x.js"],
        exe: "/usr/bin/node",
        cwdDeleted: true,
        sid: 4100,
        stdio: NO_SIGNS,
        env: { HOME: "/root", CLAUDECODE: "1", CLAUDE_PID: "17" },
      },
    }),
  },
  {
    case: "a run that was counted in there",
    says: "nothing proves",
    snapshot: node({ [LOST]: { stdio: NO_SIGNS, env: { HOME: "/root", AGENT_REAPER_RUN: "17.4711@b.4026532500" } } }),
  },
  {
    case: "a run of the host's that the container was given",
    says: "nothing proves",
    snapshot: node({ [LOST]: { stdio: NO_SIGNS, env: { HOME: "/root", AGENT_REAPER_RUN: "17.4711@b.4026531836" } } }, {
      host: { platform: "linux", hostname: "lab", bootId: "b", pidNamespace: "pid:[4026531836]" },
    }),
  },
  // What is written down in there.
  {
    case: "Claude's roster names it by its number in there, with a start of another clock",
    says: "Claude's roster lists it",
    snapshot: withFile(".claude/daemon/roster.json", { workers: { a: { pid: 9, procStart: "3" } } }),
  },
  {
    case: "Claude's roster cannot be understood",
    says: "Claude's roster of background workers cannot be read",
    snapshot: node({}, { files: { [root(".claude/daemon/roster.json")]: "{" } }),
  },
  {
    case: "its session file notes a background worker",
    says: "Claude's session file notes it as background",
    snapshot: withFile(".claude/sessions/9.json", { pid: 9, kind: "background" }),
  },
  {
    case: "Codex's pid file names it",
    says: "Codex's app-server.pid names it",
    snapshot: withFile(".codex/app-server-daemon/app-server.pid", { pid: 9, processStartTime: "3" }),
  },
  {
    case: "its session file is half written",
    says: ".claude/sessions/9.json could not be read in there",
    snapshot: withText(".claude/sessions/9.json", '{"pid":9,'),
  },
  {
    case: "Codex's pid file is of another form",
    says: "app-server.pid could not be read in there",
    snapshot: withText(".codex/app-server-daemon/app-server.pid", "9"),
  },
  {
    case: "an agent-reaper in there has a registry",
    says: "an agent-reaper in there may have it on record",
    snapshot: withFile(".local/state/agent-reaper/state.db", "x"),
  },
  {
    case: "one file could not be read",
    says: "app-server.pid could not be read in there",
    snapshot: node({}, {
      absentFiles: nothingOnDisk(node().processes).filter((path) =>
        !path.includes(`${LOST}:/root/.codex/app-server-daemon/app-server.pid`)
      ),
    }),
  },
  {
    case: "a file of a member's could not be read",
    says: "roster.json could not be read in there",
    snapshot: node({}, {
      absentFiles: nothingOnDisk(node().processes).filter((path) =>
        !path.startsWith(`${LOST_CHILD}:/root/.claude/daemon`)
      ),
    }),
  },
  {
    case: "no file was looked for",
    says: "an agent-reaper in there may have it on record",
    snapshot: node({}, { absentFiles: [] }),
  },
  {
    case: "files of the viewer's own are none of its",
    says: "an agent-reaper in there may have it on record",
    snapshot: node({}, {
      absentFiles: nothingOnDisk(node().processes).map((path) => path.replace(/^\d+:/, "")),
    }),
  },
  {
    case: "it tells no home",
    says: "where its user has a home in there is unknown",
    snapshot: node({ [LOST]: { env: {} } }),
  },
  {
    case: "its home leads nowhere",
    says: "where its user has a home in there is unknown",
    snapshot: node({ [LOST]: { env: { HOME: "root" } } }),
  },
  {
    case: "its vendor's home leads nowhere",
    says: "where its user has a home in there is unknown",
    snapshot: node({ [LOST]: { env: { HOME: "/root", CODEX_HOME: "../.codex" } } }),
  },
  // What could not be read.
  { case: "its environment", says: "whether a CI runner started it is unknown", snapshot: without(LOST, "env") },
  { case: "its streams", says: "its standard streams could not be read", snapshot: without(LOST, "stdio") },
  {
    case: "its namespace's name",
    says: "which pid namespace it lives in is unknown",
    snapshot: without(LOST, "pidNamespace"),
  },
  { case: "its numbers", says: "its pid namespace is unknown", snapshot: without(LOST, "nsPids") },
  { case: "its namespace", says: "its pid namespace is unknown", snapshot: without(LOST, "nsPids", "pidNamespace") },
  {
    case: "a member's namespace",
    says: "pid 5011 of its tree: its pid namespace is unknown",
    snapshot: without(LOST_CHILD, "nsPids", "pidNamespace"),
  },
  {
    case: "the init's namespace",
    says: "is not known to be of its own pid namespace",
    snapshot: without(INIT, "pidNamespace"),
  },
  { case: "the init's numbers", says: "its parent is alive (pid 5000)", snapshot: without(INIT, "nsPids") },
  { case: "its cgroup", says: "its control group is unknown", snapshot: without(LOST, "cgroup") },
  {
    case: "details contradict each other",
    says: "its pid namespace is unknown",
    snapshot: node({ [LOST]: { pidNamespace: "self" } }),
  },
  {
    case: "details contradict each other the other way",
    says: "its pid namespace is unknown",
    snapshot: node({ [LOST]: { nsPids: [LOST] } }),
  },
  // The whole tree.
  {
    case: "a member lives in a namespace of its own",
    says: "pid 5011 of its tree: it lives in another pid namespace",
    snapshot: node({ [LOST_CHILD]: { pidNamespace: "pid:[4026532700]", nsPids: [LOST_CHILD, 10, 1] } }),
  },
  {
    case: "a member lives out here",
    says: "pid 5011 of its tree: it lives in our pid namespace",
    snapshot: node({ [LOST_CHILD]: { pidNamespace: "self", nsPids: [LOST_CHILD] } }),
  },
  {
    case: "a member is another user's",
    says: "pid 5011 of its tree: it belongs to another user",
    snapshot: node({ [LOST_CHILD]: { uid: 1000 } }),
  },
  // How sure.
  {
    case: "two weak signs",
    says: "nothing proves",
    snapshot: node({ [LOST]: { stdio: NO_SIGNS, sid: 4100, cwdDeleted: true } }),
  },
  {
    case: "two weak signs, and somebody asked for less",
    says: "nothing proves",
    snapshot: node({ [LOST]: { stdio: NO_SIGNS, sid: 4100, cwdDeleted: true } }),
    policy: { hostNamespaces: true, confidence: "adopted" },
  },
  {
    case: "age",
    says: "nothing proves",
    snapshot: node({ [LOST]: { argv: ["claude", "-p", "x"], stdio: NO_SIGNS, startedAt: NOW - 9e7 } }),
    policy: { hostNamespaces: true, maxAgeMs: 1000 },
  },
];

describe("left alone in a container", () => {
  for (const { case: name, says, snapshot, policy } of left) {
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
