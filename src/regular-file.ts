/**
 * Our own files, which are regular ones: who opens a FIFO in the place of one would wait for ever.
 *
 * @module
 */
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from "node:fs";
import { Complaint, EXIT } from "./complaint.ts";
import { visible } from "./text.ts";

const { O_RDONLY, O_NONBLOCK = 0, O_NOCTTY = 0 } = constants;

/**
 * Opens a file, and waits for nobody.
 *
 * @throws {Complaint} When something else is there.
 */
export function openRegular(
  path: string,
  flags: number,
  mode?: number,
): { readonly fd: number; readonly facts: Stats } {
  const fd = open(path, flags, mode);
  const facts = fstatSync(fd);
  if (facts.isFile()) return { fd, facts };
  closeSync(fd);
  throw notRegular(path);
}

/**
 * What is in a file, and what it was when that had been read: whoever writes meanwhile shows in its time.
 *
 * @throws {Complaint} When something else is there.
 */
export function readRegular(path: string): { readonly bytes: Buffer; readonly facts: Stats } {
  const { fd } = openRegular(path, O_RDONLY);
  try {
    const bytes = readFileSync(fd);
    return { bytes, facts: fstatSync(fd) };
  } finally {
    closeSync(fd);
  }
}

function open(path: string, flags: number, mode: number | undefined): number {
  try {
    return openSync(path, flags | O_NONBLOCK | O_NOCTTY, mode);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A socket, or a FIFO to write to that nobody reads; a link where none is followed.
    throw code === "ENXIO" || code === "ELOOP" ? notRegular(path) : error;
  }
}

/** That something else is there. */
export function notRegular(path: string): Complaint {
  return new Complaint(`${visible(path)}: is no regular file: move it away`, EXIT.cannotWorkHere);
}
