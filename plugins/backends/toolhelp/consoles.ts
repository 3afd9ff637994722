/**
 * Whose console has a window on the desktop. Windows says of such a window that it is the program's, not its console
 * host's: the eldest's that lives, of all that write there. Consoles of Windows Terminal have none of their own.
 */
import type { Answer } from "./answer.ts";
import type { Handle, Win32 } from "./win32.ts";

const CONSOLE = Buffer.from("ConsoleWindowClass\0", "utf16le");
const TASKBAR = Buffer.from("Shell_TrayWnd\0", "utf16le");
/** A list that goes on for longer goes in a circle: windows change their order while it is read. */
const MOST_WINDOWS = 10_000;
const ATTEMPTS = 8;

/** The processes whose console's window is shown. A service, or who came by ssh, sees nobody's desktop. */
export function consolesShown(win: Win32): Answer<ReadonlySet<number>> {
  let user32: Win32["user32"];
  try {
    user32 = win.user32;
  } catch {
    return { why: "this Windows has no desktop" };
  }
  if (user32.FindWindowExW(0, 0, TASKBAR, null) === 0) return { why: "no desktop can be seen from here" };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const shown = walk(user32);
    if (shown !== undefined) return { value: shown };
  }
  return { why: "the list of windows kept changing" };
}

/** Undefined: the list ended with a window that was closed meanwhile, and others may have come behind it. */
function walk(user32: Win32["user32"]): ReadonlySet<number> | undefined {
  const shown = new Set<number>();
  const pid = new Uint32Array(1);
  let before: Handle = 0;
  for (let count = 0; count < MOST_WINDOWS; count++) {
    const window = user32.FindWindowExW(0, before, CONSOLE, null);
    if (window === 0) return before === 0 || user32.IsWindow(before) !== 0 ? shown : undefined;
    if (user32.IsWindowVisible(window) !== 0 && user32.GetWindowThreadProcessId(window, pid) !== 0) {
      shown.add(pid[0] as number);
    }
    before = window;
  }
  return undefined;
}

/** Whether its windows would be among ours: who logged on twice has two desktops. */
export function isOfOurSession(win: Win32, pid: number): boolean {
  const ours = sessionOf(win, process.pid);
  return ours !== undefined && ours === sessionOf(win, pid);
}

function sessionOf(win: Win32, pid: number): number | undefined {
  const session = new Uint32Array(1);
  return win.ProcessIdToSessionId(pid, session) === 0 ? undefined : session[0];
}
