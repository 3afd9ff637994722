/**
 * Inside: makes the pids few, starts the storm and the targets, runs the reaper under strace, and
 * tells what everybody saw.
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileC } from "../c-programs.ts";
import { appears, Field, isAlive, plainOrphans } from "../orphans.ts";
import { linesToOthers } from "../trace.ts";
import { births, type Orders, type Round } from "./storm-reap.ts";

/** What kind of weather. */
export interface Weather {
  readonly pidMax: number | undefined;
  readonly parallel: number;
  readonly lifeUs: number;
  /** Stand-ins of each kind that are the targets; none: the storm's own processes are. */
  readonly standIns: number;
  readonly rounds: number;
  /** How many are born between the look and the first signal, or during all rounds. */
  readonly births: number;
}

/** A signal that reached a process of the storm. */
export interface Hit {
  readonly pid: number;
  readonly bornNs: number;
  readonly hitNs: number;
  readonly signal: number;
}

/** What the test asserts on. */
export interface Told {
  readonly births: number;
  readonly hits: readonly Hit[];
  readonly rounds: readonly Round[];
  /** Calls of the reaper that send a signal, as strace saw them. `reached`: there was somebody to get it. */
  readonly calls: readonly { call: string; pid: number; signal: string; reached: boolean }[];
  readonly departed: readonly number[];
  readonly alive: readonly number[];
}

const CALLS = ["kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal"];

export default async function run(weather: Weather): Promise<Told> {
  const field = new Field();
  const { directory } = field;
  const storm = compileC("storm", directory);
  const trace = join(directory, "trace");
  const output = join(directory, "reaper.json");
  const departure = join(directory, "depart");
  if (weather.pidMax !== undefined) writeFileSync("/proc/sys/kernel/pid_max", String(weather.pidMax));

  const stubborn = await plainOrphans(field, weather.standIns, { onTerm: "ignores" });
  const willing = await plainOrphans(field, weather.standIns);
  const departing = await plainOrphans(field, weather.standIns, { env: { TEST_END: departure } });
  const departed = departing.flatMap(({ pids }) => pids);

  const weatherMaker = Bun.spawn([storm, directory, String(weather.parallel), String(weather.lifeUs)], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const bornSince = async (count: number) => {
    const until = births(directory) + BigInt(count);
    while (births(directory) < until) await Bun.sleep(2);
  };

  const orders: Orders = {
    directory,
    executables: weather.standIns > 0 ? [field.program("2.1.200")] : [storm],
    spare: weatherMaker.pid,
    rounds: weather.rounds,
    births: weather.standIns > 0 ? 0 : weather.births,
    graceMs: weather.standIns > 0 ? 100 : 3,
    waits: weather.standIns > 0,
    willing: willing.flatMap(({ pids }) => pids),
  };
  const inside = join(import.meta.dir, "inside.ts");
  const reaper = Bun.spawn(
    [
      ...[
        "strace",
        "-f",
        "--seccomp-bpf",
        "-qq",
        "--decode-fds=pidfd",
        "-e",
        `trace=${CALLS.join()}`,
        "-e",
        "signal=none",
      ],
      ...[
        "-o",
        trace,
        process.execPath,
        inside,
        join(import.meta.dir, "storm-reap.ts"),
        output,
        JSON.stringify(orders),
      ],
    ],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  if (orders.waits) {
    await appears(join(directory, "looked"));
    writeFileSync(departure, "");
    await bornSince(weather.births);
    writeFileSync(join(directory, "go"), "");
  }
  if (await reaper.exited !== 0) throw new Error("the reaper failed");
  writeFileSync(join(directory, "calm"), "");
  if (await weatherMaker.exited !== 0) throw new Error("the storm failed");

  const { births: total, hits } = JSON.parse(readFileSync(join(directory, "storm.json"), "utf8")) as Told;
  return {
    births: total,
    hits,
    rounds: JSON.parse(readFileSync(output, "utf8")) as Round[],
    calls: callsIn(readFileSync(trace, "utf8")),
    departed,
    alive: [...stubborn, ...willing].flatMap(({ pids }) => pids).filter(isAlive),
  };
}

/** `12 pidfd_send_signal(15<pid:19>, SIGTERM, NULL, 0) = 0`; without a pid when its process has been collected. */
function callsIn(trace: string): Told["calls"][number][] {
  const found: Told["calls"][number][] = [];
  for (const line of linesToOthers(trace)) {
    const parts = /^\d+ +(\w+)\((?:\d+<(?:pid:(\d+)|[^>]*)>|(-?\d+)), (\w+)/.exec(line);
    if (parts !== null) {
      const reached = / = 0$/.test(line);
      found.push({
        call: parts[1] as string,
        pid: Number(parts[2] ?? parts[3] ?? -1),
        signal: parts[4] as string,
        reached,
      });
    } else if (line !== "" && !/ <\.\.\. \w+ resumed>/.test(line)) throw new Error(`a line of strace's: ${line}`);
  }
  return found;
}
