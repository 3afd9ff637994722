/**
 * Who is adopted, by nothing but the lists of children of the adopters: two files, where a look reads some
 * for each of them. Enough to tell that nobody is new; and of the few who are, what they say of themselves.
 *
 * @module
 */
import { kernel } from "./syscall.ts";

const O_RDONLY_CLOEXEC = 0o2000000;
const STATX_BYTES = 256;
const STATX_NLINK = 0x4;
const STX_NLINK = 16;
const STATX_UID = 0x8;
const STX_UID = 20;
/** `.`, `..` and one thread (proc_task_getattr in fs/proc/base.c). */
const LINKS_OF_ONE_THREAD = 3;
/** The kernel hands over a page at most. */
const CHILDREN_BYTES = 4096;
/** The kernel's mark on what has been unlinked, as an update does: to a look it is no part of the path (link.ts). */
const DELETED = " (deleted)";
/** Whoever says more is looked at with patience. */
const SAID_BYTES = 64 * 1024;
/** A UUID and a line end, and room to see that it is no more. */
const BOOT_BYTES = 64;

/**
 * Their numbers as they are written there. Undefined when a list cannot be read, or when an adopter has
 * more threads than one: each has children of its own.
 */
export function adoptedBy(adopters: readonly number[]): string[] | undefined {
  const adopted: string[] = [];
  // Counted loops: the first `for … of` costs more than what it would go through here.
  for (let at = 0; at < adopters.length; at++) {
    const pid = adopters[at] as number;
    const list = Number.isSafeInteger(pid) && pid > 0 ? childrenOf(pid) : undefined;
    if (list === undefined) return undefined;
    const children = list.split(" ");
    for (let child = 0; child < children.length; child++) {
      if (children[child] !== "") adopted.push(children[child] as string);
    }
  }
  return adopted;
}

function childrenOf(pid: number): string | undefined {
  const { syscall, numbers, address, bytes, text } = kernel();
  if (fact(`/proc/${pid}/task`, STATX_NLINK, STX_NLINK) !== LINKS_OF_ONE_THREAD) return undefined;
  const children = bytes(`/proc/${pid}/task/${pid}/children`);
  const fd = syscall(numbers.openat, -1, address(children), O_RDONLY_CLOEXEC, 0, 0);
  if (fd < 0) return undefined;
  const buffer = new Uint8Array(CHILDREN_BYTES);
  const at = address(buffer);
  let list = "";
  let length: number;
  while ((length = syscall(numbers.read, fd, at, CHILDREN_BYTES, 0, 0)) > 0) {
    list += text(buffer, length);
  }
  syscall(numbers.close, fd, 0, 0, 0, 0);
  return length < 0 ? undefined : list;
}

/** One number of what statx(2) says of a path. */
function fact(path: string, wanted: number, at: number): number | undefined {
  const { syscall, numbers, address, bytes } = kernel();
  const facts = new Uint32Array(STATX_BYTES / 4);
  const answer = syscall(numbers.statx, -1, address(bytes(path)), 0, wanted, address(facts as never));
  return answer === 0 ? facts[at / 4] : undefined;
}

/** The boot and the pid namespace, as a look reads them (host.ts). */
export function placeHere(): { readonly bootId: string; readonly pidNamespace: string } {
  const boot = textOf("/proc/sys/kernel/random/boot_id", BOOT_BYTES) ?? "";
  return { bootId: boot.trim(), pidNamespace: linkOf("/proc/self/ns/pid") ?? "" };
}

/** What a process says of itself: its executable and arguments, and its variables, as they lie there. */
export interface Said {
  readonly command: string;
  readonly environment: string;
}

/**
 * What a process of this user says; what cannot be read of it is empty, as it is to a look. `not theirs`: it is gone, or
 * another user's. Undefined: it says more than is read here, or nothing at all, as one does whose main thread has ended.
 */
export function saidBy(pid: string, uid: number): Said | "not theirs" | undefined {
  // The directory is the effective user's, also where its files are not (see status.ts).
  if (fact(`/proc/${pid}`, STATX_UID, STX_UID) !== uid) return "not theirs";
  const executable = linkOf(`/proc/${pid}/exe`);
  const said = textOf(`/proc/${pid}/cmdline`, SAID_BYTES);
  const environment = textOf(`/proc/${pid}/environ`, SAID_BYTES);
  if (executable === undefined || said === undefined || environment === undefined) return undefined;
  if (executable === "" && said === "") return undefined;
  return { command: `${executable}\0${said}`, environment };
}

function linkOf(path: string): string | undefined {
  const { syscall, numbers, address, bytes, text } = kernel();
  const target = new Uint8Array(CHILDREN_BYTES);
  const length = syscall(numbers.readlinkat, -1, address(bytes(path)), address(target), CHILDREN_BYTES, 0);
  if (length === CHILDREN_BYTES) return undefined;
  const link = length <= 0 ? "" : text(target, length);
  return link.endsWith(DELETED) ? link.slice(0, -DELETED.length) : link;
}

function textOf(path: string, most: number): string | undefined {
  const { syscall, numbers, address, bytes, text } = kernel();
  const fd = syscall(numbers.openat, -1, address(bytes(path)), O_RDONLY_CLOEXEC, 0, 0);
  if (fd < 0) return "";
  const buffer = new Uint8Array(most);
  const length = syscall(numbers.read, fd, address(buffer), most, 0, 0);
  syscall(numbers.close, fd, 0, 0, 0, 0);
  return length === most ? undefined : length <= 0 ? "" : text(buffer, length);
}
