/**
 * A host that starts programs without end, one after the other, each with a child of its own:
 * host.ts DIRECTORY. Says `first` when the first has begun.
 *
 * @module
 */
import { appendFileSync } from "node:fs";
import { createReaper } from "../../../mod.ts";

const [directory] = process.argv.slice(2) as [string];
const reaper = createReaper({ tool: "test-host" });
const script = 'trap "" TERM; sleep 7777 & echo $$ >>"$1/began"; wait; sleep 7777';
for (let at = 0; at < 50; at++) {
  const child = reaper.spawnFor(`session-${at % 5}`, { stderr: "ignore" })({
    command: "sh",
    args: ["-c", script, "sh", directory],
    env: process.env,
  });
  appendFileSync(`${directory}/started`, `${child.pid}\n`);
  await new Promise((resolve) => setTimeout(resolve, 1));
}
await new Promise(() => {});
