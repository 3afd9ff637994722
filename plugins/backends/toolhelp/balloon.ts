/**
 * A message beside the clock: Shell_NotifyIconW, whose balloons Windows 10 and later show as toasts. A toast of its
 * own would want a shortcut in the start menu, registered for us, and COM.
 *
 * The icon is there as long as its balloon. The message-only window that it belongs to gets no broadcasts, so nobody
 * waits for us when nothing here looks for messages.
 *
 * @module
 */
import type { Desktop } from "../../../src/contract.ts";
import { errorText } from "../../../src/errors.ts";
import { fixedBytes, type Handle } from "./win32.ts";

const NIM_ADD = 0;
const NIM_MODIFY = 1;
const NIM_DELETE = 2;
const NIF_ICON = 0x02;
const NIF_TIP = 0x04;
const NIF_INFO = 0x10;
const NIIF_INFO = 0x01;
/** Not while somebody shows slides or plays. */
const NIIF_RESPECT_QUIET_TIME = 0x80;
const HWND_MESSAGE = -3;
const IDI_INFORMATION = 32_516;

/** Windows shows a balloon for 10 to 30 s; with its icon it goes. */
const SHOWN_MS = 30_000;

/** NOTIFYICONDATAW where pointers have eight bytes: offsets, and room for text with its last zero. */
const RECORD_BYTES = 976;
const WINDOW_AT = 8;
const ID_AT = 16;
const FLAGS_AT = 20;
const ICON_AT = 32;
const TIP = { at: 40, units: 128 };
const INFO = { at: 304, units: 256 };
const TITLE = { at: 820, units: 64 };
const INFO_FLAGS_AT = 948;

/** The record that asks for a balloon. */
export function balloonRecord(window: Handle, icon: Handle, title: string, text: string): Uint8Array<ArrayBuffer> {
  const record = fixedBytes(RECORD_BYTES);
  const view = new DataView(record.buffer);
  view.setUint32(0, RECORD_BYTES, true);
  view.setBigInt64(WINDOW_AT, BigInt(window), true);
  view.setUint32(ID_AT, 1, true);
  view.setUint32(FLAGS_AT, NIF_ICON | NIF_TIP | NIF_INFO, true);
  view.setBigInt64(ICON_AT, BigInt(icon), true);
  view.setUint32(INFO_FLAGS_AT, NIIF_INFO | NIIF_RESPECT_QUIET_TIME, true);
  write(record, TIP, "agent-reaper");
  write(record, INFO, text);
  write(record, TITLE, title);
  return record;
}

function write(record: Uint8Array, { at, units }: { readonly at: number; readonly units: number }, text: string): void {
  let fits = text.replaceAll("\0", " ").slice(0, units - 1);
  // Not half of a character.
  if (fits.length < text.length && /[\ud800-\udbff]$/.test(fits)) fits = fits.slice(0, -1);
  Buffer.from(fits, "utf16le").copy(record, at);
}

interface Shell {
  readonly user32: {
    CreateWindowExW(...args: [number, Uint8Array, null, ...number[], null]): Handle;
    DestroyWindow(window: Handle): number;
    LoadIconW(instance: number, name: number): Handle;
  };
  readonly shell32: { Shell_NotifyIconW(message: number, record: Uint8Array): number };
}

let loaded: Shell | undefined;

function shell(): Shell {
  if (loaded !== undefined) return loaded;
  const { dlopen } = require("bun:ffi") as typeof import("bun:ffi");
  const open = (library: string, symbols: unknown): unknown =>
    dlopen(library, symbols as Parameters<typeof dlopen>[1]).symbols;
  const user32 = open("user32.dll", {
    CreateWindowExW: {
      args: ["u32", "ptr", "ptr", "u32", "i32", "i32", "i32", "i32", "i64_fast", "i64_fast", "i64_fast", "ptr"],
      returns: "i64_fast",
    },
    DestroyWindow: { args: ["i64_fast"], returns: "i32" },
    LoadIconW: { args: ["i64_fast", "i64_fast"], returns: "i64_fast" },
  });
  const shell32 = open("shell32.dll", {
    Shell_NotifyIconW: { args: ["u32", "ptr"], returns: "i32" },
  });
  return (loaded = { user32, shell32 } as Shell);
}

/** The window whose balloon is shown, and what takes both away. */
let shown: { readonly window: Handle; readonly timer: Timer } | undefined;

/** The desktop of whoever is logged on where we run; a service has none. */
export const desktop: Desktop = {
  show(title, text) {
    try {
      return show(title, text);
    } catch (error) {
      // A Windows without a desktop (Nano Server) has no such library.
      return errorText(error);
    }
  },
};

function show(title: string, text: string): string | undefined {
  const { user32, shell32 } = shell();
  const window = shown?.window ??
    user32.CreateWindowExW(0, Buffer.from("STATIC\0", "utf16le"), null, 0, 0, 0, 0, 0, HWND_MESSAGE, 0, 0, null);
  if (window === 0) return "no window could be made";
  const record = balloonRecord(window, user32.LoadIconW(0, IDI_INFORMATION), title, text);
  // An Explorer that was started anew knows nothing of our icon.
  const isShown = (shown !== undefined && shell32.Shell_NotifyIconW(NIM_MODIFY, record) !== 0) ||
    shell32.Shell_NotifyIconW(NIM_ADD, record) !== 0;
  clearTimeout(shown?.timer);
  shown = undefined;
  if (!isShown) {
    user32.DestroyWindow(window);
    return "there is no taskbar that takes it";
  }
  const timer = setTimeout(hide, SHOWN_MS);
  timer.unref();
  shown = { window, timer };
  process.off("exit", hide);
  process.once("exit", hide);
  return undefined;
}

function hide(): void {
  if (shown === undefined) return;
  const { user32, shell32 } = shell();
  shell32.Shell_NotifyIconW(NIM_DELETE, balloonRecord(shown.window, 0, "", ""));
  user32.DestroyWindow(shown.window);
  clearTimeout(shown.timer);
  shown = undefined;
}
