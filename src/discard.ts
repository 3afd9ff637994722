/**
 * Pieces of files that could not be written whole.
 *
 * @module
 */
import { unlinkSync } from "node:fs";

/** Takes a piece away, where there is one. What stands against that does not hide why it was not written. */
export function discard(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was not even begun, or nothing can be written there at all.
  }
}
