/**
 * Files of a container, through the root of one of its processes (`/proc/<pid>/root`, proc_pid_root(5)).
 *
 * What stands there is the container's own to choose. So no link is followed, neither of the file system nor
 * of /proc, and `..` ends at that root (openat2(2)); what is no regular file is not opened; and the walk goes
 * only over file systems that answer by themselves. A container that mounts another one between our look at
 * its mounts and our walk can still have us wait for it.
 *
 * @module
 */
import type { FileInside, Process } from "../../../src/contract.ts";
import { byNumber } from "./by-number.ts";
import { AT_FDCWD, type Files, O_CLOEXEC, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_PATH, O_RDONLY } from "./files.ts";
import { roomFor } from "./libc.ts";
import { isPrompt } from "./mounts.ts";
import { parseStart } from "./stat.ts";

/** The same number on every architecture (asm-generic/unistd.h); Linux 5.6. */
const SYS_openat2 = 437;
const RESOLVE_NO_MAGICLINKS = 0x02;
const RESOLVE_NO_SYMLINKS = 0x04;
const RESOLVE_IN_ROOT = 0x10;
/** `struct open_how`: flags, mode, resolve. */
const HOW_BYTES = 24;
const ENOENT = -2;
/** A list of mounts as long as this was made to be. */
const MOST_MOUNTS = 1024 * 1024;

const ENCODER = new TextEncoder();

/** Reads one. */
export function readInside(
  files: Files,
  mount: number,
  process: Process,
  path: string,
  mostBytes: number,
): FileInside {
  if (!isPlain(path)) return "unknown";
  const directory = files.open(mount, String(process.pid), O_PATH | O_DIRECTORY);
  if (directory < 0) return "unknown";
  try {
    // The descriptor means one process; that it is the one that was judged its start tells.
    const length = files.take(directory, "stat");
    if (length <= 0 || parseStart(files.text(length)) !== process.startToken) return "unknown";
    const mounts = files.readText(directory, "mountinfo");
    if (typeof mounts === "number" || mounts.length > MOST_MOUNTS || !isPrompt(mounts, path)) return "unknown";
    const root = files.open(directory, "root", O_PATH | O_DIRECTORY);
    if (root < 0) return "unknown";
    try {
      return readBelow(files, root, path, mostBytes);
    } finally {
      files.close(root);
    }
  } finally {
    files.close(directory);
  }
}

/** Whole, and without turns: so it goes over the mounts that its beginnings name. */
function isPlain(path: string): boolean {
  return /^(?:\/[^/]+)+$/.test(path) && !path.includes("\0") && !/\/\.{1,2}(?:\/|$)/.test(path);
}

function readBelow(files: Files, root: number, path: string, mostBytes: number): FileInside {
  const handle = walk(files, root, path);
  if (handle < 0) return handle === ENOENT ? "none" : "unknown";
  try {
    const facts = files.factsOf(handle);
    if (facts?.type !== "file" || facts.bytes > mostBytes) return "unknown";
    const fd = files.open(AT_FDCWD, `/proc/self/fd/${handle}`, O_RDONLY | O_NONBLOCK);
    if (fd < 0) return "unknown";
    const length = files.drain(fd);
    files.close(fd);
    return length < 0 || length > mostBytes ? "unknown" : { text: files.text(length) };
  } finally {
    files.close(handle);
  }
}

/** A handle on what stands there, or the negative error. */
function walk(files: Files, root: number, path: string): number {
  const text = ENCODER.encode(`${path}\0`);
  const name = roomFor(files.libc, text.length);
  name.bytes.set(text);
  const how = roomFor(files.libc, HOW_BYTES);
  new BigUint64Array(how.bytes.buffer).set([
    BigInt(O_PATH | O_CLOEXEC | O_NOFOLLOW),
    0n,
    BigInt(RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS),
  ]);
  const fd = byNumber()(SYS_openat2, root, name.at, how.at, HOW_BYTES, 0);
  return fd < 0 ? -files.libc.errno() : fd;
}
