/**
 * Writes plugins/index.ts and plugins/judges.ts: static imports of every plugin, because a compiled binary holds only what it can see
 * imported; a dynamic import of a variable is left out of the bundle. And plugins/words.ts: what gives away those whom
 * matchers claim, for who cannot wait until matchers are loaded.
 *
 *     generate.ts            write it
 *     generate.ts --check    fail when it is not what would be written
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import process from "node:process";
import type { Matcher } from "../../src/contract.ts";

/** One folder of plugins, and what the index calls its parts. */
export interface Kind {
  /** Folder below plugins/. */
  readonly folder: string;
  /** Interface of the contract that every plugin in it has. */
  readonly contract: string;
  /** The exported array. */
  readonly list: string;
}

/** Every kind of plugin, in the order of the engine's steps. */
export const KINDS: readonly Kind[] = [
  { folder: "backends", contract: "Backend", list: "backends" },
  { folder: "matchers", contract: "Matcher", list: "matchers" },
  { folder: "leftovers", contract: "LeftoverMatcher", list: "leftoverMatchers" },
  { folder: "guards", contract: "Guard", list: "guards" },
  { folder: "actions", contract: "Action", list: "actions" },
  { folder: "reporters", contract: "Reporter", list: "reporters" },
];

/** The folders of those who are in an index of their own. */
const JUDGES: ReadonlySet<string> = new Set(["matchers", "guards"]);

/** A plugin found on disk. */
export interface Found {
  readonly name: string;
  /** What the index imports, relative to plugins/. */
  readonly path: string;
}

const PLUGIN_NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * The plugins of one folder, sorted by name. Entries that start with `_` are templates and shared parts.
 *
 * @throws {Error} when an entry cannot be a plugin: a skipped guard is a killed process, so nothing is passed over
 * but a folder without an index.ts, which somebody is still writing; those are added to `unfinished`.
 */
export function findPlugins(plugins: string, kind: Kind, unfinished: string[] = []): Found[] {
  const folder = join(plugins, kind.folder);
  if (!existsSync(folder)) return [];
  const found: Found[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name.startsWith("_") || entry.name.startsWith(".")) continue;
    const shown = `plugins/${kind.folder}/${entry.name}`;
    if (entry.isDirectory()) {
      const inside = readdirSync(join(folder, entry.name));
      if (inside.length === 0) continue; // git keeps no empty folders, so a fresh clone would not see it either
      if (!inside.includes("index.ts")) unfinished.push(shown);
      else found.push({ name: entry.name, path: `./${kind.folder}/${entry.name}/index.ts` });
    } else if (entry.name.endsWith(".ts")) {
      found.push({ name: entry.name.slice(0, -".ts".length), path: `./${kind.folder}/${entry.name}` });
    } else {
      throw new Error(`${shown} is no plugin: a plugin is NAME.ts or NAME/index.ts; start other names with _`);
    }
  }
  for (const { name } of found) {
    if (!PLUGIN_NAME.test(name)) {
      throw new Error(`plugins/${kind.folder}/${name}: a plugin's name is lower-case words joined by hyphens`);
    }
  }
  found.sort((a, b) => (a.name < b.name ? -1 : 1));
  found.forEach((plugin, at) => {
    if (found[at + 1]?.name === plugin.name) {
      throw new Error(`plugins/${kind.folder}/${plugin.name} is there twice, as a file and as a folder`);
    }
  });
  return found;
}

/** The text of plugins/judges.ts, or of plugins/index.ts, for what lies in `plugins`. */
export function renderIndex(plugins: string, of: "judges" | "all", unfinished: string[] = []): string {
  const wanted = KINDS.filter(({ folder }) => JUDGES.has(folder) === (of === "judges"));
  const kinds = wanted.map((kind) => ({ kind, found: findPlugins(plugins, kind, unfinished) }));
  const lines = [
    "/**",
    of === "judges"
      ? " * The plugins that a look is judged with, sorted by name: what takes no more loads no more."
      : " * All plugins, by kind, sorted by name.",
    " *",
    " * Written by `deno task generate`. Do not edit: add a plugin's file and run it again.",
    " *",
    " * @module",
    " */",
    `import type { ${wanted.map(({ contract }) => contract).sort().join(", ")} } from "../src/contract.ts";`,
  ];
  for (const { kind, found } of kinds) {
    for (const plugin of found) lines.push(`import ${identifier(plugin, kind)} from "${plugin.path}";`);
  }
  for (const { kind, found } of kinds) {
    lines.push("", `/** The plugins in plugins/${kind.folder}. */`, ...renderList(kind, found));
  }
  if (of === "all") lines.push("", 'export * from "./judges.ts";');
  return lines.join("\n") + "\n";
}

function renderList(kind: Kind, found: readonly Found[]): string[] {
  const head = `export const ${kind.list}: readonly ${kind.contract}[] = [`;
  if (found.length === 0) return [head + "];"];
  return [head, ...found.map((plugin) => `  ${identifier(plugin, kind)},`), "];"];
}

/** `mcp-server` among the matchers: `mcpServerMatcher`. */
function identifier(plugin: Found, kind: Kind): string {
  return plugin.name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()) + kind.contract;
}

/** The text of plugins/words.ts. */
function renderWords(matchers: readonly Pick<Matcher, "words" | "marks">[]): string {
  const words = new Set(matchers.flatMap(({ words = [] }) => words).map((word) => word.toLowerCase()));
  // What has another of them in it is found by that one.
  const least = [...words].filter((word) => ![...words].some((other) => other !== word && word.includes(other)));
  const marks = new Set(matchers.flatMap(({ marks = [] }) => marks));
  return [
    "/**",
    " * What gives away those whom matchers claim. Functions, because most who load this never ask.",
    " *",
    " * Written by `deno task generate` from the matchers. Do not edit: change a matcher and run it again.",
    " *",
    " * @module",
    " */",
    "",
    "/** In small letters: one of these stands in the executable or the arguments of whatever is claimed by words. */",
    ...renderTexts("words", least),
    "",
    "/** One of these variables is set in the environment of whatever is claimed by no word. */",
    ...renderTexts("marks", [...marks]),
  ].join("\n") + "\n";
}

function renderTexts(name: string, texts: readonly string[]): string[] {
  const lines = texts.toSorted().map((text) => `  ${JSON.stringify(text)},`);
  return [`export const ${name} = (): readonly string[] => [`, ...lines, "];"];
}

/** Writes or checks what is generated; answers whether it was, or now is, fresh. */
async function run(args: readonly string[]): Promise<boolean> {
  const plugins = join(import.meta.dirname as string, "..", "..", "plugins");
  const [option, ...more] = args;
  if (more.length > 0 || (option !== undefined && option !== "--check")) {
    console.error(`generate: unknown argument "${more[0] ?? option}"; usage: generate [--check]`);
    return false;
  }
  const unfinished: string[] = [];
  const judges = renderIndex(plugins, "judges", unfinished);
  const all = renderIndex(plugins, "all", unfinished);
  for (const folder of unfinished) console.error(`${folder}/ has no index.ts: add it, or start the name with _`);
  if (option === "--check" && unfinished.length > 0) return false;
  const writes = option === undefined;
  if (!keep(join(plugins, "judges.ts"), judges, writes) || !keep(join(plugins, "index.ts"), all, writes)) return false;
  // The index is fresh by now, so these are all of them.
  const { matchers } = await import("../../plugins/judges.ts");
  return keep(join(plugins, "words.ts"), renderWords(matchers), writes);
}

function keep(path: string, wanted: string, writes: boolean): boolean {
  const fresh = existsSync(path) && readFileSync(path, "utf8") === wanted;
  if (writes && !fresh) writeFileSync(path, wanted);
  if (!writes && !fresh) {
    console.error(`plugins/${basename(path)} is stale: run \`deno task generate\` and commit what it wrote`);
  }
  return writes || fresh;
}

if (import.meta.main) {
  try {
    if (!await run(process.argv.slice(2))) process.exitCode = 1;
  } catch (error) {
    console.error(`generate: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
