/**
 * Asks the kernel about one unix socket: who its peer is, and whether that has gone
 * (sock_diag(7)). No right over the process is needed, only its socket's inode.
 *
 * @module
 */
import { ParseError } from "../../../src/errors.ts";
import type { Files } from "./files.ts";
import { roomFor } from "./libc.ts";

const AF_UNIX = 1;
const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const NETLINK_SOCK_DIAG = 4;
const SOCK_DIAG_BY_FAMILY = 20;
const NLM_F_REQUEST = 1;
const UDIAG_SHOW_PEER = 4;
const UNIX_DIAG_PEER = 2;
const UNIX_DIAG_SHUTDOWN = 6;
/** Both directions are shut: the kernel does so to the one that is left (unix_release_sock). */
const SHUTDOWN_BOTH = 3;

const HEADER_BYTES = 16;
const MESSAGE_BYTES = 16;
const REQUEST_BYTES = HEADER_BYTES + 24;
const ANSWER_BYTES = 512;

/** What the kernel says about a socket. */
export interface Peer {
  /** The peer's inode; 0: it has none (closed, or not accepted yet). Undefined: never connected. */
  readonly inode: number | undefined;
  readonly shut: boolean;
}

/** A question about one socket; no dump of all of them. */
function diagRequest(inode: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(REQUEST_BYTES));
  view.setUint32(0, REQUEST_BYTES, true);
  view.setUint16(4, SOCK_DIAG_BY_FAMILY, true);
  view.setUint16(6, NLM_F_REQUEST, true);
  view.setUint32(8, inode, true); // the sequence number comes back in the answer
  view.setUint8(HEADER_BYTES, AF_UNIX);
  view.setUint32(HEADER_BYTES + 4, 0xffffffff, true); // in any state
  view.setUint32(HEADER_BYTES + 8, inode, true);
  view.setUint32(HEADER_BYTES + 12, UDIAG_SHOW_PEER, true);
  view.setUint32(HEADER_BYTES + 16, 0xffffffff, true); // whatever its cookie
  view.setUint32(HEADER_BYTES + 20, 0xffffffff, true);
  return new Uint8Array(view.buffer);
}

/**
 * The answer to `diagRequest`; undefined when the kernel knows no such socket: it is none of this
 * family, or lives in another network namespace.
 *
 * @throws {ParseError} When the message is cut or is not about this socket.
 */
export function parsePeer(bytes: Uint8Array, length: number, inode: number): Peer | undefined {
  if (length > bytes.length) throw new ParseError(`sock_diag: ${length} bytes in a buffer of ${bytes.length}`);
  if (length < HEADER_BYTES) throw new ParseError(`sock_diag: an answer of ${length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  const end = view.getUint32(0, true);
  if (view.getUint16(4, true) !== SOCK_DIAG_BY_FAMILY) return undefined;
  if (end > length || end < HEADER_BYTES + MESSAGE_BYTES) {
    throw new ParseError(`sock_diag: a message of ${end} bytes in an answer of ${length}`);
  }
  if (view.getUint32(HEADER_BYTES + 4, true) !== inode) {
    throw new ParseError("sock_diag: an answer about another socket");
  }
  let peer: number | undefined;
  let shut = false;
  for (let at = HEADER_BYTES + MESSAGE_BYTES; at + 4 <= end;) {
    const size = view.getUint16(at, true);
    if (size < 4 || at + size > end) throw new ParseError(`sock_diag: an attribute of ${size} bytes`);
    const type = view.getUint16(at + 2, true);
    if (type === UNIX_DIAG_PEER && size >= 8) peer = view.getUint32(at + 4, true);
    if (type === UNIX_DIAG_SHUTDOWN && size >= 5) shut = (view.getUint8(at + 4) & SHUTDOWN_BOTH) === SHUTDOWN_BOTH;
    at += (size + 3) & ~3;
  }
  return { inode: peer, shut };
}

/** Whether somebody is at the other end. `shut` alone is not enough: a living peer may have called shutdown(2). */
export function peerState(peer: Peer | undefined): "live" | "gone" | undefined {
  if (peer?.inode === undefined) return undefined;
  if (peer.inode !== 0) return "live";
  return peer.shut ? "gone" : undefined;
}

/** A conversation with the kernel about unix sockets. */
export class SocketDiag {
  readonly #files: Files;
  #fd: number | undefined;

  constructor(files: Files) {
    this.#files = files;
  }

  /** What the kernel says about a socket; undefined when it says nothing. */
  peer(inode: number): Peer | undefined {
    const answer = this.#asked(inode);
    // What came late would be taken for the answer to the next question, and each one after it for that of the next.
    if (answer === "unheard") this.close();
    return answer === "unheard" ? undefined : answer;
  }

  #asked(inode: number): Peer | undefined | "unheard" {
    const { libc } = this.#files;
    const fd = this.#fd ??= libc.socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (fd < 0) return "unheard";
    const request = diagRequest(inode);
    if (libc.write(fd, libc.address(request), request.length) !== request.length) return "unheard";
    // The kernel answers inside the write.
    const { bytes, at } = roomFor(libc, ANSWER_BYTES);
    const length = libc.read(fd, at, ANSWER_BYTES);
    if (length < 0) return "unheard";
    try {
      return parsePeer(bytes, length, inode);
    } catch (error) {
      if (error instanceof ParseError) return "unheard";
      throw error;
    }
  }

  close(): void {
    if (this.#fd !== undefined && this.#fd >= 0) this.#files.close(this.#fd);
    this.#fd = undefined;
  }
}
