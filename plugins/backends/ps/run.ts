/**
 * Runs the system's own programs: by absolute path, for a PATH can be planted; with an environment of
 * our own, for locale and time zone change what they print; with an end to the waiting.
 *
 * @module
 */
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

const ENVIRONMENT: Readonly<Record<string, string>> = {
  LC_ALL: "C",
  // In POSIX form, so that no time zone file is looked for. Start times are identities: they must not
  // move with the viewer's zone, nor with summer time.
  TZ: "UTC0",
  // lsof and launchctl run others from their own directories alone, if at all.
  PATH: "/usr/bin:/bin:/usr/sbin:/sbin",
};
const MOST_BYTES = 1024 * 1024 * 1024;
const MOST_MS = 20_000;

/** What a program printed. */
export interface Output {
  readonly pid: number;
  readonly status: number;
  readonly text: string;
  readonly errors: string;
}

/** Where the system's programs are, and how they are run. Tests put recorded output in their place. */
export interface Tools {
  /** The first of these that can be run. */
  find(paths: readonly string[]): string | undefined;
  /** Runs a program to its end, under another name where one is given. A string says why there is no output. */
  run(path: string, parameters: readonly string[], as?: string): Output | string;
}

/** Those of this machine. */
export const SYSTEM: Tools = { find, run };

function find(paths: readonly string[]): string | undefined {
  return paths.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Whether what stands there is busybox or toybox under another name. */
export function manyInOne(path: string): string | undefined {
  try {
    const real = realpathSync(path);
    const { dev, ino } = statSync(real);
    // It is installed as many names of one file too.
    const isSame = (name: string): boolean => {
      const other = statSync(join(dirname(real), name), { throwIfNoEntry: false });
      return other?.ino === ino && other.dev === dev;
    };
    return /\b(busybox|toybox)\b/.exec(real)?.[1] ?? ["busybox", "toybox"].find(isSame);
  } catch {
    return undefined;
  }
}

function run(path: string, parameters: readonly string[], as: string = path): Output | string {
  // Loaded when it is needed: elsewhere than here nobody starts a process, and it takes as long as half a look.
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  const { pid, status, signal, error, stdout, stderr } = spawnSync(path, [...parameters], {
    argv0: as,
    env: { ...ENVIRONMENT },
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: MOST_BYTES,
    timeout: MOST_MS,
    killSignal: "SIGKILL",
  });
  if (error !== undefined) return `${path}: ${(error as NodeJS.ErrnoException).code ?? "cannot be run"}`;
  if (status === null) return `${path} was ended by ${signal ?? "a signal"}`;
  return { pid: pid ?? 0, status, text: stdout.toString("utf8"), errors: stderr.toString("utf8") };
}
