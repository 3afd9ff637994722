import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type { Told } from "../support/programs/leftovers-killed.ts";

setDefaultTimeout(300_000);

const ROOT = join(import.meta.dir, "..", "..");

describe("hundreds of leftovers", () => {
  let told: Told;
  beforeAll(async () => {
    told = await runInside<Told>(join(ROOT, "tests", "support", "programs", "leftovers-killed.ts"), {
      binary: join(ROOT, "dist", "agent-reaper"),
    });
  });

  test("take one walk of their directory, to be found and to be removed", () =>
    expect(told.walks).toEqual({ scan: 1, reap: 1 }));
  test("of which some are left by a kill -9, all go with the next run, our own debris too", () => {
    for (const { signal, leftBefore, leftAfter } of told.killed) {
      expect({ signal, some: leftAfter > 0, fewer: leftAfter < leftBefore }).toEqual({
        signal: "SIGKILL",
        some: true,
        fewer: true,
      });
    }
    expect(told.killed).toHaveLength(2);
    expect(told.left).toEqual([]);
    expect(told.isUntouched).toBe(true);
  });
});
