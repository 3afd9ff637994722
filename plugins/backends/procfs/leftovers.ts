/**
 * What lies on disk, asked through libc: mounts, locks and listeners too.
 *
 * @module
 */
import { statfsSync } from "node:fs";
import type { Leftover } from "../../../src/contract.ts";
import type { Disk } from "../_disk/leftovers.ts";
import { AT_FDCWD, type Files, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } from "./files.ts";
import { errorName } from "./libc.ts";
import { parseTcp } from "./net.ts";
import { readSmall } from "./small-file.ts";

/** flock(2). */
const LOCK_EX = 2;
const LOCK_NB = 4;
const LOCK_UN = 8;
const EAGAIN = 11;

/** File systems that several machines mount (statfs(2)). */
const SHARED: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0x517b, // SMB, in three versions
  0xff534d42,
  0xfe534d42,
  0x5346414f, // AFS
  0x00c36400, // Ceph
  0x01021997, // 9P: what a virtual machine or WSL shares with its host
  0x65735546, // FUSE: sshfs, virtiofs
  0x0bd00bd0, // Lustre
  0x47504653, // GPFS
  0x7461636f, // OCFS2
  0x01161970, // GFS2
]);

/** The disk as Linux tells it. */
export function diskOf(files: Files): Disk {
  return {
    separator: "/",
    facts: (path) => files.facts(AT_FDCWD, path, "stay") ?? errorName(files.libc.errno()),
    names(path) {
      const names = files.names(AT_FDCWD, path);
      return typeof names === "number" ? errorName(names) : names;
    },
    target(path) {
      const target = files.linkText(AT_FDCWD, path);
      return typeof target === "string" ? target : undefined;
    },
    text: (path, mostBytes) => readSmall(files, path, mostBytes, "stay"),
    lock: (path) => lockState(files, path),
    ports: () => listened(files),
    isShared: sharing(),
  };
}

/** What is mounted somewhere changes too seldom to be asked of every entry. */
function sharing(): (directory: string) => boolean {
  const known = new Map<string, boolean>();
  return (directory) => {
    const before = known.get(directory);
    if (before !== undefined) return before;
    const answer = isShared(directory);
    if (answer !== undefined) known.set(directory, answer);
    // What is not told may be so: then a pid says nothing.
    return answer ?? true;
  };
}

function isShared(directory: string): boolean | undefined {
  try {
    return SHARED.has(statfsSync(directory).type >>> 0);
  } catch {
    return undefined;
  }
}

function listened(files: Files): Set<number> | undefined {
  const ports = new Set<number>();
  for (const name of ["tcp", "tcp6"]) {
    const text = files.readText(AT_FDCWD, `/proc/self/net/${name}`);
    if (typeof text === "number") {
      if (name === "tcp") return undefined;
      // Without IPv6 it does not exist.
      continue;
    }
    try {
      for (const socket of parseTcp(text)) if (socket.listens) ports.add(socket.port);
    } catch {
      return undefined;
    }
  }
  return ports;
}

/**
 * Whether a lock file is locked (flock(2)): tried, and let go at once. Locks of fcntl(2) are not seen
 * this way, so `free` alone proves nothing about who uses them.
 */
function lockState(files: Files, path: string): Leftover["lock"] {
  if (files.facts(AT_FDCWD, path, "stay")?.type !== "file") return undefined;
  const fd = files.open(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return undefined;
  const { libc } = files;
  let state: Leftover["lock"];
  if (libc.flock(fd, LOCK_EX | LOCK_NB) === 0) {
    libc.flock(fd, LOCK_UN);
    state = "free";
  } else if (libc.errno() === EAGAIN) state = "taken";
  files.close(fd);
  return state;
}
