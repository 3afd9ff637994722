import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseStat } from "../../../plugins/backends/ps/starts.ts";
import { parseElapsed, parseProcessorTime, parseStart } from "../../../plugins/backends/ps/times.ts";

describe("parseElapsed()", () => {
  const cases: readonly [string, number | undefined][] = [
    ["00:00", 0],
    ["00:08", 8],
    ["09:09", 549],
    ["08:09:08", 29_348],
    ["01-08:09:09", 86_400 + 29_349],
    ["   1234-00:00:01", 1234 * 86_400 + 1],
    ["100:00", undefined],
    ["00:60", undefined],
    ["24:00:00", undefined],
    ["-00:01", undefined],
    ["8", undefined],
    ["", undefined],
    ["0x8:00", undefined],
  ];
  for (const [text, seconds] of cases) {
    test(`${JSON.stringify(text)} is ${seconds}`, () => expect(parseElapsed(text)).toBe(seconds as number));
  }

  test("reads back whatever ps may have written", () => {
    const two = (number: number): string => String(number).padStart(2, "0");
    fc.assert(fc.property(fc.nat(400_000_000), (seconds) => {
      const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24];
      const short = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
      const text = days > 0 ? `${two(days)}-${two(hours)}:${short}` : hours > 0 ? `${two(hours)}:${short}` : short;
      return parseElapsed(text) === seconds;
    }));
  });
});

describe("parseStart()", () => {
  test("reads the C locale's date as UTC, with days and seconds of 08 and 09", () => {
    expect(parseStart("Sun Jun 28 09:00:00 2026")).toBe(Date.parse("2026-06-28T09:00:00Z") / 1000);
    expect(parseStart("Sat Aug  8 08:09:08 2026")).toBe(Date.parse("2026-08-08T08:09:08Z") / 1000);
    expect(parseStart("Wed Sep 09 09:08:09 2026")).toBe(Date.parse("2026-09-09T09:08:09Z") / 1000);
  });

  test("does not move with the zone or summer time of whoever looks", () => {
    const script = `import { parseStart } from ${
      JSON.stringify(`${import.meta.dir}/../../../plugins/backends/ps/times.ts`)
    };
      console.log(parseStart("Sun Mar 29 02:30:00 2026"), parseStart("Sun Oct 25 02:30:00 2026"));`;
    const seen = ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati"].map((TZ) =>
      Bun.spawnSync([process.execPath, "-e", script], { env: { ...process.env, TZ } }).stdout.toString()
    );
    expect(new Set(seen)).toEqual(new Set(["1774751400 1792895400\n"]));
  });

  test("knows no other date", () => {
    for (
      const text of [
        "",
        "-",
        "So 28. Jun 09:00:00 2026",
        "Sun Jun 31 09:00:00 2026",
        "Sun Jun 28 24:00:00 2026",
        "Sun Foo 28 09:00:00 2026",
        "Sun Jun 28 09:00:00 26",
        "28Jun26",
        "Sun Jun 0 09:00:00 2026",
      ]
    ) expect(parseStart(text)).toBeUndefined();
  });
});

describe("parseProcessorTime()", () => {
  const cases: readonly [string, number | undefined][] = [
    ["0:00.08", 0.08],
    ["812:08.40", 48_728.4],
    ["00:00:09", 9],
    ["1-02:03:08", 93_788],
    ["-", undefined],
    ["", undefined],
  ];
  for (const [text, seconds] of cases) {
    test(`${JSON.stringify(text)} is ${seconds}`, () => expect(parseProcessorTime(text)).toBe(seconds as number));
  }
});

describe("parseStat()", () => {
  test("is not fooled by a name that looks like what follows it", () => {
    const rest = `S 77 5 5 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 5201 0`;
    expect(parseStat(`12 (a) Z 1 (\n) ${rest}`)).toEqual({ ppid: 77, ticks: 5201 });
    expect(parseStat("12 (a")).toBeUndefined();
    expect(parseStat("")).toBeUndefined();
  });
});
