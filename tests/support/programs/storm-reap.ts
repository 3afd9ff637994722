/**
 * Inside, and under strace: the reaper in the storm. It looks, says so, waits to be told to go on, ends.
 *
 * @module
 */
import { existsSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import procfs from "../../../plugins/backends/procfs/index.ts";
import { libc } from "../../../plugins/backends/procfs/libc.ts";
import terminate from "../../../plugins/actions/terminate.ts";
import { monotonicClock } from "../../../src/clock.ts";
import { execute } from "../../../src/execute.ts";
import { graceClock } from "../clock.ts";
import { orphan } from "../fake-machine.ts";
import { appears } from "../orphans.ts";

/** What the reaper is told. */
export interface Orders {
  readonly directory: string;
  /** Executables whose processes are targets. */
  readonly executables: readonly string[];
  /** Who makes the storm has the same executable. */
  readonly spare: number;
  /** At least so many, and until so many were born. */
  readonly rounds: number;
  readonly births: number;
  readonly graceMs: number;
  /** After the look, wait for the file `go`. */
  readonly waits: boolean;
  /** These end when they are asked to; no time passes before they have. */
  readonly willing: readonly number[];
}

/** One round of it. */
export interface Round {
  /** When the look was over: whoever was born later was not in it. */
  readonly lookedNs: number;
  readonly targets: readonly number[];
  readonly outcomes: readonly { pid: number; outcome: string; because: string }[];
}

const CLOCK_MONOTONIC = 1;

function nowNs(): number {
  const time = new BigInt64Array(2);
  libc().clock_gettime(CLOCK_MONOTONIC, libc().address(new Uint8Array(time.buffer)));
  return Number((time[0] as bigint) * 1_000_000_000n + (time[1] as bigint));
}

/** How many the storm has made so far. */
export function births(directory: string): bigint {
  const file = join(directory, "births");
  if (!existsSync(file)) return 0n;
  const bytes = readFileSync(file);
  return bytes.length < 8 ? 0n : bytes.readBigUInt64LE();
}

export default async function run(orders: Orders): Promise<Round[]> {
  const machine = procfs.open({});
  const rounds: Round[] = [];
  const isTarget = (pid: number): boolean => {
    try {
      return orders.executables.includes(readlinkSync(`/proc/${pid}/exe`));
    } catch {
      return false;
    }
  };
  for (let round = 0; round < orders.rounds || births(orders.directory) < orders.births; round++) {
    const table = machine.list("all");
    machine.read(table, new Set(["executable", "owner", "command"]), new Set());
    const lookedNs = nowNs();
    const targets = table.filter(({ exe, pid }) =>
      typeof exe === "string" && orders.executables.includes(exe) && pid !== orders.spare
    );
    if (orders.waits) {
      writeFileSync(join(orders.directory, "looked"), "");
      await appears(join(orders.directory, "go"));
    }
    const results = await execute(targets.map((target) => orphan([target])), machine, {
      action: terminate,
      policy: { graceMs: orders.graceMs },
      clock: orders.waits ? graceClock(orders.graceMs, () => !orders.willing.some(isTarget)) : monotonicClock,
    });
    rounds.push({
      lookedNs,
      targets: targets.map(({ pid }) => pid),
      outcomes: results.map(({ pid, outcome, because }) => ({ pid: pid ?? -1, outcome, because: because ?? "" })),
    });
    // What was signalled in this round is told as this round's: its parent collects it meanwhile.
    await Bun.sleep(5);
  }
  machine.close();
  return rounds;
}
