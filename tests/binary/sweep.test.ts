import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type { Swept, Told } from "../support/programs/sweep-life.ts";

setDefaultTimeout(300_000);

const binary = join(import.meta.dir, "../../dist/agent-reaper");
let told: Told;

beforeAll(async () => {
  told = await runInside<Told>(join(import.meta.dir, "../support/programs/sweep-life.ts"), { binary });
});

const alive = (sweeps: readonly Swept[]) => sweeps.map(({ alive }) => alive);

describe("sweep, on real orphans", () => {
  test("asks at the second look, ten seconds after the first, and not before", () => {
    expect(alive(told.plainSweeps)).toEqual([true, true, true, false]);
    expect(alive(told.realSweeps)).toEqual([true, false]);
  });

  test("ends by force at the third, a grace after it asked", () => {
    expect(alive(told.stubbornSweeps)).toEqual([true, true, true, false]);
    expect(told.handledTerm).toBe(true);
  });

  test("never asks and ends by force in one look, however short the grace", () => {
    expect(told.gracelessSweeps.map(({ alive }) => alive)).toEqual([true, false]);
  });

  test("ends by force what was asked with a tree and stayed when its root went, whatever it is called", () => {
    expect(told.toolSweeps).toEqual([[true, true], [false, true], [false, true], [false, false]]);
    expect(told.toolSaid).toMatch(/^agent-reaper: ended by force claude \d+: /);
    expect(told.changedTool).toEqual([false, true]);
    expect(told.strangerAlive).toBe(true);
  });

  test("--now asks at once", () => expect(told.now.alive).toBe(false));

  test("says one line when it signalled somebody, on stderr, and else nothing", () => {
    const line = /^agent-reaper: asked to end claude \d+: nobody is responsible for them any more\n$/;
    expect(told.plainSweeps.map(({ stdout, stderr }) => stdout + stderr)).toEqual([
      "",
      "",
      "",
      expect.stringMatching(line),
    ]);
    expect(told.stubbornSweeps.at(-1)?.stderr).toMatch(/^agent-reaper: ended by force claude \d+: /);
    expect(told.quiet).toEqual({ exitCode: 0, stdout: "", stderr: "", alive: false });
    for (const { exitCode, stdout } of [...told.plainSweeps, ...told.stubbornSweeps, told.now]) {
      expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
    }
  });

  test("whoever runs another program since counts anew", () => {
    expect(alive(told.execSweeps)).toEqual([true, true]);
    expect(told.execAnew.samePid).toBe(true);
    expect(told.execAnew.longerMs).toBeGreaterThan(9_000);
  });

  test("whoever has the number of one that was seen counts anew, and so does everybody after a reboot", () => {
    expect(told.reusedSweep.alive).toBe(true);
    expect(told.rebootedSweep.alive).toBe(true);
    expect(told.boot).not.toBe("another");
  });

  test("ended with -9 after it asked, it leaves no lock, and the next ones finish the work", () => {
    expect(told.interrupted.signal ?? told.interrupted.exitCode).toBe("SIGKILL");
    expect(told.brokenAsked).toBe(false);
    expect(told.brokenAlive).toEqual([true, true, false]);
    expect(told.brokenOutcomes.at(-1)).toBe("killed");
  });

  test("of fifty at once one works, and all are content", () => {
    expect(told.worked).toBe(1);
    expect(told.fifty).toEqual(Array(50).fill([0, ""]));
    expect(told.fiftyAlive).toEqual([true, true, true]);
  });

  test("works from a deleted directory, with closed streams, with damaged memory and without any", () => {
    for (const [way, { exitCode, stdout, alive }] of Object.entries(told.ways)) {
      expect({ way, exitCode, stdout, alive }).toEqual({ way, exitCode: 0, stdout: "", alive: false });
    }
    expect(Object.keys(told.ways).length).toBe(9);
  });

  test("without any time it still takes one step", () => expect(told.hurriedLeft).toEqual([2, 1, 0]));

  test("says when it is asked what is wrong with its memory", () => {
    const moved = "agent-reaper: /sweep: is no file of yours alone that can be locked: move it away\n";
    expect(told.strict).toEqual({
      "a damaged memory": "",
      "a memory that is a directory": moved,
      "a memory that is a link": moved,
      "a memory that is a FIFO": moved,
      "a memory that others can write to": moved,
      "a directory of everybody's": "agent-reaper: : others can write to it: chmod 700 it\n",
      "a registry of everybody's":
        "agent-reaper: the registry cannot be read, so nobody is touched: : others can write to it: chmod 700 it\n",
    });
  });

  test("says in the same line that what it did is not on record, and nothing where it was told to be quiet", () => {
    const untold = "what is done now will be missing in the history: /journal: is no directory: move it away";
    const [aloud, quiet] = told.unrecorded;
    expect(aloud).toMatch(/^agent-reaper: asked to end claude \d+: nobody is responsible for them any more; [^\n]+\n$/);
    expect(aloud).toEndWith(`; ${untold}\n`);
    expect(quiet).toBe("");
  });

  test("touches nobody who is protected, nor without its rules, nor out of turn", () => {
    for (const [why, { exitCode, stdout, alive }] of Object.entries(told.rests)) {
      expect({ why, exitCode, stdout, alive }).toEqual({
        why,
        exitCode: why.endsWith("strict") ? 2 : 0,
        stdout: "",
        alive: true,
      });
    }
    expect(told.rests["a mistyped option"]?.stderr).toBe(
      "agent-reaper: sweep: unknown option '--strct': see agent-reaper sweep --help\n",
    );
    expect(told.rests["a configuration that is wrong"]?.stderr).toBe("");
    expect(told.noted).toContain("protekt");
    expect(Object.keys(told.rests).length).toBe(9);
  });

  test("frees slots of dead holders, and removes leftovers once an hour when it is told to", () => {
    expect(told.tidied).toMatch(
      /^agent-reaper: removed 1 leftover of dead processes; released slot 0 of sweeping \(.+\)\n$/,
    );
    const { hurried, leftoverGone: gone, tidiedAgain: again, leftoverStays: stays } = told;
    expect({ hurried, gone, again, stays }).toEqual({
      hurried: "",
      gone: true,
      again: "",
      stays: true,
    });
    expect(told.restingGone).toBe(true);
  });

  test("doctor tells when one was at work and what it found", () => {
    expect(told.sweepNote).toMatch(/^last at work \d+ m?s ago; last whole look \d+ m?s ago, in \d+ ms: no orphans/);
  });

  test("whoever has a living parent stays", () => expect(told.keptAlive).toEqual([true, true]));
});
