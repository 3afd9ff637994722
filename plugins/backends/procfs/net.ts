/**
 * `/proc/<pid>/net/tcp`, `tcp6` and `unix` (proc_pid_net(5)): sockets of one network namespace.
 *
 * @module
 */
import { ParseError } from "../../../src/errors.ts";

/** A TCP socket. Addresses are kept as the file has them: they are only compared. */
export interface TcpSocket {
  readonly local: string;
  readonly remote: string;
  readonly port: number;
  readonly listens: boolean;
  /** 0: nobody has accepted it yet, or nobody holds it any more. */
  readonly inode: number;
}

/** A unix socket that has a name. */
export interface UnixSocket {
  readonly path: string;
  readonly listens: boolean;
  readonly inode: number;
}

/** The sockets of one network namespace. */
export interface Net {
  readonly tcp: readonly TcpSocket[];
  readonly unix: readonly UnixSocket[];
}

const TCP_LISTEN = "0A";
const TCP_ESTABLISHED = "01";
/** `SO_ACCEPTCON` in the flags of net/unix (__SO_ACCEPTCON in include/linux/net.h). */
const ACCEPTS = 0x10000;
/** `st` of a connected socket: SS_CONNECTED. */
const CONNECTED = "03";

/**
 * Listening and established sockets.
 *
 * @throws {ParseError} When a line is cut or not of this file.
 */
export function parseTcp(text: string): TcpSocket[] {
  const found: TcpSocket[] = [];
  for (const line of text.split("\n").slice(1)) {
    if (line.trim() === "") continue;
    const fields = line.trim().split(/ +/);
    const [, local, remote, state] = fields;
    const inode = Number(fields[9]);
    const port = parseInt(local?.split(":")[1] ?? "", 16);
    if (local === undefined || remote === undefined || !Number.isSafeInteger(inode) || !(port >= 0 && port <= 65535)) {
      throw new ParseError(`net/tcp: not a line of it: ${JSON.stringify(line.slice(0, 80))}`);
    }
    if (state !== TCP_LISTEN && state !== TCP_ESTABLISHED) continue;
    found.push({ local, remote, port, listens: state === TCP_LISTEN, inode });
  }
  return found;
}

/**
 * Named sockets that listen or are connected. A name may hold blanks, and newlines too: what does not
 * look like a line is the rest of such a name, and left out.
 */
export function parseUnix(text: string): UnixSocket[] {
  const found: UnixSocket[] = [];
  for (const line of text.split("\n").slice(1)) {
    const fields = /^[0-9a-f]+: [0-9A-F]{8} [0-9A-F]{8} ([0-9A-F]{8}) [0-9A-F]{4} ([0-9A-F]{2}) +(\d+) (.+)$/i.exec(
      line,
    );
    if (fields === null) continue;
    const [, flags, state, inode, path] = fields as unknown as [string, string, string, string, string];
    const listens = (parseInt(flags, 16) & ACCEPTS) !== 0;
    if (listens || state === CONNECTED) found.push({ path, listens, inode: Number(inode) });
  }
  return found;
}

/** Finds the connection as its other end has it, where that end is on this machine. */
export function otherEnds(sockets: readonly TcpSocket[]): (of: TcpSocket) => TcpSocket | undefined {
  const byEnds = new Map(sockets.map((socket) => [`${plain(socket.local)} ${plain(socket.remote)}`, socket]));
  return (of) => byEnds.get(`${plain(of.remote)} ${plain(of.local)}`);
}

/** An IPv4 address inside an IPv6 one (`::ffff:a.b.c.d`) is the same address. */
function plain(address: string): string {
  return address.replace(/^0{16}F{4}0{4}|^0{16}0000FFFF/i, "");
}
