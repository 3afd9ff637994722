import { expect, test } from "bun:test";
import { graceLeft } from "../../src/slots/loss.ts";

test.each([
  ["noticed in time", 5_000, 2_000],
  ["noticed late", 8_000, 1_000],
  ["noticed when somebody else may have it: the machine stood still", 9_000, 0],
  ["noticed long after that", 60_000, 0],
])("the grace of a command whose slot was lost, %s", (_, silentMs, graceMs) => {
  expect(graceLeft(10_000, silentMs)).toBe(graceMs);
});
