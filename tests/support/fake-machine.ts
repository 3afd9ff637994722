/**
 * A machine made of data, with pids that are given away again, on which the real `hold` works: only
 * the kernel below it is played.
 *
 * @module
 */
import type { Draft, Process, Signal } from "../../src/contract.ts";
import type { Acting } from "../../src/execute.ts";
import type { Finding } from "../../src/report.ts";
import { hold } from "../../plugins/backends/procfs/hold.ts";
import { Newborns } from "../../plugins/backends/procfs/newborns.ts";
import type { Pidfds } from "../../plugins/backends/procfs/pidfd.ts";

const NAMES: Readonly<Record<number, Signal | "probe">> = { 0: "probe", 9: "KILL", 15: "TERM", 18: "CONT", 19: "STOP" };

/** One played process. `serial` tells it from all others, whatever their pids. */
export interface Played {
  readonly serial: number;
  readonly pid: number;
  ppid: number;
  start: number | undefined;
  exe: string | null | undefined;
  argv: readonly string[];
  name: string;
  uid: number;
  sid: number;
  tty: string | null;
  state: string;
  threads: number;
  gone: boolean;
  /** A TERM that arrived while it was stopped. */
  pending: boolean;
  /** What a TERM does to it; by default it ends. */
  onTerm: "ends" | "ignores" | ((world: World) => void);
  /** What a KILL does: a process in the kernel's hands stays. */
  onKill: "ends" | "stays";
  /** Signals that we may not send it, and whether we may take hold of it. */
  denies: readonly (Signal | "hold")[];
}

/** Played processes, the time, and every signal that arrived. */
export class World {
  tick = 1_000;
  readonly processes: Map<number, Played> = new Map();
  readonly signals: { readonly serial: number; readonly pid: number; readonly signal: Signal }[] = [];
  /** Called before each call of the machine: here numbers can change their owner. */
  meanwhile: (call: string) => void = () => {};
  #serial = 0;
  readonly #open: Map<number, Played> = new Map();
  #nextFd = 100;

  spawn(pid: number, facts: Partial<Omit<Played, "serial" | "pid">> = {}): Played {
    const played: Played = {
      serial: ++this.#serial,
      pid,
      ppid: 1,
      start: this.tick,
      exe: "/opt/claude/versions/2.1.200",
      argv: ["claude", "-p"],
      name: "claude",
      uid: 1000,
      sid: pid,
      tty: null,
      state: "S",
      threads: 1,
      gone: false,
      pending: false,
      onTerm: "ends",
      onKill: "ends",
      denies: [],
      ...facts,
    };
    this.processes.set(pid, played);
    return played;
  }

  /** Ends a process and frees its number; its children go to pid 1. */
  exit(pid: number): void {
    const played = this.processes.get(pid);
    if (played === undefined) return;
    played.gone = true;
    this.processes.delete(pid);
    for (const child of this.processes.values()) if (child.ppid === pid) child.ppid = 1;
  }

  /** Signals that one process got, in their order. */
  received(played: Played): Signal[] {
    return this.signals.filter(({ serial }) => serial === played.serial).map(({ signal }) => signal);
  }

  get openDescriptors(): number {
    return this.#open.size;
  }

  deliver(played: Played, signal: Signal): void {
    this.signals.push({ serial: played.serial, pid: played.pid, signal });
    if (signal === "STOP") played.state = "T";
    else if (signal === "KILL") {
      if (played.onKill === "ends") this.exit(played.pid);
    } else if (signal === "TERM") {
      if (played.state === "T") played.pending = true;
      else this.#term(played);
    } else {
      played.state = "S";
      if (played.pending) this.#term(played);
      played.pending = false;
    }
  }

  #term(played: Played): void {
    if (played.onTerm === "ends") this.exit(played.pid);
    else if (played.onTerm !== "ignores") played.onTerm(this);
  }

  readonly kernel: Pidfds = {
    open: (pid) => {
      this.meanwhile("open");
      const played = this.processes.get(pid);
      if (played === undefined) return "ESRCH";
      this.#open.set(this.#nextFd, played);
      return this.#nextFd++;
    },
    send: (fd, number) => {
      this.meanwhile("send");
      const played = this.#open.get(fd);
      const signal = NAMES[number];
      if (played === undefined || signal === undefined) return "EBADF";
      if (played.gone) return "ESRCH";
      if (signal === "probe") return played.denies.includes("hold") ? "EPERM" : undefined;
      if (played.denies.includes(signal)) return "EPERM";
      this.deliver(played, signal);
      return undefined;
    },
    ended: (fd) => {
      this.meanwhile("ended");
      return this.#open.get(fd)?.gone ?? false;
    },
    instance: (fd) => String(this.#open.get(fd)?.serial),
    close: (fd) => void this.#open.delete(fd),
  };

  /** What procfs would read of a pid now. */
  facts(pid: number): Draft | undefined {
    const played = this.processes.get(pid);
    if (played === undefined) return undefined;
    const { ppid, start, exe, argv, name, uid, sid, tty, state, threads } = played;
    return {
      pid,
      ppid,
      name,
      argv,
      uid,
      sid,
      tty,
      state,
      threads,
      ...(start === undefined ? {} : { startToken: String(start) }),
      ...(exe === undefined ? {} : { exe }),
    };
  }

  /** The machine as `execute` needs it. */
  machine(): Acting {
    const newborns = new Newborns(this.kernel);
    return {
      host: { platform: "linux", hostname: "played", bootId: "boot" },
      list: () => {
        this.meanwhile("list");
        const drafts = [...this.processes.keys()].map((pid) => this.facts(pid)).filter((draft) => draft !== undefined);
        newborns.note(drafts, this.tick);
        // What is not in the list is read when it is asked for.
        return drafts.map(({ exe: _, argv: __, uid: ___, ...listed }) => listed);
      },
      read: (drafts, details) => {
        for (const draft of drafts) {
          const { exe, argv, uid } = this.facts(draft.pid) ?? {};
          if (details.has("executable") && exe !== undefined) draft.exe = exe;
          if (details.has("command") && argv !== undefined) draft.argv = argv;
          if (details.has("owner") && uid !== undefined) draft.uid = uid;
        }
      },
      hold: (process) =>
        hold(process, (pid) => {
          this.meanwhile("again");
          return this.facts(pid);
        }, { newborns, pidfds: this.kernel }),
    };
  }
}

/** All that a look tells: who is there, with what is read of them. */
export function lookAt(machine: Acting): readonly Draft[] {
  const drafts = machine.list("all");
  machine.read(drafts, new Set(["executable", "command", "owner"]), new Set());
  return drafts;
}

/** A finding by hand: this tree is an orphan. */
export function orphan(members: readonly Process[], verdict: Finding["verdict"] = "orphan"): Finding {
  const [root] = members;
  if (root === undefined) throw new Error("a tree has a root");
  return {
    root,
    members,
    matcher: "claude",
    claim: { family: "claude", role: "agent", because: "by hand" },
    verdict,
    responsible: { who: "nobody", because: "by hand" },
    gates: [],
    because: "by hand",
  };
}
