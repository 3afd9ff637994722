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

test("a link in the place of a pause is not followed, under sudo neither: nobody else's file gets a time or an owner", async () => {
  const script = `mkdir -m 700 "$HOME/state"; export AGENT_REAPER_STATE="$HOME/state"
    for name in theirs twin; do touch -d 2020-01-01 "$HOME/$name"; done
    facts() { stat -c '%u %y' "$HOME/theirs" "$HOME/twin" | cut -c1-12; }
    try() { ln -s "$HOME/theirs" state/paused; "$@" pause 1h; echo "exit $?"; rm state/paused
      ln "$HOME/twin" state/paused; "$@" pause 1h; echo "exit $?"; rm state/paused; facts; }
    cd; try "$1"
    if [ -z "$2" ]; then exit; fi
    chown 65534 state; try env SUDO_UID=65534 "$1"
    env SUDO_UID=65534 "$1" pause 1h >/dev/null; stat -c '%u %h' state/paused`;
  const isRoot = process.geteuid?.() === 0;
  await runInNamespace(
    () => ["sh", "-c", script, "sh", binary, isRoot ? "root" : ""],
    {},
    ({ stdout, stderr, directory }) => {
      const kept = ["exit 3", "exit 3", "0 2020-01-01", "0 2020-01-01"];
      expect(stdout.trim().split("\n")).toEqual([...kept, ...isRoot ? [...kept, "65534 1"] : []]);
      const says = `agent-reaper: ${directory}/home/state/paused: is no regular file: move it away`;
      expect([...new Set(stderr.trim().split("\n"))]).toEqual([says]);
    },
  );
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
