/**
 * Small C programs of the tests, compiled where they are needed.
 *
 * @module
 */
import { join } from "node:path";

/** Compiles `tests/support/programs/NAME.c` into a directory and tells the path of the program, or of the library. */
export function compileC(name: string, directory: string, kind: "program" | "library" = "program"): string {
  const source = join(import.meta.dir, "programs", `${name}.c`);
  const program = join(directory, name);
  if (Bun.which("gcc") === null) throw new Error("this test compiles C programs and needs gcc (apt-get install gcc)");
  const { exitCode, stderr } = Bun.spawnSync([
    ...["gcc", "-O1", "-Wall", "-Wextra", "-pthread", "-o", program, source],
    ...(kind === "library" ? ["-shared", "-fPIC"] : []),
  ]);
  if (exitCode !== 0) throw new Error(`gcc could not compile ${source}:\n${stderr.toString()}`);
  return program;
}
