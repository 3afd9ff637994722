/**
 * Asks git what only git can tell: which version it is, where a repository keeps its hooks. Nothing that
 * is asked here makes git run what a repository brings along.
 *
 * @module
 */
import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

const MOST_MS = 10_000;

/** What git answered, without its last line end; undefined when there is none or it failed. */
export type AskGit = (...args: readonly string[]) => string | undefined;

/** The person's git, from their PATH. Whatever of it is relative would lead into the current directory. */
export function findGit(variables: Readonly<Record<string, string | undefined>>): AskGit | undefined {
  const name = process.platform === "win32" ? "git.exe" : "git";
  const path = (variables["PATH"] ?? "").split(delimiter).filter(isAbsolute).map((directory) => join(directory, name))
    .find(isExecutable);
  if (path === undefined) return undefined;
  const env = Object.fromEntries(Object.entries(variables).filter(([key]) => !/^GIT_(?!CONFIG)/.test(key)));
  return (...args) => {
    const { spawnSync } = process.getBuiltinModule("node:child_process");
    const { status, stdout } = spawnSync(path, args, {
      cwd: "/",
      env: { ...env, LC_ALL: "C", GIT_OPTIONAL_LOCKS: "0" },
      stdio: ["ignore", "pipe", "ignore"],
      timeout: MOST_MS,
      killSignal: "SIGKILL",
    });
    return status === 0 ? stdout.toString("utf8").replace(/\r?\n$/, "") : undefined;
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
