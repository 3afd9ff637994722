/**
 * What a process listens on, which sockets are connected to that, the display server that it is connected to, and the
 * devices through which it serves others.
 *
 * @module
 */
import type { Files } from "./files.ts";
import { isServedThrough } from "../../../src/vocabulary/devices.ts";
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
  /** Those that it has open of the devices through which others are served. */
  readonly devices: readonly string[];
  /** The display server's socket; `null`: it is connected to none. Undefined where that could not be told. */
  readonly display?: string | null;
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
  const open = openIn(files, directory);
  if (typeof open === "number") return open;
  const { sockets: own, devices } = open;
  if (own.size === 0) return { places: [], strangers: false, devices, display: null };
  const namespace = files.linkText(directory, "ns/net");
  const net = (typeof namespace === "string" ? nets.get(namespace) : undefined) ?? readNet(files, directory);
  if (typeof net === "number") return net;
  if (typeof namespace === "string") nets.set(namespace, net);
  const { tcp, unix } = net;
  const ports = new Set(tcp.filter((socket) => socket.listens && own.has(socket.inode)).map((socket) => socket.port));
  const paths = new Set(unix.filter((socket) => socket.listens && own.has(socket.inode)).map((socket) => socket.path));
  const places = [...[...ports].sort((a, b) => a - b), ...[...paths].sort()];
  const display = displayOf(own, displaysIn(net, sockets));
  const shown = { devices, ...(display === undefined ? {} : { display }) };
  if (places.length === 0) return { places, strangers: false, ...shown };
  return { places, ...connected(tcp, ports, unix, paths, sockets), ...shown };
}

/** Who is connected to a display server. */
interface Displays {
  /** The server's sockets, by the inodes of those at the other end. */
  readonly byClient: ReadonlyMap<number, string>;
  /** The kernel told the other end of each. */
  readonly complete: boolean;
}

const DISPLAY = /(?:\.X11-unix\/X|\/wayland-)\d+$/;
const displays = new WeakMap<Net, Displays>();

/** Asked once for all: a display's clients are few, and a process has more sockets than that. */
function displaysIn(net: Net, sockets: Pick<SocketDiag, "peer">): Displays {
  let found = displays.get(net);
  if (found !== undefined) return found;
  const byClient = new Map<number, string>();
  let complete = true;
  for (const { path, listens, inode } of net.unix) {
    if (listens || !(path.includes("X11-unix") || path.includes("/wayland-")) || !DISPLAY.test(path)) continue;
    const client = sockets.peer(inode)?.inode;
    if (client === undefined) complete = false;
    else byClient.set(client, path);
  }
  displays.set(net, found = { byClient, complete });
  return found;
}

function displayOf(own: ReadonlySet<number>, { byClient, complete }: Displays): string | null | undefined {
  for (const [client, path] of byClient) if (own.has(client)) return path;
  return complete ? null : undefined;
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

interface Open {
  readonly sockets: ReadonlySet<number>;
  readonly devices: readonly string[];
}

/** Inodes of the sockets that the process has open, and such devices, or the negative error. */
function openIn(files: Files, directory: number): Open | number {
  const fds = files.numbers(directory, "fd");
  if (typeof fds === "number") return fds;
  const sockets = new Set<number>();
  const devices = new Set<string>();
  for (const fd of fds) {
    const link = files.linkText(directory, `fd/${fd}`);
    // Closed meanwhile. Anything else is a closed door: some kernels list the names and refuse the links.
    if (link === ENOENT) continue;
    if (typeof link === "number") return link;
    const inode = socketInode(link);
    if (inode !== undefined) sockets.add(inode);
    else if (isServedThrough(link)) devices.add(link);
  }
  return { sockets, devices: [...devices].sort() };
}
