import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInNamespace } from "../support/namespace.ts";

setDefaultTimeout(300_000);

const binary = join(import.meta.dir, "../../dist/agent-reaper");

test("a pause is shown by doctor, by the hooks' status and in the metrics, and resume ends it", async () => {
  const script = `"$1" pause 2h
    "$1" doctor | grep -c '^?? .*pause'
    "$1" hook status | grep -c 'paused until'
    "$1" hook status --json | grep -c pausedUntil
    "$1" metrics | grep '^agent_reaper_paused'
    "$1" resume
    "$1" hook status | grep -c 'paused until'
    "$1" resume`;
  await runInNamespace(() => ["sh", "-c", script, "sh", binary], {}, ({ stdout, stderr }) => {
    expect(stderr).toBe("");
    expect(stdout).toMatch(
      /^sweep, watch and hooks end nothing until \d{4}-.*\n1\n1\n1\nagent_reaper_paused 1\nsweep, watch and hooks work again\n0\nNothing was paused\.\n$/,
    );
  });
});

test("a pause that is over at once is none, and ends no other", async () => {
  const script = `"$1" pause 2h >/dev/null; "$1" pause 0s; echo $?; "$1" resume`;
  await runInNamespace(() => ["sh", "-c", script, "sh", binary], {}, ({ stdout, stderr }) => {
    expect(stdout).toBe("2\nsweep, watch and hooks work again\n");
    expect(stderr).toBe(
      "agent-reaper: pause 0s: is over at once: agent-reaper resume ends a pause, or write for example 2h\n",
    );
  });
});

test("work goes on where nothing can be remembered, and one line says that", async () => {
  const script = `mkdir -m 755 "$HOME/state" && chmod 777 "$HOME/state"
    AGENT_REAPER_STATE="$HOME/state" "$1" reap --yes; echo "exit $?"
    AGENT_REAPER_STATE="$HOME/state" "$1" history; echo "exit $?"`;
  await runInNamespace(() => ["sh", "-c", script, "sh", binary], {}, ({ stdout, stderr, directory }) => {
    expect(stdout.match(/exit \d/g)).toEqual(["exit 0", "exit 3"]);
    const says = `${directory}/home/state: others can write to it: chmod 700 it`;
    for (const line of stderr.trim().split("\n")) expect(line).toContain(says);
    expect(stderr.trim().split("\n")).toHaveLength(2);
  });
});
