/**
 * Runs programs of the system's, and of the person's own, to their end. Nothing is looked for in the
 * PATH: it may be planted.
 *
 * @module
 */
import { accessSync, constants } from "node:fs";
import type { ProgramEnd, ProgramInput, Programs } from "../../../src/contract.ts";

const DIRECTORIES = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin", "/run/current-system/sw/bin"];
const MOST_BYTES = 1024 * 1024;
const PATIENCE_MS = 20_000;

/** Programs of a POSIX system. */
export const programs: Programs = {
  find: (name) => DIRECTORIES.map((directory) => `${directory}/${name}`).find(isProgram),
  run,
  later,
};

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** As `Programs.run`, for all platforms. */
export function run(
  argv: readonly string[],
  { input, variables = {}, patienceMs = PATIENCE_MS }: ProgramInput = {},
): ProgramEnd {
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  const [program = "", ...parameters] = argv;
  const { status, signal, error, stdout, stderr } = spawnSync(program, parameters, {
    // In the person's home the manager of their session is found by what the session has set.
    env: { ...process.env, LC_ALL: "C", ...variables },
    cwd: process.platform === "win32" ? undefined : "/",
    input: input ?? "",
    maxBuffer: MOST_BYTES,
    timeout: patienceMs,
    killSignal: "SIGKILL",
    windowsHide: true,
  });
  const because = error !== undefined
    ? (error as NodeJS.ErrnoException).code ?? error.message
    : status === null
    ? `it was ended by ${signal ?? "a signal"}`
    : undefined;
  return {
    ...(status === null ? {} : { status }),
    text: stdout?.toString("utf8") ?? "",
    errors: because ?? stderr?.toString("utf8") ?? "",
  };
}

/** As `Programs.later`, for all platforms. */
export function later(argv: readonly string[], given: ProgramInput = {}): Promise<ProgramEnd> {
  const { spawn } = process.getBuiltinModule("node:child_process");
  const [program = "", ...parameters] = argv;
  return new Promise((resolve) => {
    const said = { text: "", errors: "" };
    const child = spawn(program, parameters, {
      env: { ...process.env, LC_ALL: "C", ...given.variables },
      cwd: process.platform === "win32" ? undefined : "/",
      stdio: "pipe",
      // A group of its own: what it started ends with it.
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    const { pid } = child;
    const impatience = setTimeout(() => {
      if (process.platform === "win32" || pid === undefined) child.kill("SIGKILL");
      else process.kill(-pid, "SIGKILL");
    }, given.patienceMs ?? PATIENCE_MS);
    child.on("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(impatience);
      resolve({ text: "", errors: error.code ?? error.message });
    });
    child.on("exit", (status, signal) => {
      clearTimeout(impatience);
      const errors = status === null ? `it was ended by ${signal ?? "a signal"}` : said.errors;
      resolve({ ...(status === null ? {} : { status }), text: said.text, errors });
    });
    for (const [name, stream] of [["text", child.stdout], ["errors", child.stderr]] as const) {
      stream?.on("data", (part: Buffer) => {
        if (said[name].length < MOST_BYTES) said[name] += part.toString("utf8");
      });
    }
    // Who does not read what is said is no failure.
    child.stdin?.on("error", () => {});
    child.stdin?.end(given.input ?? "");
  });
}
