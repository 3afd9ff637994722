import { describe, expect, test } from "bun:test";
import type { Draft, Hold, Process, Refusal } from "../../src/contract.ts";
import { hold } from "../../plugins/backends/procfs/hold.ts";
import { Newborns } from "../../plugins/backends/procfs/newborns.ts";
import type { Pidfds } from "../../plugins/backends/procfs/pidfd.ts";
import { type Played, World } from "../support/fake-machine.ts";

const PID = 4_000_001; // above the largest pid_max: no number of this machine

function judged(facts: Partial<Played> = {}): { world: World; played: Played; process: Process } {
  const world = new World();
  const played = world.spawn(PID, facts);
  return { world, played, process: world.facts(PID) as Process };
}

function take({ world, process }: { world: World; process: Process }, pidfds: Pidfds | undefined = world.kernel) {
  return hold(process, (pid) => world.facts(pid), { pidfds });
}

function refusal(answer: Hold | Refusal): string {
  return "refused" in answer ? answer.refused : "held";
}

describe("hold() by pidfd", () => {
  test("sends through the descriptor until it is released, and closes it once", () => {
    const { world, played, process } = judged({ onTerm: "ignores" });
    const held = take({ world, process }) as Hold;
    expect(held).toMatchObject({ pid: PID, grip: "pidfd" });
    expect(held.alive()).toBe(true);
    expect(held.send("TERM")).toBe("sent");
    held.release();
    held.release();
    expect(world.openDescriptors).toBe(0);
    expect(held.send("KILL")).toMatchObject({ refused: "unknown" });
    expect(world.received(played)).toEqual(["TERM"]);
  });

  test("goes on meaning the first process when its number is given away", () => {
    const { world, process } = judged();
    const held = take({ world, process }) as Hold;
    world.exit(PID);
    world.spawn(PID);
    expect(held.alive()).toBe(false);
    expect(held.send("KILL")).toMatchObject({ refused: "gone" });
    expect(world.signals).toEqual([]);
  });

  const changes: readonly [string, string, (world: World, played: Played) => void][] = [
    ["another start", "replaced", (_, played) => played.start = 2_000],
    ["another parent", "replaced", (_, played) => played.ppid = 77],
    ["another executable", "replaced", (_, played) => played.exe = "/bin/other"],
    ["another owner", "replaced", (_, played) => played.uid = 0],
    ["another command line", "replaced", (_, played) => played.argv = ["node", "work.js"]],
    ["another session", "replaced", (_, played) => played.sid = 77],
    ["a terminal", "replaced", (_, played) => played.tty = "pts/3"],
    ["a debugger", "replaced", (_, played) => played.state = "t"],
    ["an unknown start", "unknown", (_, played) => played.start = undefined],
    ["an executable that may not be read and the same name", "held", (_, played) => played.exe = undefined],
    ["an executable that may not be read and another name", "replaced", (_, played) => {
      played.exe = undefined;
      played.name = "other";
    }],
    ["a zombie", "gone", (_, played) => played.state = "Z"],
    ["a zombie whose other threads live", "held", (_, played) => {
      played.state = "Z";
      played.threads = 3;
    }],
    ["nobody", "gone", (world) => world.exit(PID)],
  ];
  for (const [what, answer, change] of changes) {
    test(`finds ${what} and answers ${answer}`, () => {
      const { world, played, process } = judged();
      change(world, played);
      const result = take({ world, process });
      expect(refusal(result)).toBe(answer);
      expect(world.openDescriptors).toBe("refused" in result ? 0 : 1);
      expect(world.signals).toEqual([]);
    });
  }

  test("does not trust facts that were read after the held process had ended", () => {
    const { world, process } = judged();
    const answer = hold(process, (pid) => {
      world.exit(pid);
      world.spawn(pid);
      return world.facts(pid);
    }, { pidfds: world.kernel });
    expect(refusal(answer)).toBe("gone");
  });

  test("refuses when the facts cannot be read again, or may not be asked for", () => {
    const { world, process } = judged();
    expect(refusal(hold(process, () => undefined, { pidfds: world.kernel }))).toBe("unknown");
    expect(refusal(take({ world, process }, { ...world.kernel, send: () => "EPERM" }))).toBe("denied");
    expect(refusal(take({ world, process }, { ...world.kernel, open: () => "EINVAL" }))).toBe("replaced");
    expect(world.openDescriptors).toBe(0);
  });

  test("refuses in a /proc that counts otherwise than signals do", () => {
    const { world, process } = judged();
    const answer = hold(process, (pid) => world.facts(pid), { pidfds: world.kernel, root: "/nonexistent" });
    expect(answer).toMatchObject({ refused: "unknown", because: expect.stringContaining("pid namespace") });
  });
});

describe("hold() of one read in the tick of its birth", () => {
  function newborn(calls: (world: World) => Pidfds | undefined) {
    const { world, process } = judged();
    const newborns = new Newborns(calls(world));
    newborns.note([process], world.tick);
    return { world, process, newborns };
  }

  test("takes the one whose inode was seen, and not its twin of the same tick", () => {
    const { world, process, newborns } = newborn((world) => world.kernel);
    const again = (pid: number) => world.facts(pid);
    expect(refusal(hold(process, again, { newborns, pidfds: world.kernel }))).toBe("held");
    world.exit(PID);
    world.spawn(PID);
    expect(refusal(hold(process, again, { newborns, pidfds: world.kernel }))).toBe("replaced");
  });

  test("is refused where no inode tells, and where two looks saw two of them", () => {
    const without = newborn((world) => ({ ...world.kernel, instance: () => undefined }));
    const again = (pid: number) => without.world.facts(pid);
    const options = { newborns: without.newborns, pidfds: without.world.kernel };
    expect(refusal(hold(without.process, again, options))).toBe("unknown");

    const { world, process, newborns } = newborn((world) => world.kernel);
    world.exit(PID);
    world.spawn(PID);
    newborns.note([process], world.tick);
    expect(refusal(hold(process, (pid) => world.facts(pid), { newborns, pidfds: world.kernel }))).toBe("unknown");
  });

  test("is not needed for those older than the look", () => {
    const { world, process } = judged();
    const newborns = new Newborns(world.kernel);
    newborns.note([process], world.tick + 1);
    expect(newborns.identity(process)).toBe("by start");
  });

  test("is refused without a pidfd: its start alone does not name it", () => {
    const { world, process, newborns } = newborn((world) => world.kernel);
    const answer = hold(process, (pid) => world.facts(pid), { newborns, pidfds: undefined });
    expect(refusal(answer)).toBe("unknown");
  });
});

describe("hold() without a pidfd", () => {
  /** A number that may be asked about and is never signalled here. */
  function heldByStart() {
    const child = Bun.spawn(["sleep", "60"]);
    const world = new World();
    const played = world.spawn(child.pid);
    const process = world.facts(child.pid) as Process;
    let facts = (): Draft | undefined => world.facts(child.pid);
    const held = hold(process, () => facts(), { pidfds: undefined }) as Hold;
    return {
      held,
      played,
      reads(now: () => Draft | undefined) {
        facts = now;
      },
      async [Symbol.asyncDispose]() {
        child.kill("SIGKILL");
        await child.exited;
      },
    };
  }

  test("sends nothing to one whose start cannot be read again, and does not call it dead", async () => {
    await using holding = heldByStart();
    const { held, played } = holding;
    played.start = undefined;
    expect(held.send("STOP")).toMatchObject({ refused: "unknown", because: "its start could not be read again" });
    expect(held.alive()).toBe(true);
    holding.reads(() => undefined);
    expect(held.send("STOP")).toMatchObject({ refused: "unknown", because: "its facts could not be read again" });
    expect(held.alive()).toBe(true);
  });

  test("sends nothing to whoever has its number by now, or to a zombie", async () => {
    await using holding = heldByStart();
    const { held, played } = holding;
    played.state = "Z";
    expect(held.send("STOP")).toMatchObject({ refused: "gone" });
    expect(held.alive()).toBe(false);
    played.state = "S";
    expect(held.alive()).toBe(true);
    played.start = 1_001;
    expect(held.send("STOP")).toMatchObject({ refused: "gone" });
    expect(held.alive()).toBe(false);
  });
});
