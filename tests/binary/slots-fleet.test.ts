import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type { Told } from "../support/programs/slots-fleet.ts";

setDefaultTimeout(300_000);

const binary = join(import.meta.dir, "../../dist/agent-reaper");

test("machines share slots: never more than there are, and one that is cut off loses its own", async () => {
  const told = await runInside<Told>(join(import.meta.dir, "../support/programs/slots-fleet.ts"), { binary }, {
    prefix: () => ["unshare", "--net", "--mount", "--"],
  });
  expect(told.violations).toBe("");
  expect(Object.keys(told.before)).toEqual(["1", "2", "3"]);
  expect(told.status.max).toBe(2);
  expect(told.status.active).toBeGreaterThan(0);
  expect(told.next).toMatch(/^[23]$/);
  expect(told.cut.stderr).toMatch(/is gone, and with it slot \d: the command is ended/);
  expect(told.cut.exitCode).not.toBe(0);
});
