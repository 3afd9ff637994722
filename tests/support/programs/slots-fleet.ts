/**
 * Inside a network namespace: three more of them as machines, a bridge between them and a PostgreSQL, and
 * workers on each that share two slots. One machine is cut off while it has one of them.
 *
 * A worker takes a file lock that belongs to its slot's number for as long as it lives: two workers with
 * one slot at once would be seen by the kernel, however short it is.
 *
 * @module
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Fleet, openFleet } from "../hosts.ts";

/** What was seen. */
export interface Told {
  readonly violations: string;
  /** Starts before the cut, by machine. */
  readonly before: Readonly<Record<string, number>>;
  /** The slot that the cut machine had. */
  readonly slot: string;
  /** Whoever had it after the cut. */
  readonly next: string | undefined;
  readonly freeAfterMs: number;
  readonly cut: { readonly exitCode: number; readonly stderr: string };
  /** By the server, while all work. */
  readonly status: {
    readonly active: number;
    readonly max: number;
    readonly holders: readonly { readonly host?: string }[];
  };
}

const HOSTS = ["1", "2", "3"];
const PATIENCE_MS = 200_000;

export default async function run({ binary }: { readonly binary: string }): Promise<Told> {
  const fleet = await openFleet(HOSTS);
  try {
    return await work(binary, process.env["HOME"] as string, fleet);
  } finally {
    fleet.postgres.close();
  }
}

async function work(binary: string, home: string, fleet: Fleet): Promise<Told> {
  const { store } = fleet;
  const [starts, violations] = ["starts", "violations"].map((name) => join(home, name)) as [string, string];
  for (const path of [starts, violations]) writeFileSync(path, "");
  const script = join(home, "worker.sh");
  writeFileSync(
    script,
    `exec 9>${home}/slot-$AGENT_REAPER_SLOT
flock -n 9 || { echo "host $1 slot $AGENT_REAPER_SLOT" >>${violations}; exit 1; }
echo "$1 $AGENT_REAPER_SLOT" >>${starts}
# It does not end when it is asked to.
trap '' TERM
sleep $2 & wait $!; wait $!
`,
  );
  const slots = (host: string, seconds: string) => {
    const state = join(home, `state-${host}`);
    mkdirSync(state, { recursive: true, mode: 0o700 });
    return Bun.spawn(
      [...fleet.on(host), binary, "slots", "run", "--store", store, "--max", "2", "--wait", "5m", "--"]
        .concat("sh", script, host, seconds),
      { stdout: "ignore", stderr: "pipe", env: { ...process.env, AGENT_REAPER_STATE: state } },
    );
  };
  let going = true;
  const loop = async (host: string) => {
    while (going) await slots(host, "0.05").exited;
  };
  const loops = HOSTS.flatMap((host) => [loop(host), loop(host)]);
  const lines = () => readFileSync(starts, "utf8").trim().split("\n").filter((line) => line !== "");
  await until(() => HOSTS.every((host) => lines().filter((line) => line.startsWith(host)).length >= 3));
  const before = Object.fromEntries(
    HOSTS.map((host) => [host, lines().filter((line) => line.startsWith(host)).length]),
  );

  const held = slots("1", "2000");
  const mine = await appearsAfter(lines, "1", held);
  const status = JSON.parse(
    Bun.spawnSync([binary, "slots", "status", "--store", fleet.postgres.url, "--json"]).stdout
      .toString(),
  ) as Told["status"];
  fleet.cut("1");
  const cutAt = performance.now();
  await until(() => lines().slice(mine.at + 1).some((line) => line.endsWith(` ${mine.slot}`)));
  const freeAfterMs = performance.now() - cutAt;
  const next = lines().slice(mine.at + 1).find((line) => line.endsWith(` ${mine.slot}`));
  going = false;
  const cut = { exitCode: await held.exited, stderr: await new Response(held.stderr).text() };
  fleet.join("1");
  await Promise.all(loops);
  return {
    violations: readFileSync(violations, "utf8"),
    before,
    slot: mine.slot,
    next: next?.split(" ")[0],
    freeAfterMs,
    cut,
    status,
  };
}

/** Waits until a worker of this machine that sleeps for long has started. */
async function appearsAfter(
  lines: () => string[],
  host: string,
  worker: Bun.Subprocess,
): Promise<{ readonly at: number; readonly slot: string }> {
  for (;;) {
    const found = sleeper(worker.pid);
    const at = found === undefined ? -1 : lines().findLastIndex((line) => line === `${host} ${found}`);
    if (found !== undefined && at >= 0) return { at, slot: found };
    await Bun.sleep(10);
  }
}

/** The slot of the worker below this process, once it sleeps. */
function sleeper(pid: number): string | undefined {
  const below = Bun.spawnSync(["ps", "-o", "pid=,args=", "--ppid", String(pid)]).stdout.toString().trim();
  for (const line of below.split("\n")) {
    const [child = "", ...args] = line.trim().split(/\s+/);
    if (args[0] !== "sh" || !existsSync(`/proc/${child}/environ`)) continue;
    const slot = /AGENT_REAPER_SLOT=(\d+)/.exec(readFileSync(`/proc/${child}/environ`, "latin1"))?.[1];
    const sleeps = Bun.spawnSync(["ps", "-o", "args=", "--ppid", child]).stdout.toString();
    if (slot !== undefined && sleeps.includes("sleep")) return slot;
  }
  return undefined;
}

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!condition()) {
    if (performance.now() > end) throw new Error("it did not happen");
    await Bun.sleep(20);
  }
}
