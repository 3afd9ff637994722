/**
 * What a process listens on, and which sockets are connected to that.
 *
 * @module
 */
import type { Files } from "./files.ts";
import { socketInode } from "./link.ts";
import { type Net, otherEnds, parseTcp, parseUnix, type TcpSocket, type UnixSocket } from "./net.ts";
import type { SocketDiag } from "./socket-diag.ts";

/** A process's listening sockets. */
export interface Listening {
  /** Ports, then socket paths. */
  readonly places: (number | string)[];
  /** Links of the sockets at the other ends; undefined when it listens on nothing. */
  readonly clients?: ReadonlySet<string>;
  /** Somebody is connected whose socket cannot be named: on another machine, or in another namespace. */
  readonly strangers: boolean;
}

const ENOENT = -2;

/**
 * What the process whose directory is open listens on, or the negative error.
 *
 * @param nets Namespaces that were read in this look, by their links.
 */
export function readListening(
  files: Files,
  directory: number,
  sockets: Pick<SocketDiag, "peer">,
  nets: Map<string, Net>,
): Listening | number {
  const own = ownSockets(files, directory);
  if (typeof own === "number") return own;
  if (own.size === 0) return { places: [], strangers: false };
  const namespace = files.linkText(directory, "ns/net");
  const net = (typeof namespace === "string" ? nets.get(namespace) : undefined) ?? readNet(files, directory);
  if (typeof net === "number") return net;
  if (typeof namespace === "string") nets.set(namespace, net);
  const { tcp, unix } = net;
  const ports = new Set(tcp.filter((socket) => socket.listens && own.has(socket.inode)).map((socket) => socket.port));
  const paths = new Set(unix.filter((socket) => socket.listens && own.has(socket.inode)).map((socket) => socket.path));
  const places = [...[...ports].sort((a, b) => a - b), ...[...paths].sort()];
  if (places.length === 0) return { places, strangers: false };
  return { places, ...connected(tcp, ports, unix, paths, sockets) };
}

function readNet(files: Files, directory: number): Net | number {
  const tcp: TcpSocket[] = [];
  for (const name of ["net/tcp", "net/tcp6"]) {
    const text = files.readText(directory, name);
    // Without IPv6 the second one does not exist.
    if (text === ENOENT) continue;
    if (typeof text === "number") return text;
    tcp.push(...parseTcp(text));
  }
  const text = files.readText(directory, "net/unix");
  return typeof text === "number" ? text : { tcp, unix: parseUnix(text) };
}

function connected(
  tcp: readonly TcpSocket[],
  ports: ReadonlySet<number>,
  unix: readonly UnixSocket[],
  paths: ReadonlySet<string>,
  sockets: Pick<SocketDiag, "peer">,
): { readonly clients: ReadonlySet<string>; readonly strangers: boolean } {
  const clients = new Set<string>();
  let strangers = false;
  const add = (inode: number | undefined) => {
    if (inode === undefined || inode === 0) strangers = true;
    else clients.add(`socket:[${inode}]`);
  };
  const otherEnd = otherEnds(tcp);
  for (const socket of tcp) if (!socket.listens && ports.has(socket.port)) add(otherEnd(socket)?.inode);
  for (const socket of unix) {
    if (!socket.listens && paths.has(socket.path)) add(socket.inode === 0 ? 0 : sockets.peer(socket.inode)?.inode);
  }
  return { clients, strangers };
}

/** Inodes of the sockets that the process has open, or the negative error. */
function ownSockets(files: Files, directory: number): Set<number> | number {
  const fds = files.numbers(directory, "fd");
  if (typeof fds === "number") return fds;
  const found = new Set<number>();
  for (const fd of fds) {
    const link = files.linkText(directory, `fd/${fd}`);
    // Closed meanwhile. Anything else is a closed door: some kernels list the names and refuse the links.
    if (link === ENOENT) continue;
    if (typeof link === "number") return link;
    const inode = socketInode(link);
    if (inode !== undefined) found.add(inode);
  }
  return found;
}
