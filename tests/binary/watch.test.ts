import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInNamespace, runInside } from "../support/namespace.ts";
import type { Told as Denied } from "../support/programs/watch-denied.ts";
import type { Told as Life } from "../support/programs/watch-life.ts";
import type { Told as Ruled } from "../support/programs/watch-rules.ts";
import type { Told as Unheard } from "../support/programs/watch-unheard.ts";
import type { Told as Storm } from "../support/programs/watch-storm.ts";

setDefaultTimeout(300_000);

const binary = join(import.meta.dir, "../../dist/agent-reaper");
const programs = join(import.meta.dir, "../support/programs");
/** The whole storm of 10,000 rounds is bench/watch.ts. */
const ROUNDS = 150;

test("watch ends whatever becomes an orphan, round after round, and nothing else", async () => {
  const told = await runInside<Storm>(join(programs, "watch-storm.ts"), { binary, rounds: ROUNDS });
  expect(told.orphans).toBeGreaterThan(5);
  expect(told).toMatchObject({ orphansLeft: 0, stayed: true, strangers: [], failedRounds: 0, exitCode: 0, stderr: "" });
  expect(told.late.descriptors).toBeLessThanOrEqual(told.early.descriptors + 3);
});

test("watch goes by the configuration as it is: who is spared meanwhile stays, and while it is wrong nobody is ended", async () => {
  const told = await runInside<Ruled>(join(programs, "watch-rules.ts"), { binary });
  expect(told).toMatchObject({ spared: { alive: true }, whileWrong: { alive: true }, left: [], exitCode: 0 });
  expect(told.said.match(/the configuration has changed: it holds from now on/g)).toHaveLength(2);
  // Once, however many rounds it was wrong.
  expect(told.complaints).toMatch(/^agent-reaper: watch: round failed: .*config\.toml: .*protects.*\n$/);
});

test("watch ends whom it has to while nobody listens whom it tells, and tells of them together when somebody does", async () => {
  const told = await runInside<Unheard>(join(programs, "watch-unheard.ts"), { binary });
  expect(told).toMatchObject({ asked: { webhook: 1, server: 1 }, givenUp: { webhook: 0, server: 0 }, exitCode: 0 });
  expect(told.pids.filter((pid) => !told.toldOf.includes(pid))).toEqual([]);
});

test("watch works on where nothing more can be said: a full disk is told once", async () => {
  const lines = `"$1" watch --now --every 100ms --confirm 1 --min-age 0s >/dev/full 2>err & watch=$!
    deadline=$(($(date +%s) + 60))
    until "$1" metrics | grep -q '^agent_reaper_runs_total{command="watch"}' || [ $(date +%s) -gt $deadline ]; do :; done
    kill -INT $watch; wait $watch; echo "exit $?"; cat err`;
  await runInNamespace(() => ["bash", "-c", lines, "bash", binary], {}, ({ stdout }) => {
    expect(stdout).toBe(
      "exit 0\nagent-reaper: watch: standard output: no space left on the device (ENOSPC): what was to be said is incomplete\n",
    );
  });
});

test("watch works on where its log is gone, and says so once", async () => {
  const lines = `mkdir logs; "$1" watch --now --every 100ms --confirm 1 --min-age 0s --log logs/w 2>err & watch=$!
    until [ -s logs/w ]; do sleep 0.05; done; rm -r logs
    kill -TERM $watch; wait $watch; echo "exit $?"; cat err`;
  await runInNamespace(() => ["bash", "-c", lines, "bash", binary], {}, ({ stdout }) => {
    expect(stdout).toBe("exit 0\nagent-reaper: watch: --log logs/w: no such file (ENOENT): the rounds go on\n");
  });
});

test("watch writes into its log why it did not begin, and why it ended: a service's standard error leads nowhere", async () => {
  const late = 'setTimeout(() => { throw new Error("boom") }, 300); export default ' +
    '{ name: "late", summary: "s", asks: "root", needs: [], object() {} }';
  const lines = `mkdir -p "$XDG_CONFIG_HOME/agent-reaper"; config=$XDG_CONFIG_HOME/agent-reaper/config.toml
    echo 'confidence = "sure"' >"$config"; "$1" watch --log w 2>err; echo "exit $?"
    echo '${late}' >late.js; echo "plugins = [\\"$PWD/late.js\\"]" >"$config"
    "$1" watch --log w 2>>err; echo "exit $?"; cut -c22- w; echo; sed 's/agent-reaper: \\(watch: \\)*//' err`;
  await runInNamespace(() => ["bash", "-c", lines, "bash", binary], {}, ({ stdout }) => {
    const [first, second, wrong, began, ended, , ...said] = stdout.trimEnd().split("\n");
    expect([first, second]).toEqual(["exit 2", "exit 2"]);
    expect(wrong).toMatch(/^watch: .*config\.toml: confidence = "sure": expected/);
    expect(began).toBe("watch: every 5 min, what 2 rounds saw as an orphan is ended");
    expect(ended).toMatch(/^watch: plugin .*late\.js: failed later \(boom\)/);
    expect([wrong, ended]).toEqual(said.map((line) => `watch: ${line}`));
  });
});

// Under sudo means as root, and only root has a right to signal others that can be taken away.
if (process.getuid?.() === 0) {
  test("watch tells once whom it may not signal, and does not go at them again in every round", async () => {
    const told = await runInside<Denied>(join(programs, "watch-denied.ts"), { binary }, {
      prefix: () => ["setpriv", "--bounding-set=-kill"],
    });
    expect(told).toMatchObject({ alive: true, attempts: [1] });
    expect(told.lines.map((line) => line.replace(/^.{19} {2}/, "").replace(/\(.*?\)/, "()"))).toEqual([
      `denied claude ${told.pid} (): the system does not let us signal it`,
    ]);
  });

  test("watch under sudo leaves a lock that the person's own watch can take", async () => {
    const lines =
      `export AGENT_REAPER_STATE=$2/state; mkdir -m 700 "$AGENT_REAPER_STATE"; chown 4242 "$AGENT_REAPER_STATE" .
      SUDO_UID=4242 SUDO_GID=4242 "$1" watch --every 1h & watch=$!
      until [ -s "$AGENT_REAPER_STATE/watch.lock" ]; do sleep 0.05; done
      kill -TERM $watch; wait $watch; stat -c %u "$AGENT_REAPER_STATE/watch.lock"`;
    await runInNamespace((directory) => ["bash", "-c", lines, "bash", binary, directory], {}, ({ stdout }) => {
      expect(stdout).toEndWith("\n4242\n");
    });
  });
}

test("watch is one for each user, ends at once, and what a kill -9 cuts off is finished by the next", async () => {
  const told = await runInside<Life>(join(programs, "watch-life.ts"), { binary });
  expect(told.unconfirmed).toBe(true);
  expect(told.second.exitCode).toBe(3);
  expect(told.second.stderr).toMatch(
    new RegExp(
      `^agent-reaper: watch: another one runs already \\(pid ${told.watchPid}, since [-\\d]{10} [:\\d]{8}\\).*\\n$`,
    ),
  );
  expect(told.endedInGrace).toEqual({ exitCode: 0, alive: true });
  // Who is on record may be answered for by somebody that no table shows.
  expect(told.unread).toEqual({ said: "the registry cannot be read, so nobody is touched", alive: true });
  expect(told.aliveAfterKill).toBe(true);
  expect(told.open.actions).toMatchObject([{ pid: told.pid, outcome: "asked" }]);
  expect(told.alive).toBe(false);
  expect(told.toolAlive).toBe(false);
  expect(told.finished.actions.filter(({ pid }) => pid === told.pid)).toMatchObject([{ outcome: "killed" }]);
  expect(told.paused.said).toMatch(/^paused until \d{4}-/);
  expect(told.paused.alive).toBe(true);
});
