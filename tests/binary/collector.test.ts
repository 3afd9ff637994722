import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type { Told } from "../support/programs/collector.ts";

setDefaultTimeout(300_000);

const binary = join(import.meta.dir, "../../dist/agent-reaper");

// Only in the binary: minified, a value that has one use lives no longer than that.
test("nothing that the system writes into is the collector's meanwhile, however often that runs", async () => {
  const told = await runInside<Told>(join(import.meta.dir, "../support/programs/collector.ts"), { binary });
  const fell = told.ended.filter(({ exitCode }) => exitCode !== 0);
  expect(fell).toEqual([]);
  expect(told).toMatchObject({ planned: [told.orphan], alive: false });
});
