/**
 * Linux: front and guardian, both subreapers. We are the front, in the place that the command would
 * have in its caller's eyes: its exit code, its death by a signal, its stops are shown as ours.
 *
 * Where the guardian is killed, all below it comes to us, and we end it: containment would not outlive
 * us any more. Where both are killed at once, the command's descendants carry the tag of the run
 * (src/vocabulary/run-tag.ts), and the next reap finds them by that.
 *
 * @module
 */
import type { CommandKeeper, KeptCommand, RunEnd } from "../../../../src/contract.ts";
import type { Identity } from "../../../../src/process.ts";
import { isCompiled, ourselves } from "../../../../src/ourselves.ts";
import { type Begun, takeBegun } from "./begin.ts";
import { type Calls, calls } from "./calls.ts";
import { Channel, type Message, pause, waitFor } from "./channel.ts";
import { Children, drain } from "./children.ts";
import { channelEnds } from "./ends.ts";
import { GUARDIAN, letGo } from "./guardian.ts";
import type { Orders } from "./orders.ts";
import { SIGCHLD, Signals } from "./signals.ts";
import { encoded } from "./self.ts";
import {
  environmentWithoutThreads,
  handedDown,
  inherit,
  lastArguments,
  OWN_PROGRAM,
  spawn,
  startsIgnored,
} from "./spawn.ts";
import { identityOf, tagOf } from "./tag.ts";

/** A command that has ended by then is not worth remembering. */
const WORTH_TELLING_MS = 100;

const ENOENT = 2;
const ENOTDIR = 20;
/** What stood against starting a command, for people (errno(3)). */
const REASONS: Readonly<Record<number, string>> = {
  1: "operation not permitted",
  2: "no such file",
  5: "an input or output error",
  7: "its arguments and environment are too long",
  8: "it is no program that this machine can run",
  11: "no more processes can be made",
  12: "there is no memory left",
  13: "permission denied",
  20: "part of the path is no directory",
  23: "too many files are open",
  24: "too many files are open",
  26: "the program is being written",
  36: "the name is too long",
  40: "too many symbolic links",
};

const UNREAD = "its arguments and environment cannot be read";

/** What of a signal mask the kernel has. */
const KERNEL_SET_BYTES = 8;

const now = (): number => performance.now();

const keeper: CommandKeeper = {
  how: "two subreapers, each ending what the other leaves",
  async run(command) {
    let front: Front;
    try {
      front = new Front(command);
    } catch (error) {
      // What it takes the kernel does not have (WSL 1), or has no room for.
      return { end: { did: "get lost", because: (error as Error).message }, detached: [], troubles: [] };
    }
    return await front.run();
  },
  exit(code) {
    calls()._exit(code);
    throw new Error("_exit came back");
  },
  dieBy: (signal) => new Signals(calls()).dieBy(signal),
};

export default keeper;

class Front {
  readonly #calls: Calls = calls();
  readonly #contained: KeptCommand;
  readonly #signals: Signals;
  readonly #children: Children;
  readonly #troubles: string[] = [];
  readonly #detached: number[] = [];
  #command: number | undefined;
  #end: RunEnd["end"] | undefined;
  /** Children of whoever became us by exec: they are not the command's. */
  #before: readonly number[] = [];
  /** The guardian ended by itself, so there is nothing left to end. */
  #isDone = false;

  constructor(contained: KeptCommand) {
    this.#contained = contained;
    this.#signals = new Signals(this.#calls);
    this.#children = new Children(this.#calls);
  }

  async run(): Promise<RunEnd> {
    const begun = takeBegun();
    const given = handedDown(new Set([this.#signals.fd, ...(begun === undefined ? [] : [begun.channel])]));
    if (given === undefined) return this.#lost("what it was given cannot be listed");
    if (begun === undefined || begun.hasSiblings) this.#before = this.#children.living(begun?.pid);
    const front = identityOf(process.pid);
    if (front === undefined) return this.#lost("this process cannot be read");
    const guardian = begun ?? this.#startGuardian(given);
    if (!("pid" in guardian)) return guardian;
    const channel = new Channel(this.#calls, guardian.channel);
    // It waits for this, and leaves when there is nobody to tell it.
    if (!channel.open(JSON.stringify(this.#orders(front, given)))) channel.close();
    await this.#watch(channel, guardian.pid, given);
    if (!this.#isDone) this.#endTheRest();
    return this.#ended(this.#end ?? { did: "get lost", because: "its guardian was ended before it told how it went" });
  }

  #ended(end: RunEnd["end"]): RunEnd {
    return { end, detached: this.#detached, troubles: this.#troubles };
  }

  /** It was not even begun; `errno` says why. */
  #lost(what: string, error: number = this.#calls.errno()): RunEnd {
    return this.#ended({ did: "get lost", because: `${what}: ${reason(error)}` });
  }

  #orders(front: Identity, given: readonly number[]): Orders {
    const { words: { length }, through = [], graceMs, timeoutMs, detachOk, variables } = this.#contained;
    return {
      front,
      graceMs,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      detachOk,
      variables,
      handedDown: given,
      blocked: [...this.#signals.before.subarray(0, KERNEL_SET_BYTES)],
      ignored: startsIgnored(),
      through,
      words: length,
    };
  }

  /** Starts the program anew as the guardian; or says why that cannot be. */
  #startGuardian(given: readonly number[]): Begun | RunEnd {
    const ends = channelEnds(this.#calls);
    if (ends === undefined) return this.#lost("no channel to a guardian can be made");
    const [channel, its] = ends;
    for (const fd of [its, ...given]) inherit(this.#calls, fd, true);
    // Started by the file that it runs from, whatever lies at its path now: the first word is a name alone.
    const own = isCompiled() ? ["agent-reaper"] : ourselves();
    const ours = [...own, GUARDIAN, String(its), "--"].map(encoded);
    const words = lastArguments(this.#contained.words.length);
    const environment = words === undefined ? undefined : environmentWithoutThreads();
    if (words === undefined || environment === undefined) return this.#lost(UNREAD);
    const spawned = spawn(this.#calls, OWN_PROGRAM, [...ours, ...words], environment);
    this.#calls.close(its);
    return "pid" in spawned
      ? { pid: spawned.pid, channel, hasSiblings: this.#before.length > 0 }
      : this.#lost("no guardian could be started", spawned.error);
  }

  /** Until the guardian is gone. */
  async #watch(channel: Channel, guardian: number, given: readonly number[]): Promise<void> {
    let tellAt: number | undefined;
    for (let isThere = true; isThere;) {
      waitFor(this.#calls, [this.#signals.fd, channel.fd], tellAt === undefined ? undefined : tellAt - now());
      const signals = this.#passOn(channel);
      const messages = channel.heard();
      for (const message of messages) {
        if (message.kind === "started") {
          this.#command = message.value;
          tellAt = now() + WORTH_TELLING_MS;
          // Standard error stays: there may be something to say.
          letGo(this.#calls, given, [0, 1]);
        }
        this.#hear(message, channel);
      }
      const isForNothing = signals + messages.length === 0 && !channel.closed && now() < (tellAt ?? Infinity);
      if (isForNothing) pause(this.#calls);
      if (channel.closed || (isForNothing && this.#children.hasEnded(guardian))) isThere = this.#collect(guardian);
      // Of a guardian that was collected nothing can be read any more, and what is ended now needs no record.
      if (isThere && tellAt !== undefined && now() >= tellAt) {
        tellAt = undefined;
        await this.#tell(guardian);
      }
    }
  }

  /** News of our one child, the guardian, come by the channel. How many signals there were. */
  #passOn(channel: Channel): number {
    const taken = this.#signals.taken();
    for (const signal of taken) if (signal !== SIGCHLD) channel.tell("signal", signal);
    return taken.length;
  }

  #hear({ kind, value }: Message, channel: Channel): void {
    switch (kind) {
      case "stopped":
        this.#passOn(channel);
        this.#signals.stopBy(value);
        return channel.tell("resumed");
      case "failed":
        this.#end = { did: "not start", found: value !== ENOENT && value !== ENOTDIR, because: reason(value) };
        return;
      case "unread":
        return void (this.#end = { did: "get lost", because: `${UNREAD}: ${reason(value)}` });
      case "exited":
        this.#end ??= { did: "exit", code: value };
        return;
      case "died":
        this.#end ??= { did: "die", signal: value };
        return;
      case "timed out":
        this.#end = { did: "time out" };
        return;
      case "detached":
        return void this.#detached.push(value);
      case "survived":
        return void this.#troubles.push(survived(value));
    }
  }

  /** The channel closed: it ends, or was ended. False once it is collected. */
  #collect(guardian: number): false {
    for (;;) {
      const change = this.#children.change(guardian);
      if (change?.did === "exit") {
        this.#isDone = change.code === 0;
        return false;
      }
      if (change?.did === "die") {
        this.#troubles.push("its guardian was killed, so it was ended");
        return false;
      }
      if (change !== undefined) continue;
      waitFor(this.#calls, [this.#signals.fd], undefined);
      if (this.#signals.taken().length === 0) pause(this.#calls);
    }
  }

  async #tell(guardian: number): Promise<void> {
    if (this.#command === undefined || this.#end !== undefined) return;
    const [ours, its] = [identityOf(process.pid), identityOf(guardian)];
    // The command is what matters: where nothing can be opened any more it goes on without a record.
    if (ours === undefined || its === undefined) return;
    const tag = tagOf(ours, its, this.#contained.detachOk);
    await this.#contained.started?.({ pid: this.#command, tag });
  }

  /** What came to us when the guardian was killed. */
  #endTheRest(): void {
    const left = new Set([...this.#before, ...this.#detached]);
    const survivors = drain(this.#children, {
      graceMs: this.#contained.graceMs,
      spares: (pid) => left.has(pid),
      now,
      told: (pid, change) => {
        if (pid !== this.#command || this.#end !== undefined) return;
        if (change.did === "exit") this.#end = { did: "exit", code: change.code };
        if (change.did === "die") this.#end = { did: "die", signal: change.signal };
      },
      wait: (ms) => {
        this.#signals.within(ms);
        return false;
      },
    });
    this.#troubles.push(...survivors.map(survived));
  }
}

function survived(pid: number): string {
  return `pid ${pid} could not be ended, and lives on`;
}

function reason(error: number): string {
  return REASONS[error] ?? `the system answers with error ${error}`;
}
