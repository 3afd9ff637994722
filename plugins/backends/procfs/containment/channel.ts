/**
 * What front and guardian tell each other: short messages, whole or not at all (SOCK_SEQPACKET of
 * unix(7)). The end of the channel is the end of who held the other end.
 *
 * @module
 */
import { type Calls, fixed } from "./calls.ts";
import { decoded, encoded } from "./self.ts";

/**
 * From the guardian: the command started, could not be started (errno), stopped, continued, ended by itself, died of a
 * signal, ran out of time, left this one alive on purpose, could not end this one; what it was to be started with could not be
 * read (errno). From the front: a signal came, it goes on after a stop.
 */
const KINDS = [
  "started",
  "failed",
  "stopped",
  "exited",
  "died",
  "timed out",
  "detached",
  "survived",
  "signal",
  "resumed",
  "unread",
] as const;

/** What a message is about. */
export type Kind = (typeof KINDS)[number];

/** One message. */
export interface Message {
  readonly kind: Kind;
  /** A pid, signal, exit code or error, as the kind has it. */
  readonly value: number;
}

const MESSAGE_BYTES = 8;
/** More than a socket takes in one piece (net.core.wmem_default). */
const OPENING_BYTES = 256 * 1024;

/** One end of the channel. */
export class Channel {
  readonly fd: number;
  /** Nobody is at the other end any more. */
  closed = false;
  readonly #calls: Calls;
  readonly #message: Uint8Array<ArrayBuffer> = fixed(MESSAGE_BYTES);
  readonly #words: Int32Array = new Int32Array(this.#message.buffer);

  constructor(calls: Calls, fd: number) {
    this.#calls = calls;
    this.fd = fd;
  }

  /** Tells a text, once and before all else; false when it does not fit. */
  open(text: string): boolean {
    const bytes = encoded(text);
    return this.#calls.write(this.fd, bytes, bytes.length) === bytes.length;
  }

  /** The text that the other end begins with; waits for it. Undefined: there is nobody. */
  opened(): string | undefined {
    waitFor(this.#calls, [this.fd], undefined);
    const bytes = fixed(OPENING_BYTES);
    const length = this.#calls.read(this.fd, bytes, OPENING_BYTES);
    return length > 0 ? decoded(bytes.subarray(0, length)) : undefined;
  }

  close(): void {
    this.#calls.close(this.fd);
    this.closed = true;
  }

  tell(kind: Kind, value = 0): void {
    this.#words[0] = KINDS.indexOf(kind);
    this.#words[1] = value;
    // MSG_NOSIGNAL is not needed: SIGPIPE is blocked.
    this.#calls.write(this.fd, this.#message, MESSAGE_BYTES);
  }

  /**
   * What was told since. Whoever ends with something unread gives us an error (ECONNRESET) ahead of what they
   * told last: so an error is passed over once, and only the end itself closes the channel.
   */
  heard(): Message[] {
    const found: Message[] = [];
    for (let failures = 0; !this.closed && failures < 2;) {
      const length = this.#calls.read(this.fd, this.#message, MESSAGE_BYTES);
      if (length < 0) {
        failures++;
        continue;
      }
      if (length === 0) this.closed = true;
      const kind = length === MESSAGE_BYTES ? KINDS[this.#words[0] as number] : undefined;
      if (kind !== undefined) found.push({ kind, value: this.#words[1] as number });
    }
    return found;
  }
}

const POLLIN = 1;
/** So long nobody looks who was woken for nothing: what cannot be read wakes them again at once. */
const FOR_NOTHING_MS = 10;

/** For who was woken and found no news: without it they would be woken for ever. */
export function pause(calls: Calls): void {
  waitFor(calls, [], FOR_NOTHING_MS);
}

/** Waits until one of these can be read, or for so long; without a limit when undefined. */
export function waitFor(calls: Calls, fds: readonly number[], ms: number | undefined): void {
  const polled = new Int32Array(new ArrayBuffer(8 * fds.length));
  fds.forEach((fd, at) => {
    polled[2 * at] = fd;
    polled[2 * at + 1] = POLLIN;
  });
  // Days of waiting do not fit into 32 bits of milliseconds.
  const limit = ms === undefined ? -1 : Math.min(Math.max(Math.ceil(ms), 0), 0x7fff_ffff);
  calls.poll(new Uint8Array(polled.buffer), fds.length, limit);
}
