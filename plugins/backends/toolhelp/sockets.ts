import type { Answer } from "./answer.ts";
import { type Connection, readConnections } from "./records.ts";
import type { Win32 } from "./win32.ts";

const AF_INET = 2;
const AF_INET6 = 23;
const TCP_TABLE_OWNER_PID_ALL = 5;
const ERROR_INSUFFICIENT_BUFFER = 122;

/** What a process listens on, and who is connected there. */
export interface Listener {
  readonly listening: readonly number[];
  /** Undefined: somebody is connected whose pid cannot be known here. */
  readonly clients: readonly number[] | undefined;
}

/** Who listens on this machine. */
export interface Listeners {
  readonly byPid: ReadonlyMap<number, Listener>;
  /** False: somebody listens and Windows does not say who. Then nobody is known not to listen. */
  readonly complete: boolean;
}

/** The connections of the machine. Both families or nothing: half of the clients is no list of clients. */
export function readTcp(win: Win32): Answer<readonly Connection[]> {
  const v4 = readFamily(win, AF_INET);
  if ("why" in v4) return v4;
  const v6 = readFamily(win, AF_INET6);
  if ("why" in v6) return v6;
  return { value: [...v4.value, ...v6.value] };
}

/**
 * Joins the two ends of each connection. A client on another machine has no pid here: then the list
 * of clients is unknown, for a list without it would say that it is complete.
 */
export function listenersOf(connections: readonly Connection[]): Listeners {
  const complete = connections.every(({ listening, pid }) => !listening || pid !== 0);
  const ports = new Map<number, Set<number>>();
  for (const { listening, pid, localPort } of connections) {
    if (!listening || pid === 0) continue;
    ports.set(pid, (ports.get(pid) ?? new Set()).add(localPort));
  }
  const ends = new Map<string, number>();
  for (const { established, local, localPort, remote, remotePort, pid } of connections) {
    if (established) ends.set(`${local}:${localPort}>${remote}:${remotePort}`, pid);
  }
  const clients = new Map<number, Set<number>>();
  const strangers = new Set<number>();
  for (const { established, local, localPort, remote, remotePort, pid } of connections) {
    if (!established || ports.get(pid)?.has(localPort) !== true) continue;
    const peer = ends.get(`${remote}:${remotePort}>${local}:${localPort}`);
    if (peer === undefined || peer === 0) strangers.add(pid);
    else clients.set(pid, (clients.get(pid) ?? new Set()).add(peer));
  }
  const byPid = new Map([...ports].map(([pid, own]) => [pid, {
    listening: ascending(own),
    clients: strangers.has(pid) ? undefined : ascending(clients.get(pid) ?? []),
  }]));
  return { byPid, complete };
}

function readFamily(win: Win32, family: number): Answer<readonly Connection[]> {
  const size = new Uint32Array([1 << 16]);
  for (let attempt = 0; attempt < 8; attempt++) {
    const bytes = new Uint8Array(size[0] as number);
    const error = win.iphlpapi.GetExtendedTcpTable(
      bytes,
      size,
      0,
      family,
      TCP_TABLE_OWNER_PID_ALL,
      0,
    );
    if (error === 0) return { value: readConnections(bytes, family === AF_INET ? 4 : 6) };
    if (error !== ERROR_INSUFFICIENT_BUFFER) return { why: `GetExtendedTcpTable, error ${error}` };
    size[0] = (size[0] as number) + (1 << 14);
  }
  return { why: "the table of connections kept growing" };
}

function ascending(numbers: Iterable<number>): number[] {
  return [...numbers].sort((a, b) => a - b);
}
