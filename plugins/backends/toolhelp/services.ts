import { type Answer, errorName } from "./answer.ts";
import { readServices } from "./records.ts";
import { fixedBytes, type Win32 } from "./win32.ts";

const SC_MANAGER_ENUMERATE_SERVICE = 0x0004;
const SC_ENUM_PROCESS_INFO = 0;
const SERVICE_WIN32 = 0x30;
const SERVICE_ACTIVE = 1;
const ERROR_MORE_DATA = 234;

/**
 * Which processes are services' own, pid to `windows-service:NAME`. A svchost that hosts several is
 * named by the first in the alphabet, so two looks name it alike.
 */
export function readSupervisors(win: Win32): Answer<ReadonlyMap<number, string>> {
  const manager = win.advapi32.OpenSCManagerW(null, null, SC_MANAGER_ENUMERATE_SERVICE);
  if (manager === 0) return { why: errorName(win.GetLastError()) };
  try {
    for (let size = 1 << 16; size <= 1 << 24; size *= 4) {
      const bytes = fixedBytes(size);
      const needed = new Uint8Array(4);
      const count = new Uint32Array(1);
      const done = win.advapi32.EnumServicesStatusExW(
        manager,
        SC_ENUM_PROCESS_INFO,
        SERVICE_WIN32,
        SERVICE_ACTIVE,
        bytes,
        size,
        needed,
        count,
        new Uint8Array(4),
        null,
      );
      if (done !== 0) return { value: byPid(readServices(bytes, win.addressOf(bytes), count[0] as number)) };
      const error = win.GetLastError();
      if (error !== ERROR_MORE_DATA) return { why: errorName(error) };
    }
    return { why: "the list of services does not end" };
  } finally {
    win.advapi32.CloseServiceHandle(manager);
  }
}

function byPid(services: readonly { readonly pid: number; readonly name: string }[]): ReadonlyMap<number, string> {
  const named = new Map<number, string>();
  for (const { pid, name } of services) {
    if (pid === 0 || name === "") continue;
    const known = named.get(pid);
    const label = `windows-service:${name}`;
    if (known === undefined || label < known) named.set(pid, label);
  }
  return named;
}
