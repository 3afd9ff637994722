/**
 * Builds the library for Node, which reads no TypeScript below node_modules: library.ts DIRECTORY
 *
 * Modules as they are imported (what opens a database is loaded when one is opened), declarations of what
 * `mod.ts` exports, and a package.json. Bun and Deno import `mod.ts` itself.
 *
 * @module
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

const ROOT = join(import.meta.dir, "..", "..");
const out = process.argv[2];
if (out === undefined) throw new Error("library.ts: name a directory to write to");

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await writeModules(out);
writeDeclarations(out);
writeManifest(out);

async function writeModules(directory: string): Promise<void> {
  const { success, logs } = await Bun.build({
    entrypoints: [join(ROOT, "mod.ts")],
    outdir: directory,
    root: ROOT,
    target: "node",
    format: "esm",
    splitting: true,
    external: ["bun:ffi", "bun:sqlite"],
  });
  if (!success) throw new Error(logs.map(String).join("\n"));
}

/** Only those that are reached from mod.d.ts, with names as Node and its checkers look for them. */
function writeDeclarations(directory: string): void {
  const all = mkdtempSync(join(tmpdir(), "declarations-"));
  try {
    const options = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly", "--rootDir", ROOT, "--outDir", all];
    const tsc = Bun.spawnSync([join(ROOT, "node_modules/.bin/tsc"), "-p", ROOT, ...options]);
    if (tsc.exitCode !== 0) throw new Error(tsc.stdout.toString() + tsc.stderr.toString());
    const waiting = [join(all, "mod.d.ts")];
    const seen = new Set(waiting);
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      const text = readFileSync(path, "utf8");
      for (const [, name] of text.matchAll(/(?:from |import\()"(\.[^"]+)\.ts"/g)) {
        const next = join(dirname(path), `${name}.d.ts`);
        if (!seen.has(next)) waiting.push(next);
        seen.add(next);
      }
      const target = join(directory, relative(all, path));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text.replaceAll(/((?:from |import\()"\.[^"]+)\.ts"/g, `$1.js"`));
    }
  } finally {
    rmSync(all, { recursive: true, force: true });
  }
}

function writeManifest(directory: string): void {
  const { name, version, license } = JSON.parse(readFileSync(join(ROOT, "deno.json"), "utf8")) as Record<
    string,
    string
  >;
  const manifest = {
    ...{ name, version, license, type: "module" },
    exports: { ".": { types: "./mod.d.ts", default: "./mod.js" } },
    engines: { node: ">=20.16" },
    sideEffects: false,
  };
  writeFileSync(join(directory, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
}
