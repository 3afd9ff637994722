/**
 * The runtimes that the library is for, as they are on this machine.
 *
 * @module
 */
import { join } from "node:path";

const ROOT = join(import.meta.dir, "..", "..");

/** One runtime: how it runs a file, and what the library is to it. */
export interface Runtime {
  readonly name: string;
  readonly command: readonly string[];
  readonly library: string;
  /** The name of a file that it runs. */
  readonly file: string;
}

/** Bun, Deno (with the rights that the documentation names, and no others) and Node. */
export function runtimes(): readonly Runtime[] {
  const found = Bun.spawnSync(["npx", "--yes", "deno@2.9.6", "eval", "console.log(Deno.execPath())"]);
  const deno = found.stdout.toString().trim();
  if (found.exitCode !== 0 || deno === "") throw new Error(`no Deno: ${found.stderr.toString()}`);
  const source = join(ROOT, "mod.ts");
  return [
    { name: "Bun", command: [process.execPath], library: source, file: "example.ts" },
    // Types are checked by tsc, and examples are plain enough for Node.
    { name: "Deno", command: [deno, "run", "--no-check", "--allow-all"], library: source, file: "example.ts" },
    { name: "Node", command: ["node"], library: join(ROOT, "dist/lib/mod.js"), file: "example.mjs" },
  ];
}
