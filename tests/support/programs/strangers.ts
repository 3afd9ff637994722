/**
 * Inside: a sweep's look, and whether the next ones look again when somebody is adopted.
 *
 * @module
 */
import { readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseMemory } from "../../../src/sweep/memory.ts";
import { appears, FED, Field, plainOrphan } from "../orphans.ts";

/** For whom a sweep looked again. */
export interface Told {
  readonly byWords: boolean | undefined;
  readonly looked: Readonly<Record<string, boolean>>;
}

export default async function run({ binary }: { readonly binary: string }): Promise<Told> {
  const field = new Field();
  const path = join(process.env["XDG_STATE_HOME"] as string, "agent-reaper", "sweep");
  const memory = () => parseMemory(readFileSync(path, "utf8"));
  /** Whether it looked; else it has left all as it was. */
  const sweep = (): boolean => {
    const before = memory().last?.at;
    sweepOnce(binary);
    return memory().last?.at !== before;
  };
  /** Starts a command that its parent does not wait for. */
  const adopt = (command: string, env: Record<string, string> = {}): number => {
    const { stdout } = Bun.spawnSync(["sh", "-c", `${command} >/dev/null 2>&1 & echo $!`], {
      cwd: field.directory,
      env: { ...process.env as Record<string, string>, ...env },
      stdin: "ignore",
    });
    return Number(stdout.toString());
  };
  const looked: Record<string, boolean> = {};

  sweepOnce(binary);
  const { rest } = memory();
  looked["nobody"] = sweep();
  adopt("exec sleep 1000");
  looked["a stranger"] = sweep();
  looked["the same stranger, once more"] = sweep();
  const waits = join(field.directory, "waits");
  const goes = join(field.directory, "goes");
  Bun.spawnSync(["mkfifo", goes]);
  const script = `: > ${waits}\nread line < ${goes}\nexec ${field.program("2.1.201")} ${FED.slice(1).join(" ")}\n`;
  writeFileSync(join(field.directory, "later"), script);
  const adopted = adopt("exec sh ./later");
  await appears(waits);
  looked["one that waits"] = sweep();
  writeFileSync(goes, "\n");
  while (!readlinkSync(`/proc/${adopted}/exe`).includes("claude")) await Bun.sleep(2);
  looked["what it became"] = sweep();
  adopt("exec sleep 1000", { CLAUDE_PID: "4" });
  looked["one that an agent marked"] = sweep();
  for (let count = 0; count < 17; count++) adopt("exec sleep 1000");
  looked["seventeen strangers"] = sweep();
  await plainOrphan(field);
  looked["an orphan"] = sweep();
  return { byWords: rest?.byWords, looked };
}

function sweepOnce(binary: string): void {
  const { exitCode, stderr } = Bun.spawnSync([binary, "sweep", "--min-age", "0s", "--every", "0s"], {
    stdin: "ignore",
  });
  if (exitCode !== 0) throw new Error(stderr.toString());
}
