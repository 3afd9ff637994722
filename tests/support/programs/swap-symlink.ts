/**
 * Exchanges a directory for a symlink and back, as fast as it can, until it is killed.
 *
 *     swap-symlink.ts DIRECTORY TARGET READY_FILE
 *
 * @module
 */
import { mkdirSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";

const [directory, target, ready] = process.argv.slice(2) as [string, string, string];

function quietly(step: () => void): void {
  try {
    step();
  } catch {
    // The one who removes it was faster.
  }
}

writeFileSync(ready, "");
for (;;) {
  quietly(() => mkdirSync(directory));
  quietly(() => renameSync(directory, `${directory}.aside`));
  quietly(() => symlinkSync(target, directory));
  quietly(() => unlinkSync(directory));
  quietly(() => renameSync(`${directory}.aside`, directory));
}
