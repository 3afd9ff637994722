/**
 * Inside: a watch, and an orphan that the system does not let it signal.
 *
 * @module
 */
import { Field, isAlive, plainOrphan } from "../orphans.ts";

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
  const watch = Bun.spawn(
    [binary, "watch", "--every", "20ms", "--now", "--confirm", "1", "--min-age", "0s", "--listen", "127.0.0.1:0"],
    { stdout: "pipe", stderr: "inherit" },
  );
  let said = "";
  const reading = (async () => {
    for await (const part of watch.stdout.pipeThrough(new TextDecoderStream())) said += part;
  })();
  let address: string | undefined;
  for (; address === undefined; await Bun.sleep(5)) address = /http:\/\/([\d.:]+)/.exec(said)?.[1];
  for (let rounds = 0; rounds < ROUNDS;) {
    const text = await (await fetch(`http://${address}/metrics`)).text();
    rounds = Number(/^agent_reaper_rounds_total (\d+)/m.exec(text)?.[1] ?? 0);
  }
  watch.kill("SIGINT");
  await watch.exited;
  await reading;
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
