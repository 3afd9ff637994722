/**
 * How this program is started once more. Compiled, it is one file; from sources, a runtime is given its first line.
 *
 * @module
 */

/** What tells how a program was started. */
export interface Started {
  /** Where the code lies that asks. */
  readonly module: string;
  /** The file that runs: the program's when it is compiled, else the runtime's. */
  readonly executable: string;
  /** The file that the runtime began with. */
  readonly first: string;
}

/** Whether it runs as one file: compiled code lies in a file system of Bun's own, on Windows on a drive. */
export function isCompiled(module: string = import.meta.path): boolean {
  return module.startsWith("/$bunfs/") || /^[A-Z]:[\\/]~BUN[\\/]/.test(module);
}

/** The words that start it; further ones are its arguments. */
export function ourselves(started: Started = now()): readonly string[] {
  return isCompiled(started.module) ? [started.executable] : [started.executable, started.first];
}

/** The one file that others can start by its path; undefined when run from sources. */
export function ownProgram(started: Started = now()): string | undefined {
  return isCompiled(started.module) ? started.executable : undefined;
}

function now(): Started {
  return { module: import.meta.path, executable: process.execPath, first: Bun.main };
}
