/**
 * The `ps` of this machine, and what it tells of ourselves.
 *
 * @module
 */
import type { Draft } from "../../../../src/contract.ts";
import { posix } from "../../_posix/libc.ts";
import { PS, whyNot } from "../found.ts";
import { SYSTEM } from "../run.ts";
import { look } from "../table.ts";
import type { Place } from "./watch.ts";

/**
 * Where to look.
 *
 * @throws {Error} When there is nothing that can be used.
 */
export function here(): Place {
  const ps = SYSTEM.find(PS);
  const reason = whyNot(process.platform, ps);
  if (ps === undefined || reason !== undefined) throw new Error(reason);
  return { tools: SYSTEM, ps, dialect: process.platform === "darwin" ? "darwin" : "procps", sessionOf };
}

/** Asked of the kernel: ps of macOS prints an address for it. */
function sessionOf(pid: number): number | undefined {
  const sid = posix().getsid(pid);
  return sid > 0 ? sid : undefined;
}

/** This process and all others, or why they cannot be told from one another. */
export function seenHere(): { readonly own: Draft & { readonly startToken: string }; readonly all: readonly Draft[] } {
  const { tools, ps, dialect } = here();
  const { drafts, clockIsOff } = look(tools, ps, dialect);
  const own = drafts.find(({ pid }) => pid === process.pid);
  if (own?.startToken === undefined || clockIsOff) throw new Error(`${ps} does not tell when we were started`);
  return { own: { ...own, startToken: own.startToken }, all: drafts };
}
