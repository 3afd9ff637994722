/**
 * Inside: a watch while the person changes their configuration: spares somebody, writes it wrong, takes it all back.
 *
 * @module
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Field, isAlive, plainOrphan } from "../orphans.ts";
import { Watch } from "../watching.ts";

/** What was seen. */
export interface Told {
  readonly spared: { readonly pid: number; readonly alive: boolean };
  readonly whileWrong: { readonly pid: number; readonly alive: boolean };
  readonly left: readonly number[];
  readonly said: string;
  readonly complaints: string;
  readonly exitCode: number;
}

const ROUNDS = 5;

export default async function run({ binary }: { readonly binary: string }): Promise<Told> {
  const directory = join(process.env["XDG_CONFIG_HOME"] as string, "agent-reaper");
  const config = join(directory, "config.toml");
  mkdirSync(directory, { recursive: true });
  const field = new Field();
  const watch = new Watch(binary);
  const orphan = async (): Promise<number> => (await plainOrphan(field)).pids[0] as number;
  await watch.rounds(ROUNDS);

  writeFileSync(config, 'protect = ["claude"]\n', { mode: 0o600 });
  while (!watch.said.includes("has changed")) await watch.rounds(1);
  const first = await orphan();
  await watch.rounds(ROUNDS);
  const spared = { pid: first, alive: isAlive(first) };

  writeFileSync(config, 'protects = ["claude"]\n');
  await watch.rounds(ROUNDS, "failed_total");
  const second = await orphan();
  await watch.rounds(ROUNDS, "failed_total");
  const whileWrong = { pid: second, alive: isAlive(second) };

  rmSync(config);
  await watch.rounds(ROUNDS);
  const exitCode = await watch.end();
  const { said, complaints } = watch;
  return { spared, whileWrong, left: [first, second].filter(isAlive), said, complaints, exitCode };
}
