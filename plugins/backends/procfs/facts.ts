/**
 * What statx(2) tells of a file. Its layout is the same on every architecture.
 *
 * @module
 */

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
export function parseFacts(bytes: Buffer): Facts {
  const mode = bytes.readUInt16LE(28);
  return {
    type: TYPES[mode >> 12] ?? "other",
    mode: mode & 0o7777,
    uid: bytes.readUInt32LE(20),
    gid: bytes.readUInt32LE(24),
    bytes: Number(bytes.readBigUInt64LE(40)),
    modifiedAt: milliseconds(bytes, 112),
    changedAt: milliseconds(bytes, 96),
    inode: bytes.readBigUInt64LE(32),
    fileSystem: `${bytes.readUInt32LE(136)}:${bytes.readUInt32LE(140)}`,
    device: joined(bytes, 128),
    onDevice: joined(bytes, 136),
    isMountRoot: (bytes.readUInt32LE(8) & MOUNT_ROOT) !== 0,
  };
}

function milliseconds(bytes: Buffer, at: number): number {
  return Math.floor(Number(bytes.readBigInt64LE(at)) * 1000 + bytes.readUInt32LE(at + 8) / 1e6);
}

function joined(bytes: Buffer, at: number): number {
  const major = bytes.readUInt32LE(at);
  const minor = bytes.readUInt32LE(at + 4);
  return (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
}

/** The owner alone. */
export function parseOwner(bytes: Buffer): number {
  return bytes.readUInt32LE(20);
}
