/**
 * What statx(2) tells of a file. Its layout is the same on every architecture.
 *
 * @module
 */

export const FACTS_BYTES = 256;
/** Type, mode, owner, modification, inode, size. */
export const FACTS_WANTED: number = 0x1 | 0x2 | 0x8 | 0x40 | 0x100 | 0x200;

export const STATX_UID = 0x8;

/** A file's facts. */
export interface Facts {
  readonly type: "file" | "directory" | "symlink" | "fifo" | "socket" | "character device" | "block device" | "other";
  /** Permissions, without the type. */
  readonly mode: number;
  readonly uid: number;
  readonly bytes: number;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
  /** Both together name the file while it exists. */
  readonly inode: bigint;
  readonly fileSystem: string;
  /** What a device file stands for, joined as the kernel does (`new_encode_dev`). */
  readonly device: number;
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
  const major = bytes.readUInt32LE(128);
  const minor = bytes.readUInt32LE(132);
  return {
    type: TYPES[mode >> 12] ?? "other",
    mode: mode & 0o7777,
    uid: bytes.readUInt32LE(20),
    bytes: Number(bytes.readBigUInt64LE(40)),
    modifiedAt: Math.floor(Number(bytes.readBigInt64LE(112)) * 1000 + bytes.readUInt32LE(120) / 1e6),
    inode: bytes.readBigUInt64LE(32),
    fileSystem: `${bytes.readUInt32LE(136)}:${bytes.readUInt32LE(140)}`,
    device: (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12),
  };
}

/** The owner alone. */
export function parseOwner(bytes: Buffer): number {
  return bytes.readUInt32LE(20);
}
