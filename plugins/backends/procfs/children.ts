/**
 * `/proc/<pid>/task/<tid>/children` (proc_tid_children(5)): who is below whom, without a look at
 * anybody else. Each thread has its own children, and those of a thread that ends move to another.
 *
 * The list may leave a child out when one before it ends during the read. It is found at the next look.
 *
 * @module
 */
import { ParseError } from "../../../src/errors.ts";
import type { Files } from "./files.ts";
import { isGone } from "./libc.ts";

const ENOENT = -2;

/**
 * The pids in the file.
 *
 * @throws {ParseError} When it holds anything but numbers.
 */
export function parseChildren(text: string): number[] {
  const found: number[] = [];
  for (const word of text.split(" ")) {
    if (word === "" || word === "\n") continue;
    const pid = Number(word);
    if (!Number.isSafeInteger(pid) || pid <= 0) {
      throw new ParseError(`children: not a pid: ${JSON.stringify(word.slice(0, 40))}`);
    }
    found.push(pid);
  }
  return found;
}

/**
 * The children of a process, empty when it is gone, or the negative error that keeps them from being listed: a part of them
 * is none. Undefined when no thread has the file: then this kernel does not tell (CONFIG_PROC_CHILDREN), or the process
 * ended between two reads. Of pid 1, which never ends, it is the former.
 */
export function childrenOf(files: Files, mount: number, pid: number): number[] | number | undefined {
  const threads = files.numbers(mount, `${pid}/task`);
  if (typeof threads === "number") return isGone(threads) ? [] : threads;
  const found: number[] = [];
  let told = threads.length === 0;
  for (const thread of threads) {
    const length = files.read(mount, `${pid}/task/${thread}/children`);
    if (length < 0 && !isGone(length)) return length;
    if (length !== ENOENT) told = true;
    if (length > 0) found.push(...parseChildren(files.text(length)));
  }
  return told ? found : undefined;
}
