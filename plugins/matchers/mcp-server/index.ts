import { hasEnded } from "../../../src/process.ts";
import { type Command, commandOf, perCommand } from "../../../src/vocabulary/command.ts";
import { saysDetached } from "../../../src/vocabulary/detached.ts";
import { hasPortOfJava, isSpringOnStdio } from "../../../src/vocabulary/java.ts";
import { isApplication, liesInBundle } from "../../../src/vocabulary/kept.ts";
import { launched, launchOf } from "../../../src/vocabulary/launch.ts";
import { isNamedForPort, isOnPort } from "../../../src/vocabulary/port.ts";
import { isScript } from "../../../src/vocabulary/server-names.ts";
import { showsWindow } from "../../../src/vocabulary/windowed.ts";
import type { Claim, Matcher, Process, StdioKind, Table } from "../../../src/contract.ts";
import { saidBy, type Seen } from "./said.ts";
import { mayBeServer, mayLeadToServer } from "./spoken.ts";

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
    const seen = mayBeServer(command) ?? mayLeadToServer(command) ?? (isDoubted ? claimOn(command) : undefined);
    return seen === undefined ? [] : ["stdio"];
  },
  claim(process, table): Claim | undefined {
    const command = commandOf(process);
    if (command === undefined) return undefined;
    const claim = ofJava(process, command) ?? claimOn(command);
    const isOnSockets = () => isSpokenTo(process, "socket") || (command.program === "ssh" && mayBeSpokenTo(process));
    const isSpoken = () => isSpokenTo(process, "pipe", "socket") || isOnSockets();
    if (command.isGuessed === true && !isSpoken()) return undefined;
    if (claim !== undefined) {
      // A program's word, typed at a terminal: servers are talked to through something else.
      if (command.args[0] === "mcp" && isTyped(process)) return undefined;
      return (liesInBundle(process) && !isSpoken()) || isApplication(process, table) ? undefined : claim;
    }
    const launches = launchesServer(process, command, table);
    if (launches !== undefined) return launches;
    const seen = mayBeServer(command) ?? leadsToServer(process, command, table);
    if (seen === undefined || (seen.onSockets === true && !isOnSockets())) return undefined;
    if ((seen.isOwn !== true || table.host.platform === "linux" || liesInBundle(process)) && !isSpoken()) {
      return undefined;
    }
    if (showsWindow(command.program) || isApplication(process, table)) return undefined;
    const found = asClaim(command, seen);
    // A shell joins programs by pipes: whose input has ended goes on for whoever reads it. By sockets nothing but programs does.
    return isOnSockets() || found.shared === true ? found : { ...found, lifeline: "terminal" };
  },
};

function ofJava(process: Process, command: Command): Claim | undefined {
  if (command.interpreter !== "java") return undefined;
  if (isSpringOnStdio(process)) return asClaim(command, { role: "server", because: "Spring's MCP server on stdio" });
  const claim = hasPortOfJava(process) ? claimOn(command) : undefined;
  return claim && { ...claim, shared: true };
}

const claimOn = perCommand((command): Claim | undefined => {
  const seen = saidBy(command);
  return seen === undefined ? undefined : asClaim(command, seen);
});

function asClaim(command: Command, { role, because, onPage = false, there }: Seen): Claim {
  const { args, text, scriptName, program } = there ?? command;
  const { names, args: its } = launchOf(there ?? command) ?? { names: [scriptName ?? program], args };
  const isOnOne = isNamedForPort(names, its) || isOnPort(text?.split(/\s+/) ?? args);
  if (isReachedOut(its)) return { family: "mcp-server", role: "daemon", lifeline: "network", because };
  // Arguments that could not be read may put it on one.
  const shared = onPage || command.argumentsUnknown === true || isOnOne;
  if (!shared && isDetached(command)) {
    return { family: "mcp-server", role: "worker", lifeline: "none", because, detached: true };
  }
  return { family: "mcp-server", role, lifeline: "stdio", because, ...(shared ? { shared } : {}) };
}

/** `desktop-commander remote` reaches out to its vendor's cloud, and is driven from a chat there. With an address it asks that. */
function isReachedOut([word, ...others]: readonly string[]): boolean {
  return word === "remote" && others.every((other) => other.startsWith("-"));
}

/** A package's own daemon (`chrome-devtools-mcp/build/src/daemon/daemon.js`); what is called after the protocol is no file. */
function isDetached(command: Command): boolean {
  return command.scriptName !== undefined && isScript(command.scriptName) && saysDetached(command);
}

/** Whoever does more than that has other children, or a terminal. What it runs is asked on its port, where it has one. */
function leadsToServer(process: Process, command: Command, table: Table): Seen | undefined {
  const seen = mayLeadToServer(command);
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

/** It hears on stdin and answers on stdout: `find . | index --mcp > /dev/null` is spoken to by nobody. */
function isSpokenTo({ stdio }: Process, ...ways: readonly StdioKind[]): boolean {
  return [0, 1].every((end) => stdio?.some(({ fd, kind }) => fd === end && ways.includes(kind)) === true);
}

/** OpenSSH answers through a copy of its output, and puts /dev/null in its place: what it complains through stays as it was. */
function mayBeSpokenTo({ stdio }: Process): boolean {
  return (["socket", "null", "socket"] as const).every((kind, end) =>
    stdio?.some((stream) => stream.fd === end && stream.kind === kind) === true
  );
}

function isTyped({ stdio }: Process): boolean {
  return stdio?.find(({ fd }) => fd === 0)?.kind === "tty";
}

export default mcpServer;
