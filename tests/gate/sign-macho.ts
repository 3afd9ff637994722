/**
 * Signs an x64 Mach-O binary ad hoc, in place of the signature that is there.
 *
 * Bun 1.4.5 signs what it compiles for macOS on arm64, but an x64 binary keeps the signature of the runtime it was
 * made from, whose page hashes no longer hold where the program was put in; and that signature asks for the hardened
 * runtime, under which macOS ends a process on the first such page. `codesign` runs on macOS alone; this runs
 * everywhere. The format: xnu, osfmt/kern/cs_blobs.h.
 *
 *     sign-macho.ts FILE
 *
 * @module
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";

const MH_MAGIC_64 = 0xfeedfacf;
const LC_SEGMENT_64 = 0x19;
const LC_CODE_SIGNATURE = 0x1d;

const CSMAGIC_EMBEDDED_SIGNATURE = 0xfade0cc0;
const CSMAGIC_CODEDIRECTORY = 0xfade0c02;
const CS_ADHOC = 0x2;
const CS_LINKER_SIGNED = 0x20000;
const CS_EXECSEG_MAIN_BINARY = 1;
const SHA256 = 2;
const HASH_BYTES = 32;
const PAGE_BYTES = 4096;
/** Version 0x20400: with the executable segment. */
const DIRECTORY_BYTES = 88;
const HEADER_BYTES = 20;

/** Where a 64-bit Mach-O has what its signature speaks of, as offsets into the file. */
interface Layout {
  /** The load command that tells of the signature, and what it tells. */
  readonly signature: { readonly command: number; readonly offset: number; readonly bytes: number };
  readonly text: { readonly offset: number; readonly bytes: number };
  /** The last segment, which ends with the signature. */
  readonly linkEdit: { readonly command: number; readonly offset: number };
}

/** @throws {Error} when it is no 64-bit Mach-O that ends with a signature. */
function layoutOf(binary: Buffer): Layout {
  if (binary.length < 32 || binary.readUInt32LE(0) !== MH_MAGIC_64) throw new Error("no 64-bit Mach-O");
  let signature: Layout["signature"] | undefined;
  let text: Layout["text"] | undefined;
  let linkEdit: Layout["linkEdit"] & { readonly bytes: number } | undefined;
  let at = 32;
  for (let left = binary.readUInt32LE(16); left > 0; left--) {
    const kind = binary.readUInt32LE(at);
    if (kind === LC_CODE_SIGNATURE) {
      signature = { command: at, offset: binary.readUInt32LE(at + 8), bytes: binary.readUInt32LE(at + 12) };
    } else if (kind === LC_SEGMENT_64) {
      const name = binary.toString("latin1", at + 8, at + 24).replace(/\0+$/, "");
      const segment = {
        command: at,
        offset: Number(binary.readBigUInt64LE(at + 40)),
        bytes: Number(binary.readBigUInt64LE(at + 48)),
      };
      if (name === "__TEXT") text = segment;
      if (name === "__LINKEDIT") linkEdit = segment;
    }
    at += binary.readUInt32LE(at + 4);
  }
  if (signature === undefined) throw new Error("no signature (LC_CODE_SIGNATURE)");
  if (text === undefined || linkEdit === undefined) throw new Error("no __TEXT or no __LINKEDIT segment");
  if (signature.offset + signature.bytes !== binary.length || linkEdit.offset + linkEdit.bytes !== binary.length) {
    throw new Error("the signature is not at the end of __LINKEDIT, or that not at the end of the file");
  }
  return { signature, text, linkEdit };
}

/** The pages that a signature speaks for, hashed; the last is as long as it is. */
function pageHashes(signed: Buffer): Buffer[] {
  const hashes: Buffer[] = [];
  for (let at = 0; at < signed.length; at += PAGE_BYTES) {
    hashes.push(createHash("sha256").update(signed.subarray(at, at + PAGE_BYTES)).digest());
  }
  return hashes;
}

/**
 * The binary with an ad-hoc signature under the name `identifier` in place of the one that it has.
 *
 * @throws {Error} when it is no 64-bit Mach-O that ends with a signature.
 */
function sign(binary: Buffer, identifier: string): Buffer {
  const { signature, text, linkEdit } = layoutOf(binary);
  const name = Buffer.from(`${identifier}\0`, "latin1");
  const pages = Math.ceil(signature.offset / PAGE_BYTES);
  const length = DIRECTORY_BYTES + name.length + pages * HASH_BYTES;
  const room = roundUp(HEADER_BYTES + length, 16);

  // The load commands lie in the first page and tell how long the signature is: they change before that is hashed.
  const signed = Buffer.from(binary.subarray(0, signature.offset));
  const end = signature.offset + room - linkEdit.offset;
  signed.writeUInt32LE(room, signature.command + 12);
  signed.writeBigUInt64LE(BigInt(roundUp(end, PAGE_BYTES)), linkEdit.command + 32);
  signed.writeBigUInt64LE(BigInt(end), linkEdit.command + 48);
  const hashes = pageHashes(signed);

  const directory = Buffer.alloc(DIRECTORY_BYTES);
  directory.writeUInt32BE(CSMAGIC_CODEDIRECTORY, 0);
  directory.writeUInt32BE(length, 4);
  directory.writeUInt32BE(0x20400, 8);
  directory.writeUInt32BE(CS_ADHOC | CS_LINKER_SIGNED, 12);
  directory.writeUInt32BE(DIRECTORY_BYTES + name.length, 16); // hashOffset
  directory.writeUInt32BE(DIRECTORY_BYTES, 20); // identOffset
  directory.writeUInt32BE(hashes.length, 28); // nCodeSlots
  directory.writeUInt32BE(signature.offset, 32); // codeLimit
  directory.writeUInt8(HASH_BYTES, 36);
  directory.writeUInt8(SHA256, 37);
  directory.writeUInt8(Math.log2(PAGE_BYTES), 39);
  directory.writeBigUInt64BE(BigInt(text.offset), 64); // execSegBase
  directory.writeBigUInt64BE(BigInt(text.bytes), 72); // execSegLimit
  directory.writeBigUInt64BE(BigInt(CS_EXECSEG_MAIN_BINARY), 80);

  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(CSMAGIC_EMBEDDED_SIGNATURE, 0);
  header.writeUInt32BE(header.length + length, 4);
  header.writeUInt32BE(1, 8); // one blob: the code directory, in slot 0
  header.writeUInt32BE(header.length, 16);

  const blob = Buffer.concat([header, directory, name, ...hashes], room);
  return Buffer.concat([signed, blob]);
}

function roundUp(bytes: number, to: number): number {
  return Math.ceil(bytes / to) * to;
}

/**
 * Whether a binary is signed ad hoc and every page is what the signature says.
 *
 * @throws {Error} when it is no 64-bit Mach-O with a signature.
 */
export function isSignedAdHoc(binary: Buffer): boolean {
  const { signature } = layoutOf(binary);
  const blob = binary.subarray(signature.offset);
  if (blob.readUInt32BE(0) !== CSMAGIC_EMBEDDED_SIGNATURE) return false;
  const directory = blob.subarray(blob.readUInt32BE(16));
  if (directory.readUInt32BE(0) !== CSMAGIC_CODEDIRECTORY) return false;
  if (directory.readUInt32BE(12) !== (CS_ADHOC | CS_LINKER_SIGNED)) return false;
  if (directory.readUInt32BE(32) !== signature.offset) return false;
  const hashes = pageHashes(binary.subarray(0, signature.offset));
  const at = directory.readUInt32BE(16);
  return directory.readUInt32BE(28) === hashes.length &&
    Buffer.concat(hashes).equals(directory.subarray(at, at + hashes.length * HASH_BYTES));
}

if (import.meta.main) {
  const [file, ...more] = process.argv.slice(2);
  if (file === undefined || more.length > 0) {
    console.error("usage: sign-macho FILE");
    process.exitCode = 2;
  } else {
    writeFileSync(file, sign(readFileSync(file), "agent-reaper"));
  }
}
