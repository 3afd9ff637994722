import { expect, test } from "bun:test";
import { classify } from "../../src/classify.ts";
import type { Session } from "../../src/contract.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { MemoryRegistry } from "../../src/registry/memory.ts";
import { Registry } from "../../src/registry/registry.ts";
import { unregister } from "../../src/registry/unregister.ts";
import { reapAll } from "../support/reap-all.ts";
import { entry, onRecord, session } from "../support/registered.ts";
import { toldMachine } from "../support/told-machine.ts";
import { ordinary } from "../support/world.ts";

const HOST = 4100;
const gone = { tool: "host", pid: 4000, startToken: "104000" };
const alive = { tool: "host", pid: HOST, startToken: `10${HOST}` };

async function leftAfterReap(sessions: readonly Session[], dryRun = false): Promise<readonly string[]> {
  const store = new MemoryRegistry();
  for (const one of sessions) store.startSession(one);
  store.register(entry({ pid: 4300, startToken: "104300", originator: alive, session: "still at work" }));
  // Its last process has ended: the reap has something to do.
  store.register(entry({ pid: 4301, startToken: "104301", originator: gone, session: "over" }));
  const processes = [ordinary(HOST, { ppid: 800 }), ordinary(4300, { ppid: HOST })];
  await reapAll(toldMachine(onRecord(processes, store.entries())), { registry: new Registry(store), dryRun });
  return store.sessions().map(({ id }) => id);
}

test("a session that nobody answers for goes off the record, with none that somebody or something is left of", async () => {
  const sessions = [
    session({ id: "over", originator: gone }),
    session({ id: "of an earlier boot", bootId: "before", originator: alive }),
    session({ id: "still at work", originator: gone }),
    session({ id: "alive", originator: alive }),
    session({ id: "elsewhere", originator: gone, pidNamespace: "pid:[1]" }),
  ];
  const left = ["still at work", "alive", "elsewhere"];
  expect(await leftAfterReap(sessions)).toEqual(left);
  expect(await leftAfterReap(sessions, true)).toEqual(sessions.map(({ id }) => id));
});

test("what has ended goes off the record where that is asked for, and not where only something else is", () => {
  const over = onRecord([ordinary(HOST, { ppid: 800 })], [entry({ originator: alive })]);
  const unregistered = (only?: readonly string[], pids?: readonly number[]) => {
    const policy = {
      ...defaultPolicy,
      ...(only === undefined ? {} : { only }),
      ...(pids === undefined ? {} : { pids }),
    };
    return classify(over, builtin(), policy).plan.unregister.map(({ pid }) => pid);
  };
  expect([unregistered(), unregistered(["registered"]), unregistered(["leftovers"])]).toEqual([[4200], [4200], []]);
  expect([unregistered(undefined, [4200]), unregistered(undefined, [4300])]).toEqual([[4200], []]);
});

test("what was ended just now goes off the record with it, and stays as long as it is there", async () => {
  const outcomes = ["ended", "killed", "gone", "respawned", "asked", "survived", "denied", "planned"] as const;
  const store = new MemoryRegistry();
  const entries = outcomes.map((_, at) => entry({ pid: 4300 + at, startToken: `${at}` }));
  for (const one of entries) store.register(one);
  const registered = entries.map((entry) => ({ entry, verdict: "orphan" as const, because: "b" }));
  const results = outcomes.map((outcome, at) => ({ pid: 4300 + at, startToken: `${at}`, outcome }));
  const another = { pid: 4306, startToken: "another", outcome: "ended" as const };
  const plan = { terminate: [], remove: [], unregister: [] };
  expect(await unregister(new Registry(store), plan, registered, [...results, another])).toEqual([]);
  expect(store.entries().map(({ pid }) => outcomes[pid - 4300])).toEqual(["asked", "survived", "denied", "planned"]);
});
