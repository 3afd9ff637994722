/**
 * Whoever is another by now counts anew: another program, another process of the number, another boot.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { FED } from "../../orphans.ts";
import { CONFIRM_MS, type Ground, type Swept } from "./ground.ts";

/** What became of them. */
export interface Others {
  readonly execSweeps: readonly Swept[];
  readonly execAnew: { readonly samePid: boolean; readonly longerMs: number };
  readonly reusedSweep: Swept;
  readonly rebootedSweep: Swept;
}

/** Whoever is another by now counts anew: another program, another process of the number, another boot. */
export async function others(ground: Ground): Promise<Others> {
  const { field, sweep, memory, rewrite, ago, orphan, done } = ground;
  const other = join(field.directory, "other.sh");
  const fed = FED.slice(1).join(" ");
  writeFileSync(other, `#!/bin/sh\nexec ${field.program("2.1.999")} ${fed}\n`, { mode: 0o755 });
  const execs = await orphan({ env: { TEST_EXEC: other } });
  const execSweeps = [sweep(execs)];
  ago(CONFIRM_MS);
  const [before] = memory().sightings?.seen ?? [];
  process.kill(execs, "SIGUSR1");
  const execd = await field.ready("execd");
  execSweeps.push(sweep(execs));
  const [after] = memory().sightings?.seen ?? [];
  const execAnew = {
    samePid: execd === execs && before?.pid === execs && after?.pid === execs,
    longerMs: (after?.firstMs ?? 0) - (before?.firstMs ?? 0),
  };
  done(execs);

  const reused = await orphan();
  sweep(reused);
  rewrite((one) => ({ ...one, startToken: String(Number(one.startToken) - 1), firstMs: one.firstMs - CONFIRM_MS }));
  const reusedSweep = sweep(reused);
  ago(CONFIRM_MS);
  rewrite((one) => one, "another");
  const rebootedSweep = sweep(reused);
  done(reused);
  return {
    execSweeps,
    execAnew,
    reusedSweep,
    rebootedSweep,
  };
}
