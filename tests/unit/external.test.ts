import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "../../src/config.ts";
import type { Process, Table } from "../../src/contract.ts";
import { ParseError } from "../../src/errors.ts";
import { withExternal } from "../../src/external.ts";
import { builtin } from "../../src/plugins.ts";

const me = { uid: process.geteuid?.() ?? 0 };
let base: string;
beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "external-")));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

let made = 0;
function file(text: string, mode = 0o600): string {
  const path = join(base, `plugin-${++made}.ts`);
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
  return path;
}

/** A plugin where others can write. */
function inTheOpen(name: string): string {
  const open = join(base, "open");
  mkdirSync(open, { recursive: true });
  chmodSync(open, 0o777);
  writeFileSync(join(open, name), `export default ${GUARD};`);
  return join(open, name);
}

const GUARD = `{ name: "mine", summary: "s", asks: "root", needs: [], object: () => undefined }`;

describe("withExternal()", () => {
  test("takes one of each kind", () => {
    const paths = [
      file(`const guard: object = ${GUARD}; export default guard;`),
      file(`export default { name: "acme", summary: "s", hints: ["acme"], roles: [], otherwise: "agent",
        signs: [{ program: "acme", because: "executable is acme" }] };`),
      file(`export default { name: "own", summary: "s", hints: [/^own/], needs: [],
        claim: (process) => process.name === "own" ? { family: "own", role: "agent", because: "b" } : undefined };`),
      file(`export default { name: "heap", summary: "s", places: () => [], judge: () => undefined };`),
      file(`export default { name: "pile", summary: "s", family: "acme", whose: () => ({ pid: 7 }),
        lairs: [{ under: "home", entry: /^pile$/, kind: "file" }] };`),
      file(`export default { name: "yaml", summary: "s", render: () => "---" };`),
    ];
    const before = builtin();
    const all = withExternal(before, paths, me);
    expect(all.guards.slice(before.guards.length).map(({ name }) => name)).toEqual(["mine"]);
    expect(all.matchers.slice(before.matchers.length).map(({ name }) => name)).toEqual(["acme", "own"]);
    expect(all.leftoverMatchers.slice(-2).map(({ name }) => name)).toEqual(["heap", "pile"]);
    expect(all.leftoverMatchers.at(-1)?.owner?.({ path: "/home/lea/pile", kind: "file" })).toBe(7);
    expect(all.reporters.at(-1)?.name).toBe("yaml");
    const named = { pid: 2, ppid: 1, name: "own" } as Process;
    expect(all.matchers.at(-1)?.claim(named, {} as Table)).toEqual({ family: "own", role: "agent", because: "b" });
  });

  test("takes whatever the repository's own are described by", () => {
    const acme = file(`export default { name: "acme", summary: "s", hints: ["acme"], words: ["acme"],
      signs: [{ program: "acme", because: "executable is acme" }], packages: /^@acme\\/cli$/, bare: ["acme"],
      valued: ["--model"], prompts: ["-p"], chores: ["update"], roles: [], otherwise: "agent" };`);
    const pile = file(`export default { name: "pile", summary: "s", family: "acme", whose: () => ({ nobody: true }),
        needs: ["command"], lairs: [{ under: "home", entry: /^pile$/, kind: "file" }],
        beside: { entry: /^pile-/, kind: "file" } };`);
    const all = withExternal(builtin(), [acme, pile], me);
    const claimed = (...argv: readonly string[]) =>
      all.matchers.at(-1)?.claim({ pid: 2, ppid: 1, name: "x", argv, exe: null } as Process, {
        children: () => [],
      } as never)?.role;
    expect(claimed("npx", "@acme/cli")).toBe("wrapper");
    expect(claimed("acme", "--model", "update")).toBe("agent");
    expect(claimed("acme", "update")).toBeUndefined();
    expect(all.leftoverMatchers.at(-1)?.needs).toContain("command");
    expect(all.leftoverMatchers.at(-1)?.beside?.kind).toBe("file");
  });

  test.each<[string, string, RegExp]>([
    ["a syntax error", "export default {", /:1:16: cannot be loaded \(Expected .*correct it, or leave it out/],
    ["two of them", "export default { a: 1,\n no no(", /:2:5: cannot be loaded \(Expected "}" but found "no"\)/],
    ["code that throws", "throw new Error('no luck')", /cannot be loaded \(no luck\)/],
    ["code that throws nothing", "throw null", /cannot be loaded \(null\)/],
    [
      "a key that throws",
      `export default { ${GUARD.slice(1, -1)}, get files() { throw new Error("no luck"); } };`,
      /cannot be loaded \(no luck\)/,
    ],
    ["no default export", "export const guard = 1;", /no default export/],
    ["a function", "export default () => {};", /no default export that is an object/],
    ["no kind", `export default { name: "x", summary: "s" };`, /is no matcher, guard/],
    ["a backend", `export default { name: "x", summary: "s", open() {} };`, /is no matcher, guard/],
    ["a bad name", `export default ${GUARD.replace("mine", "Mine!")};`, /"name" must be lower-case/],
    ["a name that only begins like one", `export default ${GUARD.replace("mine", "mine Ω")};`, /"name" must be/],
    [
      "a matcher whose hints are none",
      `export default { name: "x", summary: "s", hints: [7], needs: [], claim: () => undefined };`,
      /"hints" must be a list of names and patterns/,
    ],
    ["no summary", `export default ${GUARD.replace(`"s"`, `""`)};`, /"summary" must be/],
    ["an unknown key", `export default { ...${GUARD}, need: [] };`, /a guard has no "need"/],
    ["a list that is none", `export default ${GUARD.replace("[]", `"stdio"`)};`, /"needs" must be a list/],
    [
      "leftovers without an owner",
      `export default { name: "x", summary: "s", family: "x", lairs: [] };`,
      /"whose" must be/,
    ],
    ["a missing list", `export default ${GUARD.replace("needs: [],", "")};`, /"needs" must be a list/],
    ["a guard that asks nobody", `export default ${GUARD.replace(`"root"`, `"some"`)};`, /"asks" must be/],
    ["the name of another", `export default ${GUARD.replace("mine", "nohup")};`, /already a plugin called "nohup"/],
    [
      "a detail that there is not",
      `export default ${GUARD.replace("[]", `["enviroment"]`)};`,
      /no detail "enviroment"/,
    ],
    [
      "a role that there is not",
      `export default { name: "x", summary: "s", hints: [], signs: [], roles: [],
      otherwise: "king" };`,
      /no role "king", there are daemon, agent/,
    ],
    [
      "a rule without one",
      `export default { name: "x", summary: "s", hints: [], signs: [], roles: [{}],
      otherwise: "agent" };`,
      /no role undefined/,
    ],
    [
      "a rule with a lifeline that there is not",
      `export default { name: "x", summary: "s", hints: [], signs: [], roles: [{ role: "daemon", lifeline: "nothing" }],
      otherwise: "agent" };`,
      /no lifeline "nothing", there are stdio, output, terminal, none, network/,
    ],
    [
      "a rule with a key that there is not",
      `export default { name: "x", summary: "s", hints: [], signs: [], roles: [{ role: "daemon", option: ["--x"] }],
      otherwise: "agent" };`,
      /no "option", there are role, words, options/,
    ],
    [
      "a rule whose words are no list",
      `export default { name: "x", summary: "s", hints: [], signs: [], roles: [{ role: "daemon", words: "serve" }],
      otherwise: "agent" };`,
      /"words" of a rule must be a list of texts/,
    ],
    [
      "a sign with a key that there is not",
      `export default { name: "x", summary: "s", hints: [], roles: [],
      signs: [{ program: "x", place: /opt/, because: "b" }], otherwise: "agent" };`,
      /no "place", there are program, script, of, module, title, at/,
    ],
    [
      "a place that is no pattern",
      `export default { name: "x", summary: "s", hints: [], roles: [],
      signs: [{ program: "x", at: "/opt", because: "b" }], otherwise: "agent" };`,
      /"at" of a sign must be a pattern/,
    ],
    [
      "options of a sign that are no pattern",
      `export default { name: "x", summary: "s", hints: [], roles: [],
      signs: [{ program: "x", options: ["--x"], because: "b" }], otherwise: "agent" };`,
      /"options" of a sign must be a pattern/,
    ],
    ["an unknown key in data", `export default { name: "x", summary: "s", signs: [], hint: [] };`, /key "hint"/],
  ])("refuses %s", (_, text, says) => {
    const path = file(text);
    expect(() => withExternal(builtin(), [path], me)).toThrow(says);
    expect(() => withExternal(builtin(), [path], me)).toThrow(ParseError);
    expect(() => withExternal(builtin(), [path], me)).toThrow(path);
  });

  test.each<[string, () => string, RegExp]>([
    ["is not there", () => join(base, "nowhere.ts"), /no such file/],
    ["is a directory", () => base, /^plugin [^:]+: is no file: correct the path$/],
    ["others can write to", () => file(`export default ${GUARD};`, 0o666), /others can change .*chmod go-w/],
    ["lies where others can write", () => inTheOpen("p.ts"), /others can change .*open: chmod/],
    ["is a link into such a place", () => {
      symlinkSync(inTheOpen("q.ts"), join(base, "link.ts"));
      return join(base, "link.ts");
    }, /others can change .*open: chmod/],
  ])("refuses a file that %s", (_, path, says) => {
    expect(() => withExternal(builtin(), [path()], me)).toThrow(says);
  });

  test("refuses a file of another user", () => {
    const path = file(`export default ${GUARD};`);
    if (me.uid === 0) return expect(() => withExternal(builtin(), [path], { uid: 4711 })).not.toThrow();
    expect(() => withExternal(builtin(), [path], { uid: 4711 })).toThrow("others can change");
  });

  test("says whose function failed", () => {
    const path = file(`export default ${GUARD.replace("() => undefined", "() => { throw new Error('dry'); }")};`);
    const guard = withExternal(builtin(), [path], me).guards.at(-1);
    expect(() => guard?.object({} as Process, { root: {} } as never)).toThrow(`plugin ${path}: object() failed: dry`);
  });

  test.each(["argv?.reverse()", "argv.length = 0", "ppid = 1", "delete one.name"])(
    "lets none change what the others decide by: %s",
    (change) => {
      const work = change.startsWith("delete") ? change : `one.${change}`;
      const path = file(`export default ${GUARD.replace("() => undefined", `(one) => { ${work}; }`)};`);
      const guard = withExternal(builtin(), [path], me).guards.at(-1);
      const process = { pid: 2, ppid: 7, name: "a", argv: ["a", "b"] } as unknown as Process;
      expect(() => guard?.object(process, { root: process } as never)).toThrow(
        "object() failed: it changed what all decide by",
      );
      expect(process).toEqual({ pid: 2, ppid: 7, name: "a", argv: ["a", "b"] } as unknown as Process);
    },
  );

  test("lets it look at everything, as it is", () => {
    const path = file(`export default ${
      GUARD.replace(
        "() => undefined",
        `(one, { table, seen }) => {
        const parent = table.get(one.ppid);
        const words = [...one.argv].map((word) => word.toUpperCase()).join(" ");
        for (const [pid] of seen) words.concat(String(pid));
        return table.has(parent) && seen.size === 1 ? { stands: "spare", because: words + JSON.stringify(one.cwd) } : undefined;
      }`,
      )
    };`);
    const guard = withExternal(builtin(), [path], me).guards.at(-1);
    const parent = { pid: 7 };
    class Rows {
      #rows = new Set([parent]);
      get = (pid: number) => [...this.#rows].find((row) => row.pid === pid);
      has(row: typeof parent): boolean {
        return this.#rows.has(row);
      }
    }
    const process = Object.freeze({ pid: 2, ppid: 7, argv: Object.freeze(["a", "b"]), cwd: "/x" });
    expect(
      guard?.object(process as never, { root: process, table: new Rows(), seen: new Map([[2, process]]) } as never),
    ).toEqual({
      stands: "spare",
      because: 'A B"/x"',
    });
  });

  test("asks a guard of the root of every root: ours are not asked where it is known that nobody wants it", () => {
    const path = file(
      `export default ${GUARD.replace("() => undefined", `() => ({ stands: "spare", because: "mine" })`)};`,
    );
    const guard = withExternal(builtin(), [path], me).guards.at(-1);
    const [root, child] = [{ pid: 2, ppid: 1 }, { pid: 3, ppid: 2 }] as Process[];
    expect(guard?.asks).toBe("every member");
    expect(guard?.object(root as Process, { root } as never)).toEqual({ stands: "spare", because: "mine" });
    expect(guard?.object(child as Process, { root } as never)).toBeUndefined();
  });

  test.each([
    [`lifeline: "nothing"`, 'there is no lifeline "nothing", there are stdio, output, terminal, none, network'],
    [`lifeline: null`, "there is no lifeline null"],
    [`shared: "yes"`, '"shared" must be true or false'],
    [`detached: 1`, '"detached" must be true or false'],
    [`share: true`, 'there is no "share", there are family, role, because, lifeline, shared, detached, debris'],
  ])("takes no claim with a slip in what would keep it: %s", (slip, says) => {
    const matcher = file(`export default { name: "own", summary: "s", hints: [], needs: [],
      claim: () => ({ family: "own", role: "server", because: "b", ${slip} }) };`);
    const claim = withExternal(builtin(), [matcher], me).matchers.at(-1)?.claim;
    expect(() => claim?.({ pid: 2 } as Process, {} as Table)).toThrow(`claim() failed: ${says}`);
  });

  test("takes no claim that is none, and no report that is no text", () => {
    const matcher = file(`export default { name: "own", summary: "s", hints: [], needs: [],
      claim: (one) => one.pid === 2 ? { family: "own", role: "boss", because: "b" } : Promise.resolve() };`);
    const claim = withExternal(builtin(), [matcher], me).matchers.at(-1)?.claim;
    expect(() => claim?.({ pid: 2 } as Process, {} as Table)).toThrow('claim() failed: there is no role "boss"');
    expect(() => claim?.({ pid: 3 } as Process, {} as Table)).toThrow(
      "claim() failed: it gives a promise, and not a claim",
    );
    const reporter = file(`export default { name: "late", summary: "s", render: async () => "---" };`);
    expect(() => withExternal(builtin(), [reporter], me).reporters.at(-1)?.render({} as never, {} as never)).toThrow(
      "render() failed: it gives a promise, and not a text",
    );
  });
});

const NAMED = `name: "acme-run", summary: "s"`;
const FAMILY = `{ ${NAMED}, family: "acme", lairs: [{ under: "temporary", entry: /^run-/, kind: "directory" }],`;

describe("what a plugin of somebody's own gives is told where it is none:", () => {
  test.each([
    ["async () => undefined", "it gives a promise, and not an objection, which has stands (spare, unsure) and because"],
    ["() => true", "it gives true, and not an objection"],
    ["() => null", "it gives null, and not an objection"],
    [`() => ({ stands: "keep", because: "b" })`, `it gives {"stands":"keep","because":"b"}, and not an objection`],
    [`() => ({ stands: "spare" })`, `it gives {"stands":"spare"}, and not an objection`],
    ["async () => { throw new Error('late'); }", "it gives a promise, and not an objection"],
  ])("an objection: %s", (object, told) => {
    const path = file(`export default ${GUARD.replace("() => undefined", object)};`);
    const guard = withExternal(builtin(), [path], me).guards.at(-1);
    expect(() => guard?.object({} as Process, { root: {} } as never)).toThrow(
      `plugin ${path}: object() failed: ${told}`,
    );
  });

  test.each([
    ["whose: async () => ({ pid: 1 })", "whose() failed: it gives a promise, and not who owns it: pid (a number)"],
    ["whose: () => ({})", "whose() failed: it gives {}, and not who owns it"],
    [`whose: () => ({ pid: "12" })`, `whose() failed: it gives {"pid":"12"}, and not who owns it`],
    ["whose: () => ({ nobody: true }), stays: async () => undefined", "stays() failed: it gives a promise"],
    ["whose: () => ({ nobody: true }), stays: () => true", "stays() failed: it gives true, and not a judgement"],
  ])("of a leftover family: %s", (functions, told) => {
    const path = file(`export default ${FAMILY} ${functions} };`);
    const matcher = withExternal(builtin(), [path], me).leftoverMatchers.at(-1);
    const leftover = {
      path: "/tmp/run-1",
      kind: "directory",
      uid: 1,
      mode: 0o700,
      base: { uid: 1, gid: 1, mode: 0o700 },
    };
    const table = { host: { platform: "linux" }, viewer: { uid: 1 } };
    expect(() => matcher?.judge(leftover as never, table as never)).toThrow(`plugin ${path}: ${told}`);
  });

  test.each([
    ["places: async () => [], judge: () => undefined", "places() failed: it gives a promise, and not a list of places"],
    ["places: () => [{}], judge: () => undefined", "places() failed: it gives [{}], and not a list of places"],
    [`places: () => [], judge: () => ({ verdict: "gone" })`, `judge() failed: it gives {"verdict":"gone"}, and not a`],
  ])("of a leftover matcher: %s", (functions, told) => {
    const path = file(`export default { ${NAMED}, ${functions} };`);
    const matcher = withExternal(builtin(), [path], me).leftoverMatchers.at(-1);
    const call = told.startsWith("places") ? matcher?.places : matcher?.judge;
    expect(() => call?.({} as never, {} as never)).toThrow(`plugin ${path}: ${told}`);
  });

  test.each([
    [`under: "nowhere", entry: /x/, kind: "file"`, `"lairs": there is no tree "nowhere" to be under, there are home`],
    [`under: "home", entry: "x", kind: "file"`, `"lairs": "entry" must be a pattern (/…/, without g or y), and "kind"`],
    [`under: "home", entry: /x/g, kind: "file"`, `"lairs": "entry" must be a pattern (/…/, without g or y)`],
    [`under: "home", entry: /x/, kind: "file", in: "x"`, `"lairs": "in" must be a pattern`],
    [`under: "home", at: "../x", entry: /x/, kind: "file"`, `"lairs": "at" must be a directory in that tree`],
    [`under: "home", entry: /x/, kind: "file", read: ["names"]`, `"lairs": there is no "read", there are under, at`],
    [
      `under: "home", entry: /x/, kind: "file", reads: ["name"]`,
      `"lairs": "reads" must be a list of names, lock, port`,
    ],
    [`under: "home", entry: /x/, kind: "file", reads: [{ text: "pid" }]`, `"lairs": "reads" must be a list of names`],
  ])("a lair: %s", (lair, told) => {
    const path = file(`export default { ${NAMED}, family: "a", lairs: [{ ${lair} }], whose: () => undefined };`);
    expect(() => withExternal(builtin(), [path], me)).toThrow(`plugin ${path}: ${told}`);
  });
});

describe("what a plugin is made of is told where it is none:", () => {
  test.each([
    ["signs: [{ because: 'b' }]", "a sign needs one of program, script, module, title"],
    ["signs: [{ program: 5, because: 'b' }]", "a sign needs one of program, script, module, title"],
    ["signs: [{ program: 'a', title: 'b', of: ['node'], because: 'b' }]", "a sign needs one of program"],
    ["signs: [{ program: 'a' }]", `"because" of a sign must be a text`],
    ["signs: [{ program: 'a', becuase: 'b' }]", `there is no "becuase"`],
    ["signs: [{ script: 'a', because: 'b' }]", `"of" of a sign must be a list of what runs it: node, bun`],
    ["signs: [{ script: 'a', of: ['nodejs'], because: 'b' }]", `"of" of a sign must be a list`],
    ["signs: [{ program: 'a', at: /x/y, because: 'b' }]", `"at" of a sign must be a pattern (/…/, without g or y)`],
    ["signs: [], hints: [1]", `"hints" must be a list of names and patterns`],
    ["signs: [], hints: 'a'", `"hints" must be a list of names and patterns`],
    ["signs: [], packages: '@acme/cli'", `"packages" must be a pattern (/…/, without g or y)`],
    ["signs: [], chores: 'update'", `"chores" must be a list of texts`],
    ["signs: [], valued: '--model'", `"valued" must be a list of texts`],
    ["signs: [], prompts: [1]", `"prompts" must be a list of texts`],
    ["signs: [], words: 'acme'", `"words" must be a list of texts`],
    ["signs: [], bare: 'acme'", `"bare" must be a list of texts`],
    ["signs: [], package: /x/", `unknown key "package"`],
  ])("a family: %s", (data, told) => {
    const path = file(`export default { ${NAMED}, hints: [], roles: [], otherwise: "agent", ${data} };`);
    expect(() => withExternal(builtin(), [path], me)).toThrow(`plugin ${path}: ${told}`);
  });

  test.each(["outlives: 1", "outlives: false", "onlyWhenNamed: 'yes'"])("a leftover family: %s", (data) => {
    const path = file(`export default { ${NAMED}, family: "a", lairs: [], whose: () => undefined, ${data} };`);
    const [key] = data.split(":");
    expect(() => withExternal(builtin(), [path], me)).toThrow(`plugin ${path}: "${key}" must be true, or left out`);
  });

  test.each([
    [`needs: ["comand"]`, `"needs": there is no detail "comand"`],
    [`beside: { entry: "x", kind: "file" }`, `"beside": "entry" must be a pattern (/…/, without g or y), and "kind"`],
    [`stay: () => undefined`, `unknown key "stay"`],
  ])("a leftover family: %s", (data, told) => {
    const path = file(`export default { ${NAMED}, family: "a", lairs: [], whose: () => undefined, ${data} };`);
    expect(() => withExternal(builtin(), [path], me)).toThrow(`plugin ${path}: ${told}`);
  });
});

test("parseConfig() takes plugins from the home and from the root alone", () => {
  expect(parseConfig(`plugins = ["~/a.ts", "/b.js"]`, "f", "/home/me").settings.plugins).toEqual([
    "/home/me/a.ts",
    "/b.js",
  ]);
  for (const wrong of [`["a.ts"]`, `["./a.ts"]`, `"/a.ts"`, `[1]`]) {
    expect(() => parseConfig(`plugins = ${wrong}`, "f", "/home/me")).toThrow(
      /^f: plugins = .*: expected a list of files/,
    );
  }
});
