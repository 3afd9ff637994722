/**
 * The guardian: a process beside the front, in a session of its own, so that nothing that the terminal sends
 * and no signal to the command's group reaches it. While the command runs it looks at who belongs to it; when
 * that is over, or the front is gone, it ends all of it.
 *
 * That the front is gone it is told by the end of its standard input: whatever the front dies of, the system
 * closes it.
 *
 * @module
 */
import { writeSync } from "node:fs";
import { errorText } from "../../../../src/errors.ts";
import { posix } from "../../_posix/libc.ts";
import { lineOf, Lines, type Orders, type Said, type Told } from "./messages.ts";
import { here } from "./place.ts";
import { Watch } from "./watch.ts";

/** After something new the looks come close; when nothing is they become seldom, for each is a `ps`. */
const SOONEST_MS = 30;
const SELDOM_MS = 1_000;
const SLOWER = 1.5;

/** So many looks in a row without the front, and it is gone. */
const MISSES = 2;
/** Enough when the front says that the command is over. */
const QUIET_LOOKS = 2;
/** Killed, it may have started the command in its last moment: that is seen when it has begun. */
const QUIET_LOOKS_ALONE = 8;

const POLLIN = 1;
const PIECE_BYTES = 4096;

/** Runs as the guardian. It ends this process and does not come back. */
export async function guardWithPs(): Promise<never> {
  const ear = new Ear();
  try {
    const first = ear.wait(undefined);
    if (first !== undefined && "orders" in first) await guard(ear, first.orders);
  } catch (error) {
    say({ cannot: errorText(error) });
  }
  posix()._exit(0);
  throw new Error("_exit came back");
}

async function guard(ear: Ear, { front, without, pgid, sid, graceMs, detachOk }: Orders): Promise<void> {
  const place = here();
  const root = { ...front, without: new Map(without), pgid, sid };
  const watch = new Watch(place, root, [process.pid]);
  if (!watch.look().isRootThere) return say({ cannot: "its guardian does not see it in the table of ps" });
  say({ ready: { startToken: watch.ownStart(), seesTags: watch.seesEnvironments() } });

  let isImpatient = false;
  let wasTold = false;
  let misses = 0;
  for (let pauseMs = SOONEST_MS, isOver = false; !isOver;) {
    const told = ear.wait(pauseMs);
    if (told === undefined) {
      isOver = ear.closed;
    } else if ("tag" in told) {
      watch.carries(told.tag);
      pauseMs = SOONEST_MS;
      continue;
    } else isOver = wasTold = "end" in told;
    try {
      const { grew, isRootThere } = watch.look();
      pauseMs = grew ? SOONEST_MS : Math.min(pauseMs * SLOWER, SELDOM_MS);
      // Its end closes our input too; this is for a copy of the other end that somebody else holds. One look may miss it.
      misses = isRootThere ? 0 : misses + 1;
      if (misses >= MISSES) isOver = true;
    } catch {
      // A look that failed tells nothing; there will be another.
    }
  }
  const over = await watch.end({
    graceMs,
    detachOk,
    quietLooks: wasTold ? QUIET_LOOKS : QUIET_LOOKS_ALONE,
    wait(ms) {
      const told = ear.wait(ms);
      isImpatient ||= told !== undefined && "hurry" in told;
      return isImpatient;
    },
  });
  say({ over });
}

/** What the front says, by standard input. */
class Ear {
  closed = false;
  readonly #lines = new Lines<Told>();
  readonly #heard: Told[] = [];
  readonly #piece = new Uint8Array(new ArrayBuffer(PIECE_BYTES));

  /** The next thing that is said, or undefined after so long, or when nobody is there any more. */
  wait(ms: number | undefined): Told | undefined {
    const known = this.#heard.shift();
    if (known !== undefined) return known;
    const endsAt = performance.now() + (ms ?? 0);
    if (this.closed) {
      // There is nothing to wait for, but for the time.
      Bun.sleepSync(ms ?? 0);
      return undefined;
    }
    const polled = new Int32Array(new ArrayBuffer(8));
    do {
      polled[1] = POLLIN;
      const rest = ms === undefined ? -1 : Math.max(0, Math.ceil(endsAt - performance.now()));
      if (posix().poll(new Uint8Array(polled.buffer), 1, rest) <= 0) continue;
      const length = posix().read(0, this.#piece, PIECE_BYTES);
      // -1: a signal came between.
      if (length === 0) this.closed = true;
      if (length > 0) this.#heard.push(...this.#lines.take(this.#piece.subarray(0, length)));
      if (this.closed || this.#heard.length > 0) return this.#heard.shift();
    } while (ms === undefined || performance.now() < endsAt);
    return undefined;
  }
}

/** Nobody may be there to hear it. */
function say(message: Said): void {
  try {
    writeSync(1, lineOf(message));
  } catch {
    // The front has ended.
  }
}
