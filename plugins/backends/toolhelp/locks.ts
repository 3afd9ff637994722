/**
 * Locks of Windows (LockFileEx). A lock belongs to the process that took it; a child that inherits the
 * handle has no part in it.
 *
 * The locked byte lies far behind the end of any file, for locks there are mandatory: what stands in the
 * file can be read by everybody.
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { FileFacts, LockFile, LockMode, LockOpening, Locks, LockWatch } from "../../../src/contract.ts";
import { epochMs } from "./filetime.ts";
import { fixedBytes, type Handle } from "./win32.ts";

const GENERIC_READ = 0x8000_0000;
const GENERIC_WRITE = 0x4000_0000;
const FILE_READ_ATTRIBUTES = 0x80;
/** Reading, writing and removing stay everybody's: nobody is kept from the file by our having it open. */
const SHARE_ALL = 7;
const CREATE_NEW = 1;
const OPEN_EXISTING = 3;
const OPEN_ALWAYS = 4;
/** A link is opened itself (and refused, for it is no regular file), and directories can be asked. */
const OPEN_REPARSE_POINT = 0x0020_0000;
const BACKUP_SEMANTICS = 0x0200_0000;
const DIRECTORY_OR_REPARSE_POINT = 0x10 | 0x400;

/** OVERLAPPED.OffsetHigh: the byte at 2^62. */
const OFFSET_HIGH_AT = 20;
const LOCKED_BYTE_HIGH = 0x4000_0000;
const LOCKFILE_FAIL_IMMEDIATELY = 1;
const LOCKFILE_EXCLUSIVE_LOCK = 2;
/** Nothing wakes who waits for one of several; and to wait for one takes the same. */
const LOOK_AGAIN_MS = 20;
const NOTE_BYTES = 16 * 1024;

interface Calls {
  CreateFileW(
    path: Uint8Array,
    access: number,
    share: number,
    security: null,
    disposition: number,
    flags: number,
    template: Handle,
  ): Handle;
  CloseHandle(handle: Handle): number;
  GetFileInformationByHandle(handle: Handle, into: Uint8Array): number;
  LockFileEx(file: Handle, flags: number, reserved: number, low: number, high: number, overlapped: Uint8Array): number;
  UnlockFileEx(file: Handle, reserved: number, low: number, high: number, overlapped: Uint8Array): number;
}

const KERNEL32 = {
  CreateFileW: { args: ["ptr", "u32", "u32", "ptr", "u32", "u32", "i64_fast"], returns: "i64_fast" },
  CloseHandle: { args: ["i64_fast"], returns: "i32" },
  GetFileInformationByHandle: { args: ["i64_fast", "ptr"], returns: "i32" },
  LockFileEx: { args: ["i64_fast", "u32", "u32", "u32", "u32", "ptr"], returns: "i32" },
  UnlockFileEx: { args: ["i64_fast", "u32", "u32", "u32", "ptr"], returns: "i32" },
};

let loaded: Calls | undefined;

function calls(): Calls {
  if (loaded !== undefined) return loaded;
  const { dlopen } = require("bun:ffi") as typeof import("bun:ffi");
  return (loaded = dlopen("kernel32.dll", KERNEL32 as unknown as Parameters<typeof dlopen>[1])
    .symbols as unknown as Calls);
}

/** Locks of this machine. */
export function windowsLocks(): Locks {
  return {
    open: (path, opening) => new WindowsLockFile(path, openHandle(path, opening)),
    adopt() {
      throw Object.assign(new Error("ENOSYS: locks are not inherited here"), { code: "ENOSYS" });
    },
    facts(path) {
      const handle = create(path, FILE_READ_ATTRIBUTES, OPEN_EXISTING);
      if (handle === undefined) return undefined;
      try {
        return factsOf(handle);
      } finally {
        calls().CloseHandle(handle);
      }
    },
    watch: lookAgain,
    isStopped: () => false,
  };
}

function lookAgain(): LockWatch {
  return {
    wait(forMs) {
      Bun.sleepSync(Math.min(forMs, LOOK_AGAIN_MS));
      return false;
    },
    close() {},
  };
}

const DISPOSITIONS: Readonly<Record<LockOpening, number>> = {
  make: OPEN_ALWAYS,
  "make anew": CREATE_NEW,
  "as it is": OPEN_EXISTING,
  look: OPEN_EXISTING,
};

function openHandle(path: string, opening: LockOpening): Handle {
  const access = opening === "look" ? GENERIC_READ : GENERIC_READ + GENERIC_WRITE;
  const handle = create(path, access, DISPOSITIONS[opening]);
  if (handle !== undefined) return handle;
  // What GetLastError would say may be overwritten by the runtime meanwhile.
  const seen = create(path, FILE_READ_ATTRIBUTES, OPEN_EXISTING);
  if (seen !== undefined) calls().CloseHandle(seen);
  const code = seen === undefined ? "ENOENT" : opening === "make anew" ? "EEXIST" : "EACCES";
  throw Object.assign(new Error(`${code}: CreateFile`), { code });
}

function create(path: string, access: number, disposition: number): Handle | undefined {
  const handle = calls().CreateFileW(
    Buffer.from(`${path.replaceAll("/", "\\")}\0`, "utf16le"),
    access,
    SHARE_ALL,
    null,
    disposition,
    OPEN_REPARSE_POINT | BACKUP_SEMANTICS,
    0,
  );
  return handle === -1 ? undefined : handle;
}

/** BY_HANDLE_FILE_INFORMATION. */
function factsOf(handle: Handle): FileFacts {
  const bytes = fixedBytes(52);
  if (calls().GetFileInformationByHandle(handle, bytes) === 0) {
    throw Object.assign(new Error("EIO: GetFileInformationByHandle"), { code: "EIO" });
  }
  const field = (at: number) => new DataView(bytes.buffer).getUint32(at, true);
  return {
    identity: `${field(28)}:${field(44)}:${field(48)}`,
    isFile: (field(0) & DIRECTORY_OR_REPARSE_POINT) === 0,
    links: field(40),
    modifiedAt: epochMs((BigInt(field(24)) << 32n) | BigInt(field(20))),
    bytes: field(32) * 2 ** 32 + field(36),
  };
}

class WindowsLockFile implements LockFile {
  readonly fd = undefined;
  readonly #path: string;
  readonly #handle: Handle;
  readonly #overlapped = fixedBytes(32);
  #isOpen = true;

  constructor(path: string, handle: Handle) {
    this.#path = path;
    this.#handle = handle;
    new DataView(this.#overlapped.buffer).setUint32(OFFSET_HIGH_AT, LOCKED_BYTE_HIGH, true);
  }

  facts(): FileFacts {
    return factsOf(this.#handle);
  }

  /** Whatever the answer is, only success is a lock. */
  tryLock(mode: LockMode): boolean {
    const flags = LOCKFILE_FAIL_IMMEDIATELY | (mode === "alone" ? LOCKFILE_EXCLUSIVE_LOCK : 0);
    return calls().LockFileEx(this.#handle, flags, 0, 1, 0, this.#overlapped) !== 0;
  }

  lock(mode: LockMode, forMs: number): boolean {
    const until = performance.now() + forMs;
    while (!this.tryLock(mode)) {
      const leftMs = until - performance.now();
      if (leftMs <= 0) return false;
      Bun.sleepSync(Math.min(leftMs, LOOK_AGAIN_MS));
    }
    return true;
  }

  unlock(): void {
    calls().UnlockFileEx(this.#handle, 0, 1, 0, this.#overlapped);
  }

  read(): string {
    return readFileSync(this.#path, "utf8").slice(0, NOTE_BYTES);
  }

  write(text: string): void {
    writeFileSync(this.#path, text, { flag: "r+" });
    if (text.length < this.facts().bytes) writeFileSync(this.#path, text);
  }

  close(): void {
    if (this.#isOpen) calls().CloseHandle(this.#handle);
    this.#isOpen = false;
  }
}
