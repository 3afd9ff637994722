/**
 * Starts commands by posix_spawn(3). Bun's own spawn would close the descriptors that are to be shared
 * and take SIGHUP's disposition away, and with it what `nohup` means.
 *
 * @module
 */
import { closeSync, openSync } from "node:fs";
import type { BackgroundProcess, CommandEnd, CommandOptions, Commands, RunningCommand } from "../../../src/contract.ts";
import { type Posix, posix, systemError } from "./libc.ts";

/** Numbers that Linux and macOS share, and those that differ. */
const SIGCONT = process.platform === "darwin" ? 19 : 18;
const SIGSTOP = process.platform === "darwin" ? 17 : 19;
const SIGXFSZ = 25;
const SIGHUP = 1;
const SIGPIPE = 13;
const SIG_DFL = 0;
const SIG_IGN = 1n;
/** Bigger than any C library's posix_spawnattr_t (336 bytes in glibc), sigset_t and struct sigaction. */
const ROOM_BYTES = 1024;
const POSIX_SPAWN_SETSIGDEF = 0x04;

const WNOHANG = 1;
const WUNTRACED = 2;
const RLIMIT_CORE = 4;

/** What is sent to us alone and was meant for the command. INT and QUIT: see `fromTheKeyboard`. */
const FORWARDED = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2", "SIGCONT"] as const;
/** A child that stopped may have been stopped with us and gone on by now. */
const STILL_STOPPED_MS = 50;
/** A child that ends wakes us; this is for a wake that was lost. */
const SAFETY_MS = 5_000;

/** Commands on a POSIX system. */
export function posixCommands(isStopped: (pid: number) => boolean): Commands {
  return { start: (argv, options) => start(argv, options, isStopped), background, endBySignal };
}

function start(
  argv: readonly string[],
  { share, variables }: CommandOptions,
  isStopped: (pid: number) => boolean,
): RunningCommand {
  const calls = posix();
  let pid = 0;
  // Before there is anything to forward to: what comes in between would end us alone. Handlers run after this function.
  const signals = listen(FORWARDED.filter((name) => !isIgnored(calls, SIGNAL_NUMBERS[name])), (name) => {
    // 0 would be our whole group.
    if (pid > 0) forward(calls, pid, name);
  });
  // Where it came to us ignored the kernel would collect the command before we hear of its end.
  let look = (): void => {};
  const children = listen(["SIGCHLD"], () => look());
  // A duplicate is not closed on exec, and is the same open file: the lock is on that.
  const shared = share.map((fd) => calls.dup(fd));
  try {
    pid = spawn(calls, argv, variables);
  } catch (error) {
    signals.stop();
    children.stop();
    throw error;
  } finally {
    for (const fd of shared) if (fd >= 0) calls.close(fd);
  }
  let isBeingEnded = false;
  const stopsUs = (): boolean => !isBeingEnded && isStopped(pid);
  const ended = new Promise<CommandEnd>((resolve, reject) => {
    const safety = setInterval(() => look(), SAFETY_MS);
    const stop = (): void => {
      clearInterval(safety);
      signals.stop();
      children.stop();
    };
    look = () => {
      try {
        const end = endOf(calls, pid, stopsUs);
        if (end === undefined) return;
        stop();
        resolve(end);
      } catch (error) {
        stop();
        reject(error as Error);
      }
    };
    // It may have ended before anybody listened.
    look();
  });
  return { pid, ended, ending: () => void (isBeingEnded = true) };
}

/** Listens to signals until it is stopped. */
function listen<Name extends string>(names: readonly Name[], hear: (name: Name) => void): { stop(): void } {
  const handlers = names.map((name) => [name, () => hear(name)] as const);
  for (const [name, handler] of handlers) process.on(name, handler);
  return {
    stop() {
      for (const [name, handler] of handlers) process.off(name, handler);
    },
  };
}

function spawn(calls: Posix, argv: readonly string[], variables: Readonly<Record<string, string>>): number {
  const kept: Uint8Array[] = [];
  const text = (value: string): Uint8Array => {
    const bytes = Buffer.from(`${value}\0`);
    kept.push(bytes);
    return bytes;
  };
  const list = (values: readonly string[]): bigint[] => values.map((value) => calls.address(text(value)));
  const attributes = new Uint8Array(new ArrayBuffer(ROOM_BYTES));
  const defaults = new Uint8Array(new ArrayBuffer(ROOM_BYTES));
  calls.posix_spawnattr_init(attributes);
  calls.sigemptyset(defaults);
  // The runtime ignores these two, and what is ignored stays so across exec: the command would not end when its reader does.
  for (const number of [SIGPIPE, SIGXFSZ]) calls.sigaddset(defaults, number);
  calls.posix_spawnattr_setsigdefault(attributes, defaults);
  calls.posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF);
  const pid = new Uint8Array(new ArrayBuffer(4));
  const error = calls.posix_spawnp(
    pid,
    text(argv[0] as string),
    null,
    attributes,
    new BigUint64Array([...list(argv), 0n]),
    new BigUint64Array([...calls.environment(Object.keys(variables)), ...list(assignments(variables)), 0n]),
  );
  if (error !== 0) throw systemError(calls.errorName(error), "posix_spawn");
  return new DataView(pid.buffer).getInt32(0, true);
}

function assignments(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).map(([name, value]) => `${name}=${value}`);
}

/** How it ended; undefined while it has not. */
function endOf(calls: Posix, pid: number, stopsUs: () => boolean): CommandEnd | undefined {
  const status = new Uint8Array(new ArrayBuffer(4));
  const answer = calls.waitpid(pid, status, WNOHANG | WUNTRACED);
  if (answer < 0) {
    const error = calls.errno();
    if (error === "EINTR") return endOf(calls, pid, stopsUs);
    throw systemError(error, "waitpid");
  }
  if (answer !== pid) return undefined;
  const said = new DataView(status.buffer).getInt32(0, true);
  if ((said & 0xff) === 0x7f) {
    // The shell hears of a stop from us alone: Ctrl-Z stops us both, a command that stops itself does not.
    setTimeout(() => stopsUs() && calls.kill(process.pid, SIGSTOP), STILL_STOPPED_MS);
    return undefined;
  }
  return (said & 0x7f) === 0 ? { code: (said >> 8) & 0xff } : { signal: said & 0x7f };
}

const SIGNAL_NUMBERS: Readonly<Record<(typeof FORWARDED)[number], number>> = {
  SIGHUP,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGTERM: 15,
  SIGUSR1: process.platform === "darwin" ? 30 : 10,
  SIGUSR2: process.platform === "darwin" ? 31 : 12,
  SIGCONT,
};

function forward(calls: Posix, pid: number, name: (typeof FORWARDED)[number]): void {
  if ((name === "SIGINT" || name === "SIGQUIT") && fromTheKeyboard(calls)) return;
  calls.kill(pid, SIGNAL_NUMBERS[name]);
}

/**
 * In a terminal's foreground Ctrl-C and Ctrl-\ reach the whole group, the command too. Sent on, one
 * Ctrl-C would be two, and two end what one only interrupts.
 */
function fromTheKeyboard(calls: Posix): boolean {
  let terminal: number;
  try {
    terminal = openSync("/dev/tty", "r");
  } catch {
    return false;
  }
  try {
    return calls.tcgetpgrp(terminal) === calls.getpgrp();
  } finally {
    closeSync(terminal);
  }
}

/** The handler is the first field of struct sigaction everywhere. */
function isIgnored(calls: Posix, number: number): boolean {
  const before = new Uint8Array(new ArrayBuffer(ROOM_BYTES));
  return calls.sigaction(number, null, before) === 0 && new DataView(before.buffer).getBigUint64(0, true) === SIG_IGN;
}

function endBySignal(number: number): void {
  const calls = posix();
  // The command has written its core; ours would replace it.
  calls.setrlimit(RLIMIT_CORE, new Uint8Array(new ArrayBuffer(16)));
  calls.signal(number, SIG_DFL);
  calls.kill(process.pid, number);
}

/** By Bun's spawn: a session of its own, and only those descriptors. */
function background(argv: readonly string[], { share, variables }: CommandOptions): BackgroundProcess {
  const child = Bun.spawn([...argv], {
    stdio: ["ignore", "pipe", "ignore", ...share],
    env: { ...variables },
    cwd: "/",
    detached: true,
  });
  child.unref();
  return { pid: child.pid, said: new Response(child.stdout).text() };
}
