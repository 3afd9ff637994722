/**
 * Windows' own programs, from its own directory alone.
 *
 * @module
 */
import { existsSync } from "node:fs";
import type { Programs } from "../../../src/contract.ts";
import { later, run } from "../_posix/programs.ts";

/** Programs of Windows. */
export const programs: Programs = {
  find(name) {
    const path = `${process.env["SystemRoot"] ?? "C:\\Windows"}\\System32\\${name}`;
    return existsSync(path) ? path : undefined;
  },
  run,
  later,
};
