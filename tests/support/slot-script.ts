/**
 * Shell scripts that use slots, each in a namespace of its own.
 *
 * @module
 */
import { join } from "node:path";
import { type Ran, runInNamespace } from "./namespace.ts";

const ROOT = join(import.meta.dir, "../..");
const BINARY = join(ROOT, "dist/agent-reaper");

const PRELUDE = `
mkdir bin; printf '#!/bin/sh\\nexec "$A" slots "$@"\\n' > bin/s; chmod +x bin/s; PATH=$PWD/bin:$PATH
field() { s status --json $WHICH | sed -n "s/^  \\"$1\\": \\([0-9]*\\),*$/\\1/p"; }
await() { until [ "$(field "$1")" = "$2" ]; do sleep 0.02; done; }
asleep() { until [ "$(pgrep -c -f '^sleep 100')" = "$1" ]; do sleep 0.02; done; }
slots=$XDG_STATE_HOME/agent-reaper/slots/default
theirs=$XDG_RUNTIME_DIR/sqlite-graphrag/llm-slots
`;

/**
 * Runs a bash script in a namespace of its own, with `s` for `agent-reaper slots`. `await active 1` knows that a slot is
 * taken, `asleep 1` that its command, `sleep 100`, has begun.
 */
export function script(lines: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return runInNamespace(() => ["bash", "-c", PRELUDE + lines], { env: { A: BINARY, WHICH: "", ...env } }, (ran) => ran);
}

/** What a script said, line by line; what went to standard error is part of the failure. */
export async function said(lines: string, env: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const { stdout, stderr, exitCode } = await script(lines, env);
  // The shell tells of those of its children that were killed.
  const trouble = stderr.replace(/^.*line \d+: +\d+ Killed .*\n/gm, "");
  if (exitCode !== 0 || trouble !== "") throw new Error(`exit code ${exitCode}:\n${stdout}${stderr}`);
  return stdout.trimEnd().split("\n");
}
