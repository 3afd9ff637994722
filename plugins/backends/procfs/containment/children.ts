/**
 * Our own children, those that we adopted among them. A child that has not been collected keeps its
 * number, and we alone collect: so a signal to one of them reaches nobody else, ever. They are collected
 * one by one, by number, for one of them is the command and its end is told on.
 *
 * @module
 */
import { standstill } from "../../../../src/vocabulary/standstill.ts";
import { type Calls, fixed } from "./calls.ts";
import { SIGKILL } from "./mask.ts";
import { linkOf, numbersIn, textOf } from "./self.ts";
import { SIGCONT, SIGTERM } from "./signals.ts";

const PR_SET_CHILD_SUBREAPER = 36;
const P_ALL = 0;
const P_PID = 1;
const WNOHANG = 1;
const WSTOPPED = 2;
const WEXITED = 4;
const WCONTINUED = 8;
const WNOWAIT = 0x0100_0000;
/** siginfo_t. */
const INFO_BYTES = 128;
const CLD_EXITED = 1;
const CLD_STOPPED = 5;
const CLD_CONTINUED = 6;

/** KILL needs no consent: who is there after this sits in the kernel and not in our patience. */
const KILL_MS = 10_000;

/** What a child did. */
export type Change =
  | { readonly did: "exit"; readonly code: number }
  | { readonly did: "die"; readonly signal: number }
  | { readonly did: "stop"; readonly signal: number }
  | { readonly did: "continue" };

/** The children of this process. */
export class Children {
  readonly #calls: Calls;
  readonly #info: Uint8Array<ArrayBuffer> = fixed(INFO_BYTES);
  readonly #words: Int32Array = new Int32Array(this.#info.buffer);

  /** From now on who loses its parent below us becomes our child (PR_SET_CHILD_SUBREAPER, Linux 3.4). */
  constructor(calls: Calls) {
    this.#calls = calls;
    if (calls.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) !== 0) {
      throw new Error("this kernel has no subreapers: run --backend ps contains without them");
    }
  }

  /** What this child did since it was last asked. A child that ended is collected by it. */
  change(pid: number): Change | undefined {
    this.#words[4] = 0;
    if (this.#calls.waitid(P_PID, pid, this.#info, WEXITED | WSTOPPED | WCONTINUED | WNOHANG) !== 0) return undefined;
    if (this.#words[4] === 0) return undefined;
    const status = this.#words[6] as number;
    switch (this.#words[2]) {
      case CLD_EXITED:
        return { did: "exit", code: status };
      case CLD_STOPPED:
        return { did: "stop", signal: status };
      case CLD_CONTINUED:
        return { did: "continue" };
      default:
        return { did: "die", signal: status };
    }
  }

  /** Whether there is any child at all, a dead one that nobody collected too. Asked of the kernel: lists may leave one out. */
  any(): boolean {
    return this.#calls.waitid(P_ALL, 0, this.#info, WEXITED | WNOHANG | WNOWAIT) === 0;
  }

  /** Whether this child is dead; it is not collected by that. */
  hasEnded(pid: number): boolean {
    this.#words[4] = 0;
    const answer = this.#calls.waitid(P_PID, pid, this.#info, WEXITED | WNOHANG | WNOWAIT);
    return answer !== 0 || this.#words[4] !== 0;
  }

  /** Collects those that ended, but for `except`, and tells who lives. */
  living(except?: number): number[] {
    if (!this.any()) return [];
    return pids().filter((pid) => {
      if (pid === except) return false;
      const change = this.change(pid);
      return change?.did !== "exit" && change?.did !== "die";
    });
  }

  /** False: it is not ours to signal. */
  send(pid: number, signal: number): boolean {
    return this.#calls.kill(pid, signal) === 0;
  }
}

/** How children are ended. */
export interface Drain {
  /** How long they may take to end by themselves. */
  readonly graceMs: number;
  /** Stays: it was detached on purpose. */
  readonly spares: (pid: number) => boolean;
  /** Told of what each child did. */
  readonly told: (pid: number, change: Change) => void;
  /** Waits for news of children, at most so long. True: somebody is out of patience. */
  readonly wait: (ms: number) => boolean;
  readonly now: () => number;
}

/** Longest wait between two looks: that somebody was adopted is told by no signal. */
const LOOK_MS = 10;

/**
 * Ends all children, and theirs, which become ours when their parent is gone, until none is left: TERM
 * to each when it is first seen, KILL to all once the grace period is over. Between the look and the
 * signal lie microseconds, so one that forks and ends itself, over and over, does not get away. Tells who survived.
 */
export function drain(children: Children, { graceMs, spares, told, wait, now }: Drain): readonly number[] {
  const asked = new Set<number>();
  let roundAt = now();
  let forceAt = roundAt + graceMs;
  let stoodMs = 0;
  let pauseMs = 0;
  while (children.any()) {
    // From round to round: the machine may stand still between two pauses, too.
    const lastAt = roundAt;
    roundAt = now();
    const stood = standstill(pauseMs, roundAt - lastAt);
    if (lastAt < forceAt) forceAt += stood;
    else stoodMs += stood;
    const left: number[] = [];
    const immune: number[] = [];
    for (const pid of pids()) {
      const change = children.change(pid);
      if (change !== undefined) told(pid, change);
      if (change?.did === "exit" || change?.did === "die") {
        asked.delete(pid);
        continue;
      }
      if (spares(pid)) continue;
      left.push(pid);
      if (roundAt >= forceAt) {
        if (!children.send(pid, SIGKILL)) immune.push(pid);
      } else if (!asked.has(pid)) {
        asked.add(pid);
        children.send(pid, SIGTERM);
        // A stopped one would keep the other pending.
        children.send(pid, SIGCONT);
      }
    }
    // Lists may leave one out, and none is no list.
    const all = left.length === 0 ? pids() : [];
    if (all.length > 0 && all.every(spares)) return [];
    // Another user's (sudo): no patience ends those.
    if (immune.length > 0 && immune.length === left.length) return immune;
    const rest = forceAt - roundAt;
    if (rest < -KILL_MS - stoodMs) return left;
    pauseMs = rest <= 0 ? 1 : Math.min(rest, LOOK_MS);
    if (wait(pauseMs)) forceAt = Math.min(forceAt, now());
  }
  return [];
}

/** Whom the kernel lists as our children: each thread has its own. */
function pids(): number[] {
  const found: number[] = [];
  let told = false;
  for (const thread of numbersIn("/proc/self/task") ?? []) {
    const listed = textOf(`/proc/self/task/${thread}/children`);
    if (listed === undefined) {
      // Unless it has ended meanwhile, the kernel does not tell of it, or fails to.
      if (linkOf(`/proc/self/task/${thread}/ns/pid`) === undefined) continue;
      return pidsOfAll();
    }
    for (const pid of listed.split(" ")) if (pid !== "") found.push(Number(pid));
    told = true;
  }
  return told ? found : pidsOfAll();
}

/** A kernel without CONFIG_PROC_CHILDREN: everybody is asked for their parent. */
function pidsOfAll(): number[] {
  const own = linkOf("/proc/self");
  return (numbersIn("/proc") ?? []).filter((pid) => own !== undefined && parentOf(pid) === own);
}

function parentOf(pid: number): string | undefined {
  const stat = textOf(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
}
