import { commandOf, perCommand } from "../../src/vocabulary/command.ts";
import type { Command } from "../../src/vocabulary/command.ts";
import { isApplication, liesInBundle } from "../../src/vocabulary/kept.ts";
import { launchOf, launchOfWords } from "../../src/vocabulary/launch.ts";
import { isOnPort } from "../../src/vocabulary/port.ts";
import { baseName } from "../../src/process.ts";
import type { Claim, Matcher, Process, Role, StdioKind } from "../../src/contract.ts";

/** A package or program that says it speaks MCP: the three letters stand as a word of their own. */
const NAMED_MCP = /(?:^|[-_./@])mcp(?:$|[-_./@])|^@modelcontextprotocol\//;
/** The same of an archive, an assembly, a program: builders write several words as one. */
const NAMED_SERVER = /mcp[-_.]?(?:stdio[-_.]?)?server/i;
/** Programs about servers, that are none: what measures, examines or calls them. */
const ABOUT_MCP =
  /^(?!.*server).*mcp[-_.](?:.*[-_.])?(?:bench(?:mark)?s?|eval(?:s|uation|uator)?|tests?|tester|clients?|scan(?:ner)?|lint(?:er)?|train(?:ing|er)?|fuzz(?:er)?)$/;
/** Packages and projects of .NET are called in words with capitals. */
const NAMED_IN_DOTNET = /(?:^|\.)mcp(?:\.|$)|mcp\.?server/i;
/** Servers of which nothing says so. */
const UNSAID = /^(?:(?:@wonderwhy-er\/)?desktop-commander|task-master-ai)$/;
/** Words that make a package's program an MCP server; of any other they may be the name of a directory. */
const MCP_WORDS = new Set(["mcp", "mcp-server", "start-mcp-server"]);
/** What follows `mcp` where it is a command, and no text to look for. */
const VERB = /^(?:serve|server|start|stdio|run|gateway)$/;
/** Programs that take texts and files, in pipelines above all. */
const READER =
  /^(?:[efz]?grep|rg|ag|ack|g?awk|sed|less|more|tail|head|cat|bat|jq|fzf|tee|make|ninja|vim?|nano|ssh|xargs)$/;
/** Programs that have a server in them, under the command `mcp-server`. */
const OWN_SERVER = /^(?:dart|flutter)$/;
/** Options of `docker run` that stand alone; all others take a word. */
const ALONE =
  /^(?:-[itdqP]+|--(?:interactive|tty|detach|rm|init|privileged|read-only|publish-all|quiet|replace|rmi|no-.+|oom-kill-disable)|--[^=]+=.*)$/;
const SCRIPT_END = /\.(?:[cm]?[jt]s|py|phar|exe|cmd|jar|dll)$/;
/** A compiled or plain entry of a package that lies in a directory of its own. */
const ENTRY =
  /([^/]+)\/(?:(?:dist|build|out|lib|src|bin|server)\/)?(?:[\w-]+-)?(?:index|server|main|cli|stdio|app)\.(?:[cm]?[jt]s|py)$/;
/** What the module of a package is called that serves, or that begins whatever the package does. */
const SERVER_MODULE = /^(?:--main--|(?:[\w-]+-)?server|serve|main|cli|app|run|start|stdio)$/;
/** Directories that are called like a server, or that hold nothing else. */
const SERVER_DIRECTORY = /(?:^|[-_.])mcp[-_]server(?:$|[-_])|[-_]mcp$|^mcp$/;

const SPRING_ON_STDIO = /^-(?:D|-)spring\.ai\.mcp\.server\.stdio=true$/;
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
  words: ["mcp", "modelcontextprotocol", "serena", "desktop-commander", "task-master-ai"],
  needs: ["command", "executable"],
  alsoNeeds(process) {
    const command = commandOf(process);
    return command === undefined || mayBe(command) === undefined ? [] : ["stdio"];
  },
  claim(process, table): Claim | undefined {
    const command = commandOf(process);
    if (command === undefined) return undefined;
    const claim = claimOn(command) ?? ofSpring(process, command);
    const isSpoken = isSpokenTo(process, "pipe", "socket");
    if (claim !== undefined && !isSpoken && liesInBundle(process)) return undefined;
    if (claim !== undefined && isApplication(process, table)) return undefined;
    if (claim !== undefined || !isSpoken) return claim;
    const seen = mayBe(command);
    if (seen === undefined || (seen.onSockets === true && !isSpokenTo(process, "socket"))) return undefined;
    return asClaim(command, seen);
  },
};

/** Spring's word for a server on stdio stands among java's options, before the archive. */
function ofSpring({ argv }: Process, command: Command): Claim | undefined {
  return command.interpreter === "java" && argv?.some((argument) => SPRING_ON_STDIO.test(argument)) === true
    ? asClaim(command, { role: "server", because: "Spring's MCP server on stdio" })
    : undefined;
}

const claimOn = perCommand((command): Claim | undefined => {
  const seen = launcher(command) ?? server(command);
  return seen === undefined ? undefined : asClaim(command, seen);
});

function asClaim({ args, text }: Command, { role, because }: Seen): Claim {
  const shared = isOnPort(text?.split(/\s+/) ?? args);
  return { family: "mcp-server", role, lifeline: "stdio", because, ...(shared ? { shared } : {}) };
}

/**
 * What counts only where somebody talks to it through pipes or sockets, as nobody talks to a program that was started
 * by hand: a script that lies in a server's directory, `anything mcp`, a title. People call directories what they like, and
 * `vim mcp` opens one.
 */
const mayBe = perCommand((command): Seen | undefined => {
  const { interpreter, program, script, args } = command;
  const launch = launchOf(command);
  const place = launch?.places.find((place) => SERVER_DIRECTORY.test(baseName(place)));
  if (place !== undefined) {
    return { role: "wrapper", because: `launches ${launch?.names.at(-1)} in ${place}, on pipes` };
  }
  if (launch !== undefined && MCP_WORDS.has(launch.args[0] ?? "")) {
    return { role: "wrapper", because: `launches ${launch.names.at(-1)} ${launch.args[0]}, on pipes` };
  }
  if (interpreter === undefined) {
    if (args[0] === "mcp") {
      return VERB.test(args[1] ?? "") ? { role: "server", because: `${program} mcp ${args[1]}, on pipes` } : undefined;
    }
    if (args[0] !== "mcp-server" || READER.test(program)) return undefined;
    const because = `${program} mcp-server, on pipes`;
    return { role: "server", because, ...(OWN_SERVER.test(program) ? {} : { onSockets: true }) };
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
  const directory = ENTRY.exec(script.replaceAll("\\", "/"))?.[1];
  return directory !== undefined && SERVER_DIRECTORY.test(directory)
    ? { role: "server", because: `runs ${script}, on pipes` }
    : undefined;
});

/** chrome-devtools-mcp sets its title: nothing is left of what node was told to run, nor whether that is on a port. */
function ofTitle({ interpreter, resolved, first, args }: Command): Seen | undefined {
  if (interpreter !== "node" || !resolved || first === undefined || args.length > 0) return undefined;
  const isTitle = !/[\\/\s]/.test(first) && first !== "mcp" && isNamedMcp(first);
  return isTitle ? { role: "server", because: `node that calls itself ${first}, on pipes` } : undefined;
}

function isSpokenTo({ stdio }: Process, ...ways: readonly StdioKind[]): boolean {
  const input = stdio?.find(({ fd }) => fd === 0);
  return input !== undefined && ways.includes(input.kind);
}

interface Seen {
  readonly role: Role;
  readonly because: string;
  /** Shells join programs by pipes, and what they name may be a host, a file or a database: `nc mcp-server 9000`. */
  readonly onSockets?: true;
}

function launcher(command: Command): Seen | undefined {
  const image = containerImage(command);
  if (image !== undefined) return { role: "wrapper", because: `launches ${image}` };
  const launch = launchOf(command);
  if (launch === undefined) return undefined;
  const isOfDotnet = command.interpreter === "dotnet";
  const found = launch.names.find((name) => isOfDotnet ? NAMED_IN_DOTNET.test(name) : isServerName(name));
  if (found !== undefined) return { role: "wrapper", because: `launches ${found}` };
  const word = launch.args[0];
  const name = launch.names.at(-1);
  const isAsked = word === "start-mcp-server" || (word === "run" && name === "fastmcp");
  return isAsked ? { role: "wrapper", because: `launches ${name} ${word}` } : undefined;
}

/** A package's or a program's name, or the way to a script that one of them is given to run. */
function isServerName(name: string): boolean {
  return /[\\/]/.test(name) && !/^@[^/]+\/[^/]+$/.test(name) ? scriptName(name) !== undefined : isPackage(name);
}

function isPackage(name: string): boolean {
  return NAMED_MCP.test(name) ? isNamedMcp(name) : UNSAID.test(name);
}

/** The image that `docker run -i` runs, or what that is told to launch: nobody talks to the others through stdin. */
function containerImage({ program, args }: Command): string | undefined {
  if (!/^(?:docker|podman|nerdctl)$/.test(program) || args[0] !== "run") return undefined;
  if (!args.some((argument) => /^(?:-\w*i\w*|--interactive)$/.test(argument))) return undefined;
  let at = 1;
  while (args[at]?.startsWith("-") === true) at += ALONE.test(args[at] as string) ? 1 : 2;
  const image = args[at]?.replace(/(?<=.)[@:][^/@:]*$/, "");
  if (image === undefined) return undefined;
  return isNamedMcp(image) ? image : launchOfWords(args.slice(at + 1))?.names.find(isServerName);
}

/** What ends like a file that no interpreter runs is an operand: a notebook, a text about MCP. */
function isNamedMcp(name: string): boolean {
  const stem = name.replace(SCRIPT_END, "");
  return isWordOfMcp(stem) && !/\.[a-z]\w*$/i.test(stem);
}

function isWordOfMcp(name: string): boolean {
  return NAMED_MCP.test(name) && !ABOUT_MCP.test(name);
}

function server(command: Command): Seen | undefined {
  const { script, module } = command;
  if (OF_SERENA.test(script ?? "") || OF_SERENA.test(command.path)) {
    return { role: "server", because: "a language server that serena brought along" };
  }
  if (script !== undefined && /^(?:npm|jsr):/.test(script)) {
    const name = script.slice("npm:".length).replace(/(?<=.)@[^/@]*$/, "");
    return NAMED_MCP.test(name) ? { role: "server", because: `runs ${script}` } : undefined;
  }
  if (module !== undefined) {
    return isServerModule(module) ? { role: "server", because: `runs the module ${module}` } : undefined;
  }
  if (script !== undefined && command.interpreter !== "shell" && command.interpreter !== "cmd") {
    const name = scriptName(script);
    if (name !== undefined) return { role: "server", because: `runs ${name}` };
    const word = command.args[0] ?? "";
    const isAsked = MCP_WORDS.has(word) && /node_modules|[\\/]\.?bin[\\/]/.test(script);
    // Laravel's one script for everything: `artisan boost:mcp`, `artisan mcp:start`.
    const isFast = baseName(script) === "fastmcp" && word === "run";
    const isArtisan = baseName(script) === "artisan" && /(?:^|:)mcp(?::|$)/.test(word);
    return isAsked || isFast || isArtisan ? { role: "server", because: `runs ${baseName(script)} ${word}` } : undefined;
  }
  if (command.interpreter !== undefined) return undefined;
  if (command.program !== "mcp" && (isNamedMcp(command.program) || NAMED_SERVER.test(command.program))) {
    return { role: "server", because: `executable is ${command.program}` };
  }
  const word = command.args[0];
  return word === "start-mcp-server" || (word === "run" && command.program === "fastmcp")
    ? { role: "server", because: `${command.program} ${word}` }
    : undefined;
}

/** `mcp_server_git`, `tools.mcp`, `notes_mcp.server`. A package about MCP has other modules than its server. */
function isServerModule(module: string): boolean {
  const [last = "", ...packages] = module.replaceAll("_", "-").split(".").reverse();
  if (isWordOfMcp(last)) return true;
  return packages.some(isWordOfMcp) && SERVER_MODULE.test(last);
}

/** The name under which a script is an MCP server, or undefined. */
function scriptName(script: string): string | undefined {
  const name = baseName(script);
  // Of an archive the word alone says too little: there is a toolkit for Minecraft of that name.
  if (/\.(?:jar|dll)$/i.test(name) ? NAMED_SERVER.test(name) : isNamedMcp(name)) return name;
  const normal = script.replaceAll("\\", "/");
  if (/\/bin\/serena$/.test(normal)) return "serena";
  if (UNSAID.test(name) && /\/\.?bin\/[^/]+$/.test(normal)) return name;
  const inPackage = /\/node_modules\/(?:\.bin\/+\.\.\/)?((?:@[^/]+\/)?[^/]+)\//g;
  let last: string | undefined;
  for (const match of normal.matchAll(inPackage)) last = match[1];
  if (last !== undefined && last !== ".bin" && (NAMED_MCP.test(last) || last === "@wonderwhy-er/desktop-commander")) {
    return last;
  }
  if (/\/dist\/mcp\/[\w-]+-server\.[cm]?js$/.test(normal)) return name;
  return undefined;
}

export default mcpServer;
