import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from "node:fs";

const MOST_BYTES = 1 << 20;

/** The text of a regular file of at most 1 MiB, never through a link; undefined when it cannot be had. */
export function readText(path: string, mostBytes: number = MOST_BYTES): string | undefined {
  let descriptor: number | undefined;
  try {
    const named = lstatSync(path, { bigint: true });
    if (!named.isFile()) return undefined;
    descriptor = openSync(path, constants.O_RDONLY);
    const opened = fstatSync(descriptor, { bigint: true });
    // Between the look and the opening the name may have become a link to somewhere else.
    if (!opened.isFile() || opened.ino !== named.ino || opened.dev !== named.dev) return undefined;
    if (opened.size > BigInt(mostBytes)) return undefined;
    const bytes = Buffer.alloc(Number(opened.size));
    let length = 0;
    for (let got = 1; got > 0 && length < bytes.length; length += got) {
      got = readSync(descriptor, bytes, length, bytes.length - length, length);
    }
    return bytes.toString("utf8", 0, length);
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
