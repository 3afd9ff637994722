/**
 * What lies on disk, and slots that dead holders left.
 *
 * @module
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive } from "../../orphans.ts";
import type { Ground } from "./ground.ts";

/** What became of them. */
export interface Tidying {
  /** What one says that has no time for a leftover. */
  readonly hurried: string;
  /** What a sweep says that finds a leftover and a stale slot, and the next one. */
  readonly tidied: string;
  readonly leftoverGone: boolean;
  readonly tidiedAgain: string;
  readonly leftoverStays: boolean;
  /** Whether one goes though an earlier sweep, which was not told to, found nobody who could become due. */
  readonly restingGone: boolean;
  readonly sweepNote: string;
}

/** What lies on disk, and slots that dead holders left. */
export async function tidying(ground: Ground): Promise<Tidying> {
  const { binary, state, memoryPath, spawn, sweep, old, done } = ground;
  const home = process.env["HOME"] as string;
  const leftover = join(process.env["XDG_DATA_HOME"] as string, "sqlite-graphrag", "codex-home-999999");
  const leave = () => {
    mkdirSync(leftover, { recursive: true, mode: 0o700 });
    writeFileSync(join(leftover, "auth.json"), "{}");
  };
  leave();
  await old();
  rmSync(memoryPath, { force: true });
  const hurried = sweep(0, ["--leftovers", "--budget", "1ms"]).stderr;
  const slot = Bun.spawn([binary, "slots", "run", "--name", "sweeping", "--max", "1", "--", "sleep", "100"], {
    stdio: ["ignore", "ignore", "ignore"],
  });
  const slots = join(state, "slots", "sweeping");
  const isTaken = () => existsSync(slots) && readdirSync(slots).some((name) => statSync(join(slots, name)).size > 0);
  while (!isTaken() || childrenOf(slot.pid).length === 0) await Bun.sleep(20);
  // The holder first: it would give the slot back when its command ends.
  const commands = childrenOf(slot.pid);
  slot.kill("SIGKILL");
  await slot.exited;
  for (const pid of commands) done(pid);
  while (commands.some(isAlive)) await Bun.sleep(5);
  rmSync(memoryPath, { force: true });
  const tidied = [sweep(0, ["--leftovers"])].map(({ stderr }) => stderr.replace(home, "~"))[0] as string;
  const leftoverGone = !existsSync(leftover);
  leave();
  await old();
  const tidiedAgain = sweep(0, ["--leftovers", "--grace", "7s"]).stderr;
  const doctor = spawn([binary, "doctor", "--json"]).stdout.toString();
  const sweepNote = JSON.parse(doctor).notes.find(({ about }: { about: string }) => about === "sweep")?.says as string;
  const leftoverStays = existsSync(leftover);
  rmSync(memoryPath, { force: true });
  sweep(0);
  sweep(0, ["--leftovers"]);
  return {
    hurried,
    tidied,
    leftoverGone,
    tidiedAgain,
    leftoverStays,
    restingGone: !existsSync(leftover),
    sweepNote,
  };
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}
