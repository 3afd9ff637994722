/**
 * What a command line says by itself: that it launches an MCP server, or is one.
 *
 * @module
 */
import { baseName } from "../../../src/process.ts";
import type { Command } from "../../../src/vocabulary/command.ts";
import { spokenImage } from "../../../src/vocabulary/container-run.ts";
import { launchOf, launchOfWords } from "../../../src/vocabulary/launch.ts";
import {
  configures,
  develops,
  isInspector,
  isNamedMcp,
  isServerModule,
  isServerName,
  isServerProgram,
  NAMED_IN_DOTNET,
  NAMED_MCP,
  scriptName,
} from "../../../src/vocabulary/server-names.ts";
import type { Role } from "../../../src/contract.ts";

/** An MCP server, or what launches one, as far as a command line tells. */
export interface Seen {
  readonly role: Role;
  readonly because: string;
  /** Shells join programs by pipes, and what they name may be a host, a file or a database: `nc mcp-server 9000`. */
  readonly onSockets?: true;
  /** A script of somebody's own, or a server behind a prefix. Elsewhere than on Linux it is seldom told on what one is spoken to. */
  readonly isOwn?: true;
  /** A person looks at it in a browser. */
  readonly onPage?: boolean;
  /** What runs on another machine: `ssh -p 2222` tells where that one's door is, and nothing of the server. */
  readonly there?: Command;
}

/** Words that make a package's program an MCP server; of any other they may be the name of a directory. */
export const MCP_WORDS: ReadonlySet<string> = new Set(["mcp", "mcp-server", "start-mcp-server"]);
/** Scripts to which such a word is a directory, a pattern, a task. */
const TAKES_PLACES = new Set([
  ...["serve", "http-server", "live-server", "lite-server", "browser-sync", "sirv"],
  ...["servor", "reveal-md", "marp", "slidev", "docsify", "markserv", "typedoc"],
  ...["eleventy", "vuepress", "vitepress", "sphinx-build", "sphinx-autobuild", "vite"],
  ...["vitest", "vite-node", "jest", "mocha", "ava", "tap", "karma", "wtr", "playwright"],
  ...["cypress", "phpunit", "pest", "rspec", "pytest", "py.test", "ptw", "pytest-watch"],
  ...["tox", "coverage", "eslint", "stylelint", "prettier", "cspell", "jscpd", "knip"],
  ...["madge", "phpstan", "rubocop", "ruff", "black", "isort", "flake8", "pylint", "mypy"],
  ...["pyright", "bandit", "tsc", "tsx", "ts-node", "ts-node-dev", "tsnd", "node-dev"],
  ...["nodemon", "webpack", "rollup", "parcel", "esbuild", "tsup", "babel", "swc"],
  ...["rimraf", "chokidar", "onchange", "watchfiles", "watchmedo", "concurrently"],
  ...["npm-run-all", "run-p", "run-s", "wireit", "turbo", "lerna", "lage", "wsrun", "gulp"],
  ...["grunt", "jake", "rake", "thor", "invoke", "inv", "fab", "nox", "snakemake", "pm2"],
  ...["forever"],
]);
/** What is told to run a server out of a configuration, or a file. */
const RUNS_SERVERS = /^(?:fastmcp|@smithery\/cli|mcpm)$/;
/** Language servers that serena brings along: nobody else starts those that lie there. */
const OF_SERENA = /[\\/]\.serena[\\/]language_servers[\\/]/;
/** What Docker's toolkit writes into configurations; on a port where it is told so. */
const GATEWAY = ["mcp", "gateway", "run"];

/** What it says of itself, whoever talks to it. */
export function saidBy(command: Command): Seen | undefined {
  return launcher(command) ?? server(command);
}

function launcher(command: Command): Seen | undefined {
  if (command.program === "docker" && GATEWAY.every((word, at) => command.args[at] === word)) {
    return { role: "wrapper", because: "runs Docker's MCP gateway" };
  }
  const image = containerImage(command);
  if (image !== undefined) return { role: "wrapper", because: `launches ${image}` };
  const launch = launchOf(command);
  if (launch === undefined) return undefined;
  const isOfDotnet = command.interpreter === "dotnet";
  const found = launch.names.find((name) => isOfDotnet ? NAMED_IN_DOTNET.test(name) : isServerName(name));
  const word = launch.args[0];
  if (found !== undefined) return seenAs("wrapper", "launches", found, word);
  const name = launch.names.at(-1);
  const isAsked = word === "start-mcp-server" || (word === "run" && RUNS_SERVERS.test(name ?? ""));
  return isAsked ? { role: "wrapper", because: `launches ${name} ${word}` } : undefined;
}

function server(command: Command): Seen | undefined {
  const { script, module } = command;
  if (isOfSerena(script ?? "") || isOfSerena(command.path)) {
    return { role: "server", because: "a language server that serena brought along" };
  }
  if (script?.startsWith("npm:") === true || script?.startsWith("jsr:") === true) {
    const name = script.slice("npm:".length).replace(/(?<=.)@[^/@]*$/, "");
    return NAMED_MCP.test(name) ? { role: "server", because: `runs ${script}` } : undefined;
  }
  if (module !== undefined) {
    const serves = isServerModule(module) && !develops(module, command.args[0]);
    return serves ? { role: "server", because: `runs the module ${module}` } : undefined;
  }
  if (script !== undefined && command.interpreter !== "shell" && command.interpreter !== "cmd") {
    const name = scriptName(script);
    const word = command.args[0] ?? "";
    if (name !== undefined) return seenAs("server", "runs", name, word);
    const isAsked = MCP_WORDS.has(word) && !configures(word, command.args[1]) && !takesPlaces(script) &&
      /node_modules|[\\/]\.?bin[\\/]/.test(script);
    const isFast = word === "run" && RUNS_SERVERS.test(baseName(script));
    // Laravel's one script for everything: `artisan boost:mcp`, `artisan mcp:start`.
    const isArtisan = baseName(script) === "artisan" && /(?:^|:)mcp(?:$|:(?:start|serve)$)/.test(word);
    return isAsked || isFast || isArtisan ? { role: "server", because: `runs ${baseName(script)} ${word}` } : undefined;
  }
  if (command.interpreter !== undefined) return undefined;
  if (isServerProgram(command.path, command.program)) {
    return seenAs("server", "executable is", command.program, command.args[0]);
  }
  const word = command.args[0];
  return word === "start-mcp-server" || (word === "run" && RUNS_SERVERS.test(command.program))
    ? { role: "server", because: `${command.program} ${word}` }
    : undefined;
}

function seenAs(role: Role, how: string, name: string, word?: string): Seen | undefined {
  return develops(name, word) ? undefined : { role, because: `${how} ${name}`, onPage: isInspector(name) };
}

/** What makes a project out of nothing takes its name: `create-next-app mcp`. */
function takesPlaces(script: string): boolean {
  const name = baseName(script).replace(/\.[cm]?js$/, "");
  return name.startsWith("create-") || TAKES_PLACES.has(name);
}

function isOfSerena(path: string): boolean {
  return path.includes(".serena") && OF_SERENA.test(path);
}

/** The image that somebody talks to, or what that is told to launch. */
function containerImage(command: Command): string | undefined {
  const run = spokenImage(command);
  if (run === undefined) return undefined;
  return isNamedMcp(run.image) ? run.image : launchOfWords(run.words)?.names.find(isServerName);
}
