/**
 * The first law: no signal reaches a process that was not in the snapshot with the same start.
 */
import { expect, test } from "bun:test";
import fc from "fast-check";
import terminate from "../../plugins/actions/terminate.ts";
import type { Draft } from "../../src/contract.ts";
import { execute } from "../../src/execute.ts";
import { ManualClock } from "../support/clock.ts";
import { lookAt, orphan, World } from "../support/fake-machine.ts";

const PIDS = [2, 3, 4, 5, 6, 7];

/** What happens to a number between two calls of ours. */
const happening = fc.record({
  pid: fc.constantFrom(...PIDS),
  what: fc.constantFrom("exit", "replace", "replace by a twin", "exec", "lose the parent", "fork", "nothing"),
  /** Whether the clock goes on before it: where not, all births share one start. */
  ticks: fc.constantFrom(0, 0, 0, 1, 3),
});

const table = fc.uniqueArray(
  fc.record({
    pid: fc.constantFrom(...PIDS),
    parent: fc.constantFrom(1, ...PIDS),
    age: fc.nat(3),
    known: fc.boolean(),
    onTerm: fc.constantFrom("ends" as const, "ignores" as const),
    threads: fc.constantFrom(1, 2),
  }),
  { selector: ({ pid }) => pid, minLength: 1 },
);

function happen(world: World, { pid, what, ticks }: { pid: number; what: string; ticks: number }): void {
  world.tick += ticks;
  const there = world.processes.get(pid);
  if (what === "fork") {
    const free = PIDS.find((candidate) => !world.processes.has(candidate));
    if (there !== undefined && free !== undefined) world.spawn(free, { ppid: pid, onTerm: "ignores" });
  } else if (there === undefined) {
    if (what.startsWith("replace")) world.spawn(pid);
  } else if (what === "exit") world.exit(pid);
  else if (what === "exec") there.exe = "/bin/other";
  else if (what === "lose the parent") there.ppid = 1;
  else if (what === "replace") {
    world.exit(pid);
    world.spawn(pid, { exe: "/bin/innocent", name: "innocent" });
  } else if (what === "replace by a twin") {
    world.exit(pid);
    world.spawn(pid, { ppid: there.ppid, onTerm: "ignores" });
  }
}

test("no sequence of replacements, within a tick or across, gets a signal to a process outside the snapshot", async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.array(happening, { maxLength: 60 }), fc.boolean(), async (rows, happenings, adopts) => {
      const world = new World();
      for (const { pid, parent, age, known, onTerm, threads } of rows) {
        const start = known ? world.tick - age : undefined;
        world.spawn(pid, { ppid: parent === pid ? 1 : parent, start, onTerm, threads });
      }
      const machine = world.machine();
      const seen = lookAt(machine);
      const allowed = new Set([...world.processes.values()].map(({ serial }) => serial));
      const unknown = new Set(rows.filter(({ known }) => !known).map(({ pid }) => pid));
      // Children born to survivors are targets only when the guards were asked, which note whom they let go.
      const mayTouch = (draft: Draft) => {
        const there = world.processes.get(draft.pid);
        if (there !== undefined) allowed.add(there.serial);
        return there !== undefined;
      };

      let next = 0;
      world.meanwhile = () => {
        const now = happenings[next++];
        if (now !== undefined) happen(world, now);
      };
      const results = await execute(seen.map((draft) => orphan([draft])), machine, {
        action: terminate,
        policy: { graceMs: 20 },
        clock: new ManualClock(() => void (world.tick += 1)),
        ...(adopts ? { mayTouch } : {}),
      });

      for (const { serial, pid } of world.signals) {
        expect(allowed.has(serial)).toBe(true);
        if (!adopts) expect(unknown.has(pid)).toBe(false);
      }
      for (const draft of seen) expect(results.some(({ pid }) => pid === draft.pid)).toBe(true);
      const stopped = [...world.processes.values()].filter(({ state }) => state === "T");
      expect(stopped).toEqual([]);
      expect(world.openDescriptors).toBe(0);
    }),
    { numRuns: 3_000 },
  );
});
