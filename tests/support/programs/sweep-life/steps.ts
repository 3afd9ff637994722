/**
 * Step by step: remembered, asked, ended by force.
 *
 * @module
 */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { goesOn, isAlive, stubbornTool } from "../../orphans.ts";
import { CONFIRM_MS, GRACE_MS, type Ground, type Swept } from "./ground.ts";

/** What became of them. */
export interface Steps {
  readonly plainSweeps: readonly Swept[];
  readonly stubbornSweeps: readonly Swept[];
  /** The stubborn one heard TERM. */
  readonly handledTerm: boolean;
  /** Without any grace. */
  readonly gracelessSweeps: readonly Swept[];
  /** Whether the root and the tool below it live, after each sweep. */
  readonly toolSweeps: readonly (readonly [root: boolean, tool: boolean])[];
  readonly toolSaid: string;
  /** Another that was asked with its tree, and runs another program since. */
  readonly changedTool: readonly [root: boolean, tool: boolean];
  /** The same program, lost in the same way, that was never asked with anybody. */
  readonly strangerAlive: boolean;
  readonly now: Swept;
  readonly quiet: Swept;
  /** Ten real seconds apart. */
  readonly realSweeps: readonly Swept[];
}

/** Step by step: remembered, asked, ended by force. */
export async function steps(ground: Ground): Promise<Steps> {
  const { field, memoryPath, sweep, rewrite, ago, old, orphan, done } = ground;
  const plain = await orphan();
  const plainSweeps = [
    sweep(plain),
    sweep(plain),
    (ago(CONFIRM_MS / 2), sweep(plain)),
    (ago(CONFIRM_MS), sweep(plain)),
  ];

  const stubborn = await orphan({ onTerm: "ignores" });
  const stubbornSweeps = [sweep(stubborn), (ago(CONFIRM_MS), sweep(stubborn)), (ago(0), sweep(stubborn))];
  const handledTerm = existsSync(join(field.logDirectory, `${stubborn}.15`));
  stubbornSweeps.push((ago(GRACE_MS), sweep(stubborn)));

  const graceless = await orphan({ onTerm: "ignores" });
  const gracelessSweeps = [1, 2].map(() => sweep(graceless, ["--now", "--grace", "0s"]));

  const stranger = await stubbornTool(field);
  process.kill(stranger.root, "SIGKILL");
  while (isAlive(stranger.root)) await Bun.sleep(2);
  const { root, tool } = await stubbornTool(field);
  await old();
  rmSync(memoryPath, { force: true });
  let toolSaid = "";
  const sweepBoth = (): readonly [boolean, boolean] => {
    toolSaid = sweep(root).stderr;
    return [goesOn(root), goesOn(tool)];
  };
  const toolSweeps = [sweepBoth(), (ago(CONFIRM_MS), sweepBoth()), sweepBoth(), (ago(GRACE_MS), sweepBoth())];
  const changes = await stubbornTool(field);
  await old();
  sweep(changes.root);
  ago(CONFIRM_MS);
  sweep(changes.root);
  rewrite((one) => ({ ...one, program: "another" }));
  sweep(changes.tool);
  ago(GRACE_MS + CONFIRM_MS);
  const changedTool = [goesOn(changes.root), sweep(changes.tool).alive] as const;
  const strangerAlive = isAlive(stranger.tool);
  done(stranger.tool);
  done(changes.tool);

  const atOnce = await orphan();
  const now = sweep(atOnce, ["--now"]);
  const quietOne = await orphan();
  const quiet = sweep(quietOne, ["--now", "--quiet"]);

  const real = await orphan();
  const realSweeps = [sweep(real)];
  await Bun.sleep(CONFIRM_MS);
  realSweeps.push(sweep(real));
  return {
    plainSweeps,
    stubbornSweeps,
    handledTerm,
    gracelessSweeps,
    toolSweeps,
    toolSaid,
    changedTool,
    strangerAlive,
    now,
    quiet,
    realSweeps,
  };
}
