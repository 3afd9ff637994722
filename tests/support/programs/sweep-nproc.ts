/**
 * Inside: orphans of an ordinary user whose processes are as many as may be, and the binary's sweeps as that user.
 *
 * @module
 */
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { end, Field, goesOn, isAlive } from "../orphans.ts";

/** What became of sweeps with so many processes allowed. */
export interface Told {
  readonly allowed: number;
  /** Exit codes, or the signals they died of: a first sight, nobody new, asked, throttled. */
  readonly exits: readonly (number | string)[];
  readonly output: string;
  readonly alive: boolean;
}

const NOBODY = "65534";

export default async function run({ binary, limits }: { binary: string; limits: readonly number[] }): Promise<Told[]> {
  const open = join(process.env["HOME"] as string, "..", "open");
  mkdirSync(open);
  chmodSync(join(open, ".."), 0o711);
  const field = new Field(open);
  for (const path of [open, field.readyDirectory, field.logDirectory]) chmodSync(path, 0o777);
  const as = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
  const told: Told[] = [];
  for (const allowed of limits) {
    const label = field.label("orphan");
    const program = [field.launch, label, field.program("2.1.200"), "claude", "-p"];
    const parent = Bun.spawn([...as, ...program], { env: field.environment(), stdio: ["ignore", "ignore", "inherit"] });
    const pid = await field.ready(label);
    await end(parent);
    await Bun.sleep(120);
    const home = join(open, String(allowed));
    mkdirSync(home);
    chmodSync(home, 0o777);
    const sweep = (...args: string[]) =>
      Bun.spawnSync([...as, "prlimit", `--nproc=${allowed}:${allowed}`, binary, "sweep", "--min-age", "0s", ...args], {
        env: { PATH: process.env["PATH"] as string, HOME: home },
        stdin: "ignore",
        cwd: "/",
      });
    const ran = [
      sweep("--every", "0s"),
      sweep("--every", "0s"),
      sweep("--now"),
      sweep("--every", "1h"),
    ];
    told.push({
      allowed,
      exits: ran.map(({ exitCode, signalCode }) => signalCode ?? exitCode),
      output: ran.map(({ stdout, stderr }) => `${stdout}${stderr}`).join("").replace(/\d+/g, "N"),
      alive: goesOn(pid),
    });
    if (isAlive(pid)) process.kill(pid, "SIGKILL");
  }
  return told;
}
