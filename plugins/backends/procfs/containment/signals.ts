/**
 * Signals, taken by reading (signalfd(2)): all are blocked, so none interrupts us, none is lost while
 * the runtime works, and what the terminal sends to the whole group does nothing to us by itself.
 *
 * @module
 */
import { type Calls, fixed } from "./calls.ts";
import { pause, waitFor } from "./channel.ts";
import { everySignal, holdSignals, signalSet, SIGSTOP } from "./mask.ts";

export const SIGHUP = 1;
export const SIGINT = 2;
export const SIGQUIT = 3;
export const SIGPIPE = 13;
export const SIGTERM = 15;
export const SIGCHLD = 17;
export const SIGCONT = 18;
export const SIGXFSZ = 25;

/** struct signalfd_siginfo. */
const INFO_BYTES = 128;

const SIG_BLOCK = 0;
const SIG_UNBLOCK = 1;
const SFD_NONBLOCK = 0o4000;
const SFD_CLOEXEC = 0o2000000;
const PR_SET_DUMPABLE = 4;

/** The signals that wait to be read. */
export class Signals {
  readonly fd: number;
  /** What was blocked before, for who is started by us. */
  readonly before: Uint8Array = holdSignals().before;
  readonly #calls: Calls;
  readonly #info: Uint8Array<ArrayBuffer> = fixed(INFO_BYTES);

  constructor(calls: Calls) {
    this.#calls = calls;
    // Ignored, a child's end would be collected by the kernel, and its exit code with it.
    calls.signal(SIGCHLD, null);
    this.fd = calls.signalfd(-1, signalSet(everySignal()), SFD_NONBLOCK | SFD_CLOEXEC);
    if (this.fd < 0) throw new Error("signals cannot be read (signalfd)");
  }

  /** The numbers of those that came since. */
  taken(): number[] {
    const found: number[] = [];
    while (this.#calls.read(this.fd, this.#info, INFO_BYTES) === INFO_BYTES) found.push(this.#info[0] as number);
    return found;
  }

  /** Those that come within so long. What cannot be read keeps nobody awake. */
  within(ms: number): number[] {
    const until = performance.now() + ms;
    waitFor(this.#calls, [this.fd], ms);
    const found = this.taken();
    if (found.length === 0 && performance.now() < until) pause(this.#calls);
    return found;
  }

  /** Stops this process as that signal stops one; comes back when it is continued. */
  stopBy(signal: number): void {
    const { kill, sigprocmask } = this.#calls;
    if (signal === SIGSTOP) return void kill(process.pid, signal);
    const set = signalSet([signal]);
    this.#calls.signal(signal, null);
    kill(process.pid, signal);
    sigprocmask(SIG_UNBLOCK, set, null);
    sigprocmask(SIG_BLOCK, set, null);
  }

  /** Ends this process as that signal ends one, but leaves no second core behind. */
  dieBy(signal: number): never {
    const { kill, sigprocmask, prctl, _exit } = this.#calls;
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    this.#calls.resetSignal(signal);
    kill(process.pid, signal);
    sigprocmask(SIG_UNBLOCK, signalSet([signal]), null);
    _exit(128 + signal);
    throw new Error("_exit came back");
  }
}
