/**
 * The one call of libc that a glance takes. Each symbol is compiled when it is loaded, so the shortest
 * path loads this and nothing else; addresses and lengths go as plain numbers. No Buffer either: its first
 * use from a text takes as long as reading twenty processes. The runtime's own calls, as in _foreign/functions.ts, but without
 * a file to share and a way out: where they are missing there is no glance, and a sweep looks.
 *
 * @module
 */
import type { foreign } from "../_foreign/functions.ts";

/** A system call by number (syscall(2)); -1 is an error, which nobody asks for here. */
export type Syscall = (number: number, a: number, b: number, c: number, d: number, e: number) => number;

/** Numbers of the calls (asm/unistd.h); arm64 has the generic ones. */
export interface Numbers {
  readonly openat: number;
  readonly read: number;
  readonly pread64: number;
  readonly pwrite64: number;
  readonly fchown: number;
  readonly close: number;
  readonly flock: number;
  readonly readlinkat: number;
  readonly statx: number;
}

const NUMBERS: Readonly<Record<string, Numbers>> = {
  x64: {
    openat: 257,
    read: 0,
    pread64: 17,
    pwrite64: 18,
    fchown: 93,
    close: 3,
    flock: 73,
    readlinkat: 267,
    statx: 332,
  },
  arm64: {
    openat: 56,
    read: 63,
    pread64: 67,
    pwrite64: 68,
    fchown: 55,
    close: 57,
    flock: 32,
    readlinkat: 78,
    statx: 291,
  },
};

/** What a glance calls. */
export interface Kernel {
  readonly syscall: Syscall;
  readonly numbers: Numbers;
  /** Where a buffer lies; it stays there as long as it is referenced. */
  address(bytes: Uint8Array): number;
  /** A text as the kernel reads it: it ends with a NUL. */
  bytes(text: string): Uint8Array;
  text(bytes: Uint8Array, length: number): string;
}

let loaded: Kernel | undefined;

/**
 * The kernel, by libc's `syscall`.
 *
 * @throws {Error} When there is no libc, or the architecture is not known.
 */
export function kernel(): Kernel {
  if (loaded !== undefined) return loaded;
  const numbers = NUMBERS[process.arch];
  if (numbers === undefined) throw new Error(`the architecture ${process.arch} is not known`);
  // musl answers to this name too (ldso/dynlink.c). Answers fit into 32 bits: a 64-bit one may come as a BigInt.
  const { dlopen, ptr } = (Bun as unknown as { readonly FFI: ReturnType<typeof foreign> }).FFI;
  const { symbols } = dlopen("libc.so.6", {
    syscall: { args: ["i32", "i64", "i64", "i64", "i64", "i64"], returns: "i32" },
  });
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  return loaded = {
    syscall: symbols.syscall as unknown as Syscall,
    numbers,
    address: ptr as unknown as Kernel["address"],
    bytes: (text) => encoder.encode(`${text}\0`),
    text: (bytes, length) => decoder.decode(bytes.subarray(0, length)),
  };
}
