import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { commandLine, whyNot } from "../../plugins/backends/toolhelp/containment/command-line.ts";

/** Takes a command line apart by the rules of the Microsoft C runtime, for words after the first. */
function taken(line: string): string[] {
  const words: string[] = [];
  let word = "";
  let isQuoted = false;
  let has = false;
  for (let at = 0; at < line.length;) {
    const backslashes = /^\\*/.exec(line.slice(at))?.[0].length as number;
    if (backslashes > 0) {
      at += backslashes;
      has = true;
      if (line[at] !== '"') {
        word += "\\".repeat(backslashes);
        continue;
      }
      word += "\\".repeat(backslashes >> 1);
      if (backslashes % 2 === 1) {
        word += '"';
        at++;
      }
      continue;
    }
    const character = line[at++] as string;
    if (character === '"') {
      isQuoted = !isQuoted;
      has = true;
    } else if (/[ \t]/.test(character) && !isQuoted) {
      if (has) words.push(word);
      word = "";
      has = false;
    } else {
      word += character;
      has = true;
    }
  }
  return has ? [...words, word] : words;
}

describe("commandLine()", () => {
  test("is taken apart into the same words", () => {
    const words = fc.array(fc.string({ unit: fc.constantFrom("a", " ", '"', "\\", "\t", "é", "'") }), { minLength: 1 });
    fc.assert(fc.property(words, (some) => expect(taken(commandLine(some))).toEqual(some)));
  });
});

describe("whyNot()", () => {
  test("refuses what cmd.exe would act upon, for batch files alone", () => {
    expect(whyNot("C:\\n\\claude.cmd", ["claude", "-p", "a & calc"])).toContain("batch file");
    expect(whyNot("C:\\n\\claude.cmd", ["claude", "-p", "hello there"])).toBeUndefined();
    expect(whyNot("C:\\n\\claude.exe", ["claude", "-p", "a & calc"])).toBeUndefined();
    expect(whyNot("C:\\n\\claude.exe", ["claude", "a\0b"])).toContain("NUL");
  });
});
