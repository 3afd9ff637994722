/**
 * Starts a program that does not begin before somebody lets it, so that it can be put on record first: a
 * host that is killed in between leaves nothing that nobody knows of.
 *
 * The gate is a shell that waits for a line on a descriptor of its own and then becomes the program, with the
 * same pid and start (exec). A host that dies closes the other end, and the shell ends instead.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";

export type { ChildProcess } from "node:child_process";

/** What is to be started. */
export interface Spawning {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends it when it is aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Where its errors go. */
  readonly stderr: "inherit" | "ignore" | "pipe";
}

/** A program at its gate. */
export interface Gated {
  /** Its pid is that of the program, before and after it begins. */
  readonly child: ChildProcess;
  /** Lets it begin. Where there is no gate it has begun already. */
  begin(): void;
}

const SHELL = "/bin/sh";
const GATE = 'read -r _ <&3 || exit 125; exec "$@" 3<&-';
/** Shells hand on no variables with other names, npm's for registries for one: what has such gets no gate. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Starts a program behind a gate, where there can be one: not on Windows, and not where the program is not there. */
export function spawnGated(spawning: Spawning): Gated {
  const { command, args, cwd, env, signal, stderr } = spawning;
  const options = {
    env: env as NodeJS.ProcessEnv,
    // No window of a console on Windows.
    windowsHide: true,
    ...(cwd === undefined ? {} : { cwd }),
    ...(signal === undefined ? {} : { signal }),
  };
  // The system's own answer about a program, or a directory, that is not there is the one that callers know (ENOENT on the child).
  if (!canWait(spawning)) {
    return { child: spawn(command, [...args], { ...options, stdio: ["pipe", "pipe", stderr] }), begin() {} };
  }
  const child = spawn(SHELL, ["-c", GATE, SHELL, command, ...args], {
    ...options,
    stdio: ["pipe", "pipe", stderr, "pipe"],
  });
  const gate = child.stdio[3] as import("node:net").Socket | null;
  // It may have been ended while it waited.
  gate?.on("error", () => {});
  return { child, begin: () => void gate?.end("\n") };
}

function canWait({ command, cwd, env, signal }: Spawning): boolean {
  if (process.platform === "win32" || signal?.aborted === true) return false;
  if (!Object.entries(env).every(([name, value]) => value === undefined || NAME.test(name))) return false;
  if (cwd !== undefined && !(isAbsolute(cwd) && isDirectory(cwd))) return false;
  if (!isRunnable(SHELL)) return false;
  if (command.includes("/")) return isRunnable(cwd === undefined ? command : resolve(cwd, command));
  return (env["PATH"] ?? "").split(delimiter).some((directory) =>
    isAbsolute(directory) && isRunnable(join(directory, command))
  );
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
