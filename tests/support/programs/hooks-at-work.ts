/**
 * Hooks as they are installed, with the real program and real orphans. To be run inside a namespace.
 *
 * @module
 */
import type { HookState } from "../../../src/hooks/status.ts";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Field, isAlive, plainOrphan } from "../orphans.ts";
import typedShell, { type Typed } from "./typed-shell.ts";

/** What became of the orphan that a shell's hook saw. */
export interface Swept {
  readonly aliveAfterOne: boolean;
  readonly gone: boolean;
  readonly screen: string;
  readonly status: string;
  /** What it tells of this shell's hook. */
  readonly hook: HookState | undefined;
}

/** Which shell, and the program. */
export interface AtWork {
  readonly binary: string;
  readonly shell: Typed["shell"];
}

/** Then something is wrong, and what was seen is worth more than a test that never ends. */
const LONG_MS = 120_000;

/** Once the first look is remembered: longer than the second waits for. */
const APART = `sh -c 'until [ -s "$XDG_STATE_HOME"/*/sweep ]; do sleep 0.05; done; sleep 10.5'`;

/** Two commands, ten seconds apart. */
export default async function hooksAtWork({ binary, shell }: AtWork): Promise<Swept> {
  const home = process.env["HOME"] as string;
  const config = join(process.env["XDG_CONFIG_HOME"] as string, "agent-reaper/config.toml");
  mkdirSync(dirname(config), { recursive: true });
  writeFileSync(config, 'min-age = "0s"\n');
  const hook = (...args: readonly string[]) => Bun.spawnSync([binary, "hook", ...args], { stdin: "ignore" });
  const orphan = await plainOrphan(new Field());
  const [pid] = orphan.pids as [number];
  const alive = `kill -0 ${pid} && echo alive`;
  const gone = `n=0; while kill -0 ${pid} && [ $n -lt ${LONG_MS / 100} ]; do sleep 0.1; n=$((n + 1)); done 2>/dev/null`;
  const printed = hook("print", shell).stdout.toString();
  const { screen } = await typedShell({
    shell,
    startup: printed,
    // A terminal that is closed while the hook only begins to start the sweep ends that: it stays until it is seen what came of it.
    lines: ["echo one", `sh -c '${alive}'`, APART, "echo two", `sh -c '${gone}'`],
    files: { note: home },
  });
  // The sweep is in the background. It writes down what it did when that is done, and has its memory locked until then.
  Bun.spawnSync(["flock", join(process.env["XDG_STATE_HOME"] as string, "agent-reaper/sweep"), "true"]);
  return {
    aliveAfterOne: screen.includes("\nalive\n"),
    gone: !isAlive(pid),
    screen,
    status: hook("status").stdout.toString(),
    hook: (JSON.parse(hook("status", "--json").stdout.toString()).hooks as HookState[]).find(({ target }) =>
      target === shell
    ),
  };
}
