/**
 * Linux without foreign calls: the kernel's own files, read as any file is. Node has no FFI, and Deno only
 * with a permission; the library works there too. What is missing are the other ends of pipes and sockets, and a
 * descriptor that pins a process: its start is read again right before each signal.
 *
 * @module
 */
import { existsSync, lstatSync, readFileSync, readlinkSync } from "node:fs";
import type { Backend, Limit, Machine } from "../../../src/contract.ts";
import type { Clock } from "../procfs/clock.ts";
import { conceals } from "../_disk/conceals.ts";
import { findLeftovers, readLeftover } from "../_disk/leftovers.ts";
import { nodeDisk } from "../_disk/node.ts";
import { readText } from "../ps/files.ts";
import { type Again, hold, type Now } from "../ps/hold.ts";
import { readHost, readViewer } from "../ps/host.ts";
import { SYSTEM } from "../ps/run.ts";
import { Details } from "./details.ts";
import { list, type Listed, one, readClock } from "./table.ts";

const LIMITS: readonly Limit[] = [
  {
    what: "the other ends of pipes and sockets, and who is connected to a server",
    because: "without foreign calls (FFI) the kernel does not tell",
    remedy: "run agent-reaper's own program, or the library under Bun",
  },
  {
    what: "whether a pid is given away in the moment of a signal",
    because: "nothing pins a process without foreign calls (FFI): its start is read again before each signal",
    remedy: "run agent-reaper's own program, or the library under Bun",
  },
];

const OWNER: ReadonlySet<"owner" | "command"> = new Set(["owner", "command"] as const);

const backend: Backend = {
  name: "proc-files",
  summary: "Linux where there are no foreign calls (Node, Deno): /proc, read as files",
  platforms: ["linux"],
  unavailable() {
    if (process.platform !== "linux") return "there is no /proc on this system";
    try {
      if (readlinkSync("/proc/self") !== String(process.pid)) {
        return "/proc belongs to another pid namespace: its numbers are not those that signals go to";
      }
      readFileSync(`/proc/${process.pid}/stat`);
      return undefined;
    } catch (error) {
      // Deno asks for more than the permission to read there.
      return error instanceof Error && /--allow-all/.test(error.message)
        ? "Deno lets nobody read /proc without --allow-all"
        : "/proc is not mounted (mount -t proc proc /proc), or may not be read";
    }
  },
  open,
};

export default backend;

function open(): Machine {
  const viewer = readViewer();
  const details = new Details();
  let clock: Clock = readClock();
  let last: Listed | undefined;

  const now = (pid: number): Now | "gone" | undefined => {
    const draft = one(pid, clock);
    if (draft === undefined) return exists(pid) === false ? "gone" : undefined;
    details.read([draft], OWNER, new Set());
    return { draft, command: JSON.stringify(draft.argv ?? null) };
  };
  const again: Again = { now, lately: now, watch() {}, unwatch() {} };

  return {
    backend: backend.name,
    host: readHost(SYSTEM, "linux"),
    viewer,
    live: true,
    variables: process.env,
    now: () => clock.nowMs,
    // Both scopes are the whole table.
    list() {
      clock = readClock();
      last = list(clock);
      return last.drafts;
    },
    identify: (pid) => one(pid, clock),
    read: (drafts, wanted, variables) => details.read(drafts, wanted, variables),
    exists,
    file: (path) => readText(path),
    conceals: (path) => conceals(path, viewer.elevated),
    leftovers: (places) => findLeftovers(nodeDisk, places),
    leftover: (path, places) => readLeftover(nodeDisk, path, places),
    hold(judged) {
      // Compared with what was judged; an argv that nobody read is no difference.
      const current = judged.argv === undefined ? now(judged.pid) : undefined;
      const command = typeof current === "object" ? current.command : JSON.stringify(judged.argv ?? null);
      return hold(judged, command, again);
    },
    // Where processes of others are hidden (hidepid), the first one is too.
    complete: () => last !== undefined && last.refused.size === 0 && last.drafts.some(({ pid }) => pid === 1),
    limits: () => [...LIMITS, ...refusals(last)],
    close() {},
  };
}

function refusals(last: Listed | undefined): Limit[] {
  return [...last?.refused ?? []].map(([error, times]) => ({
    what: `${times} ${times === 1 ? "process" : "processes"}`,
    because: `the system answers ${error} when their state is read`,
    remedy: "run it with sudo",
  }));
}

/** A process that is there has a directory, whoever may read in it; where processes are hidden nobody can tell. */
function exists(pid: number): boolean | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  if (lstatSync(`/proc/${pid}`, { throwIfNoEntry: false }) !== undefined) return true;
  return existsSync("/proc/1") ? false : undefined;
}
