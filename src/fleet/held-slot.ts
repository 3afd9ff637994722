/**
 * A slot of a server, held by a session. Whoever holds one makes sure every second that it still does: cut
 * off, it knows that it lost its slot before the server gives the slot to somebody else.
 *
 * @module
 */
import { graceLeft, type Loss } from "../slots/loss.ts";
import type { HeldSlot, SlotHolder } from "../slots/store.ts";
import { type Server, ServerTrouble } from "./connect.ts";
import { eraseRow, isWaitedFor, type SlotMachine, unlock, writeRow } from "./slot-locks.ts";

const BEAT_MS = 1_000;
/** The server takes a silent session for dead after so long: idle + interval × count. */
const GIVEN_AWAY_MS = 10_000;
/** What each session asks the server for. */
export const SESSION: Readonly<Record<string, string>> = {
  tcp_keepalives_idle: "4",
  tcp_keepalives_interval: "2",
  tcp_keepalives_count: "3",
  tcp_user_timeout: String(GIVEN_AWAY_MS),
};
/** How often it is looked whether the next one stands at the lock. */
const NEXT_LOOK_MS = 20;

/** Which slot it is, and in whose name it is written down. */
export interface ServerSlot {
  readonly name: string;
  readonly id: number;
  readonly max: number;
  readonly machine: SlotMachine;
}

/** A slot that this session has. */
export class SessionSlot implements HeldSlot {
  readonly id: number;
  readonly fd: undefined;
  readonly lost: Promise<Loss>;
  readonly #server: Server;
  readonly #session: string;
  readonly #slot: ServerSlot;
  #isOver = false;
  #isLost = false;

  constructor(server: Server, session: string, slot: ServerSlot) {
    this.id = slot.id;
    this.#server = server;
    this.#session = session;
    this.#slot = slot;
    const { promise, resolve } = Promise.withResolvers<Loss>();
    this.lost = promise;
    void this.#beat(resolve);
  }

  async #beat(lose: (loss: Loss) => void): Promise<void> {
    // Whenever it answered, it had heard of us after we began to ask.
    let heardAt = performance.now();
    while (!this.#isOver) {
      await Bun.sleep(BEAT_MS);
      if (this.#isOver) return;
      const askedAt = performance.now();
      const said = await sessionOf(this.#server).catch((error: Error) => error.message);
      if (this.#isOver) return;
      // Bun connects anew by itself; another session is not the one that has the lock.
      if (said !== this.#session) {
        this.#isLost = true;
        return lose({
          because: `the connection to ${this.#server.place} is gone, and with it slot ${this.id}`,
          graceMs: graceLeft(GIVEN_AWAY_MS, performance.now() - heardAt),
        });
      }
      heardAt = askedAt;
    }
  }

  async tell(holder: SlotHolder): Promise<void> {
    const { name, id, machine, max } = this.#slot;
    try {
      await writeRow(this.#server.query, name, id, machine, holder, max);
    } catch (error) {
      // Who has it is not told; that somebody has it is.
      if (!(error instanceof ServerTrouble)) throw error;
    }
  }

  /** Whether somebody asked whoever keeps it to let go. What cannot be heard was not asked. */
  async isAsked(): Promise<boolean> {
    const { name, id } = this.#slot;
    const [row] = await this.#server.query(
      "SELECT asked FROM agent_reaper_slots WHERE name = $1::text AND slot = $2::int",
      [name, id],
    ).catch(() => []);
    return row?.["asked"] === true;
  }

  async passOn(over: Promise<unknown>): Promise<void> {
    const { name, id } = this.#slot;
    let isOver = false;
    const note = () => void (isOver = true);
    over.then(note, note);
    while (!isOver) {
      if (await isWaitedFor(this.#server.query, name, id)) {
        this.#isOver = true;
        await unlock(this.#server.query, "slots", name, id);
        return await this.#server.close();
      }
      await Bun.sleep(NEXT_LOOK_MS);
    }
  }

  async release(): Promise<void> {
    this.#isOver = true;
    const { name, id } = this.#slot;
    if (!this.#isLost) {
      // Closing the session gives it back; to say so is quicker where it is heard. The row goes first: without it
      // the slot is somebody's who says nothing, without the lock it would be a dead one's.
      await eraseRow(this.#server.query, name, id).catch(() => {});
      await unlock(this.#server.query, "slots", name, id).catch(() => {});
    }
    await this.#server.close();
  }
}

/** Names the session: its process on the server, and when that began. */
export async function sessionOf(server: Server): Promise<string> {
  const [row] = await server.query(
    "SELECT pg_backend_pid() || ' ' || extract(epoch FROM backend_start) AS session FROM pg_stat_activity WHERE pid = pg_backend_pid()",
  );
  return String(row?.["session"]);
}
