import { expect, test } from "bun:test";
import { entryOf, originatorOf } from "../../src/registry/record.ts";
import { toldMachine } from "../support/told-machine.ts";
import { ordinary, world } from "../support/world.ts";

const SHELL = 4100;
const AGENT = 4101;
const SERVER = 4102;

/** The agent runs below the shell and the server below the agent; parents in a circle are what a table can tell. */
const machine = toldMachine(world([
  ordinary(SHELL, { ppid: 800 }),
  ordinary(AGENT, { ppid: SHELL, name: "claude" }),
  ordinary(SERVER, { ppid: AGENT }),
  ordinary(4200, { ppid: 4201 }),
  ordinary(4201, { ppid: 4200 }),
]));
const by = (pid: number) => ({ originator: originatorOf(machine, pid) });

test("what is put on record ends with whoever answers for it, and so is none that this one runs below", () => {
  expect(entryOf(machine, SERVER, by(AGENT)).originator).toMatchObject({ tool: "claude", pid: AGENT });
  for (const above of [SHELL, AGENT]) {
    expect(() => entryOf(machine, above, by(SERVER))).toThrow("runs below it: nothing is registered");
  }
  expect(entryOf(machine, SERVER, by(4200)).pid).toBe(SERVER);
});
