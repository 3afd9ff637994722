/**
 * The few calls of Windows that this backend makes. Loaded when a machine is opened and never at
 * import: the same bundle runs on Linux and macOS.
 *
 * Processes are opened and ended by the Nt calls that OpenProcess and TerminateProcess wrap: they
 * return their status, where the wrappers leave it in thread-local storage that the runtime may
 * overwrite before GetLastError is asked. "Gone" and "denied" must not be confused.
 */

/** A HANDLE. Kernel handles are small numbers; -1 is "invalid" and "the current process" alike. */
export type Handle = number;
type Bytes = Uint8Array | Uint32Array | BigUint64Array | null;

const KERNEL32 = {
  CloseHandle: { args: ["i64_fast"], returns: "i32" },
  CreateToolhelp32Snapshot: { args: ["u32", "u32"], returns: "i64_fast" },
  GetLastError: { args: [], returns: "u32" },
  GetProcessId: { args: ["i64_fast"], returns: "u32" },
  GetProcessTimes: { args: ["i64_fast", "ptr", "ptr", "ptr", "ptr"], returns: "i32" },
  GetSystemTimePreciseAsFileTime: { args: ["ptr"], returns: "void" },
  GetTickCount64: { args: [], returns: "u64_fast" },
  GlobalMemoryStatusEx: { args: ["ptr"], returns: "i32" },
  K32GetProcessMemoryInfo: { args: ["i64_fast", "ptr", "u32"], returns: "i32" },
  Process32FirstW: { args: ["i64_fast", "ptr"], returns: "i32" },
  ProcessIdToSessionId: { args: ["u32", "ptr"], returns: "i32" },
  Process32NextW: { args: ["i64_fast", "ptr"], returns: "i32" },
  QueryFullProcessImageNameW: { args: ["i64_fast", "u32", "ptr", "ptr"], returns: "i32" },
  QueryUnbiasedInterruptTime: { args: ["ptr"], returns: "i32" },
  ReadProcessMemory: { args: ["i64_fast", "u64", "ptr", "u64", "ptr"], returns: "i32" },
  WaitForSingleObject: { args: ["i64_fast", "u32"], returns: "u32" },
} as const;

const NTDLL = {
  NtOpenProcess: { args: ["ptr", "u32", "ptr", "ptr"], returns: "i32" },
  NtQueryInformationProcess: { args: ["i64_fast", "u32", "ptr", "u32", "ptr"], returns: "i32" },
  NtQuerySystemInformation: { args: ["u32", "ptr", "u32", "ptr"], returns: "i32" },
  NtTerminateProcess: { args: ["i64_fast", "i32"], returns: "i32" },
} as const;

const ADVAPI32 = {
  CloseServiceHandle: { args: ["i64_fast"], returns: "i32" },
  EnumServicesStatusExW: {
    args: ["i64_fast", "u32", "u32", "u32", "ptr", "u32", "ptr", "ptr", "ptr", "ptr"],
    returns: "i32",
  },
  GetTokenInformation: { args: ["i64_fast", "u32", "ptr", "u32", "ptr"], returns: "i32" },
  LookupAccountSidW: { args: ["ptr", "ptr", "ptr", "ptr", "ptr", "ptr", "ptr"], returns: "i32" },
  OpenProcessToken: { args: ["i64_fast", "u32", "ptr"], returns: "i32" },
  OpenSCManagerW: { args: ["ptr", "ptr", "u32"], returns: "i64_fast" },
} as const;

const IPHLPAPI = {
  GetExtendedTcpTable: { args: ["ptr", "ptr", "i32", "u32", "u32", "u32"], returns: "u32" },
} as const;

const USER32 = {
  FindWindowExW: { args: ["i64_fast", "i64_fast", "ptr", "ptr"], returns: "i64_fast" },
  GetWindowThreadProcessId: { args: ["i64_fast", "ptr"], returns: "u32" },
  IsWindow: { args: ["i64_fast"], returns: "i32" },
  IsWindowVisible: { args: ["i64_fast"], returns: "i32" },
} as const;

/** What a call of the table above takes and gives in TypeScript. */
type Arguments<A extends readonly string[]> = { -readonly [K in keyof A]: A[K] extends "ptr" ? Bytes : number };
type Call<F extends { readonly args: readonly string[]; readonly returns: string }> = (
  ...args: Arguments<F["args"]>
) => F["returns"] extends "void" ? void : number;
type Calls<T extends Record<string, { readonly args: readonly string[]; readonly returns: string }>> = {
  readonly [K in keyof T]: Call<T[K]>;
};

/** The calls, with the address of a buffer for the records that point into themselves. */
export interface Win32 extends Calls<typeof KERNEL32>, Calls<typeof NTDLL> {
  readonly advapi32: Calls<typeof ADVAPI32>;
  readonly iphlpapi: Calls<typeof IPHLPAPI>;
  /** Throws where Windows has none (Nano Server). */
  readonly user32: Calls<typeof USER32>;
  addressOf(bytes: Uint8Array): number;
}

/**
 * A buffer that stays where it is. JavaScriptCore keeps a small typed array within its own heap and
 * moves the bytes when its `.buffer` is first touched; pointers that Windows wrote into it would then
 * lead to the old place.
 */
export function fixedBytes(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new ArrayBuffer(size));
}

let loaded: Win32 | undefined;

/** Loads the calls once. The other libraries follow when something of theirs is asked. */
export function win32(): Win32 {
  if (loaded !== undefined) return loaded;
  const { dlopen, ptr } = require("bun:ffi") as typeof import("bun:ffi");
  const open = <T>(library: string, symbols: T): unknown =>
    dlopen(library, symbols as Parameters<typeof dlopen>[1]).symbols;
  let advapi32: unknown;
  let iphlpapi: unknown;
  let user32: unknown;
  loaded = {
    ...open("kernel32.dll", KERNEL32) as Calls<typeof KERNEL32>,
    ...open("ntdll.dll", NTDLL) as Calls<typeof NTDLL>,
    get advapi32(): Calls<typeof ADVAPI32> {
      return (advapi32 ??= open("advapi32.dll", ADVAPI32)) as Calls<typeof ADVAPI32>;
    },
    get iphlpapi(): Calls<typeof IPHLPAPI> {
      return (iphlpapi ??= open("iphlpapi.dll", IPHLPAPI)) as Calls<typeof IPHLPAPI>;
    },
    get user32(): Calls<typeof USER32> {
      return (user32 ??= open("user32.dll", USER32)) as Calls<typeof USER32>;
    },
    addressOf: (bytes) => Number(ptr(bytes)),
  };
  return loaded;
}
