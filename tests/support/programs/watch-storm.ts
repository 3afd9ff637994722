/**
 * Inside: `watch` in fast rounds, with orphans that appear at random beside agents that somebody is
 * responsible for.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { Field, isAlive, plainOrphan, siblings, stubbornTool, wantedOnes } from "../orphans.ts";

/** How long it goes on. */
export interface Storm {
  readonly binary: string;
  readonly rounds: number;
}

/** What was seen. */
export interface Told {
  readonly rounds: number;
  readonly failedRounds: number;
  readonly orphans: number;
  readonly orphansLeft: number;
  readonly stayed: boolean;
  /** Told as touched, and no orphan of ours. */
  readonly strangers: readonly number[];
  readonly early: Size;
  readonly late: Size;
  readonly exitCode: number;
  readonly stderr: string;
}

interface Size {
  readonly rssBytes: number;
  readonly descriptors: number;
}

const PAUSE_MS = 150;
/** So many orphans, also where rounds are fast and new processes slow. */
const FEWEST = 8;

export default async function run({ binary, rounds }: Storm): Promise<Told> {
  const field = new Field();
  // A tool that never was asked to end with anybody, whatever becomes of its like.
  const { root: unasked, tool: stranger } = await stubbornTool(field);
  process.kill(unasked, "SIGKILL");
  const staying = [stranger, ...[...await siblings(field), ...await wantedOnes(field)].flatMap(({ pids }) => pids)];
  const watch = Bun.spawn(
    [binary, "watch", "--every", "1ms", "--now", "--confirm", "1", "--min-age", "0s", "--grace", "100ms", "--ndjson"]
      .concat("--listen", "127.0.0.1:0"),
    { stdout: "pipe", stderr: "pipe" },
  );
  let said = "";
  const reading = (async () => {
    for await (const part of watch.stdout) said += Buffer.from(part).toString();
  })();
  let address: string | undefined;
  while (address === undefined) {
    address = /http:\/\/([\d.:]+)\/metrics/.exec(said)?.[1];
    await Bun.sleep(5);
  }
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`http://${address}/metrics`)).text();
    return Number(new RegExp(`^agent_reaper_${name} (\\d+)`, "m").exec(text)?.[1] ?? 0);
  };
  const orphans: number[] = [];
  /** Until a look is under way that began after this. */
  const anotherLook = async (): Promise<void> => {
    const last = await metric("rounds_total");
    while (await metric("rounds_total") < last + 2) await Bun.sleep(1);
  };
  /** Nobody new comes meanwhile: so many rounds are enough for all that are there, however slow the machine. */
  const allGone = async (): Promise<void> => {
    const last = await metric("rounds_total");
    while (orphans.some(isAlive) && await metric("rounds_total") < last + 2_000) await Bun.sleep(20);
  };
  /** The least in some rounds in which it has nothing to do: what it opens in a round it closes in it. */
  const sizeAtRest = async (): Promise<Size> => {
    await allGone();
    const sizes: Size[] = [];
    while (sizes.length < 20) {
      const last = await metric("rounds_total");
      while (await metric("rounds_total") === last) await Bun.sleep(2);
      sizes.push(sizeOf(watch.pid));
    }
    return sizes.reduce((least, size) => size.descriptors < least.descriptors ? size : least);
  };
  let early: Size | undefined;
  for (;;) {
    const done = await metric("rounds_total");
    if (early === undefined && done >= rounds / 4 && orphans.length >= FEWEST / 2) early = await sizeAtRest();
    if (done >= rounds && orphans.length >= FEWEST && early !== undefined) break;
    const streams = ["--input-format", "stream-json", "--output-format", "stream-json"];
    const argv = ["claude", "-p", ...streams, String(orphans.length)];
    if (orphans.length % 4 === 3) {
      // Whoever is born during the look that asks its parent is asked by nobody.
      const { root, tool } = await stubbornTool(field, { argv }, anotherLook);
      orphans.push(root, tool);
    } else {
      const onTerm = Math.random() < 0.3 ? "ignores" : Math.random() < 0.3 ? "forks" : "ends";
      orphans.push(...(await plainOrphan(field, { onTerm, argv })).pids);
    }
    await Bun.sleep(Math.random() * PAUSE_MS);
  }
  const late = await sizeAtRest();
  const told = { rounds: await metric("rounds_total"), failedRounds: await metric("rounds_failed_total") };
  const orphansLeft = orphans.filter(isAlive).length;
  const stayed = staying.every(isAlive);
  watch.kill("SIGTERM");
  const exitCode = await watch.exited;
  await reading;
  const touched = said.trim().split("\n").map((line) => JSON.parse(line) as { pid?: number }).flatMap(({ pid }) =>
    pid ?? []
  );
  const known = new Set(orphans);
  return {
    ...told,
    orphans: orphans.length,
    orphansLeft,
    stayed,
    strangers: touched.filter((pid) => !known.has(pid) && staying.includes(pid)),
    early,
    late,
    exitCode,
    stderr: await new Response(watch.stderr).text(),
  };
}

function sizeOf(pid: number): Size {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
  return { rssBytes: pages * 4096, descriptors: readdirSync(`/proc/${pid}/fd`).length };
}
