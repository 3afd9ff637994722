import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type { Told } from "../support/programs/debugged.ts";

setDefaultTimeout(300_000);

let told: Told;

beforeAll(async () => {
  told = await runInside<Told>(join(import.meta.dir, "../support/programs/debugged.ts"));
});

test("an orphan that somebody looks into with strace stays", () => {
  expect(told.verdict).toBe("spared");
  expect(told.because).toBe(`pid ${told.strace} is attached to it, as a debugger is`);
  expect(told.aliveAfterReap).toBe(true);
});

test("and goes once nobody does any more", () => {
  expect(told.outcomes).toEqual(["ended"]);
  expect(told.aliveAtLast).toBe(false);
});
