import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
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

test("limits that are wrong stop whoever keeps how the machine does before anybody is touched", async () => {
  const script = `mkdir -p "$XDG_DATA_HOME/sqlite-graphrag/codex-home-4711"
    for command in "reap --yes" "watch --now" "scan"; do timeout 9 "$1" $command >said; echo "$? $(wc -c <said)"; done
    ls "$XDG_DATA_HOME/sqlite-graphrag"`;
  await runInNamespace(() => ["bash", "-c", script, "bash", binary], {
    env: { REAPER_SWAP_WARN_PCT: "70" },
  }, ({ stdout, stderr }) => {
    const wrong = 'agent-reaper: REAPER_SWAP_WARN_PCT "70": write a part of 1, for example 0.7 for 70 %\n';
    expect(stderr).toBe(`${wrong}${wrong}`);
    expect(stdout).toMatch(/^2 0\n2 0\n0 \d+\ncodex-home-4711\n$/);
  });
});

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

test("metrics for a pipe go through it, and through a link into the file that it names", () => {
  const directory = mkdtempSync(join(tmpdir(), "textfile-"));
  const lines = `cd "$2" && mkfifo pipe && : >real && ln -s real link && { cat pipe >got & }
    "$1" metrics --textfile pipe && wait && "$1" metrics --textfile link; echo "exit $?"
    [ -p pipe ] && [ -L link ] && grep -c ^agent_reaper_build_info got real; ls`;
  const ran = Bun.spawnSync(["bash", "-c", lines, "bash", binary, directory], {
    env: { PATH: process.env["PATH"], HOME: directory, AGENT_REAPER_STATE: join(directory, "state") },
    timeout: 60_000,
  });
  rmSync(directory, { recursive: true, force: true });
  expect(ran.stdout.toString()).toMatch(/^exit 0\ngot:1\nreal:1\ngot\nlink\npipe\nreal\n(?:state\n)?$/);
});
