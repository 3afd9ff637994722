/**
 * Inside: sweeps that rest, and a configuration that comes, changes and goes meanwhile.
 *
 * @module
 */
import { mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseMemory } from "../../../src/sweep/memory.ts";

/** Whether a sweep looked, after each of these; each is followed by one that has nothing to look for. */
export type Looks = Readonly<Record<string, readonly [after: boolean, again: boolean]>>;

export default function run({ binary }: { readonly binary: string }): Looks {
  const memory = join(process.env["XDG_STATE_HOME"] as string, "agent-reaper", "sweep");
  const config = join(process.env["XDG_CONFIG_HOME"] as string, "agent-reaper", "config.toml");
  const elsewhere = join(process.env["HOME"] as string, "other.toml");
  let last = 0;
  const sweep = (env: Readonly<Record<string, string>> = {}): boolean => {
    const { exitCode, stderr } = Bun.spawnSync([binary, "sweep", "--every", "0s"], {
      stdin: "ignore",
      env: { ...process.env, ...env },
    });
    if (exitCode !== 0) throw new Error(stderr.toString());
    const { at = 0 } = parseMemory(readFileSync(memory, "utf8")).last ?? {};
    const looked = at !== last;
    last = at;
    return looked;
  };
  const after = (env?: Readonly<Record<string, string>>): readonly [boolean, boolean] => [sweep(env), sweep(env)];
  const write = (path: string, text: string) => writeFileSync(path, text, { mode: 0o600 });

  const looks: Record<string, readonly [boolean, boolean]> = { nothing: after() };
  mkdirSync(dirname(config), { recursive: true });
  looks["an empty directory"] = after();
  write(config, 'protect = ["mine"]\n');
  looks["a new file"] = after();
  write(config, 'protect = ["mine", "ours"]\n');
  looks["other text"] = after();
  utimesSync(config, 1_700_000_000, 1_700_000_000);
  looks["another time"] = after();
  write(`${config}.new`, 'protect = ["hers", "ours"]\n');
  renameSync(`${config}.new`, config);
  looks["another file in its place"] = after();
  write(elsewhere, 'protect = ["yours"]\n');
  looks["another that the environment names"] = after({ AGENT_REAPER_CONFIG: elsewhere });
  looks["one that is named wrongly"] = after({ AGENT_REAPER_CONFIG: "relative.toml" });
  rmSync(config);
  looks["no file"] = after();
  return looks;
}
