/** Slots of a server, kept for scripts on several machines: the binary, a real PostgreSQL, network namespaces. */
import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type { Told as Kept } from "../support/programs/slots-kept.ts";
import type { Told as Refused } from "../support/programs/slots-refused.ts";

setDefaultTimeout(300_000);

const binary = join(import.meta.dir, "../../dist/agent-reaper");

function inside<T>(program: string): Promise<T> {
  return runInside<T>(join(import.meta.dir, "../support/programs", program), { binary }, {
    prefix: () => ["unshare", "--net", "--mount", "--"],
  });
}

describe("slots acquire on a server", () => {
  let told: Kept;
  beforeAll(async () => {
    told = await inside<Kept>("slots-kept.ts");
  });

  test("never gives scripts on three machines more slots than there are", () => {
    expect(told.shared.violations).toBe("");
    expect(told.shared.hosts).toEqual(["1", "2", "3"].flatMap((host) => Array<string>(6).fill(host)));
    expect(told.shared.slots).toEqual(["0", "1"]);
  });

  test("keeps the slot until the process ends, and no longer for whoever gets its number", () => {
    for (const next of [told.ended, told.recycled]) expect(next).toEqual({ stdout: "\n", stderr: "", exitCode: 0 });
  });

  test("tells programs what it tells them of slots in files, and the machine", () => {
    const { acquired, status, other } = told.held;
    const { slot, forPid, keeper, place } = JSON.parse(acquired.stdout);
    expect(slot).toBe(0);
    const { holders, active, pids, max, stale } = JSON.parse(status.stdout);
    expect({ active, pids, max, stale }).toEqual({ active: 1, pids: [forPid], max: 1, stale: [] });
    expect(holders).toEqual([{
      slot: 0,
      pid: forPid,
      startToken: expect.stringMatching(/^\d+$/),
      command: "kept for sleep",
      host: "h1",
      keeper,
      since: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      max: 1,
    }]);
    expect(JSON.parse(status.stdout).place).toBe(place);
    // Names have nothing to do with each other.
    expect(other).toBe(0);
  });

  test("tells people which machine it is, also on a narrow terminal", () => {
    const lines = told.held.narrow.stdout.trimEnd().split("\n");
    expect(lines[0]).toBe("held: 1 of 1 taken, 0 waiting");
    expect(lines.at(-1)).toMatch(/ h1: kept for sleep$/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  test("shows the address to nobody: not in the list of processes, not in what it prints", () => {
    expect(told.held.keepers).toContain("slots keep --for-pid");
    expect(JSON.stringify(told)).not.toContain("secret-word");
  });

  test("says that none came free, as for slots in files", () => {
    expect(told.held.full.exitCode).toBe(75);
    expect(told.held.full.stderr).toMatch(/^agent-reaper: held: no slot came free, the only one is taken: /);
  });

  test("a keeper that is killed has no slot, and status and cleanup tell so", () => {
    const { here, there, dry, done, again } = told.killed;
    expect(here.stdout).toStartWith("killed: 0 of ");
    expect(here.stdout).toMatch(
      /slot 0 is stale: its keeper \d+ or the connection is gone: pid \d+ goes on without it \(agent-reaper slots cleanup --name killed --store …\)/,
    );
    expect(JSON.parse(there.stdout)).toMatchObject({
      active: 0,
      holders: [],
      stale: [{
        slot: 0,
        host: "h1",
        because: expect.stringMatching(/^h1 lost the connection, or its keeper \d+ ended there: nobody has its lock$/),
      }],
    });
    expect(dry.stdout).toMatch(/^slot 0: would be released, h1 lost the connection, or its keeper \d+ ended there/);
    expect(done.stdout).toMatch(/^slot 0: released, its keeper \d+ is gone: nobody has its lock\n$/);
    expect(JSON.parse(again.stdout)).toMatchObject({ stale: [], released: [], deadWaiters: 0 });
  });

  test("a keeper lets go when it is asked on its own machine, and there alone", () => {
    const { there, here, again, freeAfter } = told.released;
    expect([there.exitCode, there.stdout]).toEqual([1, ""]);
    expect(there.stderr).toMatch(
      /^agent-reaper: slot 0 is held by pid \d+ of h1 \(kept for sleep\): release it there, or end that, and the slot is free\n$/,
    );
    expect([here, again].map(({ stdout }) => stdout)).toEqual([
      "slot 0: released by its keeper\n",
      "slot 0: was free already\n",
    ]);
    expect(JSON.parse(freeAfter.stdout)).toMatchObject({ active: 0, stale: [] });
  });

  test("ended at any moment it leaves no slot that nobody keeps, and no keeper without a slot", () => {
    const { keepers, active, codes } = told.interrupted;
    expect(keepers).toBe(active);
    expect(active).toBeLessThanOrEqual(4);
    expect(codes.filter((code) => ![0, 130, 137].includes(code))).toEqual([]);
  });

  test("places of dead waiters are removed by cleanup, which says so", () => {
    const { dry, done, again } = told.waiters;
    expect([dry, done, again].map(({ stdout }) => stdout)).toEqual([
      "No stale slots.\nqueue: 1 place of a waiter that ended would be removed\n",
      "No stale slots.\nqueue: 1 place of a waiter that ended was removed\n",
      "No stale slots.\n",
    ]);
  });

  test("a server that is started anew gave all slots back; their keepers leave, and what goes on is told", () => {
    const { away, back, next, keepers } = told.restarted;
    expect([away.exitCode, away.stdout]).toEqual([3, ""]);
    expect(away.stderr).toMatch(/^agent-reaper: 10\.77\.0\.1:\d+\/postgres: nothing answers there\n$/);
    expect(back.stdout).toMatch(/its keeper \d+ or the connection is gone: pid \d+ goes on without it/);
    expect([next.exitCode, keepers]).toEqual([0, 0]);
  });

  test("a machine that is cut off loses its slot, its keeper leaves", () => {
    expect(told.cutOff.keepers).toBe(0);
    expect(told.cutOff.status.stdout).toMatch(/slot 0 is stale: h4 lost the connection, or its keeper \d+ ended there/);
  });
});

test("slots of a server say in one line what is wrong", async () => {
  const { refused, bare } = await inside<Refused>("slots-refused.ts");
  const told = Object.entries({ ...refused, ...bare }).map(([what, { exitCode, stdout, stderr }]) =>
    `${what}: ${exitCode} ${(stdout + stderr).trimEnd().replace(/ \d+: no such/, " N: no such")}`.replace(/:\d+\//, "/")
  );
  expect(told).toEqual([
    "ended: 2 agent-reaper: --for-pid N: no such process: name one that lives, for example $$ in a shell",
    "none: 2 agent-reaper: --max 0: write a whole number from 1 on, for example 10",
    "address: 2 agent-reaper: --store: write the address of a PostgreSQL, for example postgres://db.example/agents",
    "compat: 2 agent-reaper: option '--store <URL>' cannot be used with option '--compat <PROGRAM>': " +
    "see agent-reaper slots acquire --help",
    "nobody: 3 agent-reaper: 127.0.0.1/agents: nothing answers there",
    "guest: 3 agent-reaper: 10.77.0.1/empty: permission denied for schema public (42501): " +
    "let this user make tables there, or name a database of its own",
    "release: 0 slot 0: was free already",
    "cleanup: 0 No stale slots.",
    "acquire: 0 0",
    'dropped: 3 agent-reaper: 10.77.0.1/dropped: relation "agent_reaper_slots" does not exist (42P01)',
  ]);
});
