/** What docs/plugins.md shows can be typed off, and does what it says there. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context, Process } from "../../src/contract.ts";
import { withExternal } from "../../src/external.ts";
import { claimOne } from "../../src/judge/claims.ts";
import { builtin, type Plugins } from "../../src/plugins.ts";
import { Table } from "../../src/table.ts";
import template from "../../plugins/matchers/_template.ts";
import { ordinary, world } from "../support/world.ts";
import { node } from "./matchers/shapes.ts";

const root = join(import.meta.dir, "../..");
const guide = readFileSync(join(root, "docs/plugins.md"), "utf8");
const shown = [...guide.matchAll(/^```(ts|js)\n([\s\S]*?)^```/gm)].map(([, language, code]) => ({ language, code }))
  .filter(({ code }) => code?.includes("export default") === true);

let base: string;
beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "guide-")));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

const alone = { children: () => [] } as unknown as Table;

test("the guide's plugins load, one of each kind that it shows", () => {
  const paths = shown.map(({ language, code = "" }, at) => {
    const path = join(base, `${at}.${language}`);
    writeFileSync(path, code.replaceAll(`"../../src/`, `"${root}/src/`), { mode: 0o600 });
    return path;
  });
  const before = builtin();
  const all = withExternal(before, paths, { uid: process.geteuid?.() ?? 0 });
  const added = <K extends "guards" | "leftoverMatchers" | "matchers">(list: K): Plugins[K] =>
    all[list].slice(before[list].length) as readonly unknown[] as Plugins[K];

  const [guard, ...noGuard] = added("guards");
  const object = (env?: Process["env"]) =>
    guard?.object({ pid: 2, ppid: 1, ...(env === undefined ? {} : { env }) }, { table: alone } as Context)?.stands;
  expect([object({ MY_MARKER: "1" }), object({}), object()]).toEqual(["spare", undefined, "unsure"]);
  const [leftover, ...noLeftover] = added("leftoverMatchers");
  expect(leftover?.owner?.({ path: "/tmp/acme-run-12", kind: "directory" })).toBe(12);
  const [matcher, ...noMatcher] = added("matchers");
  const acme = { pid: 2, ppid: 1, argv: ["/opt/acme/bin/acme", "serve"], exe: "/opt/acme/bin/acme" };
  expect(matcher?.claim(acme, alone)).toMatchObject({ family: "acme", role: "server" });
  expect([noGuard, noLeftover, noMatcher]).toEqual([[], [], []]);
});

test("the template is a matcher as it stands", () => {
  const claimed = (...argv: readonly string[]) =>
    template.claim({ pid: 2, ppid: 1, argv, exe: argv[0] as string }, alone)?.role;
  expect(claimed("/usr/bin/myagent")).toBe("agent");
  expect(claimed("/usr/bin/myagent", "--model", "serve", "-p", "x")).toBe("one-shot");
  expect(claimed("/usr/bin/node", "/u/node_modules/@me/myagent/cli.js", "mcp", "serve")).toBe("server");
  expect(claimed("npx", "-y", "@me/myagent")).toBe("wrapper");
  expect(claimed("/usr/bin/myagent", "update")).toBeUndefined();
  expect(claimed("/home/me/myagent")).toBeUndefined();
});

test("the command line that the guide adds is claimed by the template's copy, beside all other matchers", () => {
  const [, family, role, argv] = /\["(myagent)", "([\w-]+)", \[(\[.*?\]), node\]\]/.exec(guide) ?? [];
  const process = ordinary(4200, { argv: JSON.parse(argv ?? "[]"), ...node });
  const copy = { ...template, name: "myagent" };
  const found = claimOne(process, new Table(world([process])), [...builtin().matchers, copy]);
  expect([found?.matcher, found?.claim.role as string]).toEqual([family as string, role as string]);
});
