import { expect, test } from "bun:test";
import { parseConfig } from "../../src/config.ts";

test.each([
  ['confidence = "sure"', 'f: confidence = "sure": expected "adopted", "likely" or "proven"'],
  ["limit = 1.5", "f: limit = 1.5: expected a whole number of trees, at least 1"],
  ["limit = nan", "f: limit = NaN: expected"],
  ['min-age = "60"', 'f: min-age = "60": needs a unit, for example 60s or 2m'],
  ["grace = true", "f: grace = true: expected a duration with a unit"],
  ['protect = "x"', 'f: protect = "x": expected a list of texts'],
  [`protect = "${"x".repeat(100)}"`, `f: protect = "${"x".repeat(59)}…: expected a list of texts`],
  ['[health]\nzombies = "x"', 'f: health.zombies = "x": expected a number that is not negative'],
  ["[health]\nswap-share = 2", "f: health.swap-share = 2: expected a part of 1"],
])(
  "a configuration's %j is refused with what stands there",
  (text, says) => expect(() => parseConfig(text, "f", "/home/me")).toThrow(says),
);

test.each(["postgres://", "postgres:///agents", "postgres://me:50%zz@db/x", "postgres://db:99999/x"])(
  "a store that no client takes is refused where it is read: %s",
  (store) => expect(() => parseConfig(`store = "${store}"`, "f", "/home/me")).toThrow("address of a PostgreSQL"),
);

test("what may be a secret is not repeated", () => {
  for (const text of ['store = "mysql://me:hunter2@db/x"', '[notify]\nwebhook-secret = "hunter2"']) {
    expect(() => parseConfig(text, "f", "/home/me")).toThrow(/^(?!.*hunter2)f: /);
  }
});
