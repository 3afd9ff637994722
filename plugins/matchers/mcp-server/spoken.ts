/**
 * What counts only where somebody talks to it through pipes or sockets.
 *
 * @module
 */
import { baseName } from "../../../src/process.ts";
import { type Command, perCommand } from "../../../src/vocabulary/command.ts";
import { mainClass } from "../../../src/vocabulary/java.ts";
import { launchOf } from "../../../src/vocabulary/launch.ts";
import { behindPrefix } from "../../../src/vocabulary/prefix.ts";
import {
  configures,
  develops,
  isNamedMcp,
  isScript,
  mayBeServerModule,
  mayBeServerProgram,
  NAMED_IN_DOTNET,
  ownScriptName,
} from "../../../src/vocabulary/server-names.ts";
import { MCP_WORDS, saidBy, type Seen } from "./said.ts";

/** Whoever has a server built before it runs is often at work on it. */
const BUILDS = new Set(["go", "cargo"]);
/** What follows `mcp` where it is a command, and no text to look for. */
const VERB = new Set(["serve", "server", "start", "stdio", "run", "gateway"]);
/** Programs that take texts and files, in pipelines above all. */
const READER =
  /^(?:[efz]?grep|rg|ag|ack|g?awk|sed|less|more|tail|head|cat|bat|jq|fzf|tee|make|ninja|vim?|nano|ssh|xargs)$/;
/** Programs that have a server in them, under the command `mcp-server`. */
const OWN_SERVER = new Set(["dart", "flutter"]);
/** A compiled or plain entry of a package that lies in a directory of its own. */
const ENTRY =
  /(?:^|\/)([^/]+)\/(?:(?:dist|build|out|lib|src|bin|server)\/)?(?:[\w-]+-)?(?:index|server|main|cli|stdio|app)\.(?:[cm]?[jt]s|py)$/;
/** Directories that are called like a server, or that hold nothing else. */
const SERVER_DIRECTORY = /(?:^|[-_.])mcp[-_]server(?:$|[-_])|[-_]mcp$|^mcp$/;

/**
 * What is a server only where somebody talks to it through pipes or sockets, as nobody talks to a program that was started
 * by hand: a script of one's own, or one that lies in a server's directory, `anything mcp`, a title. People call scripts and
 * directories what they like, and `vim mcp` opens one.
 */
export const mayBeServer: (command: Command) => Seen | undefined = perCommand((command) => {
  const { interpreter, program, script, args } = command;
  const behind = behindPrefix(command);
  if (behind !== undefined) return ofPrefix(program, behind);
  const launcher = ofLauncher(command);
  if (launcher !== undefined) return launcher;
  if (command.module !== undefined && mayBeServerModule(command.module) && !develops(command.module, args[0])) {
    return { role: "server", because: `runs the module ${command.module}, on pipes`, isOwn: true };
  }
  // `codegraph serve --mcp`: what it is asked for, whoever it is.
  const asked = VERB.has(args[0] ?? "") ? args[1] : args[0];
  if (asked === "--mcp" && !READER.test(program) && interpreter !== "shell") {
    return { role: "server", because: `${command.scriptName ?? program} --mcp, on pipes` };
  }
  if (interpreter === undefined) return ofProgram(command);
  if (interpreter === "java" && script === undefined) {
    const name = mainClass(args);
    return name === undefined ? undefined : { role: "server", because: `runs ${name}, on pipes` };
  }
  return script === undefined ? ofTitle(command) : ofScript(command, script);
});

function ofPrefix(prefix: string, behind: Command): Seen | undefined {
  const named = saidBy(behind);
  const seen = named ?? mayBeServer(behind);
  const isOwn = named !== undefined && !BUILDS.has(prefix) && prefix !== "ssh" ? { isOwn: true } as const : {};
  const onSockets = prefix === "ssh" ? { onSockets: true, there: behind } as const : {};
  return seen && { ...seen, role: "wrapper", because: `${prefix}, which ${seen.because}`, ...isOwn, ...onSockets };
}

function ofLauncher(command: Command): Seen | undefined {
  const launch = launchOf(command);
  if (launch === undefined) return undefined;
  const name = launch.names.at(-1);
  const place = launch.places.find((place) => SERVER_DIRECTORY.test(baseName(place)));
  if (place !== undefined) return { role: "wrapper", because: `launches ${name} in ${place}, on pipes` };
  const own = launch.names.filter(isScript).map(ownScriptName).find((name) => name !== undefined);
  if (own !== undefined) return { role: "wrapper", because: `launches ${own}, on pipes`, isOwn: true };
  const [word = "", verb] = launch.args;
  const isAsked = (MCP_WORDS.has(word) && !configures(word, verb)) || word === "--mcp";
  return isAsked ? { role: "wrapper", because: `launches ${name} ${word}, on pipes` } : undefined;
}

function ofProgram({ program, args }: Command): Seen | undefined {
  const [word, more] = args;
  if (VERB.has(word ?? "") && program.toLowerCase().endsWith("mcp")) {
    return { role: "server", because: `${program} ${word}, on pipes` };
  }
  if (mayBeServerProgram(program)) {
    return { role: "server", because: `executable is ${program}, on pipes`, isOwn: true };
  }
  if (word === "mcp") {
    if (VERB.has(more ?? "")) return { role: "server", because: `${program} mcp ${more}, on pipes` };
    if (more?.startsWith("-") === false || READER.test(program)) return undefined;
    return { role: "server", because: `${program} mcp, on sockets`, onSockets: true };
  }
  if (word === "stdio" && program === "container-use") {
    return { role: "server", because: `${program} stdio, on pipes` };
  }
  if (word !== "mcp-server" || READER.test(program)) return undefined;
  const because = `${program} mcp-server, on pipes`;
  return { role: "server", because, ...(OWN_SERVER.has(program) ? {} : { onSockets: true }) };
}

function ofScript({ interpreter, args }: Command, script: string): Seen | undefined {
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

/** A configuration may name a script of somebody's own, which sets what the server needs and stays: `bash mcp/github.sh`. */
export const mayLeadToServer: (command: Command) => Seen | undefined = perCommand(({ interpreter, script }) => {
  if (interpreter !== "shell" || script === undefined || !/mcp/i.test(script)) return undefined;
  return { role: "wrapper", because: `${baseName(script)}, which does nothing but run a server, on pipes` };
});
