/**
 * Inside a network namespace: slots of a server where something is wrong with what was typed, or with the server.
 *
 * @module
 */
import { openFleet } from "../hosts.ts";
import { asleep, type Did, did, Ground } from "../kept-slots.ts";

/** What was said, by what was wrong. */
export interface Told {
  readonly refused: Readonly<Record<string, Did>>;
  readonly bare: Readonly<Record<string, Did>>;
}

export default async function run({ binary }: { readonly binary: string }): Promise<Told> {
  const fleet = await openFleet(["1"]);
  try {
    const ground = new Ground(fleet, binary);
    return { refused: await refused(ground), bare: await bare(ground) };
  } finally {
    fleet.postgres.close();
  }
}

async function refused(ground: Ground): Promise<Told["refused"]> {
  const { store } = ground.fleet;
  const self = ["acquire", "--for-pid", String(process.pid)];
  const gone = asleep();
  gone.kill("SIGKILL");
  await gone.exited;
  return {
    ended: await ground.slots("1", "refused", ["acquire", "--for-pid", String(gone.pid)]),
    none: await ground.slots("1", "refused", [...self, "--max", "0"]),
    address: await ground.slots("1", "refused", self, "db.example/agents"),
    compat: await did(ground.command("1", [...self, "--store", store, "--compat", "sqlite-graphrag"])),
    nobody: await ground.slots("1", "refused", self, "postgres://me:secret-word@127.0.0.1:9/agents"),
  };
}

/** A database without our tables, one that we may not make them in, and one whose tables somebody dropped. */
async function bare(ground: Ground): Promise<Told["bare"]> {
  const { url } = ground.fleet.postgres;
  await ask(url, ["CREATE DATABASE empty", "CREATE DATABASE dropped", "CREATE ROLE guest LOGIN"]);
  const at = (text: string, database: string, user = "reaper"): string =>
    text.replace("reaper@", `${user}@`).replace(/[^/]+$/, database);
  const { store } = ground.fleet;
  const sleeper = asleep();
  const acquire = ["acquire", "--max", "1", "--for-pid", String(sleeper.pid)];
  const told = {
    guest: await ground.slots("1", "bare", ["status"], at(store, "empty", "guest")),
    release: await ground.slots("1", "bare", ["release", "--slot-id", "0", "--yes"], at(store, "empty")),
    cleanup: await ground.slots("1", "bare", ["cleanup", "--yes"], at(store, "empty")),
    acquire: await ground.slots("1", "bare", acquire, at(store, "empty")),
  };
  await ground.slots("1", "bare", ["status"], at(store, "dropped"));
  await ask(at(url, "dropped"), ["DROP TABLE agent_reaper_slots"]);
  const dropped = await ground.slots("1", "bare", acquire, at(store, "dropped"));
  sleeper.kill("SIGKILL");
  return { ...told, dropped };
}

async function ask(url: string, statements: readonly string[]): Promise<void> {
  const sql = new Bun.SQL({ url, max: 1 });
  for (const statement of statements) await sql.unsafe(statement);
  await sql.close();
}
