import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type Server } from "../../src/fleet/connect.ts";
import { deliver } from "../../src/fleet/deliver.ts";
import { bringUpToDate } from "../../src/fleet/migrations.ts";
import { fleetActions, fleetHealth } from "../../src/fleet/read.ts";
import { RunJournal } from "../../src/journal/journal.ts";
import { spoolPath } from "../../src/journal/spool.ts";
import { Ledger, type LedgerOptions, MOST_ACTIONS } from "../../src/ledger/ledger.ts";
import { Store } from "../../src/store/store.ts";
import { openPostgres, type Postgres } from "../support/postgres.ts";

setDefaultTimeout(300_000);

/** `REAPER_LONG_TESTS=1`: the outage takes a minute. */
const OUTAGE_MS = process.env["REAPER_LONG_TESTS"] === "1" ? 60_000 : 1_500;
const viewer = { uid: process.getuid?.() ?? 0, pid: process.pid };

let postgres: Postgres;
let directory: string;
let servers: Server[];
let ledgers: Ledger[];
beforeAll(async () => void (postgres = await openPostgres()));
afterAll(() => postgres.close());
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "fleet-"));
  servers = [];
  ledgers = [];
  const server = open();
  await server.query("DROP SCHEMA public CASCADE");
  await server.query("CREATE SCHEMA public");
});
afterEach(async () => {
  for (const server of servers) await server.close();
  for (const ledger of ledgers) ledger.close();
  rmSync(directory, { recursive: true, force: true });
});

function open(): Server {
  const server = connect({ url: postgres.url });
  servers.push(server);
  return server;
}

function machine(
  host: string,
  options: LedgerOptions = {},
): { readonly ledger: Ledger; act(pid: number, outcome?: "ended" | "killed"): void } {
  const state = join(directory, host);
  const ledger = new Ledger(new Store({ directory: state, viewer }), spoolPath(state), { due: true, ...options });
  ledgers.push(ledger);
  const journal = new RunJournal({
    state,
    command: "watch",
    host: { bootId: `boot of ${host}`, hostname: host },
    viewer,
    complain: (line) => {
      throw new Error(line);
    },
  });
  return {
    ledger,
    act(pid, outcome) {
      const intent = { pid, startToken: "1", bootId: `boot of ${host}`, action: "terminate" };
      journal.intend([intent]);
      if (outcome !== undefined) journal.settle(intent, { pid, startToken: "1", outcome });
      ledger.ingest();
    },
  };
}

/** The table and the statements of the older reaper, as it makes and asks them. */
const OLDER = {
  table:
    `CREATE TABLE system_health (id SERIAL PRIMARY KEY, check_type VARCHAR(50) NOT NULL, status VARCHAR(20) NOT NULL,
    details JSON, action_taken TEXT, created_at TIMESTAMP WITH TIME ZONE DEFAULT NOW())`,
  insert: "INSERT INTO system_health (check_type, status, details, action_taken) VALUES ($1, $2, $3::text::json, $4)",
  read:
    `SELECT check_type, status, details->>'zombie_count' AS zombies, details->>'stale_processes_killed' AS killed, action_taken
    FROM system_health WHERE check_type = 'process_reaper' ORDER BY created_at`,
};
const SEEN = { zombie_count: 3, stale_processes_killed: 1, free_mem_mb: 100 };
const DETAILS = JSON.stringify(SEEN);

describe("the schema", () => {
  test("is made once, however many machines make it at once", async () => {
    const many = Array.from({ length: 6 }, open);
    await Promise.all(many.map(bringUpToDate));
    const [row] = await open().query(
      "SELECT array_agg(number ORDER BY number)::text AS steps FROM agent_reaper_migrations",
    );
    expect(row).toEqual({ steps: "{1,2,3,4}" });
  });

  test("leaves the older reaper's table usable by it, with its rows, and ours are readable by its query", async () => {
    const server = open();
    await server.query(OLDER.table);
    await server.query(OLDER.insert, ["process_reaper", "warning", DETAILS, "Killed PIDs: 7"]);
    const { ledger } = machine("one");
    ledger.recordHealth("a", Date.now() + 1, { status: "ok", details: SEEN, actionTaken: "Killed PIDs: 8, 9" });
    await deliver(ledger, server, "one");
    await server.query(OLDER.insert, ["process_reaper", "ok", DETAILS, null]);
    const rows = await server.query(OLDER.read);
    expect(rows.map(({ status, zombies, killed }) => ({ status, zombies, killed }))).toEqual(
      expect.arrayContaining([
        { status: "warning", zombies: "3", killed: "1" },
        { status: "ok", zombies: "3", killed: "1" },
      ]),
    );
    expect(rows.map(({ action_taken }) => action_taken).toSorted()).toEqual([
      "Killed PIDs: 7",
      "Killed PIDs: 8, 9",
      null,
    ]);
    const health = await fleetHealth(server);
    expect(health.map(({ host }) => host)).toEqual(["one", undefined]);
  });

  test("of a newer version is left alone", async () => {
    await bringUpToDate(open());
    await open().query("INSERT INTO agent_reaper_migrations (number) VALUES (99)");
    await expect(bringUpToDate(open())).rejects.toThrow("a newer agent-reaper made its tables");
  });
});

describe("delivery", () => {
  test("brings each action once, and later what came of it", async () => {
    const { ledger, act } = machine("one");
    act(10);
    expect(await deliver(ledger, open(), "one")).toEqual({ actions: 1, health: 0 });
    expect(await deliver(ledger, open(), "one")).toEqual({ actions: 0, health: 0 });
    act(10, "killed");
    expect((await deliver(ledger, open(), "one")).actions).toBe(1);
    expect(await fleetActions(open(), { since: 0 })).toMatchObject([{
      pid: 10,
      host: "one",
      outcome: "killed",
      command: "watch",
    }]);
  });

  test("what was confirmed and not noted (killed in between) is brought again, and is there once", async () => {
    const { ledger, act } = machine("one");
    for (let pid = 1; pid <= 250; pid++) act(pid, "ended");
    ledger.recordHealth("a", Date.now(), { status: "ok", details: {}, actionTaken: null });
    await deliver(ledger, open(), "one");
    ledger.store.run("UPDATE actions SET delivered = 0");
    ledger.store.run("UPDATE health SET delivered = 0");
    expect(await deliver(ledger, open(), "one")).toEqual({ actions: 250, health: 1 });
    expect(await fleetActions(open(), { since: 0 })).toHaveLength(250);
    const [row] = await open().query("SELECT count(*)::int AS count FROM system_health");
    expect(row).toEqual({ count: 1 });
  });

  test("of two machines at once, with the same pids, loses and doubles nothing", async () => {
    const machines = ["one", "two"].map((host) => machine(host));
    await Promise.all(machines.map(async ({ ledger, act }, at) => {
      const server = open();
      for (let pid = 1; pid <= 120; pid++) {
        act(pid, "ended");
        if (pid % 10 === 0) await deliver(ledger, server, ["one", "two"][at] as string);
      }
    }));
    const actions = await fleetActions(open(), { since: 0 });
    expect(actions).toHaveLength(240);
    expect(new Set(actions.map(({ host, pid }) => `${host} ${pid}`)).size).toBe(240);
  });

  test("an outage in the middle of writes loses and doubles nothing", async () => {
    const { ledger, act } = machine("one");
    let server = open();
    let pid = 0;
    let failed = 0;
    const once = async () => {
      for (let more = 0; more < 20; more++) act(++pid, "ended");
      try {
        await deliver(ledger, server, "one");
      } catch (error) {
        expect((error as Error).name).toBe("ServerTrouble");
        expect((error as Error).message).not.toContain("\n");
        failed++;
        await server.close();
        server = open();
      }
    };
    for (let round = 0; round < 5; round++) await once();
    const during = once();
    postgres.stop("immediate");
    await during;
    const until = performance.now() + OUTAGE_MS;
    do {
      await once();
      await Bun.sleep(OUTAGE_MS / 20);
    } while (performance.now() < until);
    postgres.start();
    await once();
    await deliver(ledger, server, "one");
    expect(failed).toBeGreaterThan(0);
    const actions = await fleetActions(server, { since: 0 });
    const pids = actions.map(({ pid }) => pid as number).sort((a, b) => a - b);
    expect(pids).toEqual(Array.from({ length: pid }, (_, at) => at + 1));
    expect(actions.every(({ outcome }) => outcome === "ended")).toBe(true);
  });

  test("what has not been delivered outlives its week", () => {
    const { ledger, act } = machine("one");
    act(10, "ended");
    ledger.store.run("UPDATE actions SET at = 1");
    ledger.prune();
    expect(ledger.actions({ since: 0 })).toHaveLength(1);
    ledger.store.run("UPDATE actions SET delivered = revision");
    ledger.prune();
    expect(ledger.actions({ since: 0 })).toHaveLength(0);
  });

  test("each machine's rows are kept on the server as long as that machine keeps them, whoever looks", async () => {
    const server = open();
    const keep = { one: 2, two: 30, gone: undefined };
    const machines = Object.entries(keep).map(([host, days]) =>
      [host, machine(host, days === undefined ? {} : { keepMs: days * 86_400_000 })] as const
    );
    for (const [host, { ledger }] of machines) {
      await deliver(ledger, server, host);
      // Days old.
      for (const age of [1, 6, 20, 40]) {
        await server.query(
          `INSERT INTO agent_reaper_actions (host, id, revision, run, at, action, boot, attempts)
           VALUES ($1::text, $2::text, 1, 'r', now() - $3::int * interval '1 day', 'terminate', 'b', 1)`,
          [host, String(age), age],
        );
        await server.query(
          `INSERT INTO system_health (check_type, status, created_at, host, reaper_id)
           VALUES ('process_reaper', 'ok', now() - $3::int * interval '1 day', $1::text, $1::text || $2::text)`,
          [host, String(age), age],
        );
      }
    }
    // A machine of an older version has not said how long, and an older reaper's row is its own.
    await server.query("DELETE FROM agent_reaper_hosts WHERE host = 'gone'");
    await server.query(OLDER.insert, ["process_reaper", "ok", DETAILS, null]);
    await server.query("UPDATE system_health SET created_at = now() - interval '1 year' WHERE reaper_id IS NULL");
    await deliver(machines[0]?.[1].ledger as Ledger, server, "one");
    const kept = (table: string, at: string) =>
      server.query(
        `SELECT coalesce(host, 'older') AS host, json_agg(round(extract(epoch FROM now() - ${at}) / 86400)::int ORDER BY ${at} DESC)::text AS days
         FROM ${table} GROUP BY host ORDER BY 1`,
      );
    const gone = { host: "gone", days: "[1, 6]" };
    const theirs = [{ host: "one", days: "[1]" }, { host: "two", days: "[1, 6, 20]" }];
    expect(await kept("agent_reaper_actions", "at")).toEqual([gone, ...theirs]);
    expect(await kept("system_health", "created_at")).toEqual([gone, { host: "older", days: "[365]" }, ...theirs]);
  });

  test("however long they are kept, a machine has no more rows on the server than in its ledger", async () => {
    const server = open();
    const { ledger } = machine("one", { keepMs: 3_650 * 86_400_000 });
    await deliver(ledger, server, "one");
    await server.query(
      `INSERT INTO agent_reaper_actions (host, id, revision, run, at, action, boot, attempts)
       SELECT host, n::text, 1, 'r', now() - n * interval '1 second', 'terminate', 'b', 1
       FROM generate_series(1, $1::int) AS n, (VALUES ('one'), ('two')) AS hosts (host)`,
      [MOST_ACTIONS + 5],
    );
    await deliver(ledger, server, "one");
    expect(
      await server.query(
        "SELECT host, count(*)::int AS rows, max(id::int) AS oldest FROM agent_reaper_actions GROUP BY host ORDER BY host",
      ),
    ).toEqual([
      { host: "one", rows: MOST_ACTIONS + 1, oldest: MOST_ACTIONS + 1 },
      { host: "two", rows: MOST_ACTIONS + 5, oldest: MOST_ACTIONS + 5 },
    ]);
  });

  test("a server that is not there is said in one line without the password", async () => {
    const server = connect({ url: "postgres://me:secret@127.0.0.1:1/db" });
    servers.push(server);
    const error = await server.query("SELECT 1").catch((error: Error) => error) as Error;
    expect(error.message).toBe("127.0.0.1:1/db: nothing answers there");
  });
});
