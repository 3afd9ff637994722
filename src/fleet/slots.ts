/**
 * Slots of several machines, on the PostgreSQL that they share. A slot is a lock of the server's for one
 * session: it is given back however its holder ends, and when the machine that holds it is cut off, after
 * the time-out that the session asked the server for.
 *
 * Whoever holds one makes sure every second that it still does. Cut off, it knows that it lost its slot,
 * and has its command ended, before the server gives the slot to somebody else.
 *
 * @module
 */
import type {
  HeldSlot,
  ReleaseAnswer,
  SlotHolder,
  SlotsLook,
  SlotStore,
  TakenSlot,
  WantedSlot,
} from "../slots/store.ts";
import { connect, type Server, ServerTrouble } from "./connect.ts";
import { bringUpToDate } from "./migrations.ts";

/**
 * The server takes a silent session for dead after idle + interval × count = 10 s. The holder notices
 * after at most a beat and its patience, 4 s, and its command has 2 s to end before it is killed.
 */
const SESSION = {
  tcp_keepalives_idle: "4",
  tcp_keepalives_interval: "2",
  tcp_keepalives_count: "3",
  tcp_user_timeout: "10000",
} as const;
const BEAT_MS = 1_000;
const PATIENCE_MS = 3_000;
/** How often somebody who waits looks. */
const LOOK_MS = 200;
/** Who waits longer is told what for. */
const TOLD_AFTER_MS = 1_000;
const PLACES_KEPT_MS = 3_600_000;

/** As pg_locks shows a key that was given as a number with a sign. */
const CLASS = (of: string) => `((hashtext($1::text || ' ${of}')::bigint + 4294967296) % 4294967296)`;
const SLOTS = "hashtext($1::text || ' slots')";
const TICKETS = "hashtext($1::text || ' tickets')";
const HELD = (of: string, id: string) =>
  `EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND classid::bigint = ${CLASS(of)} AND objid::bigint = ${id})`;

/** Slots of one name on a server. */
export class ServerSlots implements SlotStore {
  readonly place: string;
  readonly #url: string;
  readonly #name: string;
  readonly #host: string;

  constructor(url: string, name: string, host: string) {
    this.#url = url;
    this.#name = `agent-reaper ${name}`;
    this.#host = host;
    const server = this.#connect();
    this.place = server.place;
    void server.close();
  }

  async acquire(wanted: WantedSlot): Promise<HeldSlot | undefined> {
    const server = this.#connect();
    try {
      await bringUpToDate(server);
      const session = await sessionOf(server);
      const id = await this.#waitFor(server, wanted);
      if (id !== undefined && await sessionOf(server) === session) return this.#held(server, session, id, wanted);
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

  async look(): Promise<SlotsLook> {
    return await this.#asking(async (server) => {
      const rows = await server.query(
        `SELECT slot, host, pid, start, command, max, to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS since
         FROM agent_reaper_slots WHERE name = $1::text AND ${HELD("slots", "slot")} ORDER BY slot`,
        [this.#name],
      );
      const [waiting] = await server.query(
        `SELECT count(*)::int AS count FROM agent_reaper_slot_queue WHERE name = $1::text AND ${
          HELD("tickets", "ticket")
        }`,
        [this.#name],
      );
      return { holders: rows.map(takenOf), stale: [], waiting: Number(waiting?.["count"] ?? 0) };
    });
  }

  /** The server has given them back already. */
  releaseStale(): Promise<[]> {
    return Promise.resolve([]);
  }

  async askToRelease(id: number): Promise<ReleaseAnswer> {
    const { holders } = await this.look();
    const found = holders.find(({ slot }) => slot === id);
    if (found === undefined) return { outcome: "free already" };
    return { outcome: "held", ...(found.holder === undefined ? {} : { by: found.holder }) };
  }

  /** In order of arrival: who waits has a ticket, and the lock of its session says that it still waits. */
  async #waitFor(server: Server, { max, waitMs, holder, onWait }: WantedSlot): Promise<number | undefined> {
    const began = performance.now();
    const until = began + (waitMs ?? Infinity);
    const ticket = await this.#join(server);
    let told = false;
    try {
      for (;;) {
        const { id, ahead } = await this.#try(server, ticket, max, holder);
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
      await server.query(`SELECT pg_advisory_unlock(${TICKETS}, $2::int)`, [this.#name, ticket]).catch(() => {});
      await server.query("DELETE FROM agent_reaper_slot_queue WHERE ticket = $1::int", [ticket]).catch(() => {});
    }
  }

  async #join(server: Server): Promise<number> {
    return await server.transaction(async (query) => {
      await query(
        `DELETE FROM agent_reaper_slot_queue WHERE joined_at < now() - $1::double precision * interval '1 millisecond'`,
        [PLACES_KEPT_MS * 24],
      );
      const [row] = await query("INSERT INTO agent_reaper_slot_queue (name) VALUES ($1::text) RETURNING ticket", [
        this.#name,
      ]);
      const ticket = Number(row?.["ticket"]);
      // Before anybody can see the ticket: one that nobody holds is a dead one's.
      await query(`SELECT pg_advisory_lock(${TICKETS}, $2::int)`, [this.#name, ticket]);
      return ticket;
    });
  }

  /** One at a time, and only who is first: whoever came later finds us in the queue. */
  async #try(
    server: Server,
    ticket: number,
    max: number,
    holder: SlotHolder,
  ): Promise<{ readonly id?: number; readonly ahead: number }> {
    return await server.transaction(async (query) => {
      await query("SELECT pg_advisory_xact_lock(hashtext($1::text || ' turnstile'))", [this.#name]);
      const [row] = await query(
        `SELECT count(*)::int AS ahead FROM agent_reaper_slot_queue
         WHERE name = $1::text AND ticket < $2::int AND ${HELD("tickets", "ticket")}`,
        [this.#name, ticket],
      );
      const ahead = Number(row?.["ahead"]);
      if (ahead > 0) return { ahead };
      for (let id = 0; id < max; id++) {
        const [tried] = await query(`SELECT pg_try_advisory_lock(${SLOTS}, $2::int) AS taken`, [this.#name, id]);
        if (tried?.["taken"] !== true) continue;
        await this.#tell(query, id, holder, max);
        return { id, ahead };
      }
      return { ahead };
    });
  }

  async #tell(query: Server["query"], id: number, holder: SlotHolder, max: number): Promise<void> {
    await query(
      `INSERT INTO agent_reaper_slots (name, slot, host, pid, start, command, max, since)
       VALUES ($1::text, $2::int, $3::text, $4::bigint, $5::text, $6::text, $7::int, now())
       ON CONFLICT (name, slot) DO UPDATE SET host = excluded.host, pid = excluded.pid, start = excluded.start,
         command = excluded.command, max = excluded.max, since = excluded.since`,
      [this.#name, id, this.#host, holder.pid, holder.startToken ?? null, holder.command ?? null, max],
    );
  }

  #held(server: Server, session: string, id: number, { max }: WantedSlot): HeldSlot {
    const lost = Promise.withResolvers<string>();
    let isOver = false;
    const beat = async (): Promise<void> => {
      while (!isOver) {
        await Bun.sleep(BEAT_MS);
        if (isOver) return;
        const said = await sessionOf(server).catch((error: Error) => error.message);
        // Bun connects anew by itself; another session is not the one that has the lock.
        if (said !== session) {
          return void (isOver || lost.resolve(`the connection to ${server.place} is gone, and with it slot ${id}`));
        }
      }
    };
    void beat();
    return {
      id,
      fd: undefined,
      lost: lost.promise,
      tell: async (holder) => {
        try {
          await this.#tell(server.query, id, holder, max);
        } catch (error) {
          // Who has it is not told; that somebody has it is.
          if (!(error instanceof ServerTrouble)) throw error;
        }
      },
      release: async () => {
        isOver = true;
        // Closing the session gives it back; to say so is quicker where it is heard.
        await server.query(`SELECT pg_advisory_unlock(${SLOTS}, $2::int)`, [this.#name, id]).catch(() => {});
        await server.close();
      },
    };
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

/** Names the session: its process on the server, and when that began. */
async function sessionOf(server: Server): Promise<string> {
  const [row] = await server.query(
    "SELECT pg_backend_pid() || ' ' || extract(epoch FROM backend_start) AS session FROM pg_stat_activity WHERE pid = pg_backend_pid()",
  );
  return String(row?.["session"]);
}

function takenOf(row: Record<string, unknown>): TakenSlot {
  const text = (name: string) => row[name] === null ? undefined : String(row[name]);
  const startToken = text("start");
  const command = text("command");
  const host = text("host");
  return {
    slot: Number(row["slot"]),
    holder: {
      pid: Number(row["pid"]),
      ...(startToken === undefined ? {} : { startToken }),
      ...(command === undefined ? {} : { command }),
      ...(host === undefined ? {} : { host }),
    },
    since: String(row["since"]),
    max: Number(row["max"]),
  };
}
