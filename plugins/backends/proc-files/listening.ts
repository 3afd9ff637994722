/**
 * What a process listens on. Who is connected to that is not told: for that the sockets of all others would
 * have to be read, and asked in a way that takes foreign calls.
 *
 * @module
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { isServedThrough } from "../../../src/vocabulary/devices.ts";
import { type Net, parseTcp, parseUnix } from "../procfs/net.ts";

/** Namespaces that were just read, by their links: the kernel takes milliseconds to list one's sockets, however few there are. */
export type Nets = Map<string, Net>;

/** What a process serves others through. */
export interface Served {
  /** Ports, then socket paths. */
  readonly listening: (number | string)[];
  readonly devices: string[];
}

/** `directory` is the process's below /proc. */
export function readListening(directory: string, nets: Nets): Served {
  const { sockets: own, devices } = openIn(directory);
  if (own.size === 0) return { listening: [], devices };
  const namespace = readlinkSync(`${directory}/ns/net`);
  const net = nets.get(namespace) ?? readNet(directory);
  nets.set(namespace, net);
  const { tcp, unix } = net;
  const ports = new Set(tcp.filter(({ listens, inode }) => listens && own.has(inode)).map(({ port }) => port));
  const paths = new Set(unix.filter(({ listens, inode }) => listens && own.has(inode)).map(({ path }) => path));
  return { listening: [...[...ports].sort((a, b) => a - b), ...[...paths].sort()], devices };
}

function readNet(directory: string): Net {
  const tcp = ["tcp", "tcp6"].flatMap((name) => {
    const text = textOf(`${directory}/net/${name}`);
    return text === undefined ? [] : parseTcp(text);
  });
  return { tcp, unix: parseUnix(textOf(`${directory}/net/unix`) ?? "") };
}

function openIn(directory: string): { readonly sockets: ReadonlySet<number>; readonly devices: string[] } {
  const sockets = new Set<number>();
  const devices = new Set<string>();
  for (const fd of readdirSync(`${directory}/fd`)) {
    try {
      const link = readlinkSync(`${directory}/fd/${fd}`);
      const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
      if (inode !== undefined) sockets.add(Number(inode));
      else if (isServedThrough(link)) devices.add(link);
    } catch (error) {
      // Closed meanwhile. Anything else is a closed door.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return { sockets, devices: [...devices].sort() };
}

/** Without IPv6 there is no such file. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
