/**
 * What a process listens on. Who is connected to that is not told: for that the sockets of all others would
 * have to be read, and asked in a way that takes foreign calls.
 *
 * @module
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { type Net, parseTcp, parseUnix } from "../procfs/net.ts";

/** Namespaces that were just read, by their links: the kernel takes milliseconds to list one's sockets, however few there are. */
export type Nets = Map<string, Net>;

/** Ports, then socket paths. `directory` is the process's below /proc. */
export function readListening(directory: string, nets: Nets): (number | string)[] {
  const own = ownSockets(directory);
  if (own.size === 0) return [];
  const namespace = readlinkSync(`${directory}/ns/net`);
  const net = nets.get(namespace) ?? readNet(directory);
  nets.set(namespace, net);
  const { tcp, unix } = net;
  const ports = new Set(tcp.filter(({ listens, inode }) => listens && own.has(inode)).map(({ port }) => port));
  const paths = new Set(unix.filter(({ listens, inode }) => listens && own.has(inode)).map(({ path }) => path));
  return [...[...ports].sort((a, b) => a - b), ...[...paths].sort()];
}

function readNet(directory: string): Net {
  const tcp = ["tcp", "tcp6"].flatMap((name) => {
    const text = textOf(`${directory}/net/${name}`);
    return text === undefined ? [] : parseTcp(text);
  });
  return { tcp, unix: parseUnix(textOf(`${directory}/net/unix`) ?? "") };
}

function ownSockets(directory: string): Set<number> {
  const found = new Set<number>();
  for (const fd of readdirSync(`${directory}/fd`)) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`${directory}/fd/${fd}`))?.[1];
      if (inode !== undefined) found.add(Number(inode));
    } catch (error) {
      // Closed meanwhile. Anything else is a closed door.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return found;
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
