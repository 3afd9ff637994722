import { expect, test } from "bun:test";
import fc from "fast-check";
import { formatDuration, parseDuration, writeDuration } from "../../src/duration.ts";

test.each([
  ["90s", 90_000],
  ["2h30m", 9_000_000],
  ["1d", 86_400_000],
  ["1.5h", 5_400_000],
  ["500ms", 500],
  ["1m500ms", 60_500],
  ["0s", 0],
  [" 10S ", 10_000],
])("parseDuration() reads %p", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  ["60", "needs a unit, for example 60s or 2m"],
  ["90", "needs a unit, for example 90s or 2m"],
  ["0", "needs a unit, for example 0s or 2m"],
  ["", "is empty: write a duration, for example 90s or 2h30m"],
  ["-5m", "a duration cannot be negative, write for example 90s or 2h30m"],
  ["5 minutes", "not a duration, write for example 90s, 2h30m or 1d (units: d, h, m, s, ms)"],
  ["1y", "not a duration, write for example 90s, 2h30m or 1d (units: d, h, m, s, ms)"],
  ["1e9s", "not a duration, write for example 90s, 2h30m or 1d (units: d, h, m, s, ms)"],
  ["30m2h", "each unit once and the longest first, for example 1d2h or 2h30m"],
  ["2h2h", "each unit once and the longest first, for example 1d2h or 2h30m"],
  ["99999999d", "longer than ten years, write for example 2h30m or 7d"],
])("parseDuration() refuses %p and says how to write it", (text, message) => {
  expect(() => parseDuration(text)).toThrow(new RangeError(message));
});

test("parseDuration() throws nothing but RangeError on any text", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."0123456789.dhms- ") })), (text) => {
    try {
      const ms = parseDuration(text);
      expect(Number.isSafeInteger(ms) && ms >= 0).toBe(true);
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
    }
  }));
});

test("parseDuration() reads back what writeDuration() writes", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 3_000 * 86_400_000 }), (ms) => {
    expect(parseDuration(writeDuration(ms))).toBe(ms);
  }));
});

test.each([
  [0, "0 s"],
  [0.4, "0 s"],
  [120, "120 ms"],
  [59_999, "59 s"],
  [61_000, "1 min 1 s"],
  [600_000, "10 min"],
  [3_600_000, "1 h"],
  [9_000_000, "2 h 30 min"],
  [76 * 3_600_000, "3 d 4 h"],
])("formatDuration(%p) is %p", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
