import { expect, test } from "bun:test";
import type { Hold, Machine, Process, Refusal } from "../../src/contract.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import type { Sightings } from "../../src/sightings.ts";
import { eventsOf, lineOf } from "../../src/watch/lines.ts";
import { Refusals } from "../../src/watch/refusals.ts";
import { Respawns } from "../../src/watch/respawns.ts";
import { type Round, round } from "../../src/watch/round.ts";
import { ManualClock } from "../support/clock.ts";
import { toldMachine } from "../support/told-machine.ts";
import { CHILD, lostServer, ORPHAN, world } from "../support/world.ts";

const MINUTE_MS = 60_000;
const DENIED: Refusal = { refused: "denied", because: "the system does not let us signal it" };

/** Takes every signal and goes on. */
const stubborn: Omit<Hold, "pid"> = {
  grip: "pidfd",
  signals: ["TERM", "CONT", "KILL", "STOP"],
  send: () => "sent",
  alive: () => true,
  release() {},
};

/** A watch whose clock the test sets. */
class Rounds {
  awakeMs = 0;
  /** Who was gone at, in what order. */
  readonly tried: number[] = [];
  processes: readonly Process[] = lostServer;
  readonly #hold: (pid: number) => Omit<Hold, "pid"> | Refusal;
  readonly #refusals = new Refusals();
  #sightings: Sightings | undefined;

  constructor(hold: (pid: number) => Omit<Hold, "pid"> | Refusal) {
    this.#hold = hold;
  }

  look(): Promise<Round> {
    const machine: Machine = {
      ...toldMachine(world(this.processes)),
      uptime: () => ({ awakeMs: this.awakeMs, asleepMs: 0 }),
      hold: ({ pid }) => {
        this.tried.push(pid);
        const answer = this.#hold(pid);
        return "refused" in answer ? answer : { pid, ...answer };
      },
    };
    return round({
      machine,
      plugins: builtin(),
      policy: { ...defaultPolicy, graceMs: 5_000 },
      clock: new ManualClock(),
      journal: { intend() {}, settle() {} },
      respawns: new Respawns(),
      refusals: this.#refusals,
      sightings: this.#sightings,
      remember: (seen) => {
        this.#sightings = seen;
      },
      dryRun: false,
    });
  }
}

const linesOf = (round: Round) => eventsOf(round).map(lineOf);
const refused = "denied claude 4200 (2 processes, 95 MiB): the system does not let us signal it";

test("who may not be signalled is tried again less and less often, and stands in every round as it was told", async () => {
  const rounds = new Rounds(() => DENIED);
  const triedAt: number[] = [];
  for (rounds.awakeMs = 0; rounds.awakeMs < 600 * MINUTE_MS; rounds.awakeMs += MINUTE_MS / 2) {
    rounds.tried.length = 0;
    expect(linesOf(await rounds.look())).toEqual([refused]);
    if (rounds.tried.includes(ORPHAN)) triedAt.push(rounds.awakeMs / MINUTE_MS);
  }
  expect(triedAt).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243, 303, 363, 423, 483, 543]);
});

test("who runs another program since may be signalled by now", async () => {
  const rounds = new Rounds(() => DENIED);
  await rounds.look();
  rounds.awakeMs = 1_000;
  rounds.processes = lostServer.map((one) =>
    one.pid === ORPHAN ? { ...one, exe: "/home/lea/.local/share/claude/versions/2.1.201" } : one
  );
  await rounds.look();
  expect(rounds.tried.filter((pid) => pid === ORPHAN)).toHaveLength(2);
});

test("who was let go for a round and is an orphan again is tried at once", async () => {
  const rounds = new Rounds(() => DENIED);
  await rounds.look();
  rounds.processes = [];
  rounds.awakeMs = 1_000;
  expect(linesOf(await rounds.look())).toEqual([]);
  rounds.processes = lostServer;
  rounds.awakeMs = 2_000;
  await rounds.look();
  expect(rounds.tried.filter((pid) => pid === ORPHAN)).toHaveLength(2);
});

test("who goes on after it was ended by force is told, and looked at again in a minute, not all the time", async () => {
  const rounds = new Rounds(() => stubborn);
  expect((await rounds.look()).dueMs).toBe(5_000);
  rounds.awakeMs = 5_000;
  const forced = await rounds.look();
  expect(linesOf(forced)[0]).toContain("survived claude 4200");
  expect(forced.dueMs).toBeUndefined();
  rounds.tried.length = 0;
  rounds.awakeMs = 15_000;
  expect(linesOf(await rounds.look())).toEqual(linesOf(forced));
  expect(rounds.tried).toEqual([]);
  rounds.awakeMs = 5_000 + MINUTE_MS;
  await rounds.look();
  expect(rounds.tried).toContain(ORPHAN);
});

test("a child that was asked below a root that may not be signalled is nobody to look at again for", async () => {
  const rounds = new Rounds((pid) => pid === CHILD ? stubborn : DENIED);
  for (rounds.awakeMs = 0; rounds.awakeMs < 10 * MINUTE_MS; rounds.awakeMs += 10_000) {
    expect({ at: rounds.awakeMs, dueMs: (await rounds.look()).dueMs }).toEqual({
      at: rounds.awakeMs,
      dueMs: undefined,
    });
  }
});

test("a tree is forgotten when it obeys", async () => {
  let mayBe = false;
  const rounds = new Rounds(() => mayBe ? stubborn : DENIED);
  await rounds.look();
  mayBe = true;
  rounds.awakeMs = MINUTE_MS;
  expect(linesOf(await rounds.look())[0]).toContain("asked claude 4200");
  rounds.awakeMs += 1_000;
  expect(linesOf(await rounds.look())).toEqual([]);
});
