/**
 * The guardian: the command's parent, between it and us. It exists so that a kill -9 of us ends the
 * command as well: the kernel tells it of our end (PR_SET_PDEATHSIG of prctl(2), and the channel closes),
 * and all that is below it it can end, for whoever loses a parent there becomes its child.
 *
 * It sits in the same process group and session as the command, or the terminal would not be the
 * command's. So it gets what the terminal sends, and is the witness that tells a signal to the group,
 * which the command has had, from one to us alone, which is passed on.
 *
 * @module
 */
import type { Identity } from "../../../../src/process.ts";
import { RUN_VARIABLE } from "../../../../src/vocabulary/run-tag.ts";
import { type Calls, calls, text } from "./calls.ts";
import { Channel, pause, waitFor } from "./channel.ts";
import { type Change, Children, drain } from "./children.ts";
import { signalSet } from "./mask.ts";
import { SIGCHLD, SIGCONT, SIGHUP, SIGINT, Signals, SIGQUIT, SIGTERM } from "./signals.ts";
import type { Orders } from "./orders.ts";
import { renew, type Resumed } from "./renew.ts";
import { encoded } from "./self.ts";
import { defaultsFor, environmentWith, inherit, lastArguments, spawnCommand } from "./spawn.ts";
import { identityOf, tagOf } from "./tag.ts";

/** The word by which the program knows that it is to be a guardian. */
export const GUARDIAN = "run-guardian";

const PR_SET_PDEATHSIG = 1;
const PR_SET_NAME = 15;
const O_RDWR = 2;
/** The same group signal reaches us and the front within microseconds; a machine under load may take longer to run both. */
const WITNESS_MS = 5;
/** A signal that we saw and the front did not tell of in that time was to us alone. A front that waits for a processor is late. */
const MEMORY_MS = 10_000;
/** Who continues a command alone may do so soon after all were continued. */
const CONTINUED_MS = 1_000;
/** How often whoever does not go on is told to. */
const WAKE_MS = 50;
/** A command that has ended by then needs no guardian that lasts. */
const RENEW_MS = 100;
/** What says that somebody does not want to wait for the grace period. */
const IMPATIENT: ReadonlySet<number> = new Set([SIGHUP, SIGINT, SIGQUIT, SIGTERM]);

const now = (): number => performance.now();

/** Runs as the guardian, told what of by this channel, or `resumed`. It ends this process and does not come back. */
export function guard(fd: number, isCopy: boolean, resumed?: string): never {
  const libc = calls();
  const name = text(GUARDIAN);
  let signals: Signals;
  let children: Children;
  try {
    signals = new Signals(libc);
    children = new Children(libc);
  } catch {
    // Our front finds the same, and says so.
    return leave(libc);
  }
  const channel = new Channel(libc, fd);
  inherit(libc, fd, false);
  // CONT, which wakes us too where the whole group was stopped before our front was killed.
  libc.prctl(PR_SET_PDEATHSIG, SIGCONT, 0, 0, 0);
  // Not the program's name: whoever ends all of that name by it leaves us to do our work.
  libc.prctl(PR_SET_NAME, Number(libc.address(name)), 0, 0, 0);
  const at: Resumed | undefined = resumed === undefined ? undefined : JSON.parse(resumed);
  const started = at ?? begin(libc, channel);
  if (started !== undefined) {
    new Guardian(libc, signals, children, channel, started.orders, started.command).work(isCopy);
  }
  return leave(libc);
}

/** Starts the command as the front tells it. */
function begin(libc: Calls, channel: Channel): Resumed | undefined {
  const told = channel.opened();
  if (told === undefined) return undefined;
  const orders: Orders = JSON.parse(told);
  // It ended before we asked to be told.
  if (libc.getppid() !== orders.front.pid) return undefined;

  for (const fd of orders.handedDown) inherit(libc, fd, true);
  const mask = signalSet([]);
  mask.set(orders.blocked);
  const own = identityOf(libc.getpid());
  const words = own === undefined ? undefined : lastArguments(orders.words);
  const environment = own === undefined || words === undefined ? undefined : environmentWith(variablesOf(orders, own));
  if (words === undefined || environment === undefined) {
    channel.tell("unread", libc.errno());
    return undefined;
  }
  const started = spawnCommand(libc, [...orders.through.map(encoded), ...words], environment, {
    blocked: mask,
    defaults: defaultsFor(orders.ignored),
  });
  if ("error" in started) {
    channel.tell("failed", started.error);
    return undefined;
  }
  channel.tell("started", started.pid);
  letGo(libc, orders.handedDown);
  return { orders: { ...orders, handedDown: [] }, command: started.pid };
}

class Guardian {
  readonly #calls: Calls;
  readonly #signals: Signals;
  readonly #children: Children;
  readonly #channel: Channel;
  readonly #orders: Orders;
  readonly #command: number;
  /** When a signal last reached us that the front has not told of. */
  readonly #seen = new Map<number, number>();
  #isStopped = false;
  #isFrontStopped = false;
  #hasEnded = false;
  /** A child ended, stopped or went on since we last looked; at first that is not known. */
  #hasNews = true;

  constructor(
    libc: Calls,
    signals: Signals,
    children: Children,
    channel: Channel,
    orders: Orders,
    command: number,
  ) {
    this.#calls = libc;
    this.#signals = signals;
    this.#children = children;
    this.#channel = channel;
    this.#orders = orders;
    this.#command = command;
  }

  /** Until the command is over. `isCopy`: we are a copy of the front, and become the program anew when there is time. */
  work(isCopy: boolean): void {
    const { timeoutMs } = this.#orders;
    const endsAt = timeoutMs === undefined ? Infinity : now() + timeoutMs;
    let renewAt = isCopy ? now() + RENEW_MS : Infinity;
    while (!this.#hasEnded) {
      const wakeAt = Math.min(endsAt, renewAt, this.#isStopped || !this.#isFrontStopped ? Infinity : now() + WAKE_MS);
      // Who ended while we became the program anew is told of by no signal: to take CHLD for ours discards it.
      const waitMs = this.#hasNews ? 0 : wakeAt === Infinity ? undefined : wakeAt - now();
      waitFor(this.#calls, [this.#signals.fd, this.#channel.fd], waitMs);
      const signals = this.#witness();
      const messages = this.#channel.heard();
      for (const { kind, value } of messages) {
        if (kind === "signal") this.#passOn(value);
        else this.#frontResumed();
      }
      if (waitMs !== 0 && signals + messages.length === 0 && now() < wakeAt) {
        pause(this.#calls);
        this.#hasNews = true;
      }
      if (this.#hasNews) this.#lookAtChildren();
      if (this.#isFrontGone()) break;
      if (!this.#isStopped && this.#isFrontStopped) this.#wakeFront();
      if (now() >= endsAt && !this.#hasEnded) {
        this.#channel.tell("timed out");
        break;
      }
      if (now() >= renewAt && this.#isQuiet()) {
        const orders = { ...this.#orders, ...(endsAt === Infinity ? {} : { timeoutMs: endsAt - now() }) };
        renew(this.#calls, GUARDIAN, this.#channel.fd, { orders, command: this.#command });
        renewAt = Infinity;
      } else if (now() >= renewAt) renewAt = now() + RENEW_MS;
    }
    // It stopped with the command, and the command is over.
    this.#wakeFront();
    this.#endTheRest();
    for (; this.#isFrontStopped && !this.#isFrontGone(); this.#wakeFront()) {
      waitFor(this.#calls, [this.#channel.fd], WAKE_MS);
      for (const { kind } of this.#channel.heard()) if (kind === "resumed") this.#isFrontStopped = false;
    }
  }

  /** Until it says that it goes on: told late that the command stopped, it stops when it has been continued already. */
  #wakeFront(): void {
    if (!this.#isFrontStopped || this.#isFrontGone()) return;
    this.#children.send(this.#orders.front.pid, SIGCONT);
    // It tells us of this one too, and the command is not meant.
    this.#seen.set(SIGCONT, now());
  }

  /** Nothing is known to us alone. */
  #isQuiet(): boolean {
    const isRemembered = [...this.#seen.keys()].some((signal) => this.#wasForAll(signal));
    return !this.#hasEnded && !this.#isStopped && !this.#isFrontStopped && !isRemembered;
  }

  /** Notes what reached us ourselves since, and tells how many it were. */
  #witness(): number {
    const taken = this.#signals.taken();
    for (const signal of taken) {
      if (signal === SIGCHLD) this.#hasNews = true;
      else this.#seen.set(signal, now());
    }
    return taken.length;
  }

  #lookAtChildren(): void {
    this.#hasNews = false;
    const change = this.#children.change(this.#command);
    if (change !== undefined) this.#tellOf(change);
    // What double-forked and ended needs somebody to collect it.
    this.#children.living(this.#command);
  }

  #tellOf(change: Change): void {
    switch (change.did) {
      case "exit":
        this.#hasEnded = true;
        return this.#channel.tell("exited", change.code);
      case "die":
        this.#hasEnded = true;
        return this.#channel.tell("died", change.signal);
      case "stop":
        this.#isStopped = true;
        this.#isFrontStopped = true;
        return this.#channel.tell("stopped", change.signal);
      case "continue":
        // It may have been continued alone: a shell that thinks it stopped is told by our front.
        this.#isStopped = false;
    }
  }

  /** A signal to the front that did not reach us was not for the group: the command has not had it. */
  #passOn(signal: number): void {
    this.#witness();
    if (!this.#wasForAll(signal)) {
      waitFor(this.#calls, [this.#signals.fd], WITNESS_MS);
      this.#witness();
    }
    const forAll = this.#wasForAll(signal);
    this.#seen.delete(signal);
    // Collected, its number may be another's.
    if (!forAll && !this.#hasEnded) this.#children.send(this.#command, signal);
  }

  #wasForAll(signal: number): boolean {
    const at = this.#seen.get(signal);
    return at !== undefined && now() - at < (signal === SIGCONT ? CONTINUED_MS : MEMORY_MS);
  }

  #frontResumed(): void {
    this.#isFrontStopped = false;
    this.#lookAtChildren();
    if (this.#isStopped && !this.#hasEnded) this.#children.send(this.#command, SIGCONT);
  }

  #isFrontGone(): boolean {
    return this.#channel.closed || this.#calls.getppid() !== this.#orders.front.pid;
  }

  #endTheRest(): void {
    const { graceMs, detachOk } = this.#orders;
    const session = this.#calls.getsid(0);
    const spares = (pid: number): boolean => detachOk && pid !== this.#command && this.#calls.getsid(pid) !== session;
    const survivors = drain(this.#children, {
      graceMs,
      spares,
      now,
      told: (pid, change) => {
        if (pid === this.#command && !this.#hasEnded && change.did !== "stop") this.#tellOf(change);
      },
      wait: (ms) => this.#signals.within(ms).some((signal) => IMPATIENT.has(signal)),
    });
    for (const pid of survivors) this.#channel.tell("survived", pid);
    if (detachOk) { for (const pid of this.#children.living()) this.#channel.tell("detached", pid); }
  }
}

/** What it finds in its environment. */
function variablesOf({ front, detachOk, variables }: Orders, guardian: Identity): Record<string, string> {
  return { ...variables, [RUN_VARIABLE]: tagOf(front, guardian, detachOk) };
}

/** The command alone holds what it was given: when it closes its output, its reader is to see the end. */
export function letGo(libc: Calls, handedDown: readonly number[], standard: readonly number[] = [0, 1, 2]): void {
  for (const fd of handedDown) libc.close(fd);
  const nothing = libc.open(text("/dev/null"), O_RDWR);
  for (const fd of standard) libc.dup2(nothing, fd);
  libc.close(nothing);
}

function leave(libc: Calls): never {
  libc._exit(0);
  throw new Error("_exit came back");
}
