import { commandOf, firstWord, perCommand } from "../../src/command.ts";
import type { Command } from "../../src/command.ts";
import { baseName } from "../../src/process.ts";
import type { Claim, Matcher, Role } from "../../src/contract.ts";

/** A package or program that says it speaks MCP: the three letters stand as a word of their own. */
const NAMED_MCP = /(?:^|[-_./@])mcp(?:$|[-_./@])|^@modelcontextprotocol\//;
/** Words that make any program an MCP server. */
const MCP_WORDS = new Set(["mcp", "mcp-server", "start-mcp-server"]);
/** Something on a port is meant to be shared. */
const ON_A_PORT = /^(?:--port|-p|--transport=?(?:http|sse|streamable.*)?|streamableHttp|sse|http)$/i;
/** Options of `docker run` take words of their own: the image is among the first few. */
const MOST_WORDS = 24;
const SCRIPT_END = /\.(?:[cm]?[jt]s|py|phar|exe|cmd)$/;

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
    "docker",
    "podman",
    "serena",
    /mcp/i,
    "gitnexus",
    "deno",
  ],
  words: ["mcp", "modelcontextprotocol", "serena"],
  needs: ["command", "executable"],
  claim(process): Claim | undefined {
    const command = commandOf(process);
    return command === undefined ? undefined : claimOn(command);
  },
};

const claimOn = perCommand((command): Claim | undefined => {
  const seen = launcher(command) ?? server(command);
  if (seen === undefined) return undefined;
  const shared = command.args.some((argument, at) => ON_A_PORT.test(argument) && isPort(command.args, at));
  return {
    family: "mcp-server",
    role: seen.role,
    lifeline: "stdio",
    because: seen.because,
    ...(shared ? { shared } : {}),
  };
});

function isPort(args: readonly string[], at: number): boolean {
  const argument = args[at] as string;
  if (argument === "-p" || argument === "--port") return /^\d+$/.test(args[at + 1] ?? "");
  if (argument === "--transport") return !/^stdio$/i.test(args[at + 1] ?? "stdio");
  return true;
}

interface Seen {
  readonly role: Role;
  readonly because: string;
}

function launcher(command: Command): Seen | undefined {
  const packages = launched(command);
  const found = packages?.find((name) => NAMED_MCP.test(name.replace(/(?<=.)@[^/@]*$/, "").replace(/[=<>].*$/, "")));
  if (found === undefined) return undefined;
  return { role: "wrapper", because: `launches ${found}` };
}

/** What a launcher launches: the words among which the package stands. */
function launched(command: Command): readonly string[] | undefined {
  if (command.title !== undefined) {
    const words = command.title.split(" ");
    if (/^npm (?:exec|x) /.test(command.title)) return wordsOf(words.slice(2));
    if (words[0] === "npx") return wordsOf(words.slice(1));
    return undefined;
  }
  if (command.text !== undefined) {
    const words = command.text.split(/\s+/);
    if (/^(?:npx|bunx|uvx)(?:\.cmd|\.exe)?$/.test(words[0] ?? "")) return wordsOf(words.slice(1));
    const first = firstWord(command.text);
    return first === "" ? undefined : [baseName(first)];
  }
  if (command.script !== undefined && /^(?:npx-cli\.js|npx)$/.test(baseName(command.script))) {
    return wordsOf(command.args);
  }
  if (
    command.script !== undefined && /^npm(?:-cli\.js)?$/.test(baseName(command.script)) &&
    /^(?:exec|x)$/.test(command.args[0] ?? "")
  ) {
    return wordsOf(command.args.slice(1));
  }
  if (
    command.script !== undefined && /^(?:pnpm|yarn)(?:\.[cm]?js)?$/.test(baseName(command.script)) &&
    command.args[0] === "dlx"
  ) {
    return wordsOf(command.args.slice(1));
  }
  if (command.script !== undefined && baseName(command.script) === "pipx" && command.args[0] === "run") {
    return wordsOf(command.args.slice(1));
  }
  if (command.program === "uvx" || command.program === "bunx") return wordsOf(command.args);
  if (command.program === "uv") {
    const at = command.args.findIndex((argument) => argument === "uvx" || argument === "run");
    return at < 0 ? undefined : wordsOf(command.args.slice(at + 1));
  }
  if (/^(?:docker|podman)$/.test(command.program) && command.args[0] === "run") {
    return command.args.includes("-i") || command.args.includes("--interactive") || command.args.includes("-it")
      ? command.args.slice(1).filter((argument) => !argument.startsWith("-")).slice(0, MOST_WORDS)
      : undefined;
  }
  return undefined;
}

function wordsOf(args: readonly string[]): string[] {
  const found: string[] = [];
  for (let at = 0; at < args.length && found.length < 4; at++) {
    const argument = args[at] as string;
    if (argument === "--from" || argument === "--package") continue;
    if (argument === "--with" || argument === "--python" || argument === "-e" || argument === "-v") at++;
    else if (!argument.startsWith("-")) {
      found.push(argument);
      // What follows the package is its own business, but for a runner such as tsx.
      if (!/^(?:tsx|ts-node|node|python3?|bun)$/.test(argument)) break;
    }
  }
  return found;
}

function server(command: Command): Seen | undefined {
  const { script, module } = command;
  if (script !== undefined && /^(?:npm|jsr):/.test(script)) {
    const name = script.slice("npm:".length).replace(/(?<=.)@[^/@]*$/, "");
    return NAMED_MCP.test(name) ? { role: "server", because: `runs ${script}` } : undefined;
  }
  if (module !== undefined) {
    return NAMED_MCP.test(module.replaceAll("_", "-"))
      ? { role: "server", because: `runs the module ${module}` }
      : undefined;
  }
  if (script !== undefined && command.interpreter !== "shell" && command.interpreter !== "cmd") {
    const name = scriptName(script);
    if (name !== undefined) return { role: "server", because: `runs ${name}` };
    return MCP_WORDS.has(command.args[0] ?? "") && /node_modules|[\\/]\.?bin[\\/]/.test(script)
      ? { role: "server", because: `runs ${baseName(script)} ${command.args[0]}` }
      : undefined;
  }
  if (command.interpreter !== undefined) return undefined;
  if (command.program !== "mcp" && NAMED_MCP.test(command.program)) {
    return { role: "server", because: `executable is ${command.program}` };
  }
  if (/^(?:mcp-server|start-mcp-server)$/.test(command.args[0] ?? "")) {
    return { role: "server", because: `${command.program} ${command.args[0]}` };
  }
  return undefined;
}

/** The name under which a script is an MCP server, or undefined. */
function scriptName(script: string): string | undefined {
  const name = baseName(script);
  if (NAMED_MCP.test(name.replace(SCRIPT_END, ""))) return name;
  const normal = script.replaceAll("\\", "/");
  if (/\/bin\/serena$/.test(normal)) return "serena";
  const inPackage = /\/node_modules\/(?:\.bin\/+\.\.\/)?((?:@[^/]+\/)?[^/]+)\//g;
  let last: string | undefined;
  for (const match of normal.matchAll(inPackage)) last = match[1];
  if (last !== undefined && last !== ".bin" && NAMED_MCP.test(last)) return last;
  if (/\/dist\/mcp\/[\w-]+-server\.[cm]?js$/.test(normal)) return name;
  return undefined;
}

export default mcpServer;
