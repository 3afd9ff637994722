/**
 * System calls that libc has no name for, or none that is old enough, by their numbers. Loaded when one is made, unlike
 * what a glance takes (syscall.ts): Node and Deno import what imports this.
 *
 * @module
 */
import { functionsOf } from "../_foreign/functions.ts";
import type { Syscall } from "./syscall.ts";

let loaded: Syscall | undefined;

/**
 * libc's `syscall`.
 *
 * @throws {Error} When there is no libc.
 */
export function byNumber(): Syscall {
  return loaded ??= load();
}

function load(): Syscall {
  const { syscall } = functionsOf("libc.so.6", {
    syscall: { args: ["i32", "i64", "i64", "i64", "i64", "i64"], returns: "i32" },
  });
  return syscall as unknown as Syscall;
}
