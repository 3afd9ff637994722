/** Whoever comes into a tree while it is judged and taken hold of is judged anew, with the tree. */
import { expect, test } from "bun:test";
import type { Machine, Process, Refusal, Snapshot } from "../../src/contract.ts";
import { ending } from "../../src/ending.ts";
import { reapAll } from "../support/reap-all.ts";
import { toldMachine } from "../support/told-machine.ts";
import { changed, CHILD, lostServer, ordinary, ORPHAN, world } from "../support/world.ts";

const BORN = 4300;

/** A machine on which all obey. From the third look on, the first that is taken under holds, it is as `later` says. */
function growing(now: Snapshot, later: Snapshot): { machine: Machine; signalled: number[] } {
  const ended = new Set<number>();
  const signalled: number[] = [];
  const machines = [now, now, later].map(toldMachine);
  let told = machines[0] as Machine;
  const machine: Machine = {
    ...told,
    list(scope) {
      told = machines.shift() ?? told;
      return told.list(scope).filter(({ pid }) => !ended.has(pid));
    },
    read: (drafts, details, variables) => told.read(drafts, details, variables),
    hold: ({ pid }) => ({
      pid,
      grip: "pidfd",
      signals: ["TERM", "CONT", "STOP", "KILL"],
      send(signal) {
        if (signal === "TERM") signalled.push(pid);
        if (signal === "TERM") ended.add(pid);
        return "sent";
      },
      alive: () => !ended.has(pid),
      release() {},
    }),
  };
  return { machine, signalled };
}

async function reaped(now: readonly Process[], born: Process): Promise<{ signalled: number[]; outcomes: unknown[] }> {
  const { machine, signalled } = growing(world(now), world([...now, born]));
  const { results } = await reapAll(machine);
  return { signalled, outcomes: results.map(({ pid, outcome }) => [pid, outcome]) };
}

test("a child that a tree had since the look is asked with it", async () => {
  const { signalled } = await reaped(lostServer, ordinary(BORN, { ppid: CHILD, name: "sleep", argv: ["sleep", "1"] }));
  expect(signalled).toEqual([ORPHAN, CHILD, BORN]);
});

test("one that is not of the tree by itself is of it through its parent, who came just before", async () => {
  const sleeper = (pid: number, ppid: number) => ordinary(pid, { ppid, name: "sleep", argv: ["sleep", "1"] });
  const born = [sleeper(BORN, CHILD), sleeper(BORN + 1, BORN)];
  const { machine, signalled } = growing(world(lostServer), world([...lostServer, ...born]));
  await reapAll(machine);
  expect(signalled).toEqual([ORPHAN, CHILD, BORN, BORN + 1]);
});

test("what a plugin left behind fails before anybody is touched", async () => {
  const { machine, signalled } = growing(world(lostServer), world(lostServer));
  const { settled } = ending;
  ending.settled = () => Promise.reject(new Error("a timer of theirs"));
  try {
    await reapAll(machine);
  } catch (error) {
    expect([(error as Error).message, signalled]).toEqual(["a timer of theirs", []]);
  } finally {
    ending.settled = settled;
  }
  expect.assertions(1);
});

test("one that is not of the tree is not", async () => {
  const { signalled } = await reaped(lostServer, ordinary(BORN, { name: "sleep", argv: ["sleep", "1"] }));
  expect(signalled).toEqual([ORPHAN, CHILD]);
});

test.each<[string, Partial<Process>, Refusal, unknown]>([
  ["is judged anew", {}, { refused: "replaced", because: "it runs another program now" }, {
    signalled: [ORPHAN, CHILD],
    outcomes: [[ORPHAN, "ended"], [CHILD, "ended"]],
  }],
  ["and with one that is to be kept now nobody of its tree is asked", { env: { AGENT_REAPER_KEEP: "1" } }, {
    refused: "replaced",
    because: "it runs another program now",
  }, { signalled: [], outcomes: [[ORPHAN, "denied"], [CHILD, "replaced"]] }],
  ["and with one that has become root's nobody of its tree is asked", { uid: 0 }, {
    refused: "denied",
    because: "the system does not let us signal it",
  }, { signalled: [], outcomes: [[ORPHAN, "denied"], [CHILD, "denied"]] }],
])("a member that ran another program before it was held %s", async (_, becomes, refusal, expected) => {
  const later = lostServer.map((one) => one.pid === CHILD ? { ...one, exe: "/usr/bin/env", ...becomes } : one);
  const { machine, signalled } = growing(world(lostServer), world(later));
  const { hold } = machine;
  const changing: Machine = {
    ...machine,
    hold: (process) =>
      process.pid === CHILD && (process.exe !== "/usr/bin/env" || refusal.refused === "denied")
        ? refusal
        : hold(process),
  };
  const { results } = await reapAll(changing);
  expect({ signalled, outcomes: results.map(({ pid, outcome }) => [pid, outcome]) }).toEqual(expected as never);
});

const wrapper = changed({
  name: "npm exec @playw",
  argv: ["npm exec @playwright/mcp@latest"],
  exe: "/usr/bin/node",
  stdio: [{ fd: 0, kind: "null" }, { fd: 1, kind: "null" }, { fd: 2, kind: "null" }],
  sid: 77,
  pgid: 77,
  cwdDeleted: true,
});

test.each<[string, readonly Process[], Partial<Process>]>([
  ["is to be kept", lostServer, { env: { AGENT_REAPER_KEEP: "1" } }],
  ["belongs to somebody else", lostServer, { uid: 1001 }],
  ["was read in part only", lostServer, { cgroup: undefined as never }],
  ["could not be read", lostServer, { startToken: undefined as never, unread: { stat: "EIO" } }],
  ["serves, where that asks for more than was proven", wrapper, {
    name: "node",
    argv: ["node", "/home/lea/.npm/_npx/1/node_modules/.bin/mcp-server-playwright", "--port", "8931"],
    exe: "/usr/bin/node",
    listening: [8931],
  }],
])("with one that %s the tree is none to end, and nobody of it is asked", async (_, now, born) => {
  const plain = await reaped(now, ordinary(BORN, { ppid: ORPHAN, name: "sleep", argv: ["sleep", "1"] }));
  expect(plain.signalled).toEqual([ORPHAN, CHILD, BORN]);
  expect(await reaped(now, ordinary(BORN, { ppid: ORPHAN, ...born }))).toEqual({
    signalled: [],
    outcomes: [[ORPHAN, "denied"], [CHILD, "denied"]],
  });
});
