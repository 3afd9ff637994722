/**
 * Reading through one buffer of plain bytes: what comes out is what the file system holds.
 */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { textReader } from "../../../plugins/backends/_foreign/functions.ts";
import { AT_FDCWD, Files } from "../../../plugins/backends/procfs/files.ts";
import { libc } from "../../../plugins/backends/procfs/libc.ts";

const ENOENT = -2;
const PATH_MAX = 4096;

describe.skipIf(process.platform !== "linux")("Files", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "files-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  test("text is what Buffer takes the bytes for, whatever they are", () => {
    const files = new Files();
    const path = join(directory, "any");
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      writeFileSync(path, bytes);
      expect(files.readText(AT_FDCWD, path)).toBe(Buffer.from(bytes).toString("utf8"));
      expect(files.take(AT_FDCWD, path)).toBe(bytes.length);
      expect(files.text(bytes.length)).toBe(Buffer.from(bytes).toString("utf8"));
    }));
  });

  test.each([0, 1, 16_383, 16_384, 16_385, 65_536, 300_000])("a file of %d bytes is read whole", (length) => {
    const text = "aé\0".repeat(length).slice(0, length);
    writeFileSync(join(directory, "long"), text);
    const files = new Files();
    expect(files.readText(AT_FDCWD, join(directory, "long"))).toBe(text);
    expect(files.take(AT_FDCWD, join(directory, "long"))).toBe(Buffer.byteLength(text));
  });

  test("a part of a file, or of a directory, is none of it", () => {
    const real = libc();
    writeFileSync(join(directory, "long"), "x".repeat(40_000));
    for (let number = 1; number <= 2000; number++) mkdirSync(join(directory, String(number)));
    const failing = (after: number) => {
      let calls = 0;
      const once = <Args extends unknown[]>(call: (...args: Args) => number) => (...args: Args) =>
        ++calls > after ? -1 : call(...args);
      return new Files({ ...real, read: once(real.read), getdents64: once(real.getdents64), errno: () => 5 });
    };
    expect(failing(1).readText(AT_FDCWD, join(directory, "long"))).toBe(-5);
    expect(failing(1).take(AT_FDCWD, join(directory, "long"))).toBe(-5);
    expect(failing(1).numbers(AT_FDCWD, directory)).toBe(-5);
    expect(failing(1).names(AT_FDCWD, directory)).toBe(-5);
    expect(failing(9).numbers(AT_FDCWD, directory)).toHaveLength(2000);
  });

  test("a path is said as it is written, and one that is too long for the kernel is none", () => {
    const files = new Files();
    writeFileSync(join(directory, "é € 🦀"), "x");
    expect(files.readText(AT_FDCWD, join(directory, "é € 🦀"))).toBe("x");
    const padded = (bytes: number) => `${directory}${"/".repeat(bytes - Buffer.byteLength(directory) - 1)}x`;
    writeFileSync(join(directory, "x"), "found");
    expect(files.readText(AT_FDCWD, padded(PATH_MAX - 1))).toBe("found");
    expect(files.readText(AT_FDCWD, padded(PATH_MAX))).toBe(ENOENT);
    expect(files.readText(AT_FDCWD, `${directory}/${"é".repeat(PATH_MAX)}`)).toBe(ENOENT);
  });

  test("bytes lead where a text would not: a name that is no UTF-8", () => {
    const files = new Files();
    const name = Buffer.concat([Buffer.from(`${directory}/`), Buffer.from([0xff, 0x41])]);
    writeFileSync(name, "xyz");
    expect(files.facts(AT_FDCWD, name, "stay")).toMatchObject({ type: "file", bytes: 3 });
    expect(files.facts(AT_FDCWD, name.toString("utf8"), "stay")).toBeUndefined();
    symlinkSync(name, join(directory, "link"));
    expect(files.linkText(AT_FDCWD, join(directory, "link"))).toBe(name.toString("utf8"));
  });

  test("a directory with more names than the buffer holds is listed whole", () => {
    const files = new Files();
    const expected = Array.from({ length: 2000 }, (_, at) => at + 1);
    for (const number of expected) mkdirSync(join(directory, String(number)));
    writeFileSync(join(directory, "12x"), "");
    const numbers = files.numbers(AT_FDCWD, directory) as number[];
    expect(numbers.toSorted((a, b) => a - b)).toEqual(expected);
    const names = files.names(AT_FDCWD, directory) as string[];
    expect(names.toSorted()).toEqual([...expected.map(String), "12x"].toSorted());
  });
});

test.skipIf(process.platform !== "linux")("the runtime's own reader of texts and its module's agree", () => {
  const bytes = new Uint8Array(new ArrayBuffer(64));
  const { CString } = process.getBuiltinModule("bun:ffi" as never) as unknown as typeof import("bun:ffi");
  const own = textReader();
  const at = libc().address(bytes);
  fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.nat(63), (random, from) => {
    bytes.set(random);
    const length = 64 - from;
    const expected = Buffer.from(bytes).toString("utf8", from);
    expect(own(at, from, length)).toBe(expected);
    expect(String(new CString(at as never, from, length))).toBe(expected);
  }));
});
