/**
 * A package as npm has it, one version of it to the byte: fetched for a test and thrown away, so nothing of it is kept
 * here and nothing of it is installed.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Which one. */
export interface NpmPackage {
  /** `name@version`. */
  readonly name: string;
  /** Of the archive, as npm says it: base64. */
  readonly sha512: string;
}

/** Unpacks these files of it into a directory, by their names inside of the package. */
export function fetchPackage({ name, sha512 }: NpmPackage, files: readonly string[], directory: string): void {
  mkdirSync(directory, { recursive: true });
  const packed = Bun.spawnSync(["npm", "pack", "--silent", "--fetch-retries=5", name], {
    cwd: directory,
    stderr: "pipe",
  });
  const archive = packed.stdout.toString().trim().split("\n").at(-1) ?? "";
  if (packed.exitCode !== 0) throw new Error(`${name} could not be fetched: ${packed.stderr.toString()}`);
  const found = createHash("sha512").update(readFileSync(join(directory, archive))).digest("base64");
  if (found !== sha512) throw new Error(`${name} is not what it was: sha512 ${found}`);
  const inside = files.map((file) => `package/${file}`);
  const command = ["tar", "-xzf", archive, "--strip-components=1", ...inside];
  const unpacked = Bun.spawnSync(command, { cwd: directory, stderr: "pipe" });
  if (unpacked.exitCode !== 0) throw new Error(`${archive} could not be unpacked: ${unpacked.stderr.toString()}`);
}
