import { type Answer, statusName } from "./answer.ts";
import { basicsOf } from "./handle.ts";
import { utf16 } from "./records.ts";
import type { Handle, Win32 } from "./win32.ts";

const PROCESS_COMMAND_LINE_INFORMATION = 60;
const PROCESS_WOW64_INFORMATION = 26;
const MOST_LINE_BYTES = 0x1_0000 + 16;
const MOST_ENVIRONMENT_BYTES = 1 << 20;
const PAGE_BYTES = 4096;

/** Offsets in 64-bit PEB and RTL_USER_PROCESS_PARAMETERS, unchanged since Windows Vista (winternl.h names the first ones). */
const PEB_PARAMETERS = 0x20;
const DIRECTORY = 0x38;
const COMMAND_LINE = 0x70;
const ENVIRONMENT = 0x80;

/** The command line as the kernel hands it out: Windows 8.1 and later, with few rights. */
export function commandLineByKernel(win: Win32, handle: Handle): Answer<string> {
  const bytes = new Uint8Array(MOST_LINE_BYTES);
  const status = win.NtQueryInformationProcess(
    handle,
    PROCESS_COMMAND_LINE_INFORMATION,
    bytes,
    bytes.byteLength,
    new Uint8Array(4),
  ) >>> 0;
  if (status !== 0) return { why: statusName(status) };
  const length = new DataView(bytes.buffer).getUint16(0, true);
  return { value: utf16(bytes.subarray(16, 16 + length)) };
}

/** The same from the process's own memory, where that may be read. */
export function commandLineByMemory(win: Win32, handle: Handle): Answer<string> {
  return textAt(win, handle, COMMAND_LINE);
}

/**
 * The working directory. A 32-bit program moves only its 32-bit notes, so the 64-bit ones would
 * show where it was started: unknown.
 */
export function directoryOf(win: Win32, handle: Handle): Answer<string> {
  const wow64 = new BigUint64Array(1);
  const status = win.NtQueryInformationProcess(handle, PROCESS_WOW64_INFORMATION, wow64, 8, null) >>> 0;
  if (status !== 0) return { why: statusName(status) };
  if (wow64[0] !== 0n) return { why: "a 32-bit program's is kept elsewhere" };
  const directory = textAt(win, handle, DIRECTORY);
  // Windows keeps it with a backslash at its end; only a drive's root is written so.
  return "value" in directory ? { value: directory.value.replace(/(?<!^[A-Za-z]:)\\$/, "") } : directory;
}

/** The environment block, as it is now, up to its empty line. */
export function environmentOf(win: Win32, handle: Handle): Answer<string> {
  const parameters = parametersOf(win, handle);
  if ("why" in parameters) return parameters;
  const pointer = read(win, handle, parameters.value + ENVIRONMENT, 8);
  if ("why" in pointer) return pointer;
  const start = word(pointer.value, 0);
  if (start === 0) return { why: "it has no environment block" };
  const block = new Uint8Array(MOST_ENVIRONMENT_BYTES);
  for (let size = 0; size < block.length;) {
    // Page by page: the next one need not exist, and a read across the edge would give nothing at all.
    const step = Math.min(PAGE_BYTES - (start + size) % PAGE_BYTES, block.length - size);
    const page = read(win, handle, start + size, step);
    if ("why" in page) return page;
    block.set(page.value, size);
    const before = Math.max(0, size - 4) & ~1;
    size += step;
    const end = emptyLine(block, before, size);
    if (end >= 0) return { value: utf16(block.subarray(0, end)) };
  }
  return { why: "its environment is larger than 1 MiB" };
}

/** Where two NUL letters follow each other. */
function emptyLine(block: Uint8Array, from: number, to: number): number {
  for (let at = from; at + 3 < to; at += 2) {
    if (block[at] === 0 && block[at + 1] === 0 && block[at + 2] === 0 && block[at + 3] === 0) return at;
  }
  return -1;
}

/** The text of a UNICODE_STRING in the process parameters. */
function textAt(win: Win32, handle: Handle, offset: number): Answer<string> {
  const parameters = parametersOf(win, handle);
  if ("why" in parameters) return parameters;
  const header = read(win, handle, parameters.value + offset, 16);
  if ("why" in header) return header;
  const length = new DataView(header.value.buffer).getUint16(0, true);
  const address = word(header.value, 8);
  if (length === 0 || address === 0) return { value: "" };
  const text = read(win, handle, address, length);
  return "why" in text ? text : { value: utf16(text.value) };
}

function parametersOf(win: Win32, handle: Handle): Answer<number> {
  const basics = basicsOf(win, handle);
  if ("why" in basics) return basics;
  if (basics.value.pebAddress === 0) return { why: "it has no user memory" };
  const pointer = read(win, handle, basics.value.pebAddress + PEB_PARAMETERS, 8);
  if ("why" in pointer) return pointer;
  const address = word(pointer.value, 0);
  return address === 0 ? { why: "it has not begun to run" } : { value: address };
}

function read(win: Win32, handle: Handle, address: number, size: number): Answer<Uint8Array> {
  const bytes = new Uint8Array(size);
  const got = new BigUint64Array(1);
  const done = win.ReadProcessMemory(handle, address, bytes, size, got) !== 0 && got[0] === BigInt(size);
  return done ? { value: bytes } : { why: "its memory could not be read" };
}

function word(bytes: Uint8Array, at: number): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(at, true));
}
