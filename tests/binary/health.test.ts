import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInNamespace } from "../support/namespace.ts";

setDefaultTimeout(300_000);

const binary = join(import.meta.dir, "../../dist/agent-reaper");
/** A parent that does not collect its three children, and says when they are dead. */
const careless = `import os, time
children = []
for _ in range(3):
    child = os.fork()
    if child == 0:
        os._exit(0)
    children.append(child)
for child in children:
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
print("ready", flush=True)
time.sleep(1000)`;

test("health counts those that nobody collected, says whose they are, and warns by its exit code", async () => {
  const script =
    `exec 3< <(exec python3 -c '${careless}'); read -u 3 ready; "$1" health --json; echo "exit $?"; "$1" health; :`;
  await runInNamespace(() => ["bash", "-c", script, "bash", binary], {
    env: { REAPER_ZOMBIE_WARN_THRESHOLD: "2", REAPER_FREE_MEM_WARN_MB: "1", REAPER_SWAP_WARN_PCT: "1" },
  }, ({ stdout }) => {
    const at = stdout.indexOf("\nexit ");
    const told = JSON.parse(stdout.slice(0, at)) as {
      zombies: { parentName: string }[];
      checks: { name: string; status: string }[];
    };
    expect(told.zombies.map(({ parentName }) => parentName)).toEqual(["python3", "python3", "python3"]);
    expect(told.checks.find(({ name }) => name === "zombies")).toMatchObject({ status: "warning" });
    expect(stdout.slice(at)).toMatch(
      /^\nexit [12]\n(warning|critical)\nwarning +zombies +3, 3 of them python3 \(\d+\)'s: more than 2/,
    );
  });
});
