/**
 * Who is adopted, by nothing but the lists of children of the adopters: two files, where a look reads some
 * for each of them. Enough to tell that nobody is new.
 *
 * @module
 */
import { kernel } from "./syscall.ts";

const O_RDONLY_CLOEXEC = 0o2000000;
const STATX_BYTES = 256;
const STATX_NLINK = 0x4;
const STX_NLINK = 16;
/** `.`, `..` and one thread (proc_task_getattr in fs/proc/base.c). */
const LINKS_OF_ONE_THREAD = 3;
/** The kernel hands over a page at most. */
const CHILDREN_BYTES = 4096;

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
  const facts = new Uint32Array(STATX_BYTES / 4);
  const task = bytes(`/proc/${pid}/task`);
  const answer = syscall(numbers.statx, -1, address(task), 0, STATX_NLINK, address(facts as never));
  if (answer !== 0 || facts[STX_NLINK / 4] !== LINKS_OF_ONE_THREAD) return undefined;
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
