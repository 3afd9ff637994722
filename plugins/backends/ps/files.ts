/**
 * Texts of small files. Nothing blocks.
 *
 * @module
 */
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";

const FILE_BYTES = 1024 * 1024;

/** The text of a small regular file, or undefined when it is none or cannot be read. */
export function readText(path: string, mostBytes: number = FILE_BYTES): string | undefined {
  let fd: number | undefined;
  try {
    // Looked at before it is opened: a FIFO would wake its writer, a device may act.
    if (!statSync(path).isFile()) return undefined;
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const facts = fstatSync(fd);
    if (!facts.isFile() || facts.size > mostBytes) return undefined;
    const bytes = Buffer.alloc(facts.size + 1);
    let length = 0;
    for (let more = -1; more !== 0 && length < bytes.length; length += more) {
      more = readSync(fd, bytes, length, bytes.length - length, null);
    }
    return bytes.toString("utf8", 0, length);
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
