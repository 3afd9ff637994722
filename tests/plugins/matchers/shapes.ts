/**
 * Processes as `ps` or the kernel shows them, for matchers to claim.
 *
 * @module
 */
import type { Process, Role } from "../../../src/contract.ts";

/** A process; `exe` is left out where a platform does not tell it. */
export type Shape = readonly [argv: readonly string[], fields: Partial<Process>];
/** One that a matcher claims. */
export type ClaimedShape = readonly [family: string, role: Role, shape: Shape];

export const node = { exe: "/usr/bin/node", name: "node" };
export const python = { exe: "/usr/bin/python3.12", name: "python3" };
export const bun = { exe: "/h/.bun/bin/bun", name: "bun" };
export const readsOnly: Partial<Process> = { stdio: [{ fd: 0, kind: "pipe" }, { fd: 1, kind: "null" }] };
export const spokenTo: Partial<Process> = { stdio: [{ fd: 0, kind: "pipe" }, { fd: 1, kind: "pipe" }] };
export const socketsTo: Partial<Process> = { stdio: [{ fd: 0, kind: "socket" }, { fd: 1, kind: "socket" }] };
export const typedTo: Partial<Process> = { stdio: [{ fd: 0, kind: "tty", peer: "gone", path: "/dev/pts/4" }] };
export const store = (version: string) => `/home/mo/.local/share/claude/versions/${version}`;
