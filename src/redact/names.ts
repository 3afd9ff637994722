/**
 * Which names of flags, variables, fields and headers announce a secret. `--api-key` does,
 * `--api-key-file` and `--max-tokens` do not.
 *
 * @module
 */

/**
 * What follows such a name.
 *
 * - `secret`: whatever follows is one.
 * - `key`: one too, unless it is a path (`--key server.pem`).
 * - `count`: one too, unless it is a number (`--max-tokens 5`).
 * - `mode`: one too, unless it is the name of a method (`--auth none`).
 */
export type Secrecy = "secret" | "key" | "count" | "mode";

/** Where the name stood: after dashes, in a URL's query, or before `=` or `:` in some text. */
export type Place = "flag" | "query" | "text";

const SECRET_WORDS: ReadonlySet<string> = new Set([
  ...["token", "password", "passwd", "passphrase", "passcode", "secret", "secrets", "credential", "credentials"],
  ...["bearer", "jwt", "cookie", "cookies", "apikey", "authtoken", "accesstoken", "mnemonic", "otp", "totp"],
]);

/** `PGPASSWORD`, `SSHPASS`, `githubtoken`: written together, and still. */
const SECRET_ENDINGS =
  /(?:password|passwd|passphrase|secret|apikey|authtoken|accesstoken|secretkey|privatekey|sshpass)$/;
const LONG_SECRET_ENDINGS = /^.{2,}(?:token|passwd)$/;

/** After one of these the value is about the secret, not the secret. */
const ABOUT: ReadonlySet<string> = new Set([
  ...["file", "files", "filename", "path", "paths", "dir", "directory", "folder", "location", "url", "uri", "endpoint"],
  ...["name", "names", "id", "ids", "env", "var", "variable", "type", "types", "kind", "mode", "format", "header"],
  ...["length", "len", "size", "limit", "limits", "count", "counts", "budget", "usage", "window", "rate", "cost"],
  ...["ttl", "expiry", "expires", "expiration", "lifetime", "timeout", "age", "rotation", "iterations", "version"],
  ...["stdin", "fd", "command", "cmd", "helper", "program", "provider", "store", "backend", "manager", "service"],
  ...[
    "server",
    "host",
    "port",
    "user",
    "username",
    "policy",
    "algorithm",
    "alg",
    "issuer",
    "audience",
    "scope",
    "scopes",
  ],
  ...["source", "index", "enabled", "disabled", "required", "prompt", "param", "field", "prefix", "suffix", "sock"],
  ...["jar", "domain", "engine", "plugin", "process", "error", "errors", "event", "events", "per", "max", "min"],
]);

/** Before one of the words above they make a switch of it: `--no-password`, `--use-token`. */
const SWITCHES: ReadonlySet<string> = new Set(
  ["no", "use", "require", "enable", "disable", "skip", "ask", "show", "hide", "allow", "has", "is", "print", "list"],
);

const COUNTING: ReadonlySet<string> = new Set(["max", "min", "num", "total", "n"]);

/** Keys that open nothing. */
const HARMLESS_KEYS: ReadonlySet<string> = new Set([
  ...["public", "pub", "sort", "primary", "partition", "foreign", "cache", "hot", "short", "shortcut", "group", "row"],
  ...["column", "index", "order", "registry", "object", "idempotency", "dedupe", "press", "arrow", "map", "any"],
]);

/** A start in the platform's own unit, in what we write ourselves. */
const OURS = /(?:^|\.)startToken$/;

/** What a name says of the value behind it; undefined: nothing secret. */
export function secrecyOf(name: string, place: Place): Secrecy | undefined {
  if (place === "text" && OURS.test(name)) return undefined;
  const words = wordsOf(name);
  const last = words.at(-1);
  if (last === undefined) return undefined;
  if (place === "flag" && words.length > 1 && SWITCHES.has(words[0] as string)) return undefined;

  const at = words.findLastIndex((word) =>
    SECRET_WORDS.has(word) || SECRET_ENDINGS.test(word) || LONG_SECRET_ENDINGS.test(word)
  );
  if (at >= 0) {
    if (words.slice(at + 1).some((word) => ABOUT.has(word))) return undefined;
    return words.slice(0, at).some((word) => COUNTING.has(word)) ? "count" : "secret";
  }
  if (last === "tokens" || last === "passwords") return "count";
  if (last === "authorization") return "secret";
  if (last === "auth") return place === "text" && words.length === 1 && !name.startsWith("_") ? undefined : "mode";
  if (last === "key" || last === "keys") return keySecrecy(words, place);
  const bare = words.length === 1;
  if (last === "pass" || last === "pat") {
    return bare && place === "text" && name !== name.toUpperCase() ? undefined : "count";
  }
  // PWD and OLDPWD are the working directory; MYSQL_PWD is no directory, nor is Pwd among the fields of a database's address.
  if (last === "pwd") return bare && place !== "flag" && name !== "Pwd" ? undefined : "key";
  if (place === "query" && (last === "sig" || last === "signature" || last === "code")) return "secret";
  return undefined;
}

function keySecrecy(words: readonly string[], place: Place): Secrecy | undefined {
  const before = words.at(-2);
  if (before === undefined) return place === "text" ? undefined : "key";
  return HARMLESS_KEYS.has(before) ? undefined : "key";
}

/** `apiKey`, `API_KEY_2`, `x-api-key` → api, key. */
function wordsOf(name: string): string[] {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase().split(/[^a-z]+/).filter((word) => word !== "");
}
