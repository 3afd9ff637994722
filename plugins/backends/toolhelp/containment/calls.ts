/**
 * The calls of Windows that starting and ending a job takes, apart from those that read a machine.
 *
 * @module
 */

/** A HANDLE. */
export type Handle = number;
type Bytes = Uint8Array | Uint32Array | null;

const KERNEL32 = {
  AssignProcessToJobObject: { args: ["i64_fast", "i64_fast"], returns: "i32" },
  CreateJobObjectW: { args: ["ptr", "ptr"], returns: "i64_fast" },
  CreateProcessW: {
    args: ["ptr", "ptr", "ptr", "ptr", "i32", "u32", "ptr", "ptr", "ptr", "ptr"],
    returns: "i32",
  },
  ExitProcess: { args: ["u32"], returns: "void" },
  GetExitCodeProcess: { args: ["i64_fast", "ptr"], returns: "i32" },
  GetLastError: { args: [], returns: "u32" },
  GetStdHandle: { args: ["u32"], returns: "i64_fast" },
  ResumeThread: { args: ["i64_fast"], returns: "u32" },
  SetConsoleCtrlHandler: { args: ["ptr", "i32"], returns: "i32" },
  SetEnvironmentVariableW: { args: ["ptr", "ptr"], returns: "i32" },
  SetHandleInformation: { args: ["i64_fast", "u32", "u32"], returns: "i32" },
  SetInformationJobObject: { args: ["i64_fast", "u32", "ptr", "u32"], returns: "i32" },
  TerminateJobObject: { args: ["i64_fast", "u32"], returns: "i32" },
  TerminateProcess: { args: ["i64_fast", "u32"], returns: "i32" },
  WaitForSingleObject: { args: ["i64_fast", "u32"], returns: "u32" },
} as const;

type Arguments<A extends readonly string[]> = { -readonly [K in keyof A]: A[K] extends "ptr" ? Bytes : number };
type Calls<T extends Record<string, { readonly args: readonly string[]; readonly returns: string }>> = {
  readonly [K in keyof T]: (...args: Arguments<T[K]["args"]>) => T[K]["returns"] extends "void" ? void : number;
};

let loaded: Calls<typeof KERNEL32> | undefined;

/** The calls, loaded once. */
export function jobCalls(): Calls<typeof KERNEL32> {
  if (loaded !== undefined) return loaded;
  const { dlopen } = require("bun:ffi") as typeof import("bun:ffi");
  const { symbols } = dlopen("kernel32.dll", KERNEL32 as unknown as Parameters<typeof dlopen>[1]);
  return loaded = symbols as unknown as Calls<typeof KERNEL32>;
}

/** Text as Windows takes it. */
export function wide(text: string): Uint8Array {
  const bytes = Buffer.from(`${text}\0`, "utf16le");
  const fixed = new Uint8Array(new ArrayBuffer(bytes.length));
  fixed.set(bytes);
  return fixed;
}
