/**
 * Starts a program with what it would have had without us: its arguments and environment byte by byte,
 * the descriptors that were handed down, signals as the caller left them.
 *
 * posix_spawn(3) and not the runtime's own: that one resets SIGHUP, so that `nohup` would be lost, and
 * knows text alone. And not exec(3) in our own place: we stay, to be told of the end.
 *
 * @module
 */
import { ALONE, MARK } from "../threads.ts";
import { type Calls, calls, fixed, text } from "./calls.ts";
import { INTERNAL, signalSet } from "./mask.ts";
import { bytesOf, decoded, encoded, linkOf, numbersIn, textOf } from "./self.ts";
import { SIGPIPE, SIGXFSZ } from "./signals.ts";

const ENOENT = 2;
const ENOEXEC = 8;
const EACCES = 13;
const ENOTDIR = 20;
const X_OK = 1;

const POSIX_SPAWN_SETSIGDEF = 0x04;
const POSIX_SPAWN_SETSIGMASK = 0x08;
/** posix_spawnattr_t is 336 bytes in glibc and musl. */
const ATTRIBUTE_BYTES = 512;

const COLON = 0x3a;
const DOT = 0x2e;
const EQUALS = 0x3d;
const SLASH = 0x2f;

const F_SETFD = 2;
const FD_CLOEXEC = 1;

/** execvp(3)'s, where there is no PATH. */
const USUAL_PATH = "/bin:/usr/bin";

/** Signals as the program is to find them. */
export interface SignalState {
  readonly blocked: Uint8Array;
  /** Set to their default; those that were ignored when we came stay so. */
  readonly defaults: Iterable<number>;
}

/** The pid, or the error's number. */
export type Spawned = { readonly pid: number } | { readonly error: number };

/** Starts the program at a path. */
export function spawn(
  calls: Calls,
  path: Uint8Array,
  argv: readonly Uint8Array[],
  environment: readonly Uint8Array[],
  signals?: SignalState,
): Spawned {
  const kept: Uint8Array[] = [];
  const pid = new Int32Array(new ArrayBuffer(4));
  const attributes = signals === undefined ? null : attributesOf(calls, signals);
  const error = calls.posix_spawn(
    new Uint8Array(pid.buffer),
    text(path),
    null,
    attributes,
    listOf(calls, argv, kept),
    listOf(calls, environment, kept),
  );
  // Read after the call, so that they were not collected before.
  return error === 0 && kept.length >= argv.length ? { pid: pid[0] as number } : { error };
}

/** Becomes the program at a path; comes back only when that cannot be. */
export function become(
  calls: Calls,
  path: Uint8Array,
  argv: readonly Uint8Array[],
  environment: readonly Uint8Array[],
): readonly Uint8Array[] {
  const kept: Uint8Array[] = [];
  calls.execve(text(path), listOf(calls, argv, kept), listOf(calls, environment, kept));
  return kept;
}

/** Texts as C takes a list of them; `kept` holds what it points to. */
function listOf(calls: Calls, values: readonly Uint8Array[], kept: Uint8Array[]): BigUint64Array {
  const addresses = values.map((value) => {
    const ended = text(value);
    kept.push(ended);
    return calls.address(ended);
  });
  return new BigUint64Array([...addresses, 0n]);
}

function attributesOf(calls: Calls, { blocked, defaults }: SignalState): Uint8Array {
  const attributes = fixed(ATTRIBUTE_BYTES);
  calls.posix_spawnattr_init(attributes);
  calls.posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  calls.posix_spawnattr_setsigdefault(attributes, signalSet(defaults));
  calls.posix_spawnattr_setsigmask(attributes, blocked);
  return attributes;
}

/** Looks a command up as execvp(3) does, and starts it; a script without `#!` is a shell's. */
export function spawnCommand(
  calls: Calls,
  command: readonly Uint8Array[],
  environment: readonly Uint8Array[],
  signals: SignalState,
): Spawned {
  const name = command[0] as Uint8Array;
  let error = ENOENT;
  for (const path of candidates(name, environment)) {
    if (calls.access(text(path), X_OK) !== 0) {
      const why = calls.errno();
      if (why !== ENOENT && why !== ENOTDIR) error = why;
      continue;
    }
    const spawned = spawn(calls, path, command, environment, signals);
    if ("pid" in spawned) return spawned;
    if (spawned.error === ENOEXEC) {
      const shell = encoded("/bin/sh");
      return spawn(calls, shell, [shell, path, ...command.slice(1)], environment, signals);
    }
    // A script whose interpreter is missing is ENOENT too, and was found.
    error = spawned.error;
    if (error !== EACCES && error !== ENOENT && error !== ENOTDIR) break;
  }
  return { error };
}

function candidates(name: Uint8Array, environment: readonly Uint8Array[]): Uint8Array[] {
  if (name.length === 0) return [];
  if (name.includes(SLASH)) return [name];
  const path = environment.find((entry) => nameOf(entry) === "PATH")?.subarray("PATH=".length) ?? encoded(USUAL_PATH);
  return splitAt(path, COLON).map((directory) => {
    const found = fixed(directory.length + (directory.length === 0 ? 2 : 1) + name.length);
    // An empty one is the current directory.
    found.set(directory.length === 0 ? [DOT, SLASH] : [...directory, SLASH]);
    found.set(name, found.length - name.length);
    return found;
  });
}

/** The name of a variable; what is no UTF-8 in it is replaced. */
function nameOf(entry: Uint8Array): string {
  const end = entry.indexOf(EQUALS);
  return decoded(end < 0 ? entry : entry.subarray(0, end));
}

function splitAt(bytes: Uint8Array, separator: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let from = 0;;) {
    const end = bytes.indexOf(separator, from);
    if (end < 0) return [...found, bytes.subarray(from)];
    found.push(bytes.subarray(from, end));
    from = end + 1;
  }
}

/** This very program, also when an update has put another in its place. */
export const OWN_PROGRAM: Uint8Array = encoded("/proc/self/exe");

/** For one of our own programs: the engine's threads are of no use to who only waits. Undefined as below. */
export function environmentWithoutThreads(): Uint8Array[] | undefined {
  return environmentWith({ ...ALONE, [MARK]: "1" });
}

/**
 * Our environment without what we added for ourselves, and with these instead of what it had of their names. Undefined when
 * it cannot be read.
 */
export function environmentWith(added: Readonly<Record<string, string>>): Uint8Array[] | undefined {
  const entries = ownTexts("/proc/self/environ");
  if (entries === undefined) return undefined;
  const names = entries.map(nameOf);
  const dropped = new Set([...Object.keys(added), ...(names.includes(MARK) ? [MARK, ...Object.keys(ALONE)] : [])]);
  return [
    ...entries.filter((_, at) => !dropped.has(names[at] as string)),
    ...Object.entries(added).map(([name, value]) => encoded(`${name}=${value}`)),
  ];
}

/** The arguments of this process as bytes, its last `count`: the runtime knows them as text alone. Undefined when they cannot be read. */
export function lastArguments(count: number): Uint8Array[] | undefined {
  const all = count === 0 ? [] : ownTexts("/proc/self/cmdline");
  // With fewer of them it would be another command.
  return all === undefined || all.length < count ? undefined : all.slice(all.length - count);
}

/** Texts that end with a NUL, as the kernel keeps those that we were started with. */
function ownTexts(path: string): Uint8Array[] | undefined {
  const bytes = bytesOf(path);
  if (bytes === undefined) return undefined;
  const found = splitAt(bytes, 0);
  // What follows the last NUL is nothing.
  return found.at(-1)?.length === 0 ? found.slice(0, -1) : found;
}

/** The first descriptor number that the runtime duplicates a terminal to. */
const RUNTIME_DUPLICATES = 1000;

/**
 * Descriptors above the standard ones that our caller handed down. The runtime has marked them to be
 * closed, like its own; its own are an epoll and an eventfd, and a duplicate of the terminal far up.
 * Undefined when they cannot be listed: without one of them the command would be another.
 */
export function handedDown(own: ReadonlySet<number>): number[] | undefined {
  const found: number[] = [];
  const open = numbersIn("/proc/self/fd");
  for (const fd of open ?? []) {
    if (fd <= 2 || own.has(fd)) continue;
    const target = linkOf(`/proc/self/fd/${fd}`);
    if (target === undefined) {
      // The descriptor that the directory was read through.
      if (calls().errno() === ENOENT) continue;
      return undefined;
    }
    if (/^anon_inode:\[event(?:poll|fd)\]$/.test(target)) continue;
    if (fd >= RUNTIME_DUPLICATES && /^\/dev\/(?:pts\/\d+|tty|console)/.test(target)) continue;
    found.push(fd);
  }
  return open === undefined ? undefined : found;
}

/** Lets a program that is started now have a descriptor, or not. */
export function inherit(calls: Calls, fd: number, wanted: boolean): void {
  calls.fcntl(fd, F_SETFD, wanted ? 0 : FD_CLOEXEC);
}

/** Programs whose children ignore what they ignore; runtimes reset it for who they start. */
const SHELLS = /^-?(?:ba|da|z|k|mk|fi|a|ya|c|tc)?sh$|^busybox$/;

/**
 * The runtime ignores SIGPIPE and SIGXFSZ from its first moment on, and what was before is lost. Who
 * ignores a signal for what they start is a shell (`trap '' PIPE`): then our parent shows it.
 */
export function startsIgnored(): number[] {
  const status = textOf(`/proc/${process.ppid}/status`) ?? "";
  if (!SHELLS.test(/^Name:\t(.*)$/m.exec(status)?.[1] ?? "")) return [];
  const ignored = BigInt(`0x${/^SigIgn:\t([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
  return [SIGPIPE, SIGXFSZ].filter((signal) => (ignored >> BigInt(signal - 1) & 1n) === 1n);
}

/** What is to be as if the runtime had not been there. */
export function defaultsFor(ignored: readonly number[]): number[] {
  return [...[SIGPIPE, SIGXFSZ].filter((signal) => !ignored.includes(signal)), ...INTERNAL];
}
