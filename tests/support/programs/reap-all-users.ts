/**
 * Inside, as root: another user's orphan beside one of our own, and one of theirs whose parent lives.
 *
 * @module
 */
import { chmodSync } from "node:fs";
import { dirname } from "node:path";
import { end, FED, Field, isAlive } from "../orphans.ts";

/** What the test asserts on. */
export interface Told {
  readonly mine: number;
  readonly theirs: number;
  readonly kept: number;
  readonly ordinary: readonly number[];
  readonly all: readonly number[];
  readonly reaped: readonly number[];
  readonly alive: Readonly<Record<"mine" | "theirs" | "kept", boolean>>;
}

const THEM = "4242";

/** Who looks and ends. */
export interface Viewer {
  readonly binary: string;
  /** What it is started with: `setpriv …`. */
  readonly prefix?: readonly string[];
}

export default async function run({ binary, prefix = [] }: Viewer): Promise<Told> {
  const field = new Field();
  for (const directory of [dirname(field.directory), field.directory, `${field.directory}/.local`]) {
    chmodSync(directory, 0o755);
  }
  for (const directory of [field.readyDirectory, field.logDirectory]) chmodSync(directory, 0o777);
  const asThem = async () => {
    const label = field.label("theirs");
    const user = ["setpriv", `--reuid=${THEM}`, `--regid=${THEM}`, "--clear-groups"];
    const parent = Bun.spawn([...user, field.launch, label, field.program("2.1.200"), ...FED], {
      env: { ...field.environment(), HOME: "/nonexistent" },
      stdio: ["ignore", "ignore", "ignore"],
    });
    return { parent, pid: await field.ready(label) };
  };
  const [own, other, kept] = await Promise.all([field.launched([]), asThem(), asThem()]);
  await end(own.parent);
  await end(other.parent);

  const planned = (...args: string[]): number[] => {
    const { stdout, stderr, exitCode } = Bun.spawnSync([...prefix, binary, ...args, "--min-age", "0s", "--json"], {
      stdin: "ignore",
    });
    if (exitCode > 1) throw new Error(`${args.join(" ")}: ${stderr}`);
    return JSON.parse(stdout.toString()).plan.terminate;
  };
  const ordinary = planned("scan");
  const all = planned("scan", "--all-users");
  const reaped = planned("reap", "--yes", "--all-users");
  return {
    mine: own.pid,
    theirs: other.pid,
    kept: kept.pid,
    ordinary,
    all,
    reaped,
    alive: { mine: isAlive(own.pid), theirs: isAlive(other.pid), kept: isAlive(kept.pid) },
  };
}
