/**
 * What the standard streams lead to, who holds the other ends, who listens: out of lsof's records.
 * Pure. On Linux lsof tells the kinds alone; the ends are told by the procfs backend.
 *
 * @module
 */
import type { Stdio, StdioKind } from "../../../src/contract.ts";
import type { OpenFile } from "./lsof.ts";

type Growing = { -readonly [K in keyof Stdio]: Stdio[K] };

const FDS = [0, 1, 2] as const;
/** macOS: `->0x7a5c…`, the address of the other end. */
const PEER = /^->(0x[0-9a-f]+)/i;
/** macOS device numbers: the lower 24 bits count terminals, of masters (major 15) as of slaves (16). */
const MINOR = 0xff_ffff;

/** Who holds which end: all open files of everybody whom lsof may show. */
export class Ends {
  readonly #holders: Map<string, Set<number>> = new Map();
  readonly #sockets: { readonly pid: number; readonly file: OpenFile }[] = [];

  constructor(all: ReadonlyMap<number, readonly OpenFile[]>) {
    for (const [pid, files] of all) {
      for (const file of files) {
        if (file.device?.startsWith("0x") === true && isConnection(file)) this.#add(file.device, pid);
        if (file.name === "/dev/ptmx" && file.special !== undefined) this.#add(`terminal ${file.special & MINOR}`, pid);
        if (file.protocol === "TCP") this.#sockets.push({ pid, file });
      }
    }
  }

  /** Sorted pids, or undefined when nobody that may be seen holds it: somebody else then does. */
  holders(key: string): number[] | undefined {
    const pids = this.#holders.get(key);
    return pids === undefined ? undefined : [...pids].toSorted((a, b) => a - b);
  }

  /** Pids at the other ends of a listener's connections; undefined when one of them cannot be told. */
  clients(listener: readonly OpenFile[]): number[] | undefined {
    const ports = new Set(listeningOf(listener).map((port) => String(port)));
    const pids = new Set<number>();
    for (const file of listener) {
      if (file.protocol !== "TCP" || file.state === "LISTEN") continue;
      const [local, remote] = (file.name ?? "").split("->");
      // Only what came to a port that it listens on: its own connections to elsewhere are no clients.
      if (local === undefined || remote === undefined || !ports.has(local.slice(local.lastIndexOf(":") + 1))) continue;
      const client = this.#sockets.find((socket) => socket.file.name === `${remote}->${local}`);
      if (client === undefined) return undefined;
      pids.add(client.pid);
    }
    return [...pids].toSorted((a, b) => a - b);
  }

  #add(key: string, pid: number): void {
    const pids = this.#holders.get(key);
    if (pids === undefined) this.#holders.set(key, new Set([pid]));
    else pids.add(pid);
  }
}

function isConnection(file: OpenFile): boolean {
  return file.type === "PIPE" || file.type === "unix";
}

/** The three standard streams, as far as they are open. */
export function streamsOf(files: readonly OpenFile[]): Growing[] {
  return FDS.flatMap((fd) => {
    const file = files.find((one) => one.fd === String(fd));
    return file === undefined ? [] : [streamOf(fd, file)];
  });
}

function streamOf(fd: 0 | 1 | 2, file: OpenFile): Growing {
  const name = file.name ?? "";
  // lsof says so of a terminal that was taken away from those who had it open (revoke(2)), as the
  // end of its session leader does on macOS. A disk that was forced off looks the same: as dead.
  if (name === "(revoked)") return { fd, kind: "tty", peer: "gone" };
  const stream: Growing = { fd, kind: kindOf(file, name) };
  if (stream.kind === "pipe" || stream.kind === "socket") {
    const peer = peerOf(file, name);
    if (peer !== undefined) stream.peer = peer;
  } else if (name.startsWith("/")) stream.path = name;
  if (stream.kind === "file" && file.links !== undefined) stream.deleted = file.links === 0;
  return stream;
}

function kindOf(file: OpenFile, name: string): StdioKind {
  switch (file.type) {
    case "PIPE":
    case "FIFO":
      return "pipe";
    case "unix":
    case "IPv4":
    case "IPv6":
    case "sock":
      return "socket";
    case "REG":
      return "file";
    case "CHR":
      if (name === "/dev/null") return "null";
      return /^\/dev\/(?:tty|pts\/|console$)/.test(name) ? "tty" : "other";
    default:
      return "other";
  }
}

/** Only what says so itself: an end that could not be read is unknown. */
function peerOf(file: OpenFile, name: string): "live" | "gone" | undefined {
  if (!isConnection(file) || file.device?.startsWith("0x") !== true) return undefined;
  if (PEER.test(name)) return "live";
  if (file.type === "unix") return name === "->(none)" ? "gone" : undefined;
  return name === "" || /^,? ?cnt=\d+$/.test(name) ? "gone" : undefined;
}

/** Under which key `Ends` knows the holders of the other end; undefined where there is none to be known. */
export function otherEnd(file: OpenFile): string | undefined {
  const peer = isConnection(file) ? PEER.exec(file.name ?? "")?.[1] : undefined;
  if (peer !== undefined) return peer.toLowerCase();
  const isTerminal = file.type === "CHR" && /^\/dev\/ttys\d+$/.test(file.name ?? "");
  return isTerminal && file.special !== undefined ? `terminal ${file.special & MINOR}` : undefined;
}

/** Ports and socket paths that it listens on. A bound path may be a connection's: too many rather than too few. */
export function listeningOf(files: readonly OpenFile[]): (number | string)[] {
  const found = new Set<number | string>();
  for (const file of files) {
    if (file.protocol === "TCP" && file.state === "LISTEN") {
      const port = /:(\d{1,5})$/.exec(file.name ?? "")?.[1];
      found.add(port === undefined ? file.name ?? "a port" : Number(port));
    } else if (file.type === "unix" && file.name?.startsWith("/") === true) found.add(file.name);
  }
  return [...found];
}
