/**
 * Reasons to leave an orphan alone.
 *
 * @module
 */
import { closeSync, mkdirSync, openSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { appears } from "../../orphans.ts";
import type { Ground, Swept } from "./ground.ts";

/** What became of them. */
export interface Rests {
  /** Reasons to leave an orphan alone. */
  readonly rests: Readonly<Record<string, Swept>>;
  /** What is noted of a configuration that is wrong. */
  readonly noted: string | undefined;
}

/** Reasons to leave an orphan alone. */
export async function rests(ground: Ground): Promise<Rests> {
  const { field, state, memoryPath, sweep, memory, orphan, done } = ground;
  const spared = await orphan({ onTerm: "ignores" });
  const config = join(process.env["XDG_CONFIG_HOME"] as string, "agent-reaper");
  mkdirSync(config, { recursive: true });
  const rests: Record<string, Swept> = {};
  writeFileSync(join(config, "config.toml"), 'protect = ["stream-json"]\n');
  rests["protected"] = sweep(spared, ["--now"]);
  writeFileSync(join(config, "config.toml"), 'protekt = ["stream-json"]\n');
  rests["a configuration that is wrong"] = sweep(spared, ["--now"]);
  const noted = memory().last?.stopped;
  rests["a configuration that is wrong, strict"] = sweep(spared, ["--now", "--strict"]);
  writeFileSync(join(config, "config.toml"), `plugins = ["${config}/missing.js"]\n`);
  rests["a plugin that is missing"] = sweep(spared, ["--now"]);
  rmSync(join(config, "config.toml"));
  rests["switched off"] = sweep(spared, ["--now"], { AGENT_REAPER_DISABLE: "1" });
  writeFileSync(join(state, "paused"), "");
  const later = Date.now() / 1000 + 3600;
  utimesSync(join(state, "paused"), later, later);
  rests["paused"] = sweep(spared, ["--now"]);
  utimesSync(join(state, "paused"), 1, 1);
  rests["one ran just now"] = sweep(spared, ["--now", "--every", "1h"]);
  rests["a mistyped option"] = sweep(spared, ["--now", "--strct"]);
  const lock = openSync(memoryPath, "r");
  const holder = Bun.spawn(["flock", "-x", memoryPath, "sh", "-c", `: > ${join(field.directory, "locked")}; read x`], {
    stdin: "pipe",
    stdout: "ignore",
    stderr: "ignore",
  });
  await appears(join(field.directory, "locked"));
  rests["another at work"] = sweep(spared, ["--now"]);
  holder.kill("SIGKILL");
  await holder.exited;
  closeSync(lock);
  done(spared);
  return {
    rests,
    noted,
  };
}
