/**
 * Killed in its work, and fifty at once.
 *
 * @module
 */
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { goesOn, isAlive, plainOrphans } from "../../orphans.ts";
import { CONFIRM_MS, GRACE_MS, type Ground } from "./ground.ts";

/** What became of them. */
export interface Troubles {
  readonly interrupted: { readonly exitCode: number | null; readonly signal: string | undefined };
  /** Whether it is remembered that the broken one asked. */
  readonly brokenAsked: boolean;
  readonly brokenAlive: readonly boolean[];
  readonly brokenOutcomes: readonly string[];
  /** Exit code and stderr of each. */
  readonly fifty: readonly (readonly [number, string])[];
  readonly worked: number;
  readonly fiftyAlive: readonly boolean[];
}

/** Killed in its work, and fifty at once. */
export async function troubles(ground: Ground): Promise<Troubles> {
  const { binary, young, field, state, memoryPath, spawn, sweep, memory, ago, old, orphan, done } = ground;
  // Ended with -9 when it is about to write down that it asked.
  const broken = await orphan({ onTerm: "ignores" });
  sweep(broken);
  ago(CONFIRM_MS);
  const interrupted = spawn(
    ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=pwrite64:signal=KILL:when=2", binary, "sweep", ...young],
  );
  const brokenAsked = memory().sightings?.seen.some(({ askedMs }) => askedMs !== undefined) === true;
  const brokenAlive = [goesOn(broken)];
  brokenAlive.push(sweep(broken).alive);
  ago(GRACE_MS);
  brokenAlive.push(sweep(broken).alive);
  const journal = readdirSync(join(state, "journal")).flatMap((name) =>
    readFileSync(join(state, "journal", name), "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line))
  );
  const ids = journal.filter(({ type, pid }) => type === "intent" && pid === broken).map(({ id }) => id as string);
  const brokenOutcomes = journal.filter(({ type, id }) => type === "outcome" && ids.includes(id)).map((one) =>
    one.outcome as string
  );

  const crowd = (await plainOrphans(field, 3, { onTerm: "ignores" })).flatMap(({ pids }) => pids);
  await old();
  rmSync(memoryPath, { force: true });
  const logs = join(field.directory, "fifty");
  mkdirSync(logs);
  const fifty = await Promise.all(Array.from({ length: 50 }, async (_, at) => {
    const trace = ["strace", "-f", "-qq", "-o", join(logs, String(at)), "-e", "trace=pwrite64"];
    const one = Bun.spawn([...trace, binary, "sweep", "--min-age", "0s", "--every", "5m"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    return [await one.exited, await new Response(one.stderr).text()] as const;
  }));
  const worked = readdirSync(logs).filter((name) =>
    /pwrite64\(\d+, "agent/.test(readFileSync(join(logs, name), "utf8"))
  );
  const fiftyAlive = crowd.map(isAlive);
  for (const pid of crowd) done(pid);
  return {
    interrupted: { exitCode: interrupted.exitCode, signal: interrupted.signalCode?.toString() },
    brokenAsked,
    brokenAlive,
    brokenOutcomes,
    fifty,
    worked: worked.length,
    fiftyAlive,
  };
}
