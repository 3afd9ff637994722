import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type { Told } from "../support/programs/registry-storm.ts";

setDefaultTimeout(300_000);

const storm = (input: { together: boolean; rounds: number; longMs: number }) =>
  runInside<Told>(join(import.meta.dir, "../support/programs/registry-storm.ts"), input);

/** The long form, thirty seconds of kills: AGENT_REAPER_LONG_TESTS=1. */
const longMs = process.env["AGENT_REAPER_LONG_TESTS"] === "1" ? 30_000 : 0;

describe("the registry, many at once", () => {
  test("two thousand registrations by twenty processes: none is lost, none is double", async () => {
    const { lost, doubles, integrity, confirmed, exitCodes } = await storm({ together: true, rounds: 0, longMs: 0 });
    expect(exitCodes).toEqual(Array<number>(20).fill(0));
    expect({ lost, doubles, integrity, confirmed }).toEqual({
      lost: [],
      doubles: 0,
      integrity: ["ok"],
      confirmed: 3000,
    });
  });

  test("kill -9 at any instant: it opens, it is consistent, and what was confirmed is there", async () => {
    const { lost, doubles, integrity, confirmed, killed } = await storm({ together: false, rounds: 6, longMs });
    expect({ lost, doubles, integrity }).toEqual({ lost: [], doubles: 0, integrity: ["ok"] });
    expect(killed).toBeGreaterThanOrEqual(18);
    expect(confirmed).toBeGreaterThan(0);
  });
});
