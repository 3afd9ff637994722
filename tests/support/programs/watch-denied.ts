/**
 * Inside: a watch, and an orphan that the system does not let it signal.
 *
 * @module
 */
import { Field, isAlive, plainOrphan } from "../orphans.ts";
import { watchFor } from "../watching.ts";

/** What was seen. */
export interface Told {
  readonly pid: number;
  readonly alive: boolean;
  /** How often the ledger has it that it was gone at. */
  readonly attempts: readonly (number | undefined)[];
  /** What the watch said of it. */
  readonly lines: readonly string[];
}

const ROUNDS = 20;

export default async function run({ binary }: { readonly binary: string }): Promise<Told> {
  const { pids: [pid = 0] } = await plainOrphan(new Field(), { env: { TEST_USER: "65534" } });
  const { said } = await watchFor(binary, ROUNDS);
  const { actions } = JSON.parse(Bun.spawnSync([binary, "history", "--json"]).stdout.toString()) as {
    readonly actions: readonly { readonly pid: number; readonly attempts?: number }[];
  };
  return {
    pid,
    alive: isAlive(pid),
    attempts: actions.map(({ attempts }) => attempts),
    lines: said.split("\n").filter((line) => line.includes(` ${pid} `)),
  };
}
