/**
 * What is called before anything else is loaded, with as little of the engine as it takes: no Buffer, no
 * class, no expression. Its heap has to stay small until the guardian is begun (begin.ts).
 *
 * @module
 */
import { functionsOf } from "../../_foreign/functions.ts";

/** Calls with plain numbers; a negative result is an error. */
export interface EarlyCalls {
  sigprocmask(how: number, set: Uint8Array, old: Uint8Array | null): number;
  open(path: Uint8Array, flags: number): number;
  read(fd: number, into: Uint8Array, length: number): number;
  close(fd: number): number;
  socketpair(domain: number, type: number, protocol: number, fds: Uint8Array): number;
  madvise(start: number, length: number, advice: number): number;
  fork(): number;
  waitid(which: number, pid: number, info: Uint8Array, options: number): number;
}

let loaded: EarlyCalls | undefined;

/** The calls, loaded once. */
export function earlyCalls(): EarlyCalls {
  return loaded ??= functionsOf("libc.so.6", {
    sigprocmask: { args: ["i32", "ptr", "ptr"], returns: "i32" },
    open: { args: ["ptr", "i32"], returns: "i32" },
    read: { args: ["i32", "ptr", "u32"], returns: "i32" },
    close: { args: ["i32"], returns: "i32" },
    socketpair: { args: ["i32", "i32", "i32", "ptr"], returns: "i32" },
    madvise: { args: ["i64", "i64", "i32"], returns: "i32" },
    fork: { args: [], returns: "i32" },
    waitid: { args: ["i32", "i32", "ptr", "i32"], returns: "i32" },
  }) as unknown as EarlyCalls;
}

const CHUNK_BYTES = 16 * 1024;

/** A text of /proc; empty when it cannot be read. */
export function earlyText(path: string): string {
  const { open, read, close } = earlyCalls();
  const fd = open(new TextEncoder().encode(`${path}\0`), 0);
  if (fd < 0) return "";
  const decoder = new TextDecoder("latin1");
  const chunk = new Uint8Array(new ArrayBuffer(CHUNK_BYTES));
  let text = "";
  for (let length: number; (length = read(fd, chunk, CHUNK_BYTES)) > 0;) {
    text += decoder.decode(chunk.subarray(0, length));
  }
  close(fd);
  return text;
}

/** How many threads this process has; undefined when it is not told. */
export function ownThreads(): number | undefined {
  const stat = earlyText("/proc/self/stat");
  return stat === "" ? undefined : Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[17]);
}
