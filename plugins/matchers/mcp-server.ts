import { commandOf, perCommand } from "../../src/vocabulary/command.ts";
import type { Command } from "../../src/vocabulary/command.ts";
import { spokenImage } from "../../src/vocabulary/container-run.ts";
import { saysDetached } from "../../src/vocabulary/detached.ts";
import { hasPortOfJava, isSpringOnStdio, mainClass } from "../../src/vocabulary/java.ts";
import { isApplication, liesInBundle } from "../../src/vocabulary/kept.ts";
import { launched, launchOf, launchOfWords } from "../../src/vocabulary/launch.ts";
import { isNamedForPort, isOnPort } from "../../src/vocabulary/port.ts";
import { behindPrefix } from "../../src/vocabulary/prefix.ts";
import { showsWindow } from "../../src/vocabulary/windowed.ts";
import {
  configures,
  develops,
  isNamedMcp,
  isScript,
  isServerModule,
  isServerName,
  isServerProgram,
  mayBeServerModule,
  mayBeServerProgram,
  NAMED_IN_DOTNET,
  NAMED_MCP,
  ownScriptName,
  scriptName,
} from "../../src/vocabulary/server-names.ts";
import { baseName, hasEnded } from "../../src/process.ts";
import type { Claim, Matcher, Process, Role, StdioKind, Table } from "../../src/contract.ts";

/** A page on which a person tries out a server, which it serves on ports of its own. */
const INSPECTOR = /(?:^|[-/])inspector$/;
/** Whoever has a server built before it runs is often at work on it. */
const BUILDS = new Set(["go", "cargo"]);
/** Words that make a package's program an MCP server; of any other they may be the name of a directory. */
const MCP_WORDS = new Set(["mcp", "mcp-server", "start-mcp-server"]);
/** What follows `mcp` where it is a command, and no text to look for. */
const VERB = new Set(["serve", "server", "start", "stdio", "run", "gateway"]);
/** Programs that take texts and files, in pipelines above all. */
const READER =
  /^(?:[efz]?grep|rg|ag|ack|g?awk|sed|less|more|tail|head|cat|bat|jq|fzf|tee|make|ninja|vim?|nano|ssh|xargs)$/;
/** The same of scripts: to them the word is a directory, a pattern, a task. */
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
/** Programs that have a server in them, under the command `mcp-server`. */
const OWN_SERVER = new Set(["dart", "flutter"]);
/** A compiled or plain entry of a package that lies in a directory of its own. */
const ENTRY =
  /(?:^|\/)([^/]+)\/(?:(?:dist|build|out|lib|src|bin|server)\/)?(?:[\w-]+-)?(?:index|server|main|cli|stdio|app)\.(?:[cm]?[jt]s|py)$/;
/** Directories that are called like a server, or that hold nothing else. */
const SERVER_DIRECTORY = /(?:^|[-_.])mcp[-_]server(?:$|[-_])|[-_]mcp$|^mcp$/;
/** What is told to run a server out of a configuration, or a file. */
const RUNS_SERVERS = /^(?:fastmcp|@smithery\/cli|mcpm)$/;
/** Language servers that serena brings along: nobody else starts those that lie there. */
const OF_SERENA = /[\\/]\.serena[\\/]language_servers[\\/]/;

/**
 * MCP servers in every launch shape. A name must stand where a program's name stands: the package
 * after `npm exec`, the script's own base name, the package directory in `node_modules`. A directory
 * of the user's own that says mcp is nobody's server.
 */
const mcpServer: Matcher = {
  name: "mcp-server",
  summary: "MCP servers: npm exec, npx, bunx, uvx, python -m, docker, plain programs",
  hints: [
    /^npm exec/,
    /^npx/,
    "node",
    "MainThread",
    "node-MainThread",
    "bun",
    "bunx",
    "uv",
    "uvx",
    /^python/,
    "Python",
    "php",
    "java",
    "dotnet",
    "docker",
    "podman",
    "nerdctl",
    "disclaimer",
    "wsl",
    "powershell",
    "pwsh",
    "serena",
    /mcp/i,
    "gitnexus",
    "deno",
  ],
  words: [
    "mcp",
    "modelcontextprotocol",
    "serena",
    "desktop-commander",
    "task-master-ai",
    "@21st-dev",
    "@smithery",
    "dbhub",
    "cclsp",
    "container-use",
  ],
  ownWords: true,
  needs: ["command", "executable"],
  alsoNeeds(process) {
    const command = commandOf(process);
    if (command === undefined) return [];
    const isDoubted = command.isGuessed === true || command.args[0] === "mcp" || liesInBundle(process);
    const seen = mayBe(command) ?? mayLead(command) ?? (isDoubted ? claimOn(command) : undefined);
    return seen === undefined ? [] : ["stdio"];
  },
  claim(process, table): Claim | undefined {
    const command = commandOf(process);
    if (command === undefined) return undefined;
    const claim = ofJava(process, command) ?? claimOn(command);
    const isSpoken = () => isSpokenTo(process, "pipe", "socket");
    if (command.isGuessed === true && !isSpoken()) return undefined;
    if (claim !== undefined) {
      // A program's word, typed at a terminal: servers are talked to through something else.
      if (command.args[0] === "mcp" && isTyped(process)) return undefined;
      return (liesInBundle(process) && !isSpoken()) || isApplication(process, table) ? undefined : claim;
    }
    const launches = launchesServer(process, command, table);
    if (launches !== undefined) return launches;
    const seen = mayBe(command) ?? leadsToServer(process, command, table);
    if (seen === undefined || (seen.onSockets === true && !isSpokenTo(process, "socket"))) return undefined;
    if ((seen.isOwn !== true || table.host.platform === "linux" || liesInBundle(process)) && !isSpoken()) {
      return undefined;
    }
    if (showsWindow(command.program) || isApplication(process, table)) return undefined;
    const found = asClaim(command, seen);
    // A shell joins programs by pipes: whose input has ended goes on for whoever reads it. By sockets nothing but programs does.
    return isSpokenTo(process, "socket") || found.shared === true ? found : { ...found, lifeline: "terminal" };
  },
};

function ofJava(process: Process, command: Command): Claim | undefined {
  if (command.interpreter !== "java") return undefined;
  if (isSpringOnStdio(process)) return asClaim(command, { role: "server", because: "Spring's MCP server on stdio" });
  const claim = hasPortOfJava(process) ? claimOn(command) : undefined;
  return claim && { ...claim, shared: true };
}

const claimOn = perCommand((command): Claim | undefined => {
  const seen = launcher(command) ?? server(command);
  return seen === undefined ? undefined : asClaim(command, seen);
});

function asClaim(command: Command, { role, because, onPage = false }: Seen): Claim {
  const { args, text, scriptName, program } = command;
  const { names, args: its } = launchOf(command) ?? { names: [scriptName ?? program], args };
  const isOnOne = isNamedForPort(names, its) || isOnPort(text?.split(/\s+/) ?? args);
  // Arguments that could not be read may put it on one.
  const shared = onPage || command.argumentsUnknown === true || isOnOne;
  if (!shared && isDetached(command)) {
    return { family: "mcp-server", role: "worker", lifeline: "none", because, detached: true };
  }
  return { family: "mcp-server", role, lifeline: "stdio", because, ...(shared ? { shared } : {}) };
}

/** A package's own daemon (`chrome-devtools-mcp/build/src/daemon/daemon.js`); what is called after the protocol is no file. */
function isDetached(command: Command): boolean {
  return command.scriptName !== undefined && isScript(command.scriptName) && saysDetached(command);
}

/**
 * What counts only where somebody talks to it through pipes or sockets, as nobody talks to a program that was started
 * by hand: a script of one's own, or one that lies in a server's directory, `anything mcp`, a title. People call scripts and
 * directories what they like, and `vim mcp` opens one.
 */
const mayBe = perCommand((command): Seen | undefined => {
  const { interpreter, program, script, args } = command;
  const behind = behindPrefix(command);
  if (behind !== undefined) {
    const named = launcher(behind) ?? server(behind);
    const seen = named ?? mayBe(behind);
    const isOwn = named !== undefined && !BUILDS.has(program) && program !== "ssh" ? { isOwn: true } as const : {};
    const onSockets = program === "ssh" ? { onSockets: true } as const : {};
    return seen && { ...seen, role: "wrapper", because: `${program}, which ${seen.because}`, ...isOwn, ...onSockets };
  }
  const launch = launchOf(command);
  const place = launch?.places.find((place) => SERVER_DIRECTORY.test(baseName(place)));
  if (place !== undefined) {
    return { role: "wrapper", because: `launches ${launch?.names.at(-1)} in ${place}, on pipes` };
  }
  const own = launch?.names.filter(isScript).map(ownScriptName).find((name) => name !== undefined);
  if (own !== undefined) return { role: "wrapper", because: `launches ${own}, on pipes`, isOwn: true };
  const [word = "", verb] = launch?.args ?? [];
  if ((MCP_WORDS.has(word) && !configures(word, verb)) || word === "--mcp") {
    return { role: "wrapper", because: `launches ${launch?.names.at(-1)} ${word}, on pipes` };
  }
  if (command.module !== undefined && mayBeServerModule(command.module) && !develops(command.module, args[0])) {
    return { role: "server", because: `runs the module ${command.module}, on pipes`, isOwn: true };
  }
  // `codegraph serve --mcp`: what it is asked for, whoever it is.
  const asked = VERB.has(args[0] ?? "") ? args[1] : args[0];
  if (asked === "--mcp" && !READER.test(program) && interpreter !== "shell") {
    return { role: "server", because: `${command.scriptName ?? program} --mcp, on pipes` };
  }
  if (interpreter === undefined) {
    if (VERB.has(args[0] ?? "") && program.toLowerCase().endsWith("mcp")) {
      return { role: "server", because: `${program} ${args[0]}, on pipes` };
    }
    if (mayBeServerProgram(program)) {
      return { role: "server", because: `executable is ${program}, on pipes`, isOwn: true };
    }
    if (args[0] === "mcp") {
      if (VERB.has(args[1] ?? "")) return { role: "server", because: `${program} mcp ${args[1]}, on pipes` };
      if (args[1]?.startsWith("-") === false || READER.test(program)) return undefined;
      return { role: "server", because: `${program} mcp, on sockets`, onSockets: true };
    }
    if (args[0] === "stdio" && program === "container-use") {
      return { role: "server", because: `${program} stdio, on pipes` };
    }
    if (args[0] !== "mcp-server" || READER.test(program)) return undefined;
    const because = `${program} mcp-server, on pipes`;
    return { role: "server", because, ...(OWN_SERVER.has(program) ? {} : { onSockets: true }) };
  }
  if (interpreter === "java" && script === undefined) {
    const name = mainClass(args);
    return name === undefined ? undefined : { role: "server", because: `runs ${name}, on pipes` };
  }
  if (script === undefined) return ofTitle(command);
  if (interpreter === "shell" || interpreter === "cmd") return undefined;
  if (/\.jar$/i.test(script) && isNamedMcp(baseName(script))) {
    return { role: "server", because: `runs ${script}, on pipes` };
  }
  if (interpreter === "dotnet" && script === "run") {
    const project = baseName(args[args.indexOf("--project") + 1] ?? "").replace(/\.csproj$/, "");
    if (args.includes("--project") && NAMED_IN_DOTNET.test(project)) {
      return { role: "wrapper", because: `runs the project ${project}, on pipes` };
    }
  }
  const name = ownScriptName(script);
  if (name !== undefined) {
    // `bun run mcp-server` may be a script of a package.json.
    const isOwn = isScript(script) ? { isOwn: true } as const : {};
    return develops(name, args[0]) ? undefined : { role: "server", because: `runs ${name}, on pipes`, ...isOwn };
  }
  const directory = ENTRY.exec(script.replaceAll("\\", "/"))?.[1];
  return directory !== undefined && SERVER_DIRECTORY.test(directory)
    ? { role: "server", because: `runs ${script}, on pipes` }
    : undefined;
});

/** A configuration may name a script of somebody's own, which sets what the server needs and stays: `bash mcp/github.sh`. */
const mayLead = perCommand(({ interpreter, script }): Seen | undefined =>
  interpreter === "shell" && script !== undefined && /mcp/i.test(script)
    ? { role: "wrapper", because: `${baseName(script)}, which does nothing but run a server, on pipes` }
    : undefined
);

/** Whoever does more than that has other children, or a terminal. What it runs is asked on its port, where it has one. */
function leadsToServer(process: Process, command: Command, table: Table): Seen | undefined {
  const seen = mayLead(command);
  if (seen === undefined) return undefined;
  const [child, ...others] = table.children(process).filter((child) => !hasEnded(child));
  const its = others.length === 0 && child !== undefined ? commandOf(child) : undefined;
  const claim = its && claimOn(its);
  return claim && { ...seen, onPage: claim.shared === true };
}

/** `npx codegen mcp`: a word that may mean anything, and in the line below a program that is a server by that word. */
function launchesServer(process: Process, command: Command, table: Table): Claim | undefined {
  const name = launchOf(command)?.names.at(-1);
  if (name === undefined) return undefined;
  for (const one of launched(process, table)) {
    const its = one === process ? undefined : commandOf(one);
    const claim = its && claimOn(its);
    if (claim?.role === "server") {
      return asClaim(command, { role: "wrapper", because: `launches ${name}`, onPage: claim.shared === true });
    }
  }
  return undefined;
}

/**
 * chrome-devtools-mcp sets its title: nothing is left of what node was told to run, nor whether that is on a port. Angular's
 * `ng` sets one with its words in it.
 */
function ofTitle({ interpreter, resolved, first, args }: Command): Seen | undefined {
  if (interpreter !== "node" || !resolved || first === undefined || args.length > 0) return undefined;
  const isTitle = first === "ng mcp" || first.startsWith("ng mcp -") ||
    (!/[\\/\s]/.test(first) && first !== "mcp" && isNamedMcp(first));
  return isTitle ? { role: "server", because: `node that calls itself ${first}, on pipes` } : undefined;
}

/** It hears on stdin and answers on stdout: `find . | index --mcp > /dev/null` is spoken to by nobody. */
function isSpokenTo({ stdio }: Process, ...ways: readonly StdioKind[]): boolean {
  return [0, 1].every((end) => stdio?.some(({ fd, kind }) => fd === end && ways.includes(kind)) === true);
}

function isTyped({ stdio }: Process): boolean {
  return stdio?.find(({ fd }) => fd === 0)?.kind === "tty";
}

interface Seen {
  readonly role: Role;
  readonly because: string;
  /** Shells join programs by pipes, and what they name may be a host, a file or a database: `nc mcp-server 9000`. */
  readonly onSockets?: true;
  /** A script of somebody's own, or a server behind a prefix. Elsewhere than on Linux it is seldom told on what one is spoken to. */
  readonly isOwn?: true;
  /** A person looks at it in a browser. */
  readonly onPage?: boolean;
}

/** What Docker's toolkit writes into configurations; on a port where it is told so. */
const GATEWAY = ["mcp", "gateway", "run"];

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

function seenAs(role: Role, how: string, name: string, word?: string): Seen | undefined {
  return develops(name, word)
    ? undefined
    : { role, because: `${how} ${name}`, onPage: name.endsWith("inspector") && INSPECTOR.test(name) };
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
    // Laravel's one script for everything: `artisan boost:mcp`, `artisan mcp:start`.
    const isFast = word === "run" && RUNS_SERVERS.test(baseName(script));
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

export default mcpServer;
