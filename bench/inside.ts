/**
 * What runs inside the namespace: fills it with a crowd, then lets the contestants look at it in turns.
 *
 * inside COUNT ROUNDS BUILT-AS-JSON prints a {@linkcode Measured} as JSON.
 *
 * @module
 */
import type { Built } from "./build.ts";

/** What one run took. */
export interface Took {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakKiB: number;
}

/** Who is compared. */
export type Contestant = "floor" | "ps" | "empty" | "scan" | "snapshot" | "adopted";

/** Rounds of one size; in each, everybody ran once. */
export interface Measured {
  readonly count: number;
  readonly rounds: readonly Readonly<Record<Contestant, Took>>[];
}

const ADOPTED = 50;
/** Caches of the kernel fill, pages of the binaries come in. */
const WARM_UP = 2;
/** The columns that the product has for all processes, and the arguments that it reads for some. */
const PS_COLUMNS = "pid,ppid,pgid,sid,tty,tpgid,stat,lstart,rss,time,nlwp,uid,args";

/** Starts a crowd and waits until it is there; it goes with the namespace. */
export async function gather(built: Built, count: number, stubborn = 0): Promise<void> {
  const crowd = Bun.spawn(
    [built.crowd, built.sleepers, String(count), String(Math.min(ADOPTED, count)), String(stubborn)],
    { stdin: "ignore", stdout: "pipe", stderr: "inherit" },
  );
  const { value } = await crowd.stdout.getReader().read();
  if (value === undefined) throw new Error("the crowd did not gather");
}

/** Runs a command once. */
export function measure(built: Built, command: readonly string[]): Took {
  const { exitCode, stdout, stderr } = Bun.spawnSync([built.measure, ...command], { stdin: "ignore" });
  if (exitCode !== 0) throw new Error(`${command.join(" ")}: ${stderr}`);
  const { exit, ...took } = JSON.parse(stdout.toString()) as Took & { readonly exit: number };
  if (exit !== 0) throw new Error(`${command.join(" ")}: exit ${exit}`);
  return took;
}

function contestants(built: Built): Readonly<Record<Contestant, readonly string[]>> {
  return {
    floor: [built.floor],
    scan: [built.product, "scan", "--json"],
    empty: [built.empty],
    snapshot: [built.snapshot],
    adopted: [built.adopted],
    ps: ["ps", "-ww", "-eo", PS_COLUMNS],
  };
}

if (import.meta.main) {
  const [count, rounds, built] = process.argv.slice(2).map((word) => JSON.parse(word)) as [number, number, Built];
  await gather(built, count);
  const commands = Object.entries(contestants(built)) as [Contestant, readonly string[]][];
  const found: Record<Contestant, Took>[] = [];
  for (let round = -WARM_UP; round < rounds; round++) {
    const took = Object.fromEntries(commands.map(([name, command]) => [name, measure(built, command)]));
    if (round >= 0) found.push(took as Record<Contestant, Took>);
    // The next round begins with somebody else: nobody always follows the longest.
    commands.push(commands.shift() as [Contestant, readonly string[]]);
  }
  await Bun.write(Bun.stdout, JSON.stringify({ count, rounds: found } satisfies Measured));
  process.exit(0);
}
