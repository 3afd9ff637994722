/**
 * Whether a command line puts a server on a port: then it is meant to be shared, and idle is not orphaned. Pure.
 *
 * @module
 */
const PORT = /^(?:-p|--publish|--?(?:(?:http|sse|server|mcp|web)[-_.])?(?:port|listen|addr(?:ess)?|bind))$/i;
/** `8080`, `:8080`, `localhost:8080`, docker's `8080:80`. */
const ADDRESS = /^(?:[\w.*[\]-]*:)*\d+$/;
const OVER_HTTP = /^(?:http|sse|streamable[-_]?http)$/i;
/** Ways of mcp-remote to whom it asks; itself it is on stdio. */
const OF_ASKING = /^(?:stdio|(?:http|sse)-(?:first|only))$/i;

/** However it is spelt: `--port 80`, `-port=80`, `--sse`, `-t http`, `--transport=sse`. */
export function isOnPort(args: readonly string[]): boolean {
  return args.some((argument, at) => {
    const [, option = argument, given] = /^(-[^=]*)=(.*)$/s.exec(argument) ?? [];
    const value = given ?? args[at + 1] ?? "";
    // `--sse https://…`: whom it asks.
    if (OVER_HTTP.test(option.replace(/^--?/, ""))) return !/^https?:/.test(value);
    if (/^--?transport$/i.test(option)) return value !== "" && !OF_ASKING.test(value);
    if (option === "-t") return OVER_HTTP.test(value);
    return PORT.test(option) ? ADDRESS.test(value) : /^-p\d+$/.test(option);
  });
}
