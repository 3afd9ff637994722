/**
 * musl's binary on a Debian, which has musl and no libstdc++ for it: its own one, built for glibc, does (see
 * programs/gnu-on-musl.c). What it cannot tell is how ours gets on with the libstdc++ of an Alpine.
 *
 * @module
 */
import { chmodSync, copyFileSync, existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileC } from "./c-programs.ts";

const LOADER = "/lib/ld-musl-x86_64.so.1";
const LIBRARIES = ["/usr/lib/x86_64-linux-gnu/libstdc++.so.6", "/lib/x86_64-linux-gnu/libgcc_s.so.1"];

/** Whether this machine can run it. */
export const runsMusl: boolean = process.platform === "linux" && process.arch === "x64" &&
  [LOADER, ...LIBRARIES].every((path) => existsSync(path));

/** Lays what it takes into a directory, and tells the path of a program that is the binary. */
export function onMusl(binary: string, directory: string): string {
  for (const library of LIBRARIES) copyFileSync(library, join(directory, library.slice(library.lastIndexOf("/") + 1)));
  renameSync(compileC("gnu-on-musl", directory, "library"), join(directory, "ld-linux-x86-64.so.2"));
  const program = join(directory, "agent-reaper");
  writeFileSync(program, `#!/bin/sh\nLD_LIBRARY_PATH='${directory}' exec '${binary}' "$@"\n`);
  chmodSync(program, 0o755);
  return program;
}
