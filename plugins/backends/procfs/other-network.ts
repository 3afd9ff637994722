/**
 * Whether anybody is at the other end of a unix socket in a network namespace that is not ours.
 *
 * The kernel answers questions about sockets (sock_diag(7)) for the network of whoever asks, and to ask in another one
 * takes the right to do anything there. Two other things tell, and both must say that nobody is left:
 *
 * - the number of the socket's users in `/proc/<pid>/net/unix` (proc_pid_net(5)). A peer is one as long as it lives;
 *   what is left without one is counted on a pair of our own, so no number of any kernel's is taken for granted;
 * - its poll(2) says POLLHUP. For that the descriptor is borrowed (borrowed.ts). That alone would be a living peer's
 *   shutdown(2) as well.
 *
 * Nobody can be named this way, so a peer that lives stays unknown.
 *
 * @module
 */
import type { Draft } from "../../../src/contract.ts";
import { pollBorrowed } from "./borrowed.ts";
import { byNumber } from "./by-number.ts";
import { AT_FDCWD, type Files } from "./files.ts";
import { socketInode } from "./link.ts";

const SYS_socketpair: Readonly<Record<string, number>> = { x64: 53, arm64: 199 };
const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_SEQPACKET = 5;
const SOCK_CLOEXEC = 0o2000000;
const POLLHUP = 0x10;
/** SS_CONNECTED of the socket, whatever became of its peer. */
const CONNECTED = 3;

/** A line of `net/unix`. */
export interface Users {
  readonly count: number;
  readonly type: number;
  readonly state: number;
}

/**
 * The sockets of one network, by inode. Inodes recur, and a name may hold a newline and after it anything: of one that
 * stands there twice nothing is known.
 */
export function parseUsers(text: string): ReadonlyMap<number, Users | undefined> {
  const found = new Map<number, Users | undefined>();
  for (const line of text.split("\n")) {
    const fields = /^[0-9a-f]+: ([0-9A-F]{8}) [0-9A-F]{8} [0-9A-F]{8} ([0-9A-F]{4}) ([0-9A-F]{2}) +(\d+)(?: |$)/i.exec(
      line,
    );
    if (fields === null) continue;
    const [count, type, state] = fields.slice(1, 4).map((field) => parseInt(field, 16)) as [number, number, number];
    const inode = Number(fields[4]);
    found.set(inode, found.has(inode) ? undefined : { count, type, state });
  }
  return found;
}

/** Sockets of networks that are not ours, within one look. */
export class OtherNetworks {
  readonly #files: Files;
  readonly #mount: number;
  readonly #networks: Map<string, ReturnType<typeof parseUsers>> = new Map();
  /** How many users a socket has that lost its peer; undefined where that could not be counted. */
  #alone: { readonly users: number | undefined } | undefined;

  constructor(files: Files, mount: number) {
    this.#files = files;
    this.#mount = mount;
  }

  /** Whether nobody has the other end of this descriptor of the process whose directory is open. False: it cannot be told. */
  isLeft(draft: Draft, directory: number, fd: number): boolean {
    const link = this.#files.linkText(directory, `fd/${fd}`);
    const inode = typeof link === "string" ? socketInode(link) : undefined;
    if (inode === undefined || draft.state === "Z") return false;
    const users = this.#usersOf(directory)?.get(inode);
    if (users === undefined || users.state !== CONNECTED) return false;
    if (users.type !== SOCK_STREAM && users.type !== SOCK_SEQPACKET) return false;
    this.#alone ??= { users: this.#count() };
    return users.count === this.#alone.users && this.#isHungUp(draft.pid, directory, fd, link as string);
  }

  /** What was read is of this moment. */
  forget(): void {
    this.#networks.clear();
  }

  #usersOf(directory: number): ReturnType<typeof parseUsers> | undefined {
    const name = this.#files.linkText(directory, "ns/net");
    if (typeof name === "number") return undefined;
    let users = this.#networks.get(name);
    if (users === undefined) {
      const text = this.#files.readText(directory, "net/unix");
      if (typeof text === "number") return undefined;
      this.#networks.set(name, users = parseUsers(text));
    }
    return users;
  }

  #count(): number | undefined {
    const files = this.#files;
    const pair = new Int32Array(2);
    const number = SYS_socketpair[process.arch];
    const at = files.libc.address(new Uint8Array(pair.buffer));
    if (number === undefined || byNumber()(number, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, at, 0) !== 0) {
      return undefined;
    }
    const [one, other] = pair as unknown as [number, number];
    const count = () => {
      const inode = socketInode(String(files.linkText(AT_FDCWD, `/proc/self/fd/${one}`)));
      const text = files.readText(this.#mount, "self/net/unix");
      return typeof text === "string" && inode !== undefined ? parseUsers(text).get(inode)?.count : undefined;
    };
    const together = count();
    files.close(other);
    const alone = count();
    files.close(one);
    return together !== undefined && alone !== undefined && alone < together ? alone : undefined;
  }

  #isHungUp(pid: number, directory: number, fd: number, link: string): boolean {
    const polled = pollBorrowed(this.#files, pid, directory, fd, link);
    return polled !== undefined && (polled & POLLHUP) !== 0;
  }
}
