/**
 * What statx(2) tells of a file. Its layout is the same on every architecture.
 *
 * @module
 */
import { littleEndian } from "./little-endian.ts";

export const FACTS_BYTES = 256;
/** Type, mode, owner, group, modification, change, inode, size. */
export const FACTS_WANTED: number = 0x1 | 0x2 | 0x8 | 0x10 | 0x40 | 0x80 | 0x100 | 0x200;
/** STATX_ATTR_MOUNT_ROOT, since Linux 5.8: something is mounted here. */
const MOUNT_ROOT = 0x2000;

export const STATX_UID = 0x8;

/** A file's facts. */
export interface Facts {
  readonly type: "file" | "directory" | "symlink" | "fifo" | "socket" | "character device" | "block device" | "other";
  /** Permissions, without the type. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly bytes: number;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
  /** The same for the file's facts: its name, its owner, its mode. */
  readonly changedAt: number;
  /** Both together name the file while it exists. */
  readonly inode: bigint;
  readonly fileSystem: string;
  /** What a device file stands for, joined as the kernel does (`new_encode_dev`). */
  readonly device: number;
  /** The file system it lies on, joined in the same way, as stat(2) tells it. */
  readonly onDevice: number;
  readonly isMountRoot: boolean;
}

const TYPES: Readonly<Record<number, Facts["type"]>> = {
  0o01: "fifo",
  0o02: "character device",
  0o04: "directory",
  0o06: "block device",
  0o10: "file",
  0o12: "symlink",
  0o14: "socket",
};

/** Reads `struct statx`. */
export function parseFacts(bytes: Uint8Array): Facts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const mode = view.getUint16(28, true);
  return {
    type: TYPES[mode >> 12] ?? "other",
    mode: mode & 0o7777,
    uid: view.getUint32(20, true),
    gid: view.getUint32(24, true),
    bytes: Number(view.getBigUint64(40, true)),
    modifiedAt: milliseconds(view, 112),
    changedAt: milliseconds(view, 96),
    inode: view.getBigUint64(32, true),
    fileSystem: `${view.getUint32(136, true)}:${view.getUint32(140, true)}`,
    device: joined(view, 128),
    onDevice: joined(view, 136),
    isMountRoot: (view.getUint32(8, true) & MOUNT_ROOT) !== 0,
  };
}

function milliseconds(view: DataView, at: number): number {
  return Math.floor(Number(view.getBigInt64(at, true)) * 1000 + view.getUint32(at + 8, true) / 1e6);
}

function joined(view: DataView, at: number): number {
  const major = view.getUint32(at, true);
  const minor = view.getUint32(at + 4, true);
  return (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
}

/** The owner alone. */
export function parseOwner(bytes: Uint8Array): number {
  return littleEndian(bytes, 20, 4);
}
