/**
 * Many want one of three slots while somebody kills at random. The short form runs with the gate;
 * `AGENT_REAPER_STORM=long` makes it 200 processes for 20 seconds.
 */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import { mostAtOnce, type StormOrders, type StormTold } from "../support/programs/slots-storm.ts";

setDefaultTimeout(300_000);

const LONG = process.env["AGENT_REAPER_STORM"] === "long";
const BINARY = join(import.meta.dir, "../../dist/agent-reaper");
const PROGRAM = join(import.meta.dir, "../support/programs/slots-storm.ts");

const storm = (orders: Pick<StormOrders, "processes" | "others">): Promise<StormTold> =>
  runInside<StormTold>(PROGRAM, {
    ...orders,
    binary: BINARY,
    seconds: LONG ? 20 : 2,
    max: 3,
    processes: LONG ? 200 : orders.processes,
  });

describe("in a storm", () => {
  test("never more than three work at once, no slot is lost, nobody starves", async () => {
    const told = await storm({ processes: 16, others: 0 });
    if (LONG) console.log(told);
    expect(told.most).toBe(3);
    expect(told.killed.waiting).toBeGreaterThan(0);
    expect(told.killed.wrapper + told.killed.command).toBeGreaterThan(0);
    // Everybody who was not killed had a slot in the end, and their command ended well.
    expect(Object.keys(told.codes)).toEqual(["0"]);
    expect(told.stderr).toEqual([]);
    expect(told.freeAfter).toBe(3);
    expect(told.status).toMatchObject({ active: 0, waiting: 0, stale: [] });
    expect(told.left).toEqual(["agent-reaper-turnstile.lock", "slot-0.lock", "slot-1.lock", "slot-2.lock"]);
  });

  test("nor beside a program that takes them as sqlite-graphrag does", async () => {
    const told = await storm({ processes: 16, others: LONG ? 60 : 6 });
    if (LONG) console.log(told);
    expect(told.most).toBe(3);
    expect(told.workedOfOthers).toBeGreaterThan(0);
    expect(told.worked).toBeGreaterThan(told.workedOfOthers);
    // Theirs looks every 100 ms and waits in no order: that it gets one in a minute is not ours to promise.
    expect(Object.keys(told.codes).filter((code) => code !== "75")).toEqual(["0"]);
    expect(told.stderr).toEqual([]);
    expect(told.freeAfter).toBe(3);
    expect(told.status).toMatchObject({ active: 0, waiting: 0, stale: [] });
    expect(told.left).toEqual(["agent-reaper-turnstile.lock"]);
  });

  test("the observer sees it when there are more", () => {
    const work = (from: number, last: number) => ({ pid: 1, from, last, theirs: false });
    expect(mostAtOnce([work(0, 10), work(10, 20), work(20, 30)])).toBe(1);
    expect(mostAtOnce([work(0, 10), work(5, 20), work(9, 30), work(9, 9)])).toBe(3);
    expect(mostAtOnce([work(0, 100), work(1, 2), work(3, 4)])).toBe(2);
  });
});
