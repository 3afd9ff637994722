/**
 * Who is there: the table of processes, whole or of those who lost their parent, and whom a start alone does not name.
 * What more is told of each is in details.ts.
 *
 * @module
 */
import type { Draft, Host, Scope, Viewer } from "../../../src/contract.ts";
import { adopted, below } from "./adopted.ts";
import { childrenOf } from "./children.ts";
import { type Clock, readClock } from "./clock.ts";
import { AT_FDCWD, Files, O_DIRECTORY, O_PATH } from "./files.ts";
import { readHost, readViewer } from "./host.ts";
import { errorName } from "./libc.ts";
import type { Met } from "./limits.ts";
import type { Kin } from "../_posix/missed.ts";
import type { Newborns } from "./newborns.ts";
import { readChild } from "./single.ts";
import { walk } from "./walk.ts";

/** Loaded when it is asked for: the first `require` alone costs as much as reading twenty processes. */
const parts = {
  limits: () => require("./limits.ts") as typeof import("./limits.ts"),
  missed: () => require("../_posix/missed.ts") as typeof import("../_posix/missed.ts"),
  newborns: () => require("./newborns.ts") as typeof import("./newborns.ts"),
};

/** A mounted /proc, opened. */
export interface Table {
  readonly files: Files;
  /** The open mount. */
  readonly mount: number;
  readonly host: Host;
  readonly viewer: Viewer;
  /** When the last look began. */
  readonly clock: Clock;
  /** Who of the last looks' processes was too young for its start to name it. */
  readonly newborns: Newborns | undefined;
  /** What the last look met. */
  readonly met: Met;
  /** Whether the last look saw everybody. */
  readonly complete: boolean;
  list(scope: Scope): Draft[];
  /** Everything below these. */
  below(pids: readonly number[]): Draft[];
  /** Notes who was too young in a look that began then. */
  note(drafts: readonly Draft[], began: Clock): void;
}

/** Libc, and the open mount at `root` or the negative error. */
export function reach(root: string): { readonly files: Files; readonly mount: number } {
  const files = new Files();
  return { files, mount: files.open(AT_FDCWD, root, O_PATH | O_DIRECTORY) };
}

/** Why it cannot be looked at. */
export function unopened(path: string, error: number): string {
  return `${path} cannot be opened: the system answers ${errorName(error)}`;
}

/**
 * Opens the table below a mounted /proc.
 *
 * @throws {Error} When it cannot be opened, with the system's error as node:fs has it.
 */
export function openTable(root: string, variables: Readonly<Record<string, string | undefined>>): Table {
  const { files, mount } = reach(root);
  if (mount < 0) throw Object.assign(new Error(unopened(root, mount)), { code: errorName(mount), path: root });
  const host = readHost(files, root, variables);
  const viewer = readViewer(files, variables);
  let clock = readClock(files.libc);
  let met: Met = { refused: new Map(), fellBack: false };
  let complete = false;
  let newborns: Newborns | undefined;
  let listed: readonly Draft[] = [];

  const unlisted = (pid: number, error: number, found: readonly Draft[]): void => {
    const parent = found.find((one) => one.pid === pid) ?? listed.find((one) => one.pid === pid);
    if (parent !== undefined) parts.missed().noteUnlisted(parent, errorName(error));
  };

  const kin: Kin = {
    childrenOf(pid) {
      const children = childrenOf(files, mount, pid);
      return typeof children === "number" ? errorName(children) : children;
    },
    readChild: (pid, ppid) => readChild(files, mount, pid, ppid, clock),
  };

  const note = (drafts: readonly Draft[], began: Clock): void => {
    // By the clock that they were read by: the wall clock may have been put forward since.
    const first = clock.bootMs + ((began.tick - 1) * 1000) / began.ticksPerSecond;
    const young: Draft[] = [];
    for (const draft of drafts) if ((draft.startedAt as number) >= first) young.push(draft);
    leaveOutUs(young, viewer.pid);
    if (young.length > 0) (newborns ??= new (parts.newborns().Newborns)()).note(young, began.tick);
  };

  return {
    files,
    mount,
    host,
    viewer,
    get clock() {
      return clock;
    },
    get newborns() {
      return newborns;
    },
    get met() {
      return met;
    },
    get complete() {
      return complete;
    },
    list(scope) {
      clock = readClock(files.libc);
      const short = scope === "adopted" ? adopted(files, mount, clock, host, viewer) : undefined;
      const whole = short === undefined ? walk(files, mount, clock) : undefined;
      const hidden = whole !== undefined && parts.limits().hides(files, mount, root);
      if (whole !== undefined && (hidden || whole.refused.size > 0)) {
        parts.missed().addMissed(whole.drafts, kin);
      }
      const drafts = short ?? whole?.drafts ?? [];
      met = { refused: whole?.refused ?? new Map(), fellBack: scope === "adopted" && short === undefined };
      complete = whole !== undefined && met.refused.size === 0 && !hidden;
      note(drafts, clock);
      return listed = drafts;
    },
    below(pids) {
      const began = readClock(files.libc);
      const drafts = below(files, mount, clock, pids, unlisted);
      note(drafts, began);
      return drafts;
    },
    note,
  };
}

/**
 * Ourselves, and those above us, are never held; whoever starts us has mostly been started for it. Most looks see nobody
 * else who is as young, so this goes without the runtime's own searches: each is compiled for its first use.
 */
function leaveOutUs(young: Draft[], us: number): void {
  let pid = us;
  for (let at = 0; at < young.length; at++) {
    const draft = young[at] as Draft;
    if (draft.pid !== pid) continue;
    young.splice(at, 1);
    pid = draft.ppid;
    at = -1;
  }
  if (pid === us && young.length > 0 && process.ppid !== us) leaveOutUs(young, process.ppid);
}
