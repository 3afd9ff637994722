/**
 * Calls of foreign functions, as the runtime itself has them. Its module for them, `bun:ffi`, is a layer on top of these
 * that takes longer to load than a look at an adopter's children; it is asked in versions that do not have them here.
 *
 * @module
 */
import type { FFIFunction, Library } from "bun:ffi";

type Foreign = Pick<typeof import("bun:ffi"), "dlopen" | "ptr" | "read">;

/** What reads and names memory. Only Bun has it. */
export function foreign(): Foreign {
  return (Bun as { readonly FFI?: Foreign }).FFI ?? process.getBuiltinModule("bun:ffi") as unknown as Foreign;
}

/** Text that lies in memory. What is no UTF-8 is replaced, never refused; a length of 0 is taken for a mistake. */
export type TextAt = (address: number, from: number, length: number) => string;

/** Reads texts from memory without a view on the bytes, and without `Buffer`, which takes longer to load than all of libc. */
export function textReader(): TextAt {
  const own = (Bun as { readonly FFI?: { readonly CString: TextAt } }).FFI?.CString;
  if (own !== undefined) return own;
  const { CString } = process.getBuiltinModule("bun:ffi") as unknown as typeof import("bun:ffi");
  return (address, from, length) => String(new CString(address as never, from, length));
}

/**
 * Functions of a library, by their names.
 *
 * @throws {Error} When it cannot be loaded, or does not have all of them.
 */
export function functionsOf<T extends Record<string, FFIFunction>>(name: string, wanted: T): Library<T>["symbols"] {
  const found: Library<T> | Error = foreign().dlopen(name, wanted);
  // The module throws what is answered here.
  if (found instanceof Error) throw found;
  return found.symbols;
}
