/**
 * Standard streams: what they lead to, and whether anybody is at the other end.
 *
 * Nothing is read from a stream and nothing written. A pipe is opened once more for an instant, in
 * the direction in which the process has it, so that the end that is asked about gains no holder.
 *
 * @module
 */
import type { Draft, Stdio, StdioKind } from "../../../src/contract.ts";
import type { Facts } from "./facts.ts";
import { AT_FDCWD, type Files, O_NOCTTY, O_NONBLOCK, O_PATH, O_RDONLY, O_WRONLY } from "./files.ts";
import { readAccess } from "./holders.ts";
import { readTarget, socketInode } from "./link.ts";
import { peerState, type SocketDiag } from "./socket-diag.ts";
import { terminalName } from "./stat.ts";

/** Only a node's agent asks this way. */
const parts = {
  borrowed: () => (require("./borrowed.ts") as typeof import("./borrowed.ts")).pollBorrowed,
};

/** The other end of a stream that is alive: what its holder has open. */
export interface OtherEnd {
  readonly link: string;
  /** What a holder must be able to do with it; a socket is a socket. */
  readonly does?: "reads" | "writes";
}

/** A stream and, where it is alive and can be named, its other end. */
export interface Stream {
  readonly stream: Stdio;
  readonly other?: OtherEnd;
}

/** What asking needs. */
export interface Asking {
  readonly files: Files;
  readonly sockets: Pick<SocketDiag, "peer">;
}

const POLLERR = 0x8;
const POLLHUP = 0x10;
/** 1:3 (Documentation/admin-guide/devices.txt). */
const NULL_DEVICE = 0x103;
const EIO = -5;
const ENXIO = -6;

/** A stream of the process whose directory is open, or the negative error. */
export function readStream(
  asking: Asking,
  directory: number,
  draft: Draft,
  fd: 0 | 1 | 2,
): Stream | number {
  const { files } = asking;
  const target = readTarget(files, directory, `fd/${fd}`);
  if (typeof target === "number") return target;
  const { path, deleted } = target;

  const inode = socketInode(path);
  if (inode !== undefined) return socketStream(asking.sockets, fd, inode);

  // A handle on the very thing the descriptor leads to, without opening it: devices act on an open.
  const handle = files.open(directory, `fd/${fd}`, O_PATH);
  try {
    const facts = handle < 0 ? undefined : files.factsOf(handle);
    const kind = kindOf(path, facts);
    if (kind === "pipe") {
      if (!path.startsWith("pipe:[")) return { stream: { fd, kind, path, ...(deleted ? { deleted } : {}) } };
      return pipeStream(files, directory, draft, fd, path, facts, handle);
    }
    if (kind === "tty") {
      const peer = deleted ? "gone" : terminalPeer(files, handle, facts, draft);
      return { stream: { fd, kind, ...(peer === undefined ? {} : { peer }), path } };
    }
    return { stream: { fd, kind, path, ...(deleted ? { deleted } : {}) } };
  } finally {
    if (handle >= 0) files.close(handle);
  }
}

/** By what it is, and by its name only where that could not be asked. */
function kindOf(path: string, facts: Facts | undefined): StdioKind {
  if (path.startsWith("pipe:[")) return "pipe";
  if (path.startsWith("socket:[")) return "socket";
  if (!path.startsWith("/") || path.startsWith("/memfd:")) return "other";
  if (facts === undefined) {
    if (path === "/dev/null") return "null";
    if (/^\/dev\/(?:pts\/\d+|tty\w*|console)$/.test(path)) return "tty";
    return path.startsWith("/dev/") ? "other" : "file";
  }
  if (facts.type === "fifo") return "pipe";
  if (facts.type === "file") return "file";
  if (facts.type !== "character device") return "other";
  if (facts.device === NULL_DEVICE) return "null";
  const name = terminalName(facts.device);
  return name !== null && !/^\d+:\d+$/.test(name) ? "tty" : "other";
}

/**
 * An anonymous pipe. Named ones are never opened: that would wake whoever waits for the other end to
 * come, and on a read end it cannot tell anyway (fifo(7), fifo_open in fs/pipe.c).
 */
function pipeStream(
  files: Files,
  directory: number,
  draft: Draft,
  fd: 0 | 1 | 2,
  path: string,
  facts: Facts | undefined,
  handle: number,
): Stream {
  const unknown: Stream = { stream: { fd, kind: "pipe" } };
  if (facts?.type !== "fifo" || path !== `pipe:[${facts.inode}]`) return unknown;
  const access = readAccess(files, directory, `fdinfo/${fd}`);
  if (access === undefined || !(fd === 0 ? access.reads : access.writes)) return unknown;

  const peer = pipePeer(files, handle, fd === 0 ? "reads" : "writes") ??
    borrowedPeer(files, directory, draft, fd, path);
  if (peer === undefined) return unknown;
  const stream: Stdio = { fd, kind: "pipe", peer };
  return peer === "gone" ? { stream } : { stream, other: { link: path, does: fd === 0 ? "writes" : "reads" } };
}

/** Asked through the handle, so that it is the same pipe whatever the process does with its descriptor meanwhile. */
function pipePeer(files: Files, handle: number, we: "reads" | "writes"): "live" | "gone" | undefined {
  const fd = files.open(
    AT_FDCWD,
    `/proc/self/fd/${handle}`,
    (we === "reads" ? O_RDONLY : O_WRONLY) | O_NONBLOCK,
  );
  if (fd < 0) return we === "writes" && fd === ENXIO ? "gone" : undefined;
  const polled = files.polled(fd);
  files.close(fd);
  return polled === undefined ? undefined : stateOf(polled, we);
}

/** A node's agent may trace everybody, and may not write where only they may. */
function borrowedPeer(
  files: Files,
  directory: number,
  { pid, state }: Draft,
  fd: 0 | 1 | 2,
  path: string,
): "live" | "gone" | undefined {
  const polled = state === "Z" ? undefined : parts.borrowed()(files, pid, directory, fd, path);
  return polled === undefined ? undefined : stateOf(polled, fd === 0 ? "reads" : "writes");
}

function stateOf(polled: number, we: "reads" | "writes"): "live" | "gone" {
  return (polled & (we === "reads" ? POLLHUP : POLLERR)) !== 0 ? "gone" : "live";
}

function socketStream(sockets: Asking["sockets"], fd: 0 | 1 | 2, inode: number): Stream {
  const peer = sockets.peer(inode);
  const state = peerState(peer);
  const stream: Stdio = { fd, kind: "socket", ...(state === undefined ? {} : { peer: state }) };
  return state === "live" ? { stream, other: { link: `socket:[${peer?.inode}]` } } : { stream };
}

/**
 * A terminal. The slave of a pty whose master is closed answers EIO to an open; it is asked through
 * the handle, for numbers in /dev/pts recur. Other terminals are not opened (a modem would hang up):
 * while one is the process's controlling terminal it has not been hung up.
 */
function terminalPeer(
  files: Files,
  handle: number,
  facts: Facts | undefined,
  draft: Draft,
): "live" | "gone" | undefined {
  const name = facts === undefined ? null : terminalName(facts.device);
  if (name === null) return undefined;
  if (name === "tty") return typeof draft.tty === "string" ? "live" : undefined;
  if (!name.startsWith("pts/")) return draft.tty === name ? "live" : undefined;
  const fd = files.open(AT_FDCWD, `/proc/self/fd/${handle}`, O_RDONLY | O_NOCTTY | O_NONBLOCK);
  if (fd < 0) return fd === EIO ? "gone" : undefined;
  files.close(fd);
  return "live";
}
