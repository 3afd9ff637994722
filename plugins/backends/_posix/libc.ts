/**
 * The C library's calls that Linux and macOS share, loaded when they are needed and never at import:
 * other platforms import these files too.
 *
 * @module
 */
import { foreign, functionsOf } from "../_foreign/functions.ts";

type Address = number | bigint;

/** Calls with plain numbers. A negative result carries no error; ask `errno`. */
export interface Posix {
  flock(fd: number, operation: number): number;
  dup(fd: number): number;
  close(fd: number): number;
  signal(number: number, handler: Address): number | bigint;
  siginterrupt(number: number, interrupts: number): number;
  setitimer(which: number, value: Uint8Array, before: null): number;
  kill(pid: number, signal: number): number;
  waitpid(pid: number, status: Uint8Array, options: number): number;
  posix_spawnp(
    pid: Uint8Array,
    file: Uint8Array,
    actions: Uint8Array | null,
    attributes: Uint8Array | null,
    argv: BigUint64Array,
    envp: BigUint64Array,
  ): number;
  posix_spawnattr_init(attributes: Uint8Array): number;
  posix_spawnattr_setflags(attributes: Uint8Array, flags: number): number;
  posix_spawnattr_setsigdefault(attributes: Uint8Array, set: Uint8Array): number;
  sigemptyset(set: Uint8Array): number;
  sigaddset(set: Uint8Array, number: number): number;
  sigaction(number: number, act: null, before: Uint8Array): number;
  tcgetpgrp(fd: number): number;
  getpgrp(): number;
  getsid(pid: number): number;
  poll(fds: Uint8Array, count: number, timeoutMs: number): number;
  read(fd: number, into: Uint8Array, length: number): number;
  /** Ends this process at once: nothing of the runtime's runs. */
  _exit(status: number): void;
  setrlimit(resource: number, limit: Uint8Array): number;
  /** The address of one of the library's own functions. */
  addressOf(name: string): Address;
  /** Where a buffer lies; it stays there as long as it is referenced. */
  address(bytes: Uint8Array): bigint;
  /**
   * Addresses of the environment's assignments, byte for byte as we were given them, but those of some
   * names and those that we only set for ourselves.
   */
  environment(without: readonly string[]): bigint[];
  /** The name of an error number that a call returns. */
  errorName(number: number): string;
  /** The error of the last call. Read it at once: any call in between may set it anew. */
  errno(): string;
}

const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  // musl answers to glibc's name too; its own names are for certainty.
  linux: ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1", "libc.so"],
  darwin: ["libSystem.B.dylib"],
};

/** By platform, for the few whose meaning differs for us. */
const ERRNO: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  linux: { 11: "EWOULDBLOCK", 37: "ENOLCK", 38: "ENOSYS", 95: "EOPNOTSUPP" },
  darwin: { 35: "EWOULDBLOCK", 77: "ENOLCK", 78: "ENOSYS", 45: "EOPNOTSUPP", 102: "EOPNOTSUPP" },
};
const COMMON_ERRNO: Readonly<Record<number, string>> = {
  1: "EPERM",
  2: "ENOENT",
  3: "ESRCH",
  4: "EINTR",
  5: "EIO",
  7: "E2BIG",
  8: "ENOEXEC",
  9: "EBADF",
  10: "ECHILD",
  12: "ENOMEM",
  13: "EACCES",
  20: "ENOTDIR",
  21: "EISDIR",
  22: "EINVAL",
  23: "ENFILE",
  24: "EMFILE",
};

/** Set where the program started itself anew, for its own engine (procfs/threads.ts). */
const OUR_OWN_MARK = "AGENT_REAPER_WITHOUT_THREADS";
const OUR_OWN: readonly string[] = [
  OUR_OWN_MARK,
  "BUN_JSC_useWarmUpMarkedBlocks",
  "BUN_JSC_useConcurrentGC",
  "BUN_JSC_numberOfGCMarkers",
  "BUN_JSC_useConcurrentJIT",
];

/** The name of an assignment in memory; names are short. */
function nameAt(address: number, byteAt: (address: number) => number): string {
  let name = "";
  for (let at = address, byte = byteAt(at); byte !== 0 && byte !== 0x3d && name.length < 200; byte = byteAt(++at)) {
    name += String.fromCharCode(byte);
  }
  return name;
}

/** The name of an error number here. */
function errnoName(number: number): string {
  if (number === (process.platform === "darwin" ? 35 : 11)) return "EWOULDBLOCK";
  return ERRNO[process.platform]?.[number] ?? COMMON_ERRNO[number] ?? `errno ${number}`;
}

/** An error as node:fs throws it, so that it is read the same way. */
export function systemError(code: string, call: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${call}`), { code, syscall: call });
}

let loaded: Posix | undefined;

/**
 * The calls, loaded once.
 *
 * @throws {Error} When no C library can be loaded.
 */
export function posix(): Posix {
  loaded ??= load();
  return loaded;
}

function load(): Posix {
  let reason: unknown;
  for (const name of LIBRARIES[process.platform] ?? []) {
    try {
      return bind(name);
    } catch (error) {
      reason ??= error;
    }
  }
  throw new Error(`no C library could be loaded: ${reason instanceof Error ? reason.message : "unknown platform"}`);
}

function bind(name: string): Posix {
  const { ptr, read } = foreign();
  const errnoCall = process.platform === "darwin" ? "__error" : "__errno_location";
  const symbols = functionsOf(name, {
    flock: { args: ["i32", "i32"], returns: "i32" },
    dup: { args: ["i32"], returns: "i32" },
    close: { args: ["i32"], returns: "i32" },
    signal: { args: ["i32", "u64"], returns: "u64" },
    siginterrupt: { args: ["i32", "i32"], returns: "i32" },
    setitimer: { args: ["i32", "ptr", "ptr"], returns: "i32" },
    kill: { args: ["i32", "i32"], returns: "i32" },
    waitpid: { args: ["i32", "ptr", "i32"], returns: "i32" },
    posix_spawnp: { args: ["ptr", "ptr", "ptr", "ptr", "ptr", "ptr"], returns: "i32" },
    posix_spawnattr_init: { args: ["ptr"], returns: "i32" },
    posix_spawnattr_setflags: { args: ["ptr", "i32"], returns: "i32" },
    posix_spawnattr_setsigdefault: { args: ["ptr", "ptr"], returns: "i32" },
    sigemptyset: { args: ["ptr"], returns: "i32" },
    sigaddset: { args: ["ptr", "i32"], returns: "i32" },
    sigaction: { args: ["i32", "ptr", "ptr"], returns: "i32" },
    tcgetpgrp: { args: ["i32"], returns: "i32" },
    getpgrp: { args: [], returns: "i32" },
    getsid: { args: ["i32"], returns: "i32" },
    // nfds_t is 32 bits on macOS and 64 on Linux; both are passed in one register.
    poll: { args: ["ptr", "u64", "i32"], returns: "i32" },
    read: { args: ["i32", "ptr", "u64"], returns: "i32" },
    _exit: { args: ["i32"], returns: "void" },
    setrlimit: { args: ["i32", "ptr"], returns: "i32" },
    dlsym: { args: ["ptr", "cstring"], returns: "u64" },
    [errnoCall]: { args: [], returns: "ptr" },
    ...(process.platform === "darwin" ? { _NSGetEnviron: { args: [], returns: "u64" } } : {}),
  });
  const errnoAt = (symbols as unknown as Record<string, () => number | null>)[errnoCall]?.();
  if (errnoAt === null || errnoAt === undefined) throw new Error("errno has no address");
  const addressOf = (wanted: string): Address => {
    // RTLD_DEFAULT: null on Linux, -2 on macOS (dlfcn.h).
    const scope = process.platform === "darwin" ? 0xffff_ffff_ffff_fffen : 0n;
    const found = (symbols.dlsym as unknown as (scope: Address, name: Uint8Array) => bigint)(
      scope,
      Buffer.from(`${wanted}\0`),
    );
    if (BigInt(found) === 0n) throw new Error(`the C library has no ${wanted}`);
    return found;
  };
  const wordAt = (address: bigint): bigint => BigInt(read.u64(Number(address) as never, 0));
  return {
    ...(symbols as unknown as Posix),
    addressOf,
    environment(without) {
      const hidden = new Set([...without, ...process.env[OUR_OWN_MARK] === "1" ? OUR_OWN : []]);
      const found: bigint[] = [];
      // Libraries of macOS do not see `environ` itself (crt_externs.h).
      const place = process.platform === "darwin"
        ? (symbols as unknown as { _NSGetEnviron(): Address })._NSGetEnviron()
        : addressOf("environ");
      for (let at = wordAt(BigInt(place)), word = wordAt(at); word !== 0n; word = wordAt(at += 8n)) {
        if (!hidden.has(nameAt(Number(word), (address) => read.u8(address as never, 0)))) found.push(word);
      }
      return found;
    },
    errorName: errnoName,
    address: (bytes) => BigInt(ptr(bytes)),
    errno: () => errnoName(read.i32(errnoAt as never, 0)),
  };
}
