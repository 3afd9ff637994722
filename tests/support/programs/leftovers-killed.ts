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
  readonly killed: readonly { readonly signal: string; readonly leftBefore: number; readonly leftAfter: number }[];
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
  /** What is changed while it is looked at is left alone: so long ago is it that anything of it was. */
  const settled = () => Bun.sleep(200);
  const reap = [input.binary, "reap", "--yes", "--only", "leftovers"];

  lay();
  await settled();
  const told = { scan: walks("scan"), reap: walks("reap", "--yes") };
  if (left().length > 0) throw new Error(`left: ${left()}`);

  const killed: Told["killed"][number][] = [];
  // Killed when it is about to remove its so-many-eth file.
  for (const at of [100, 400]) {
    lay();
    await settled();
    const leftBefore = left().length;
    const kill = ["-e", "trace=?unlink,?unlinkat", "-e", `inject=?unlink,?unlinkat:signal=KILL:when=${at}`];
    const { signalCode } = Bun.spawnSync(["strace", "-f", "-qq", "-o", "/dev/null", ...kill, ...reap], {
      stdin: "ignore",
    });
    killed.push({ signal: String(signalCode), leftBefore, leftAfter: left().length });
    await settled();
    Bun.spawnSync(reap, { stdin: "ignore" });
  }
  await ground.leave();
  return { walks: told, killed, left: left(), isUntouched: ground.isUntouched() };
}
