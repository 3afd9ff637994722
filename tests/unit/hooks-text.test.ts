import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { withBlock, withoutBlock } from "../../src/hooks/block.ts";
import { diff } from "../../src/hooks/diff.ts";
import { parseJsonc } from "../../src/hooks/jsonc.ts";
import { withHandlers, withoutHandlers } from "../../src/hooks/settings.ts";

const handler = (event: string) => ({
  type: "command",
  command: "/bin/sh",
  args: ["-c", 'trap "exit 0" 0', "agent-reaper", '/opt/a "b"/ü', "hook", "run", "claude", event],
  timeout: 5,
});
const HANDLERS = { SessionStart: handler("session-start"), SessionEnd: handler("session-end") };
const OTHER = { SessionStart: { ...handler("session-start"), timeout: 9 }, SessionEnd: handler("session-end") };
const LINES = ["[ -r '/x' ] && . '/x'", "# end"];

/** Bytes of any meaning, with many line ends. */
const bytes = fc.array(
  fc.oneof(
    fc.constantFrom("\n", "\r\n", "\r", "# x", "\n\n", "# >>> x", " "),
    fc.uint8Array({ maxLength: 4 }).map((array) => Buffer.from(array).toString("latin1")),
  ),
  { maxLength: 20 },
).map((parts) => parts.join(""));

describe("a block in a text of bytes", () => {
  test.each(["end", "end of a start-up file", "after the first line"] as const)(
    "comes out again to the last byte (%s)",
    (place) => {
      fc.assert(fc.property(fc.option(bytes, { nil: undefined }), (text) => {
        const once = withBlock(text, LINES, "x", place);
        expect(once).toContain(LINES[0] as string);
        expect(withBlock(once, LINES, "x", place)).toBe(once);
        expect(withoutBlock(withBlock(once, ["# another"], "x", place), "x")).toBe(text);
        expect(withoutBlock(once, "x")).toBe(text);
      }));
    },
  );

  test("two of them, where start-up files were put together, are one after install and none after uninstall", () => {
    const [first, second, alone] = [
      withBlock("a\n", ["# old"], "x"),
      withBlock("b\n", ["# other"], "x"),
      withBlock(undefined, ["# o"], "x"),
    ];
    for (
      const [both, rest] of [[first + second, "a\nb\n"], [first + alone, "a\n"], [alone + first, "a\n"], [
        first + alone + second,
        "a\nb\n",
      ]] as const
    ) {
      const once = withBlock(both, LINES, "x");
      expect(once.match(/# >>> agent-reaper >>>/g)).toHaveLength(1);
      expect(once).toContain(LINES[0] as string);
      expect(withoutBlock(both, "x")).toBe(rest);
      expect(withoutBlock(once, "x")).toBe(rest);
    }
    expect(withoutBlock(alone + alone, "x")).toBeUndefined();
  });

  test("what is added behind it stays", () => {
    expect(withoutBlock(`${withBlock("a", LINES, "x")}\nb\n`, "x")).toBe("a\nb\n");
    expect(withoutBlock(`${withBlock(undefined, LINES, "x")}mine\n`, "x")).toBe("mine\n");
  });

  test.each([
    ["its last line", (block: string) => block.replace("# <<< agent-reaper <<<\n", ""), /"# >>>.* without "# <<</],
    ["its first line", (block: string) => block.replace("# >>> agent-reaper >>>\n", ""), /"# <<<.* without "# >>>/],
  ])("that has lost %s is neither written beside nor taken for none", (_, damage, says) => {
    const half = `a\n${damage(withBlock("\n", LINES, "x"))}b\n`;
    expect(() => withBlock(half, LINES, "/rc")).toThrow(says);
    expect(() => withoutBlock(half, "/rc")).toThrow(says);
    // A whole one above or below does not mend it: what is between two halves is somebody else's.
    for (const both of [half + withBlock("\n", LINES, "x"), withBlock("\n", LINES, "x") + half]) {
      expect(() => withBlock(both, LINES, "/rc")).toThrow(says);
      expect(() => withoutBlock(both, "/rc")).toThrow(says);
    }
  });

  test("in a Windows file it ends its lines like the others", () => {
    expect(withBlock("a\r\nb\r\n", LINES, "x").split("\r\n").length).toBe(LINES.length + 5);
    expect(withBlock("a\r\nb\r\n", LINES, "x").replaceAll("\r\n", "")).not.toContain("\n");
  });

  test.each(["end of a start-up file", "after the first line"] as const)(
    "a shell gets no carriage return, whatever the rest has (%s)",
    (place) => {
      expect(withBlock("a\r\nb\r\n", LINES, "x", place).replaceAll(/[ab]\r\n/g, "")).not.toContain("\r");
    },
  );
});

const blank = fc.constantFrom("", " ", "\n", "\n  ", "\r\n\t", " // a note: {\n", "/* } , */", "\n\n");
const word = fc.oneof(
  fc.string({ maxLength: 6 }).map((text) => JSON.stringify(text)),
  fc.constantFrom("1", "-2.5e3", "true", "null", '"a\\"b"', '"ü"'),
);
const { value } = fc.letrec<{ value: string; array: string; object: string }>((tie) => ({
  value: fc.oneof({ depthSize: "small" }, word, tie("array"), tie("object")),
  array: listed(
    "[",
    "]",
    fc.array(fc.tuple(blank, tie("value"), blank).map((parts) => parts.join("")), { maxLength: 3 }),
  ),
  object: listed(
    "{",
    "}",
    fc.array(member(fc.string({ maxLength: 4 }).map((text) => `k${text}`), tie("value")), { maxLength: 3 }),
  ),
}));

function member(name: fc.Arbitrary<string>, of: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(blank, name, blank, blank, of, blank).map(([a, key, b, c, it, d]) =>
    `${a}${JSON.stringify(key)}${b}:${c}${it}${d}`
  );
}

/** With a trailing comma at times. */
function listed(open: string, close: string, parts: fc.Arbitrary<string[]>): fc.Arbitrary<string> {
  return fc.tuple(parts, fc.boolean(), blank).map(([all, comma, inside]) =>
    open + (all.length === 0 ? inside : all.join(",") + (comma ? "," : "")) + close
  );
}

/** Settings as they may be: with hooks of others, with empty ones, with none. */
const groups = listed(
  "[",
  "]",
  fc.array(fc.constantFrom('{"hooks":[{"type":"command","command":"mine"}]}', '\n {"matcher": "x"}'), { maxLength: 2 }),
);
const hooks = listed(
  "{",
  "}",
  fc.uniqueArray(fc.constantFrom("SessionStart", "SessionEnd", "Stop"), { maxLength: 3 }).chain((events) =>
    fc.tuple(...events.map((event) => member(fc.constant(event), groups)))
  ),
);
const settings = fc.tuple(
  blank,
  listed(
    "{",
    "}",
    fc.tuple(
      fc.array(member(fc.string({ maxLength: 4 }).map((text) => `k${text}`), value), { maxLength: 3 }),
      fc.option(member(fc.constant("hooks"), hooks), { nil: undefined }),
      fc.nat({ max: 3 }),
    ).map(([members, own, at]) => own === undefined ? members : members.toSpliced(at, 0, own)),
  ),
  blank,
).map((parts) => parts.join(""));

/** As JSON, for comparing what it means. */
function meaning(text: string): unknown {
  const node = parseJsonc(text, "x");
  const read = (one: ReturnType<typeof parseJsonc>): unknown =>
    one.kind === "object"
      ? Object.fromEntries(one.members.map(({ name, value }) => [name, read(value)]))
      : one.kind === "array"
      ? one.items.map(read)
      : JSON.parse(text.slice(one.start, one.end));
  return read(node);
}

/** What hooks of ours are told. */
const eventsIn = (text: string) => text.match(/(?<=")session-(?:end|start)(?=")/g)?.toSorted();

describe("hooks in an agent's settings", () => {
  test("come out again to the last byte", () => {
    fc.assert(
      fc.property(fc.option(settings, { nil: undefined }), (text) => {
        const once = withHandlers(text, HANDLERS, "x");
        expect(eventsIn(once)).toEqual(["session-end", "session-start"]);
        expect(withHandlers(once, HANDLERS, "x")).toBe(once);
        expect(withoutHandlers(withHandlers(once, OTHER, "x"), "x")).toBe(text);
        expect(withoutHandlers(once, "x")).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test("leave what others have there as it means", () => {
    fc.assert(fc.property(settings, (text) => {
      const before = meaning(text) as Record<string, unknown> & { hooks?: Record<string, unknown[]> };
      const after = meaning(withHandlers(text, HANDLERS, "x")) as typeof before;
      for (const [name, value] of Object.entries(before)) if (name !== "hooks") expect(after[name]).toEqual(value);
      for (const [event, value] of Object.entries(before.hooks ?? {})) {
        // First, as they were: by their places they are known.
        expect(after.hooks?.[event]?.slice(0, value.length)).toEqual(value);
      }
      expect(after.hooks?.["SessionStart"]?.at(-1)).toMatchObject({ hooks: [{ timeout: 5 }] });
    }));
  });

  test("are there, however somebody writes the file anew", () => {
    const text =
      '{"model": "x", "hooks": {"Stop": [], "SessionEnd": [{"hooks": [{"type": "command", "command": "mine"}]}]}}';
    const once = withHandlers(text, HANDLERS, "x");
    for (const step of [undefined, 1, "\t"]) {
      const anew = JSON.stringify(JSON.parse(once), undefined, step);
      expect(withHandlers(anew, HANDLERS, "x")).toBe(anew);
      expect(withHandlers(anew, OTHER, "x")).not.toBe(anew);
    }
    const twice = JSON.parse(once) as { hooks: { SessionEnd: unknown[] } };
    twice.hooks.SessionEnd.push(twice.hooks.SessionEnd.at(-1));
    expect(withHandlers(JSON.stringify(twice), HANDLERS, "x").match(/session-end/g)?.length).toBe(1);
  });

  test("are found and taken out again after the agent wrote the file anew", () => {
    const text =
      '{"model": "x", "hooks": {"Stop": [], "SessionEnd": [{"hooks": [{"type": "command", "command": "mine"}]}]}}';
    const anew = `${JSON.stringify(JSON.parse(withHandlers(text, HANDLERS, "x")), undefined, 2)}\n`;
    expect(eventsIn(anew)).toEqual(["session-end", "session-start"]);
    expect(JSON.parse(withoutHandlers(anew, "x") as string)).toEqual(JSON.parse(text));
  });

  test("an empty text has none, and takes none", () => {
    expect(withoutHandlers("\n", "x")).toBe("\n");
    expect(() => withHandlers("\n", HANDLERS, "x")).toThrow("x: is empty: write {} into it, or remove it");
  });

  test.each(["[]", "{", '{"a" 1}', '{"hooks": 1}', '{"hooks": {"SessionStart": {"a": 1}}}', "{} x"])(
    "%j is refused in one line",
    (text) => {
      expect(() => withHandlers(text, HANDLERS, "settings.json")).toThrow(/^settings\.json.*correct the file first$/);
    },
  );
});

test("a diff shows what changed and what is near it", () => {
  expect(diff("a\nb\nc\nd\ne\nf\n", "a\nb\nc\nd\nx\ne\nf\ng\n")).toEqual([
    "…",
    "  c",
    "  d",
    "+ x",
    "  e",
    "  f",
    "+ g",
  ]);
  expect(diff("a\n", "")).toEqual(["- a"]);
  // Lines that are there twice, at an end that both have.
  expect(diff("x\nx\n", "x\nx\nx\n")).toEqual(["  x", "  x", "+ x"]);
  const many = Array.from({ length: 2_001 }, (_, at) => `${at}\n`).join("");
  expect(diff(many, many.replaceAll("1", "one")).length).toBeGreaterThan(2_000);
});
