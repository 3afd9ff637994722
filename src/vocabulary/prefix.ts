/**
 * Programs that run another with something in front of it (secrets, an environment, a limit, a compiler) and stay until
 * it ends: `op run -- npx …`, `conda run -n mcp …`, `go run ./cmd/…`; or that have it run elsewhere: `kubectl exec -i`,
 * `ssh`. Pure.
 *
 * @module
 */
import { commandOf, perCommand } from "./command.ts";
import { spokenCompose, spokenExec } from "./container-run.ts";
import type { Command } from "./command.ts";
import { afterOptions } from "./options.ts";
import { baseName } from "../process.ts";

/** What they run stands after two dashes. */
const BEFORE_DASHES = new Set(
  ["op", "doppler", "infisical", "dotenv", "dotenvx", "varlock", "aws-vault", "chamber", "teller", "envchain"],
);
/** Environments of Python: what they run stands after `run`. */
const CONDAS = new Set(["conda", "mamba", "micromamba"]);
/** Version managers and the word after which they do; with dashes before what they run, or with none. */
const OF_VERSIONS: ReadonlyMap<string, RegExp> = new Map([
  ["mise", /^(?:exec|x)$/],
  ["fnm", /^exec$/],
  ["volta", /^run$/],
]);
const VALUED_BY_VERSIONS = /^--(?:using|node|npm|yarn|pnpm|bundled-npm)$/;
/** The same, for a project or an environment of Python's; `poetry` and others become what they run. */
const PROJECTS = new Set(["hatch", "pdm", "pipenv", "poetry", "rye"]);
/** Options of ssh that take the next word. */
const VALUED_BY_SSH = /^-[BbcDEeFIiJLlmOopQRSWw]$/;
/** Options with which it gives a person a terminal, or runs nothing. */
const NOT_SPOKEN_BY_SSH = /^-\w*[tNfW]/;
/** Options of conda and timeout that take the next word. */
const VALUED = /^(?:-[npcks]|--(?:name|prefix|cwd|kill-after|signal))$/;
/** The same of Go, which builds first. */
const VALUED_BY_GO = /^-(?:C|tags|ldflags|gcflags|exec|o|p|mod|modfile|overlay)$/;

/** The command that a prefix runs, read as one of its own; undefined for everything that is none. */
export const behindPrefix: (command: Command) => Command | undefined = perCommand((command) => {
  const argv = wordsBehind(command);
  return argv?.[0] === undefined ? undefined : commandOf({ pid: 0, ppid: 0, argv });
});

function wordsBehind(command: Command): readonly string[] | undefined {
  const { program, interpreter, scriptName, args } = command;
  const name = interpreter === undefined ? program : scriptName?.replace(/\.[cm]?js$/, "");
  if (name === undefined) return undefined;
  if (BEFORE_DASHES.has(name)) {
    const at = args.indexOf("--");
    return at < 0 ? undefined : args.slice(at + 1);
  }
  if (OF_VERSIONS.get(name)?.test(args[0] ?? "") === true) {
    const at = args.indexOf("--");
    return args.slice(at < 0 ? afterOptions(args, 1, takes(VALUED_BY_VERSIONS)) : at + 1);
  }
  if (name === "timeout" || name === "gtimeout") return args.slice(afterOptions(args, 0, takes(VALUED)) + 1);
  if (CONDAS.has(name)) {
    return args[0] === "run" ? args.slice(afterOptions(args, 1, takes(VALUED))) : undefined;
  }
  if (PROJECTS.has(name)) {
    const words = args[0] === "run" ? args.slice(afterOptions(args, 1, takes(VALUED))) : [];
    // `hatch run test:mcp-server`: a task of an environment.
    return words[0]?.includes(":") === true ? undefined : words;
  }
  if (name === "ssh") return wordsOfSsh(args);
  if (args[0] === "exec" && interpreter === undefined && name !== "docker-compose") return spokenExec(command);
  if (args[0] === "compose" || name === "docker-compose") return spokenCompose(command);
  if (name === "go" && args[0] === "run") {
    const at = afterOptions(args, 1, takes(VALUED_BY_GO));
    const main = args[at]?.replace(/@[^/@]*$/, "");
    return main === undefined ? undefined : [baseName(main), ...args.slice(at + 1)];
  }
  if (name === "cargo" && args[0] === "run") {
    const at = args.findIndex((word) => /^(?:--bin|-p|--package)$/.test(word));
    return at < 0 ? undefined : args.slice(at + 1, at + 2);
  }
  return undefined;
}

/** What ssh has the other machine's shell run. */
function wordsOfSsh(args: readonly string[]): readonly string[] | undefined {
  const host = afterOptions(args, 0, takes(VALUED_BY_SSH));
  if (args.slice(0, host).some((option) => NOT_SPOKEN_BY_SSH.test(option))) return undefined;
  const words = args.slice(host + 1);
  return words.length === 0 ? undefined : ["sh", "-c", words.join(" ")];
}

function takes(valued: RegExp): (option: string) => boolean {
  return (option) => valued.test(option);
}
