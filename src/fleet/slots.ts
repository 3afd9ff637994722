/**
 * Slots of several machines, on the PostgreSQL that they share. A slot is a lock of the server's for one
 * session: it is given back however its holder ends, and when the machine that holds it is cut off, after
 * the time-out that the session asked the server for.
 *
 * @module
 */
import type {
  HeldSlot,
  ReleaseAnswer,
  Released,
  SlotHolder,
  SlotsLook,
  SlotStore,
  StaleSlot,
  WantedSlot,
} from "../slots/store.ts";
import { connect, type Server, ServerTrouble } from "./connect.ts";
import { SESSION, sessionOf, SessionSlot } from "./held-slot.ts";
import { bringUpToDate } from "./migrations.ts";
import {
  eraseStaleRows,
  heldSlots,
  lock,
  passTurnstile,
  readRows,
  type SlotMachine,
  type SlotRow,
  tryLock,
  writeRow,
} from "./slot-locks.ts";
import { countAhead, countWaiting, join, leave, removeDead } from "./slot-queue.ts";

/** Whoever holds a slot notices after at most a beat and this that it is lost: before the server gives it away. */
const PATIENCE_MS = 3_000;
/** How often somebody who waits looks. */
const LOOK_MS = 200;
/** Who waits longer is told what for. */
const TOLD_AFTER_MS = 1_000;
/** How often it is looked whether a keeper let go. */
const ANSWER_LOOK_MS = 100;

/** This machine, and who lives on it. */
export interface SlotsHere extends SlotMachine {
  /** Whether this very process lives; undefined: it cannot be told. */
  lives(pid: number, startToken: string | undefined): boolean | undefined;
}

/** A row, or what little is known where there is none, of a slot that a session has. */
type HeldRow = Pick<SlotRow, "taken"> & Partial<SlotRow> & { readonly session: number };

/** Slots of one name on a server. */
export class ServerSlots implements SlotStore {
  readonly place: string;
  readonly #url: string;
  readonly #name: string;
  readonly #here: SlotsHere;

  constructor(url: string, name: string, here: SlotsHere) {
    this.#url = url;
    this.#name = `agent-reaper ${name}`;
    this.#here = here;
    const server = this.#connect();
    this.place = server.place;
    void server.close();
  }

  async acquire(wanted: WantedSlot): Promise<HeldSlot | undefined> {
    return await this.#taking(wanted.max, async (server) => {
      await bringUpToDate(server);
      return await this.#waitFor(server, wanted);
    });
  }

  /** Takes a slot from another process of ours that passes it on. */
  async takeOver(id: number, max: number): Promise<SessionSlot> {
    const held = await this.#taking(max, async ({ query }) => {
      await lock(query, "slots", this.#name, id);
      return id;
    });
    if (held === undefined) throw new Error("a lock that was waited for was not got");
    return held;
  }

  async look(): Promise<SlotsLook> {
    return await this.#asking(async (server) => {
      const { holders, stale } = await this.#slots(server);
      const { waiting, dead } = await countWaiting(server.query, this.#name);
      return { holders: holders.map(({ taken }) => taken), stale, waiting, deadWaiters: dead };
    });
  }

  async releaseStale(): Promise<Released> {
    return await this.#asking(async (server) => ({
      slots: await this.#eraseStale(server),
      deadWaiters: await removeDead(server.query, this.#name),
    }));
  }

  async askToRelease(id: number, forMs: number): Promise<ReleaseAnswer> {
    return await this.#asking(async (server) => {
      const { holders, stale } = await this.#slots(server);
      const found = holders.find(({ taken }) => taken.slot === id);
      if (found === undefined) {
        const wasStale = stale.some(({ slot }) => slot === id) && (await this.#eraseStale(server, id)).length > 0;
        return { outcome: wasStale ? "was stale" : "free already" };
      }
      const by = found.taken.holder;
      // What goes on without the slot is seen on its own machine alone, so it is asked for there.
      if (by?.keeper === undefined || !this.#isHere(found)) {
        return { outcome: "held", ...(by === undefined ? {} : { by }) };
      }
      const { host, boot, namespace } = this.#here;
      await server.query(
        `UPDATE agent_reaper_slots SET asked = true WHERE name = $1::text AND slot = $2::int AND keeper = $3::bigint
           AND host = $4::text AND boot = $5::text AND namespace IS NOT DISTINCT FROM $6::text`,
        [this.#name, id, by.keeper, host, boot, namespace ?? null],
      );
      const until = performance.now() + forMs;
      while (performance.now() < until) {
        await Bun.sleep(ANSWER_LOOK_MS);
        // By somebody else it is held again already where others wait.
        const { sessions } = await heldSlots(server.query, this.#name);
        if (sessions.get(id) !== found.session) return { outcome: "released" };
      }
      return { outcome: "no answer" };
    });
  }

  /** Who has slots by their locks, with what is said of them, and what is said of slots that nobody has. */
  async #slots({ query }: Server): Promise<{ holders: HeldRow[]; stale: StaleSlot[] }> {
    const { at, sessions } = await heldSlots(query, this.#name);
    // Read after the locks: who gives a slot back takes the row out first, so a row of before without a lock is a dead one's.
    const rows = new Map((await readRows(query, this.#name, at)).map((row) => [row.taken.slot, row]));
    const holders = [...sessions].map(([slot, session]) => ({ ...rows.get(slot) ?? { taken: { slot } }, session }));
    const stale = [...rows.values()].filter(({ taken, wasThere }) => wasThere && !sessions.has(taken.slot));
    return { holders, stale: stale.map((row) => this.#staleOf(row)) };
  }

  async #eraseStale(server: Server, id?: number): Promise<StaleSlot[]> {
    return await server.transaction(async (query) => {
      await passTurnstile(query, this.#name);
      return (await eraseStaleRows(query, this.#name, id)).map((row) => this.#staleOf(row));
    });
  }

  #isHere({ machine }: Partial<SlotRow>): boolean {
    const { host, boot, namespace } = this.#here;
    return machine?.host === host && machine.boot === boot && machine.namespace === namespace;
  }

  #staleOf(row: SlotRow): StaleSlot {
    const { pid, startToken, keeper, host } = row.taken.holder as SlotHolder;
    const lives = this.#isHere(row) ? this.#here.lives(pid, startToken) : undefined;
    const whose = keeper === undefined ? `pid ${pid}` : `its keeper ${keeper}`;
    const because = lives === undefined
      ? `${host ?? "its machine"} lost the connection, or ${whose} ended there: nobody has its lock`
      : lives
      ? `${keeper === undefined ? "its connection" : `its keeper ${keeper} or the connection`} is gone: pid ${pid} ` +
        "goes on without it"
      : `${whose} is gone: nobody has its lock`;
    return { ...row.taken, because };
  }

  /** Takes a slot in a session of its own. */
  async #taking(
    max: number,
    take: (server: Server) => Promise<number | undefined>,
  ): Promise<SessionSlot | undefined> {
    const server = this.#connect();
    try {
      const session = await sessionOf(server);
      const id = await take(server);
      if (id !== undefined && await sessionOf(server) === session) {
        return new SessionSlot(server, session, { name: this.#name, id, max, machine: this.#here });
      }
      if (id !== undefined) {
        throw new ServerTrouble(`${server.place}: the connection was lost while a slot was taken: try again`);
      }
    } catch (error) {
      await server.close();
      throw error;
    }
    await server.close();
    return undefined;
  }

  /** In order of arrival. */
  async #waitFor(server: Server, wanted: WantedSlot): Promise<number | undefined> {
    const { waitMs, onWait } = wanted;
    const began = performance.now();
    const until = began + (waitMs ?? Infinity);
    const ticket = await join(server, this.#name);
    let told = false;
    try {
      for (;;) {
        const { id, ahead } = await this.#try(server, ticket, wanted);
        if (id !== undefined) return id;
        const now = performance.now();
        if (now >= until) return undefined;
        if (!told && now - began >= TOLD_AFTER_MS) {
          told = true;
          await onWait?.({ ahead });
        }
        await Bun.sleep(Math.min(LOOK_MS, until - now));
      }
    } finally {
      await leave(server.query, this.#name, ticket);
    }
  }

  /** One at a time, and only who is first: whoever came later finds us in the queue. */
  async #try(
    server: Server,
    ticket: number,
    { max, holder }: WantedSlot,
  ): Promise<{ readonly id?: number; readonly ahead: number }> {
    return await server.transaction(async (query) => {
      await passTurnstile(query, this.#name);
      const ahead = await countAhead(query, this.#name, ticket);
      if (ahead > 0) return { ahead };
      for (let id = 0; id < max; id++) {
        if (!await tryLock(query, this.#name, id)) continue;
        await writeRow(query, this.#name, id, this.#here, holder, max);
        return { id, ahead };
      }
      return { ahead };
    });
  }

  async #asking<T>(work: (server: Server) => Promise<T>): Promise<T> {
    const server = this.#connect();
    try {
      await bringUpToDate(server);
      return await work(server);
    } finally {
      await server.close();
    }
  }

  #connect(): Server {
    return connect({ url: this.#url, patienceMs: PATIENCE_MS, settings: SESSION });
  }
}
