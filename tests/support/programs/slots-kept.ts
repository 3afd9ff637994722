/**
 * Inside a network namespace: scripts on three machines that take slots of a server with `slots acquire`, and
 * all the ways in which a slot that is kept ends.
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openFleet } from "../hosts.ts";
import { asleep, type Did, did, Ground, keepers, type Kept, until } from "../kept-slots.ts";
import { startAs } from "../leftovers.ts";
import { isAlive } from "../orphans.ts";

/** What was seen. */
export interface Told {
  readonly shared: { readonly violations: string; readonly hosts: string[]; readonly slots: string[] };
  readonly ended: Did;
  readonly recycled: Did;
  readonly killed: {
    readonly here: Did;
    readonly there: Did;
    readonly dry: Did;
    readonly done: Did;
    readonly again: Did;
  };
  readonly released: { readonly there: Did; readonly here: Did; readonly again: Did; readonly freeAfter: Did };
  readonly held: {
    readonly acquired: Did;
    readonly status: Did;
    readonly narrow: Did;
    /** The slot of another name. */
    readonly other: number;
    readonly keepers: string;
    readonly full: Did;
  };
  readonly interrupted: { readonly keepers: number; readonly active: number; readonly codes: number[] };
  readonly waiters: { readonly dry: Did; readonly done: Did; readonly again: Did };
  readonly restarted: { readonly away: Did; readonly back: Did; readonly next: Did; readonly keepers: number };
  readonly cutOff: { readonly status: Did; readonly keepers: number };
}

const HOSTS = ["1", "2", "3", "4"];

export default async function run({ binary }: { readonly binary: string }): Promise<Told> {
  const fleet = await openFleet(HOSTS);
  try {
    const ground = new Ground(fleet, binary);
    const cut = await ground.kept("4", "cut");
    fleet.cut("4");
    // Alone: it asks for the next process's number.
    const first = await recycled(ground);
    const [scripts, end, kill, release, hold, interrupt, wait] = await Promise.all([
      shared(ground),
      ended(ground),
      killed(ground),
      released(ground),
      held(ground),
      interrupted(ground),
      waiters(ground),
    ]);
    return {
      shared: scripts,
      ended: end,
      recycled: first,
      killed: kill,
      released: release,
      held: hold,
      interrupted: interrupt,
      waiters: wait,
      cutOff: await cutOff(ground, cut),
      restarted: await restarted(ground),
    };
  } finally {
    fleet.postgres.close();
  }
}

async function shared({ fleet, binary, home }: Ground): Promise<Told["shared"]> {
  const [starts, violations] = ["starts", "violations"].map((name) => join(home, name)) as [string, string];
  for (const path of [starts, violations]) writeFileSync(path, "");
  const script = join(home, "script.sh");
  // The kernel would see two that have one number at once.
  writeFileSync(
    script,
    `slot=$("$2" slots acquire --store "$3" --name shared --max 2 --for-pid $$ --wait 5m) || exit
exec 9>${home}/slot-$slot
flock -n 9 || echo "host $1 slot $slot" >>${violations}
echo "$1 $slot" >>${starts}
sleep 0.05
`,
  );
  const rounds = async (host: string) => {
    for (let round = 0; round < 3; round++) {
      const { exitCode, stderr } = await did([...fleet.on(host), "bash", script, host, binary, fleet.store]);
      if (exitCode !== 0) throw new Error(`host ${host}: ${stderr}`);
    }
  };
  await Promise.all(["1", "2", "3"].flatMap((host) => [rounds(host), rounds(host)]));
  const lines = readFileSync(starts, "utf8").trim().split("\n").map((line) => line.split(" ") as [string, string]);
  return {
    violations: readFileSync(violations, "utf8"),
    hosts: lines.map(([host]) => host).sort(),
    slots: [...new Set(lines.map(([, slot]) => slot))].sort(),
  };
}

async function ended(ground: Ground): Promise<Did> {
  const { process: sleeper } = await ground.kept("1", "ended");
  const next = ground.next("2", "ended");
  sleeper.kill("SIGKILL");
  return await next;
}

async function recycled(ground: Ground): Promise<Did> {
  const { process: sleeper } = await ground.kept("1", "recycled");
  sleeper.kill("SIGKILL");
  await sleeper.exited;
  // Before the keeper has looked: its number is somebody else's now.
  const other = startAs(sleeper.pid, ["sleep", "1000"]);
  const next = await ground.next("2", "recycled");
  other.kill("SIGKILL");
  return next;
}

async function killed(ground: Ground): Promise<Told["killed"]> {
  const { process: sleeper, keeper } = await ground.kept("1", "killed");
  process.kill(keeper, "SIGKILL");
  await until(async () => (await ground.slots("1", "killed", ["status"])).stdout.includes("stale"));
  const here = await ground.slots("1", "killed", ["status"]);
  const there = await ground.slots("2", "killed", ["status", "--json"]);
  const dry = await ground.slots("2", "killed", ["cleanup", "--dry-run"]);
  sleeper.kill("SIGKILL");
  await sleeper.exited;
  const done = await ground.slots("1", "killed", ["cleanup", "--yes"]);
  return { here, there, dry, done, again: await ground.slots("1", "killed", ["cleanup", "--json", "--yes"]) };
}

async function released(ground: Ground): Promise<Told["released"]> {
  const { process: sleeper, keeper } = await ground.kept("1", "released");
  const there = await ground.slots("2", "released", ["release", "--slot-id", "0", "--yes"]);
  const here = await ground.slots("1", "released", ["release", "--slot-id", "0", "--yes"]);
  await until(() => !isAlive(keeper));
  const again = await ground.slots("1", "released", ["release", "--slot-id", "0", "--yes"]);
  const freeAfter = await ground.slots("2", "released", ["status", "--json"]);
  sleeper.kill("SIGKILL");
  return { there, here, again, freeAfter };
}

async function held(ground: Ground): Promise<Told["held"]> {
  const secret = ground.fleet.store.replace("reaper@", "reaper:secret-word@");
  const sleeper = asleep();
  const forPid = ["--for-pid", String(sleeper.pid)];
  const acquired = await ground.slots("1", "held", ["acquire", "--max", "1", ...forPid, "--json"], secret);
  const other = await ground.kept("2", "held-other");
  const status = await ground.slots("3", "held", ["status", "--json"]);
  const narrow = await did(["env", "COLUMNS=60"].concat(
    ground.command("3", ["status", "--store", ground.fleet.store, "--name", "held"]),
  ));
  const full = await ground.slots("3", "held", ["acquire", "--max", "1", ...forPid, "--wait", "0s"]);
  const lines = keepers().join("\n");
  sleeper.kill("SIGKILL");
  other.process.kill("SIGKILL");
  return { acquired, status, narrow, other: other.slot, keepers: lines, full };
}

/** Whoever takes a slot is ended at any moment: what is kept after that is kept by somebody. */
async function interrupted(ground: Ground): Promise<Told["interrupted"]> {
  const sleeper = asleep();
  const codes = await Promise.all(Array.from({ length: 12 }, async (_, index) => {
    const going = Bun.spawn(
      ground.command(String(1 + index % 3), [
        ...["acquire", "--store", ground.fleet.store, "--name", "interrupted", "--max", "4"],
        ...["--for-pid", String(sleeper.pid), "--wait", "10s"],
      ]),
      { stdio: ["ignore", "ignore", "ignore"], env: process.env },
    );
    await Promise.race([Bun.sleep(60 + index * 30), going.exited]);
    going.kill(index % 2 === 0 ? "SIGKILL" : "SIGINT");
    return await going.exited;
  }));
  const active = async () =>
    (JSON.parse((await ground.slots("1", "interrupted", ["status", "--json"])).stdout) as { active: number }).active;
  let told = { keepers: -1, active: -1, codes };
  await until(async () => {
    told = { active: await active(), keepers: keepers(sleeper.pid).length, codes };
    return told.active === told.keepers;
  });
  sleeper.kill("SIGKILL");
  await until(async () => await active() === 0);
  return told;
}

async function waiters(ground: Ground): Promise<Told["waiters"]> {
  const { process: sleeper } = await ground.kept("1", "waiters");
  const waiting = Bun.spawn(
    ["bash", "-c", 'exec "$@"', "bash", ground.binary].concat([
      ...["slots", "run", "--store", ground.fleet.store, "--name", "waiters", "--max", "1", "--", "true"],
    ]),
    { stdio: ["ignore", "ignore", "ignore"] },
  );
  const status = async () =>
    JSON.parse((await ground.slots("1", "waiters", ["status", "--json"])).stdout) as { waiting: number };
  await until(async () => (await status()).waiting === 1);
  waiting.kill("SIGKILL");
  await until(async () => (await status()).waiting === 0);
  const dry = await ground.slots("2", "waiters", ["cleanup", "--dry-run"]);
  const done = await ground.slots("2", "waiters", ["cleanup", "--yes"]);
  const again = await ground.slots("2", "waiters", ["cleanup", "--yes"]);
  sleeper.kill("SIGKILL");
  return { dry, done, again };
}

async function cutOff(ground: Ground, { process: sleeper, keeper }: Kept): Promise<Told["cutOff"]> {
  await until(() => !isAlive(keeper));
  let status = await ground.slots("1", "cut", ["status"]);
  await until(async () => (status = await ground.slots("1", "cut", ["status"])).stdout.includes("stale"));
  sleeper.kill("SIGKILL");
  return { status, keepers: keepers(sleeper.pid).length };
}

async function restarted(ground: Ground): Promise<Told["restarted"]> {
  const { postgres } = ground.fleet;
  const { process: sleeper, keeper } = await ground.kept("1", "restarted");
  postgres.stop("immediate");
  const away = await ground.slots("1", "restarted", ["status"]);
  await until(() => !isAlive(keeper));
  postgres.start();
  const back = await ground.slots("1", "restarted", ["status"]);
  const next = await ground.next("2", "restarted");
  const left = keepers(sleeper.pid).length;
  sleeper.kill("SIGKILL");
  return { away, back, next, keepers: left };
}
