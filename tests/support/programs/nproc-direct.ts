/**
 * Inside: orphans of an ordinary user whose processes are as many as may be, and the compiled probe
 * as that user.
 *
 * @module
 */
import { chmodSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { end, Field, isAlive } from "../orphans.ts";
import type { Told as ProbeTold } from "./nproc-probe.ts";

/** What the test asserts on. */
export interface Told extends ProbeTold {
  readonly stubborn: number;
  readonly willing: number;
  readonly alive: readonly number[];
}

const NOBODY = "65534";

export default async function run({ probe }: { probe: string }): Promise<Told> {
  // The user must get at what is his: all that lies above is private to root.
  const open = join(process.env["HOME"] as string, "..", "open");
  mkdirSync(open);
  chmodSync(join(open, ".."), 0o711);
  const field = new Field(open);
  for (const path of [open, field.readyDirectory, field.logDirectory]) chmodSync(path, 0o777);
  const as = process.getuid?.() === 0 ? ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"] : [];
  const spawn = async (onTerm: "ends" | "ignores"): Promise<number> => {
    const label = field.label(onTerm);
    const program = [field.launch, label, field.program("2.1.200"), "claude", "-p"];
    const parent = Bun.spawn([...as, ...program], {
      env: field.environment({ onTerm }),
      stdio: ["ignore", "ignore", "inherit"],
    });
    const pid = await field.ready(label);
    await end(parent);
    return pid;
  };
  const stubborn = await spawn("ignores");
  const willing = await spawn("ends");
  const output = join(open, "told.json");
  // Two are his already, and the probe is the third: no thread and no child beside it.
  const limited = Bun.spawn(
    [...as, "prlimit", "--nproc=2:2", probe, output, String(stubborn), String(willing)],
    { stdio: ["ignore", "inherit", "inherit"], cwd: "/" },
  );
  if (await limited.exited !== 0) throw new Error(`the probe ended with ${limited.exitCode} ${limited.signalCode}`);
  const told = JSON.parse(readFileSync(output, "utf8")) as ProbeTold;
  return { ...told, stubborn, willing, alive: [stubborn, willing].filter(isAlive) };
}
