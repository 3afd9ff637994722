/**
 * Awkward ways to be started, and awkward things to find.
 *
 * @module
 */
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatMemory } from "../../../../src/sweep/memory.ts";
import { goesOn, plainOrphans } from "../../orphans.ts";
import type { Ground, Swept } from "./ground.ts";

/** What became of them. */
export interface Ways {
  /** Awkward ways to be started that must not keep it from its work. */
  readonly ways: Readonly<Record<string, Swept>>;
  /** What a strict sweep says of a damaged memory. */
  readonly strict: Readonly<Record<string, string>>;
  /** Of three orphans, after each of three sweeps that have no time. */
  readonly hurriedLeft: readonly number[];
  /** What it says that cannot write down what it does, and what it says to nobody. */
  readonly unrecorded: readonly string[];
}

/** Awkward ways to be started, and awkward things to find. */
export async function ways(ground: Ground): Promise<Ways> {
  const { binary, young, field, state, memoryPath, spawn, sweep, old, orphan, done } = ground;
  const ways: Record<string, Swept> = {};
  const strict: Record<string, string> = {};
  const inShell = (name: string, line: string, pid: number, env: Record<string, string> = {}) => {
    const { exitCode, stdout, stderr } = spawn(["sh", "-c", line, "sh", binary, ...young, "--now"], env);
    ways[name] = { exitCode, stdout: stdout.toString(), stderr: stderr.toString(), alive: goesOn(pid) };
  };
  const gone = join(field.directory, "gone");
  const hooked = 'cd / && exec "$@"';
  inShell(
    "a deleted directory",
    `mkdir ${gone}; cd ${gone}; rmdir ${gone}; b=$1; shift; set -- "$b" sweep "$@"; ${hooked}`,
    await orphan(),
  );
  const swept = 'b=$1; shift; exec "$b" sweep "$@"';
  inShell("closed streams", `${swept} <&- >&- 2>&-`, await orphan());
  inShell("full streams", `${swept} >/dev/full 2>/dev/full`, await orphan());
  const damaged: Readonly<Record<string, () => void>> = {
    "a damaged memory": () => writeFileSync(memoryPath, "agent-reaper/sweep 1 x\0\xff\n{{{"),
    "a memory that is a directory": () => mkdirSync(memoryPath),
    "a memory that is a link": () => symlinkSync("/etc/hostname", memoryPath),
    "a memory that is a FIFO": () => void spawn(["mkfifo", memoryPath]),
    "a memory that others can write to": () => {
      writeFileSync(memoryPath, formatMemory({}));
      chmodSync(memoryPath, 0o622);
    },
  };
  for (const [name, damage] of Object.entries(damaged)) {
    const pid = await orphan();
    damage();
    inShell(name, swept, pid);
    strict[name] = sweep(1, ["--strict"]).stderr.replace(state, "");
    rmSync(memoryPath, { recursive: true, force: true });
  }
  rmSync(memoryPath, { force: true });
  chmodSync(state, 0o777);
  strict["a directory of everybody's"] = sweep(1, ["--strict"]).stderr.replace(state, "");
  chmodSync(state, 0o700);
  const due = await orphan();
  spawn([binary, "history"]);
  chmodSync(state, 0o777);
  strict["a registry of everybody's"] = sweep(due, ["--strict", "--now"]).stderr.replace(state, "");
  chmodSync(state, 0o700);
  done(due);
  inShell("no home to write to", swept, await orphan(), { HOME: "/dev/null", XDG_STATE_HOME: "" });

  const journal = join(state, "journal");
  renameSync(journal, `${journal}.whole`);
  writeFileSync(journal, "");
  const unrecorded = [
    sweep(await orphan(), ["--now"]).stderr.replace(state, ""),
    sweep(await orphan(), ["--now", "--quiet"]).stderr,
  ];
  rmSync(journal);
  renameSync(`${journal}.whole`, journal);

  const hurried = (await plainOrphans(field, 3)).flatMap(({ pids }) => pids);
  await old();
  rmSync(memoryPath, { force: true });
  const hurry = (): number => {
    sweep(0, ["--now", "--budget", "1ms"]);
    return hurried.filter(goesOn).length;
  };
  const hurriedLeft = [hurry(), hurry(), hurry()];
  return {
    ways,
    strict,
    hurriedLeft,
    unrecorded,
  };
}
