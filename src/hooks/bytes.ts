/**
 * Texts of files are bytes here (`latin1`), so that whatever is in them stays. Pure.
 *
 * @module
 */

/** A text, as it will stand in a file. */
export function asBytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** Back to a file's content. */
export function fromBytes(text: string | undefined): Buffer | undefined {
  return text === undefined ? undefined : Buffer.from(text, "latin1");
}
