import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { errorName, statusName } from "../../../plugins/backends/toolhelp/answer.ts";
import { bootId } from "../../../plugins/backends/toolhelp/boot.ts";
import { splitCommandLine } from "../../../plugins/backends/toolhelp/commandline.ts";
import { epochMs, seconds, startOf } from "../../../plugins/backends/toolhelp/filetime.ts";
import toolhelp from "../../../plugins/backends/toolhelp/index.ts";
import { otherName } from "../../../plugins/backends/toolhelp/owner.ts";
import { readEnvironment, sidText } from "../../../plugins/backends/toolhelp/records.ts";

/** How a careful program writes one argument, so that it is read back as it was (Daniel Colascione, 2011). */
function quoted(argument: string): string {
  if (argument !== "" && !/[ \t"]/.test(argument)) return argument;
  return `"${argument.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, "$1$1")}"`;
}

const argument = fc.string({ unit: fc.constantFrom("a", " ", "\t", '"', "\\", "ä", "界", "%", "\n"), maxLength: 12 });
/** A program's own name cannot hold a quote: nothing escapes one there. */
const program = fc.string({ unit: fc.constantFrom("a", " ", "\\", "ä"), minLength: 1, maxLength: 12 });

describe("splitCommandLine()", () => {
  test.each([
    ["", []],
    ["a b c", ["a", "b", "c"]],
    ['"C:\\Program Files\\x.exe" y', ["C:\\Program Files\\x.exe", "y"]],
    ['"C:\\dir\\" y', ["C:\\dir\\", "y"]],
    ['"C:\\no end y', ["C:\\no end y"]],
    ['"joined"up y', ["joined", "up", "y"]],
    [" led by a blank", ["", "led", "by", "a", "blank"]],
    ["x  y\t z  ", ["x", "y", "z"]],
    ['x "" z', ["x", "", "z"]],
    // The four of Microsoft's own documentation (parsing C command-line arguments).
    ['x "a b c" d e', ["x", "a b c", "d", "e"]],
    ['x "ab\\"c" "\\\\" d', ["x", 'ab"c', "\\", "d"]],
    ['x a\\\\\\b d"e f"g h', ["x", "a\\\\\\b", "de fg", "h"]],
    ['x a\\\\\\"b c d', ["x", 'a\\"b', "c", "d"]],
    ['x a\\\\\\\\"b c" d e', ["x", "a\\\\b c", "d", "e"]],
    // What the parser has of its own: a third quote in a row stands for itself.
    ['x "a""" b', ["x", 'a" b']],
    ['x a"""b c"""d', ["x", 'a"b', 'c"d']],
    ["\\??\\C:\\WINDOWS\\system32\\conhost.exe 0x4", ["\\??\\C:\\WINDOWS\\system32\\conhost.exe", "0x4"]],
    ['C:\\W\\cmd.exe /d /s /c "npx -y @a/b@latest"', ["C:\\W\\cmd.exe", "/d", "/s", "/c", "npx -y @a/b@latest"]],
  ])("reads %j as CommandLineToArgvW does", (line, argv) => {
    expect(splitCommandLine(line)).toEqual(argv);
  });

  test("gives back what a careful program quoted", () => {
    fc.assert(fc.property(program, fc.array(argument, { maxLength: 6 }), (name, rest) => {
      const line = [`"${name}"`, ...rest.map(quoted)].join(" ");
      expect(splitCommandLine(line)).toEqual([name, ...rest]);
    }));
  });

  test("takes any line and never makes letters up", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), (line) => {
      const argv = splitCommandLine(line);
      expect(argv.join("").length).toBeLessThanOrEqual(line.length);
      expect(argv.length === 0).toBe(line === "");
    }));
  });
});

describe("FILETIME", () => {
  test.each([
    [116_444_736_000_000_000n, 0],
    [134_280_576_002_525_290n, 1_783_584_000_252],
    [116_444_735_999_999_999n, -1],
  ])("epochMs(%p) is %p", (filetime, ms) => {
    expect(epochMs(filetime)).toBe(ms);
  });

  test("startOf() keeps every digit, and a zero is no start", () => {
    expect(startOf(134_280_576_002_525_291n)).toEqual({
      startToken: "134280576002525291",
      startedAt: 1_783_584_000_252,
    });
    expect(startOf(0n)).toBeUndefined();
  });

  test("epochMs() never runs ahead of the start and is less than a millisecond behind", () => {
    fc.assert(fc.property(fc.bigInt({ min: 1n, max: 2n ** 62n }), (filetime) => {
      const rest = filetime - (BigInt(epochMs(filetime)) * 10_000n + 116_444_736_000_000_000n);
      expect(rest >= 0n && rest < 10_000n).toBe(true);
    }));
  });

  test("seconds() of processor time", () => {
    expect(seconds(12_500_000n)).toBe(1.25);
  });
});

describe("bootId()", () => {
  const information = (boot: bigint, bias: bigint): Uint8Array => {
    const words = new BigInt64Array(6);
    words[0] = boot;
    words[4] = bias;
    return new Uint8Array(words.buffer);
  };

  test("stays when the clock is set, which moves the boot time and its bias together", () => {
    const boot = 134_280_576_000_000_000n;
    const hour = 36_000_000_000n;
    expect(bootId(information(boot + hour, hour))).toBe(bootId(information(boot, 0n)));
    expect(bootId(information(boot - hour, -hour))).toBe(bootId(information(boot, 0n)));
    expect(bootId(information(boot + hour, 0n))).not.toBe(bootId(information(boot, 0n)));
  });
});

describe("owners", () => {
  test("sidText() writes a SID as people do", () => {
    const sid = new Uint8Array([1, 3, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xe9, 3, 0, 0, 9, 9]);
    expect(sidText(sid)).toBe("S-1-5-21-4294967295-1001");
    expect(sidText(sid.subarray(0, 10))).toBeUndefined();
    expect(sidText(new Uint8Array(0))).toBeUndefined();
  });

  test("otherName() never calls somebody else by our name", () => {
    expect(otherName({ name: "SYSTEM", domain: "NT AUTHORITY" }, "S-1-5-18", "petra")).toBe("SYSTEM");
    expect(otherName({ name: "Petra", domain: "CORP" }, "S-1-5-21-1-2", "petra")).toBe("CORP\\Petra");
    expect(otherName({ name: "petra", domain: "" }, "S-1-5-21-1-2", "petra")).toBe("S-1-5-21-1-2");
    expect(otherName(undefined, "S-1-5-21-1-2", "petra")).toBe("S-1-5-21-1-2");
  });
});

describe("readEnvironment()", () => {
  const block = "=C:=C:\\work\0Path=C:\\bin\0agent_reaper_keep=1\0TOKEN=secret\0EMPTY=\0EQ=a=b";

  test("gives the named variables alone, in whatever case, under the name that was asked for", () => {
    const named = readEnvironment(block, new Set(["AGENT_REAPER_KEEP", "EMPTY", "EQ", "MISSING", "C"]));
    expect(named).toEqual({ AGENT_REAPER_KEEP: "1", EMPTY: "", EQ: "a=b" });
  });
});

describe("the backend on another system", () => {
  test("says why it cannot work, and importing it loaded nothing", () => {
    expect(toolhelp.platforms).toEqual(["win32"]);
    expect(toolhelp.unavailable()).toBe(`it reads Windows, and this is ${process.platform}`);
  });

  test("statuses and errors have the names that people search for", () => {
    expect(statusName(-1073741790)).toBe("STATUS_ACCESS_DENIED");
    expect(statusName(0xc0000034)).toBe("NTSTATUS 0xC0000034");
    expect(errorName(5)).toBe("ERROR_ACCESS_DENIED");
    expect(errorName(1115)).toBe("Win32 error 1115");
  });
});
