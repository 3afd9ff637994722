/**
 * What MCP servers are called, and what is called like one and is none. Pure.
 *
 * @module
 */
import { baseName } from "../process.ts";

/** A package or program that says it speaks MCP: the three letters stand as a word of their own. */
export const NAMED_MCP: RegExp = /(?:^|[-_./@])mcp(?:$|[-_./@])|^@modelcontextprotocol\/(?!create-)/;
/** The same of an archive, an assembly, a program: builders write several words as one. */
const NAMED_SERVER: RegExp = /mcp[-_.]?(?:stdio[-_.]?)?server/i;
/** Packages and projects of .NET are called in words with capitals. */
export const NAMED_IN_DOTNET: RegExp = /(?:^|\.)mcp(?:\.|$)|mcp\.?server/i;
/** What a name's last word says of a program that has the protocol's in its name. */
type LastWord = (before: string, name: string) => boolean;
/** What tries out a server, whatever that is called. */
const triesOut: LastWord = () => true;
/** A program about servers, that is none. A server says that it is one. */
const isAbout: LastWord = (before, name) => /mcp[-_.]/.test(before) && !name.includes("server");
/** What people look at or talk to: `mcp-test-ui`. */
const isLookedAt: LastWord = (before, name) => /[-_]$/.test(before) && AFTER_MCP.test(name) && !name.includes("server");
/** What people build with, and what they use that is called after nothing but the protocol: `mcp-chat`. */
const isBuiltWith: LastWord = (before) => /(?:^|[-_/])mcp[-_]$/.test(before);
const isUsed: LastWord = (before) => /^(?:@[^/]+\/)?mcp[-_]$/.test(before);
/** Data, not one pattern: of most names the last word is none of these, and no pattern needs to be compiled. */
const LAST_WORDS: ReadonlyMap<string, LastWord> = new Map([
  ...as(triesOut, ["test", "tests", "spec", "bench", "benchs", "benchmark", "benchmarks"]),
  // What measures, examines, publishes or calls them.
  ...as(isAbout, ["eval", "evals", "evaluation", "evaluator", "tester", "client", "clients", "cli", "scan", "scanner"]),
  ...as(isAbout, ["lint", "linter", "train", "training", "trainer", "fuzz", "fuzzer", "publisher", "installer"]),
  ...as(isAbout, ["builder", "monitor", "dashboard", "viewer", "explorer", "playground", "registry", "logs", "site"]),
  ...as(isAbout, ["webui"]),
  ...as(isLookedAt, ["ui", "gui", "studio", "panel", "chatbot", "admin"]),
  ...as(isBuiltWith, ["agent", "framework"]),
  ...as(isUsed, ["chat", "desktop", "manager", "host", "use", "dev", "watch", "console", "portal", "app", "apps"]),
]);
/** A name in which more follows on the protocol's. */
export const AFTER_MCP: RegExp = /(?:^|[-_/])mcp[-_]/i;
/** What people do to the servers in an agent's configuration: `cursor-agent mcp login figma`. */
const ON_CONFIGURATIONS = new Set(
  [
    "add",
    "add-json",
    "auth",
    "disable",
    "enable",
    "get",
    "import",
    "list",
    "list-tools",
    "login",
    "logout",
    "ls",
    "remove",
    "status",
  ],
);
/** What makes a server out of nothing, or enters one into a configuration: `create-mcp-server`, `mcp-add`. */
const SETS_UP =
  /^(?:@[^/]+\/)?(?:(?:create|init|install|add)[-_.](?:.*[-_.])?mcp(?:$|[-_.])|mcp[-_.](?:get|add|install)$)/;
/** Words of the SDK's own program, `mcp`, with which a person develops a server: it opens a page to try it out. */
const DEVELOPS = /^(?:dev|install|version)$/;
/** Servers of which nothing says so. */
const UNSAID = new Set([
  ...["desktop-commander", "@wonderwhy-er/desktop-commander", "task-master-ai", "@21st-dev/magic", "dbhub"],
  ...["@bytebase/dbhub", "mcpbridge", "xcodebuildmcp", "azmcp", "cclsp", "lsmcp", "@mizchi/lsmcp", "morphmcp"],
  "@morphllm/morphmcp",
]);
/** The words with which some of them serve, the empty one where there is none: with others they work for whoever waits. */
const SERVES_ON: ReadonlyMap<string, readonly string[]> = new Map([
  ["azmcp", ["server"]],
  ["@azure/mcp", ["server"]],
  ["xcodebuildmcp", ["", "mcp"]],
  ["cclsp", [""]],
  ["lsmcp", [""]],
  ["@mizchi/lsmcp", [""]],
]);
const SCRIPT_END = /\.(?:[cm]?[jt]s|py|phar|exe|cmd|jar|dll)$/;
/** What the module of a package is called that serves, or that begins whatever the package does. */
const SERVER_MODULE = /^(?:--main--|(?:[\w-]+-)?server|serve|main|cli|app|run|start|stdio)$/;
/** Where programs lie that somebody made and somebody else installed, those first that are asked for most. */
const INSTALLED = [
  ...["node_modules", "bin", ".bin", "_npx", "site-packages", "dist-packages", "sbin", "libexec", "opt"],
  ...["Scripts", "Program Files", "Program Files (x86)"],
].map((directory) => `/${directory}/`);
/**
 * But for where people keep what they made themselves, which is on their PATH too. What managers of packages install lies
 * below a directory that is hidden, or has their name.
 */
const OWN_BIN =
  /^(?:(?:\/(?:home|Users)\/[^/]+|\/root)\/(?!(?:go|n|\w*(?:conda|forge|mamba)\d*)\/)|(?![A-Z]:)(?:\.\.?\/)*)(?:(?!(?:v?env|node_modules|\w+-packages)\/)[^./][^/]*\/)*s?bin\/[^/]+$/;
/** A server has the word at an end of its name, or `server` beside it; in the middle it is what a script is about. */
const OF_A_SERVER = /^mcp(?:$|[-_.])|[-_.]mcp$|mcp[-_.]?(?:server|stdio)(?:$|[-_.])/i;
/** What people have scripts do to servers, their own and others'. */
const DOES_TO_SERVERS =
  /^(?:test|check|validate|verify|lint|build|bundle|package|publish|release|deploy|create|init|install|uninstall|add|remove|register|set-?up|configure|generate|gen|migrate|update|upgrade|sync|backup|restore|clean|debug|bench(?:mark)?|eval(?:uate)?|train|analy[sz]e|crawl|list|count|compare|download|patch|fix)[-_.]/;
/** The same at the end, and what comes of it. */
const MADE_OF_SERVERS =
  /^(?!.*server).*[-_.](?:build|deploy|publish|release|install|setup|migrate|lint|check|validate|generate|train|crawl|scrape|reports?|dashboard|tutorial|stats|metrics|logs?|docs?|site|website|registry|config|types|indexer|index|crawler|downloader|migrations?|experiments?|demo|examples?|playground|notebook)$/;

/** A package's or a program's name, or the way to an installed script that one of them is given to run. */
export function isServerName(name: string): boolean {
  return isScript(name) ? scriptName(name) !== undefined : isPackage(name);
}

/** What ends like a file that no interpreter runs is an operand: a notebook, a text about MCP. */
export function isNamedMcp(name: string): boolean {
  if (!name.includes(".")) return isWordOfMcp(name);
  const stem = name.replace(SCRIPT_END, "");
  return isWordOfMcp(stem) && !/\.[a-z]\w*$/i.test(stem);
}

/** `mcp_server_git`, `notes_mcp.server`: a module that says that it serves. A package about MCP has others. */
export function isServerModule(module: string): boolean {
  return /server/.test(module) && isModuleOfMcp(module);
}

/** `mcp_atlassian`, `tools.mcp`: one that may, or may be somebody's own about servers. */
export function mayBeServerModule(module: string): boolean {
  const word = module.replaceAll("_", "-").split(".").find(isWordOfMcp);
  return word !== undefined && isModuleOfMcp(module) && isOfServer(word);
}

function isModuleOfMcp(module: string): boolean {
  const [last = "", ...packages] = module.replaceAll("_", "-").split(".").reverse();
  if (isWordOfMcp(last)) return true;
  return packages.some(isWordOfMcp) && SERVER_MODULE.test(last);
}

/** Whether a program of that name, where it lies, is one that somebody else made: found on the PATH, or in a place for such. */
export function isServerProgram(path: string, program: string): boolean {
  return isProgramOfMcp(program) && (!/[\\/]/.test(path) || isInstalled(path.replaceAll("\\", "/")));
}

function isInstalled(path: string): boolean {
  const whole = path.startsWith("/") ? path : `/${path}`;
  return INSTALLED.some((place) => whole.includes(place)) && !isOwn(path);
}

function isOwn(path: string): boolean {
  const end = path.lastIndexOf("/");
  const hidden = path.startsWith("/") ? path.indexOf("/.") : -1;
  // Most are, and the pattern takes long to compile.
  if (hidden >= 0 && hidden < end) return false;
  return path.startsWith("bin/", end - "bin".length) && OWN_BIN.test(path);
}

/** Whether one that lies elsewhere, where its maker built it, is called like a server. */
export function mayBeServerProgram(program: string): boolean {
  return isProgramOfMcp(program) && isOfServer(program);
}

/** No program is called so: a title, in which the name is a directory's, a pool's, a database's: `bazel(mcp-server)`. */
const TITLE = /[()[\]{}:|]/;

function isProgramOfMcp(program: string): boolean {
  const isCalledSo = isNamedMcp(program) || isNamedServer(program) || UNSAID.has(program);
  return program !== "mcp" && isCalledSo && !TITLE.test(program);
}

/** The name under which an installed script is an MCP server, or undefined. */
export function scriptName(script: string): string | undefined {
  const name = baseName(script);
  const normal = script.replaceAll("\\", "/");
  if (isInstalled(normal) && isFileOfServer(name)) return name;
  if (UNSAID.has(name) && /\/\.?bin\/[^/]+$/.test(normal)) return name;
  const inPackage = /\/node_modules\/(?:\.bin\/+\.\.\/)?((?:@[^/]+\/)?[^/]+)\//g;
  let last: string | undefined;
  for (const match of normal.matchAll(inPackage)) last = match[1];
  if (last !== undefined && last !== ".bin" && (isWordOfMcp(last) || last === "@wonderwhy-er/desktop-commander")) {
    return last;
  }
  if (/\/dist\/mcp\/[\w-]+-server\.[cm]?js$/.test(normal)) return name;
  return undefined;
}

/**
 * The name under which somebody's own script may be a server. People have scripts for everything that concerns servers,
 * and call them after it: the name says enough only beside pipes or sockets that somebody talks through.
 */
export function ownScriptName(script: string): string | undefined {
  const name = baseName(script);
  return isFileOfServer(name) && isOfServer(name.replace(SCRIPT_END, "")) ? name : undefined;
}

function isOfServer(stem: string): boolean {
  return isName(stem) && OF_A_SERVER.test(stem) && !DOES_TO_SERVERS.test(stem) && !MADE_OF_SERVERS.test(stem);
}

/** Of an archive the word alone says too little: there is a toolkit for Minecraft of that name. */
function isFileOfServer(name: string): boolean {
  return name.includes(".") && /\.(?:jar|dll)$/i.test(name) ? isNamedServer(name) : isNamedMcp(name);
}

function isNamedServer(name: string): boolean {
  return isName(name) && NAMED_SERVER.test(name) && !isTriedOut(name.replace(SCRIPT_END, ""));
}

/** `mcp-server-tests`. */
function isTriedOut(stem: string): boolean {
  return LAST_WORDS.get(stem.slice(lastBegins(stem))) === triesOut;
}

/** The way to a script, or a script in the directory where it is run; anything else is a package or a program. */
export function isScript(name: string): boolean {
  return (/[\\/]/.test(name) && !/^@[^/]+\/[^/]+$/.test(name)) || SCRIPT_END.test(name);
}

function isPackage(name: string): boolean {
  return NAMED_MCP.test(name) ? isNamedMcp(name) : UNSAID.has(name);
}

/** No file and no package has a longer one; what a process calls itself may be of any length, made to be looked at for ever. */
const MOST_OF_A_NAME = 255;

/** Whether it is short enough to name anything. */
export function isName(name: string): boolean {
  return name.length <= MOST_OF_A_NAME;
}

function isWordOfMcp(name: string): boolean {
  return isName(name) && NAMED_MCP.test(name) && !saysNoServer(name) && !SETS_UP.test(name) &&
    !name.startsWith("@modelcontextprotocol/conformance");
}

function saysNoServer(name: string): boolean {
  const from = lastBegins(name);
  return LAST_WORDS.get(name.slice(from))?.(name.slice(0, from), name) === true;
}

/** Where the last word of a name begins. */
function lastBegins(name: string): number {
  return Math.max(name.lastIndexOf("-"), name.lastIndexOf("_"), name.lastIndexOf(".")) + 1;
}

function as(says: LastWord, words: readonly string[]): [string, LastWord][] {
  return words.map((word) => [word, says]);
}

/** A page on which a person tries out a server, which it serves on ports of its own. */
export function isInspector(name: string): boolean {
  return name.endsWith("inspector");
}

/** Whether a program that serves is asked for something else: the SDK's to try a server out, others for what their tools do. */
export function develops(name: string, word = ""): boolean {
  if (name === "mcp") return DEVELOPS.test(word);
  return SERVES_ON.get(name)?.includes(word.startsWith("-") ? "" : word) === false;
}

/** Whether a program's words are about servers, and start none. */
export function configures(word: string, verb = ""): boolean {
  return word === "mcp" && ON_CONFIGURATIONS.has(verb);
}
