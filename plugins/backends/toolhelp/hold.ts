import type { Hold, Process, Refusal, Signal } from "../../../src/contract.ts";
import {
  STATUS_ACCESS_DENIED,
  STATUS_INVALID_CID,
  STATUS_INVALID_INFO_CLASS,
  STATUS_INVALID_PARAMETER,
  STATUS_PROCESS_IS_TERMINATING,
  statusName,
} from "./answer.ts";
import {
  basicsOf,
  hasEnded,
  imageOf,
  openProcess,
  PROCESS_QUERY_LIMITED_INFORMATION,
  PROCESS_TERMINATE,
  SYNCHRONIZE,
  timesOf,
} from "./handle.ts";
import type { Handle, Win32 } from "./win32.ts";

const PROCESS_BREAK_ON_TERMINATION = 29;
const EXIT_CODE = 1;
const SIGNALS: readonly Signal[] = ["KILL"];

/**
 * Takes a handle on a process and asks under it who it is. From then on the handle means that
 * process and no other: Windows gives its number to nobody while the handle is open. What the number
 * meant before that is told by creation time, creator and executable, which nothing on Windows changes
 * in a process's life.
 */
export function hold(win: Win32, process: Process, viewerPid: number): Hold | Refusal {
  const { pid } = process;
  if (!Number.isInteger(pid) || pid <= 4) return no("denied", "it is a part of Windows itself");
  if (pid === viewerPid) return no("denied", "it is this program");
  if (process.startToken === undefined) return no("unknown", "its start is not known, so it cannot be recognised");
  const opened = openProcess(win, pid, PROCESS_TERMINATE | SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION);
  if ("status" in opened) return refusalOf(opened.status);
  const refusal = recognise(win, opened.handle, process);
  if (refusal === undefined) return new HeldProcess(win, opened.handle, pid);
  win.CloseHandle(opened.handle);
  return refusal;
}

/** Undefined: it is the one in the snapshot, and alive. */
function recognise(win: Win32, handle: Handle, process: Process): Refusal | undefined {
  const basics = basicsOf(win, handle);
  if ("why" in basics) return no("unknown", `who it is cannot be read again (${basics.why})`);
  if (basics.value.pid !== process.pid) return no("gone", "the process has ended");
  const times = timesOf(win, handle);
  if ("why" in times) return no("unknown", `its start cannot be read again (${times.why})`);
  if (times.value.createdAt.toString() !== process.startToken) {
    return no("replaced", "the pid belongs to a process with another start");
  }
  if (hasEnded(win, handle)) return no("gone", "the process has ended");
  if (basics.value.ppid !== process.ppid) return no("replaced", "the pid belongs to a process with another creator");
  if (process.exe !== undefined && process.exe !== null) {
    const image = imageOf(win, handle);
    if ("why" in image) return no("unknown", `its executable cannot be read again (${image.why})`);
    if (image.value.toLowerCase() !== process.exe.toLowerCase()) {
      return no("replaced", "the pid belongs to a process with another executable");
    }
  }
  return criticality(win, handle);
}

/**
 * Windows stops with a blue screen when a process with this mark ends. A system that does not know
 * the question (Wine) does not know the mark.
 */
function criticality(win: Win32, handle: Handle): Refusal | undefined {
  const critical = new Uint32Array(1);
  const status = win.NtQueryInformationProcess(handle, PROCESS_BREAK_ON_TERMINATION, critical, 4, null) >>> 0;
  if (status === STATUS_INVALID_INFO_CLASS) return undefined;
  if (status !== 0) return no("unknown", `whether Windows depends on it cannot be read (${statusName(status)})`);
  return critical[0] === 0 ? undefined : no("denied", "Windows itself depends on it");
}

class HeldProcess implements Hold {
  readonly pid: number;
  readonly grip = "process handle";
  readonly signals: readonly Signal[] = SIGNALS;
  readonly #win: Win32;
  #handle: Handle | undefined;

  constructor(win: Win32, handle: Handle, pid: number) {
    this.#win = win;
    this.#handle = handle;
    this.pid = pid;
  }

  send(signal: Signal): "sent" | Refusal {
    if (this.#handle === undefined) return no("unknown", "it was let go");
    if (signal !== "KILL") return no("denied", `Windows has no ${signal}`);
    if (hasEnded(this.#win, this.#handle)) return no("gone", "the process has ended");
    const status = this.#win.NtTerminateProcess(this.#handle, EXIT_CODE) >>> 0;
    return status === 0 ? "sent" : refusalOf(status);
  }

  alive(): boolean {
    return this.#handle === undefined || !hasEnded(this.#win, this.#handle);
  }

  release(): void {
    if (this.#handle !== undefined) this.#win.CloseHandle(this.#handle);
    this.#handle = undefined;
  }
}

/** What an NTSTATUS means for somebody who wanted to touch a process. */
export function refusalOf(status: number): Refusal {
  switch (status >>> 0) {
    case STATUS_INVALID_CID:
    case STATUS_INVALID_PARAMETER:
      return no("gone", "the process has ended");
    case STATUS_PROCESS_IS_TERMINATING:
      return no("gone", "the process is ending");
    case STATUS_ACCESS_DENIED:
      return no("denied", "Windows denies ending it (STATUS_ACCESS_DENIED)");
    default:
      return no("unknown", `Windows does not let it be held (${statusName(status)})`);
  }
}

function no(refused: Refusal["refused"], because: string): Refusal {
  return { refused, because };
}
