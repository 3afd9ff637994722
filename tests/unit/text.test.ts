import { expect, test } from "bun:test";
import fc from "fast-check";
import { clip, clipMiddle, formatBytes, padEnd, padStart, safeJson, visible, width, wrap } from "../../src/text.ts";

/** Code points that a terminal acts upon, or that show nothing, written down a second time and otherwise. */
function isUnsafe(code: number): boolean {
  return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code === 0xad || code === 0x61c || code === 0x180e ||
    (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) ||
    code === 0xfeff || (code >= 0xfff9 && code <= 0xfffb) || (code >= 0xd800 && code <= 0xdfff) ||
    (code >= 0xe0000 && code <= 0xe007f) || code === 0x3164 || code === 0x2800;
}

const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), fc.string());

test.each([
  ["\x1b[2J\x1b]0;title\x07", "\\x1b[2J\\x1b]0;title\\x07"],
  ["a\nb\r\tc", "a\\nb\\r\\tc"],
  ["\u009b31m", "\\x9b31m"],
  ["user\u202etxt.exe", "user\\u202etxt.exe"],
  ["a\u200bb\u2066c\u2069", "a\\u200bb\\u2066c\\u2069"],
  ["\ud800", "\\ud800"],
  ["\u{e0041}", "\\u{e0041}"],
  ["line\u2028end\u2029", "line\\u2028end\\u2029"],
  ["Grüße, 世界, é", "Grüße, 世界, é"],
  ["C:\\Users\\me", "C:\\Users\\me"],
])("visible() spells out what is unsafe in %j", (text, shown) => {
  expect(visible(text)).toBe(shown);
});

test("visible() leaves nothing that a terminal acts upon, whatever the text", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const character of visible(text)) expect(isUnsafe(character.codePointAt(0) as number)).toBe(false);
    }),
    { numRuns: 2_000 },
  );
});

test("visible() stops marks from piling up", () => {
  expect(visible("a" + "\u0301".repeat(6))).toBe("a" + "\u0301".repeat(4) + "\\u0301\\u0301");
});

test("visible() changes nothing a second time", () => {
  fc.assert(fc.property(anyText, (text) => expect(visible(visible(text))).toBe(visible(text))));
});

test("safeJson() means the same and shows nothing unsafe", () => {
  fc.assert(
    fc.property(fc.array(anyText), (texts) => {
      const json = safeJson(JSON.stringify(texts, undefined, 2));
      expect(JSON.parse(json)).toEqual(texts);
      for (const character of json.replaceAll("\n", "")) {
        expect(isUnsafe(character.codePointAt(0) as number)).toBe(false);
      }
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ["abcdef", 4, "abc…", "ab…f"],
  ["abcdef", 6, "abcdef", "abcdef"],
  ["abcdef", 1, "…", "…"],
  ["abcdef", 0, "", ""],
  ["世界世界", 5, "世界…", "世…界"],
  ["👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 5, "👩‍👩‍👧👩‍👩‍👧…", "👩‍👩‍👧…👩‍👩‍👧"],
])("clip(%j, %p) and clipMiddle()", (text, columns, atEnd, inMiddle) => {
  expect(clip(text, columns)).toBe(atEnd);
  expect(clipMiddle(text, columns)).toBe(inMiddle);
});

test("clip(), clipMiddle() and wrap() never exceed the columns", () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 2, max: 40 }), (text, columns) => {
      const shown = visible(text);
      expect(width(clip(shown, columns))).toBeLessThanOrEqual(columns);
      expect(width(clipMiddle(shown, columns))).toBeLessThanOrEqual(columns);
      for (const line of wrap(shown, columns)) expect(width(line)).toBeLessThanOrEqual(columns);
    }),
    { numRuns: 1_000 },
  );
});

test("wrap() loses no word", () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,30}$/)), fc.integer({ min: 3, max: 20 }), (words, columns) => {
      expect(wrap(words.join(" "), columns).join("").replaceAll(" ", "")).toBe(words.join(""));
    }),
  );
});

test("wrap() keeps a number of bytes with its unit", () => {
  expect(wrap("they held 1.3 GiB.", 16)).toEqual(["they held", "1.3 GiB."]);
});

test("padEnd() and padStart() count columns, not characters", () => {
  expect(padEnd("世", 4)).toBe("世  ");
  expect(padStart("世", 4)).toBe("  世");
  expect(padStart("12345", 3)).toBe("12345");
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 KiB"],
  [1023, "1.0 KiB"],
  [1024 * 1024 * 3.14, "3.1 MiB"],
  [412 * 1024 * 1024, "412 MiB"],
  [1023.6 * 1024 * 1024, "1.0 GiB"],
  [80 * 1024 ** 3, "80 GiB"],
  [5000 * 1024 ** 4, "5000 TiB"],
])("formatBytes(%p) is %p", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
