/**
 * Whether a command line puts a server on a port: then it is meant to be shared, and idle is not orphaned. Pure.
 *
 * @module
 */
import { AFTER_MCP } from "./server-names.ts";

const PORT = /^(?:-p|--publish|--?(?:(?:http|sse|server|mcp|web)[-_.])?(?:port|listen|addr(?:ess)?|bind))$/i;
/** `8080`, `:8080`, `localhost:8080`, docker's `8080:80`. */
const ADDRESS = /^(?:[\w.*[\]-]*:)*\d+$/;
/** Most words do not, and the patterns that take them apart need not be compiled. */
const HAS_HTTP = /http|sse/i;
const OVER_HTTP = /^(?:http|sse|streamable[-_]?http)$/i;
/** Words and options that say so in themselves: `http-server`, `--stateless-http`, `--http-only`. */
const SAYS_HTTP =
  /^(?:--?(?:(?:enable|with|use|serve|run|start|stateless|mcp)[-_])*)?(?:http|sse|streamable[-_]?http)(?:[-_](?:only|server|stream|mode|transport))?$/i;
/** A page for people, which is on a port. */
const PAGE = /^--?(?:dashboard|ui|gui|web[-_]?(?:ui)?|playground)$/i;
/** Options that name the way. */
const WAY = /^--?(?:mode|protocol|server|server[-_]type|type)$/i;
/** A host to listen on that is none to ask: every one of this machine's. */
const ANY_HOST = /^(?:0\.0\.0\.0|\[?::\]?|\*)$/;
/** Ways of mcp-remote to whom it asks; itself it is on stdio. */
const OF_ASKING = /^(?:stdio|(?:http|sse)-(?:first|only))$/i;

/** However it is spelt: `--port 80`, `-port=80`, `--sse`, `-t http`, `--transport=sse`. */
export function isOnPort(args: readonly string[]): boolean {
  return args[0] === "daemon" || args.some((argument, at) => {
    const [, option = argument, given] = /^(-[^=]*)=(.*)$/s.exec(argument) ?? [];
    const value = given ?? args[at + 1] ?? "";
    if (HAS_HTTP.test(option) && SAYS_HTTP.test(option)) {
      const before = given === undefined ? args[at - 1] : undefined;
      // `--sse https://…`: whom it asks. What the option before names is that option's.
      return !/^https?:/.test(value) && !(before === "--transport" && OF_ASKING.test(option));
    }
    if (!option.startsWith("-")) return false;
    if (/^--?transport$/i.test(option)) return value !== "" && !OF_ASKING.test(value);
    if (option === "-t" || WAY.test(option)) return OVER_HTTP.test(value);
    if (/^--?host$/i.test(option)) return ANY_HOST.test(value);
    if (/^--?urls$/i.test(option)) return /^https?:/.test(value);
    if (/^--?(?:unix[-_]socket|uds)$/i.test(option)) return value.startsWith("/");
    if (PAGE.test(option)) return given === undefined || given === "true";
    return /^--daemon(?:ize)?$/.test(option) || (PORT.test(option) ? ADDRESS.test(value) : /^-p\d+$/.test(option));
  });
}

/** What is called so: `dist/http.js`, `sse-server.js`, `mcp-server-x-http`. */
const NAMED = /(?:^|[-_.])(?:http|sse|streamable[-_]?http)(?:[-_](?:server|proxy))?(?:\.[cm]?[jt]s|\.py)?$/i;
/** What stands between many clients and many servers. */
const BETWEEN = new Set(["gateway", "router", "hub", "tunnel"]);
/** What puts servers on a port, unless it is told to ask at an address. */
const PROXY = "proxy";

/** Whether what is run says so by one of its names; of mcp-proxy, by what it is given. */
export function isNamedForPort(names: readonly string[], args: readonly string[]): boolean {
  return names.some((name) => {
    if (HAS_HTTP.test(name) && NAMED.test(name)) return true;
    const last = name.slice(Math.max(name.lastIndexOf("-"), name.lastIndexOf("_")) + 1).toLowerCase();
    return last !== name && (BETWEEN.has(last) || (last === PROXY && isInFront(args))) && AFTER_MCP.test(name);
  });
}

/** `mcp-proxy uvx foo` puts foo on a port; of an address it makes a server on stdio. */
function isInFront(args: readonly string[]): boolean {
  return args.some((word) => !word.startsWith("-")) && !args.some((word) => /^https?:/.test(word));
}
