/**
 * The records of Windows as bytes, read by offset. 64-bit layouts only, as x64 and arm64 share them
 * and Bun exists for no other Windows. Pure: bytes in, facts out. Bytes that cannot be such a record
 * give nothing.
 */

/** A row of the Toolhelp32 snapshot: PROCESSENTRY32W (tlhelp32.h). */
export interface Entry {
  readonly pid: number;
  readonly ppid: number;
  readonly name: string;
  readonly threads: number;
}

export const PROCESSENTRY32W_BYTES = 568;

export function readEntry(bytes: Uint8Array): Entry {
  const view = viewOf(bytes);
  return {
    pid: view.getUint32(8, true),
    threads: view.getUint32(28, true),
    ppid: view.getUint32(32, true),
    name: untilNul(bytes.subarray(44, 44 + 520)),
  };
}

/** A row of NtQuerySystemInformation(SystemProcessInformation): what Toolhelp32 leaves out. */
export interface Row {
  readonly pid: number;
  readonly ppid: number;
  readonly name: string;
  readonly threads: number;
  readonly createdAt: bigint;
  readonly cpu: bigint;
  readonly workingSetBytes: number;
}

const ROW_BYTES = 0x98;

/** `address` is where the bytes lay when Windows wrote them: the names' pointers lead into them. */
export function readRows(bytes: Uint8Array, address: number): Map<number, Row> {
  const view = viewOf(bytes);
  const rows = new Map<number, Row>();
  for (let at = 0; at + ROW_BYTES <= bytes.length;) {
    const pid = Number(view.getBigUint64(at + 0x50, true));
    rows.set(pid, {
      pid,
      ppid: Number(view.getBigUint64(at + 0x58, true)),
      name: pointedText(bytes, address, view.getUint16(at + 0x38, true), view.getBigUint64(at + 0x40, true)) ?? "",
      threads: view.getUint32(at + 4, true),
      createdAt: view.getBigInt64(at + 0x20, true),
      cpu: view.getBigInt64(at + 0x28, true) + view.getBigInt64(at + 0x30, true),
      workingSetBytes: Number(view.getBigUint64(at + 0x90, true)),
    });
    const next = view.getUint32(at, true);
    if (next === 0) break;
    at += next;
  }
  return rows;
}

/** A running service's process: ENUM_SERVICE_STATUS_PROCESSW (winsvc.h). */
export interface Service {
  readonly pid: number;
  readonly name: string;
}

const SERVICE_BYTES = 56;

export function readServices(bytes: Uint8Array, address: number, count: number): Service[] {
  const view = viewOf(bytes);
  const services: Service[] = [];
  for (let at = 0; services.length < count && at + SERVICE_BYTES <= bytes.length; at += SERVICE_BYTES) {
    const start = Number(view.getBigUint64(at, true)) - address;
    const name = start >= 0 && start < bytes.length ? untilNul(bytes.subarray(start)) : "";
    services.push({ pid: view.getUint32(at + 44, true), name });
  }
  return services;
}

/** A TCP connection and whose it is: MIB_TCPROW_OWNER_PID and MIB_TCP6ROW_OWNER_PID (tcpmib.h). */
export interface Connection {
  readonly listening: boolean;
  readonly established: boolean;
  readonly local: string;
  readonly localPort: number;
  readonly remote: string;
  readonly remotePort: number;
  readonly pid: number;
}

const MIB_TCP_STATE_LISTEN = 2;
const MIB_TCP_STATE_ESTAB = 5;

export function readConnections(bytes: Uint8Array, version: 4 | 6): Connection[] {
  if (bytes.length < 4) return [];
  const view = viewOf(bytes);
  const count = view.getUint32(0, true);
  const size = version === 4 ? 24 : 56;
  const found: Connection[] = [];
  for (let at = 4; found.length < count && at + size <= bytes.length; at += size) {
    // v4: state, local, port, remote, port, pid. v6: local 16, scope, port, remote 16, scope, port, state, pid.
    const [state, local, localPort, remote, remotePort, pid, width] = version === 4
      ? [at, at + 4, at + 8, at + 12, at + 16, at + 20, 4] as const
      : [at + 48, at, at + 20, at + 24, at + 44, at + 52, 16] as const;
    found.push({
      listening: view.getUint32(state, true) === MIB_TCP_STATE_LISTEN,
      established: view.getUint32(state, true) === MIB_TCP_STATE_ESTAB,
      local: address(bytes.subarray(local, local + width)),
      localPort: view.getUint16(localPort, false),
      remote: address(bytes.subarray(remote, remote + width)),
      remotePort: view.getUint16(remotePort, false),
      pid: view.getUint32(pid, true),
    });
  }
  return found;
}

/** As hexadecimal digits. A server for both families sees its IPv4 clients as ::ffff:a.b.c.d. */
function address(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex").replace(/^0{20}f{4}(?=.{8}$)/, "");
}

/** A security identifier as people write it: S-1-5-21-… */
export function sidText(bytes: Uint8Array): string | undefined {
  const count = bytes[1];
  if (count === undefined || bytes.length < 8 + count * 4) return undefined;
  const view = viewOf(bytes);
  const authority = BigInt(view.getUint16(2, false)) << 32n | BigInt(view.getUint32(4, false));
  const parts = Array.from({ length: count }, (_, index) => view.getUint32(8 + index * 4, true));
  return ["S", bytes[0], authority, ...parts].join("-");
}

/** An environment block: NAME=value, NUL after each, one more at the end. Only the named ones leave here. */
export function readEnvironment(block: string, names: ReadonlySet<string>): Record<string, string> {
  const wanted = new Map([...names].map((name) => [name.toUpperCase(), name]));
  const found: Record<string, string> = {};
  for (const line of block.split("\0")) {
    // Windows' own `=C:=C:\dir` lines begin with the sign.
    const equals = line.indexOf("=", 1);
    const name = equals < 0 ? undefined : wanted.get(line.slice(0, equals).toUpperCase());
    if (name !== undefined) found[name] = line.slice(equals + 1);
  }
  return found;
}

/** UTF-16LE text of whole bytes. */
export function utf16(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength & ~1).toString("utf16le");
}

/** UTF-16LE text up to its NUL, or to the end. */
export function untilNul(bytes: Uint8Array): string {
  let end = 0;
  while (end + 1 < bytes.length && (bytes[end] !== 0 || bytes[end + 1] !== 0)) end += 2;
  return utf16(bytes.subarray(0, end));
}

function pointedText(bytes: Uint8Array, address: number, length: number, pointer: bigint): string | undefined {
  const start = Number(pointer) - address;
  if (start < 0 || start + length > bytes.length) return undefined;
  return utf16(bytes.subarray(start, start + length));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
