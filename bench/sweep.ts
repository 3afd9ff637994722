/**
 * What runs inside the namespace to see what `sweep` costs those in whose path it stands, in turns with the empty
 * program: one ran just now; nobody new was adopted since the last look; a stranger was; a whole look; and fifty at once.
 *
 * sweep COUNT ROUNDS BUILT-AS-JSON prints {@linkcode Sweeps} as JSON.
 *
 * @module
 */
import { mkdirSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { type Built, renew } from "./build.ts";
import { gather, measure, type Took } from "./inside.ts";

/** Rounds of one size; in each, everybody ran once. */
export interface Sweeps {
  readonly count: number;
  readonly rounds: readonly Readonly<Record<Way, Took>>[];
  readonly crowds: readonly Readonly<Record<Crowd, Fifty>>[];
}

/** How a program was run. */
export type Way = "empty" | "throttled" | "resting" | "stranger" | "looking";
/** What fifty of were run. */
export type Crowd = "empty" | "sweeps";

/** Fifty at once: until the last had ended, and the middle one's own processor time. */
export interface Fifty {
  readonly wallMs: number;
  readonly cpuMs: number;
}

const AT_ONCE = 50;
const WARM_UP = 3;
const ROUNDS_OF_A_COPY = 4;
/** Some of the crowd are orphans: too young all the time, so that nobody is remembered and then ended. */
const YOUNG = ["--min-age", "24h"];

if (import.meta.main) {
  const [count, rounds, built] = process.argv.slice(2).map((word) => JSON.parse(word)) as [number, number, Built];
  await gather(built, count);
  const state = join(process.env["XDG_STATE_HOME"] as string, "agent-reaper");
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const memory = join(state, "sweep");
  const sweep = [built.product, "sweep", ...YOUNG];
  const ways: [Way, () => Took][] = [
    ["empty", () => measure(built, [built.empty])],
    ["looking", () => {
      rmSync(memory, { force: true });
      return measure(built, [...sweep, "--every", "0s"]);
    }],
    ["resting", () => measure(built, [...sweep, "--every", "0s"])],
    ["stranger", () => {
      const stranger = adopt(built);
      const took = measure(built, [...sweep, "--every", "0s"]);
      process.kill(stranger);
      return took;
    }],
    ["throttled", () => measure(built, [...sweep, "--every", "60s"])],
  ];
  measure(built, sweep);
  const found: Record<Way, Took>[] = [];
  for (let round = -WARM_UP; round < rounds; round++) {
    if (round % ROUNDS_OF_A_COPY === 0) {
      renew(built);
      for (const [, run] of ways) run();
    }
    const took = Object.fromEntries(ways.map(([name, run]) => [name, run()])) as Record<Way, Took>;
    if (round >= 0) found.push(took);
    ways.push(ways.shift() as [Way, () => Took]);
  }
  const crowds: Record<Crowd, Fifty>[] = [];
  for (let round = -1; round < rounds / 4; round++) {
    renew(built);
    for (const command of [[built.empty], sweep]) await fifty(built, command);
    const empty = await fifty(built, [built.empty]);
    // None ran lately, and nobody rests: one of them works.
    utimesSync(memory, 1, 1);
    const sweeps = await fifty(built, sweep);
    if (round >= 0) crowds.push({ empty, sweeps });
  }
  await Bun.write(Bun.stdout, JSON.stringify({ count, rounds: found, crowds } satisfies Sweeps));
  process.exit(0);
}

/** Somebody who lost their parent since, and is no agent's. */
function adopt({ sleepers }: Built): number {
  const command = `exec -a "sshd: u@notty" ${join(sleepers, "sshd")} >/dev/null 2>&1 & echo $!`;
  return Number(Bun.spawnSync(["bash", "-c", command], { stdin: "ignore" }).stdout.toString());
}

async function fifty(built: Built, command: readonly string[]): Promise<Fifty> {
  const began = performance.now();
  const running = Array.from(
    { length: AT_ONCE },
    () => Bun.spawn([built.measure, ...command], { stdin: "ignore", stdout: "pipe", stderr: "inherit" }),
  );
  const took = await Promise.all(
    running.map(async ({ stdout }) => JSON.parse(await new Response(stdout).text()) as Took),
  );
  const wallMs = performance.now() - began;
  return { wallMs, cpuMs: took.map(({ cpuMs }) => cpuMs).toSorted((a, b) => a - b)[AT_ONCE >> 1] as number };
}
