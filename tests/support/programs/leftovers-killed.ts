/**
 * Inside: hundreds of leftovers in one directory, the reaper killed in the middle of them, and the next one.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { Ground } from "../leftovers.ts";

const COUNT = 150;
/** Nobody in a new namespace has got so far. */
const FIRST_PID = 20_000;

/** What the test asserts on. */
export interface Told {
  /** How often the directory with all of them was opened to be listed. */
  readonly walks: { readonly scan: number; readonly reap: number };
  readonly killed: readonly { readonly leftBefore: number; readonly leftAfter: number }[];
  readonly left: readonly string[];
  readonly isUntouched: boolean;
}

export default async function inside(input: { readonly binary: string }): Promise<Told> {
  const ground = new Ground();
  const { home, temporary, precious } = ground;
  const profiles = join(home, ".cache", "ms-playwright");
  const lay = () => {
    for (let at = 0; at < COUNT; at++) {
      const path = ground.directory(join(temporary, `sqlite-graphrag-spawn-${FIRST_PID + at}`), { log: "x" });
      ground.directory(join(path, "deep"), { log: "x" });
      ground.link(join(path, "deep", "up"), precious);
      ground.link(join(profiles, `mcp-chrome-${at}`, "SingletonLock"), `${hostname()}-${FIRST_PID + at}`);
    }
  };
  const left = () => [
    ...readdirSync(temporary),
    ...readdirSync(profiles).flatMap((name) => readdirSync(join(profiles, name)).map((inner) => `${name}/${inner}`)),
  ];
  const log = join(home, "strace");
  const walks = (...args: readonly string[]): number => {
    const { exitCode } = Bun.spawnSync(
      ["strace", "-f", "-o", log, "-e", "trace=open,openat", input.binary, ...args, "--only", "leftovers", "--json"],
      { stdin: "ignore" },
    );
    if (exitCode !== 0) throw new Error(`${args.join(" ")} ended with ${exitCode}`);
    return readFileSync(log, "utf8").split("\n").filter((line) => line.includes(`"${temporary}", O_RDONLY`)).length;
  };
  const settled = () => new Promise((resolve) => setTimeout(resolve, 200));

  lay();
  await settled();
  const told = { scan: walks("scan"), reap: walks("reap", "--yes") };
  if (left().length > 0) throw new Error(`left: ${left()}`);

  const killed: { leftBefore: number; leftAfter: number }[] = [];
  for (const share of [0.8, 0.3]) {
    lay();
    await settled();
    const leftBefore = left().length;
    const child = Bun.spawn([input.binary, "reap", "--yes", "--only", "leftovers"], {
      stdin: "ignore",
      stdout: "ignore",
    });
    while (child.exitCode === null && left().length > leftBefore * share) await Bun.sleep(0);
    child.kill("SIGKILL");
    await child.exited;
    killed.push({ leftBefore, leftAfter: left().length });
    await settled();
    Bun.spawnSync([input.binary, "reap", "--yes", "--only", "leftovers"], { stdin: "ignore" });
  }
  await ground.leave();
  return { walks: told, killed, left: left(), isUntouched: ground.isUntouched() };
}
