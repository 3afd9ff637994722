/** Slots as a script and a person use them: the binary, real processes, locks that the kernel gives back. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { said, script } from "../support/slot-script.ts";

setDefaultTimeout(300_000);

describe("slots run", () => {
  test("is as if it were not there: streams, arguments, environment, exit code", async () => {
    expect(
      await said(
        `
        printf 'in\\n' | s run --max 1 -- sh -c 'cat; echo "$1|$2|$WORD"; exit 7' sh 'a b' '' ; echo $?
        for code in 0 1 2 75 126 255; do s run --max 1 -- sh -c "exit $code"; echo $?; done`,
        { WORD: "ä\ttab" },
      ),
    ).toEqual(["in", "a b||ä\ttab", "7", "0", "1", "2", "75", "126", "255"]);
  });

  test("dies of the signal that the command dies of", async () => {
    // Those that a shell says nothing about, and those that a runtime likes to catch.
    expect(
      await said(`for signal in HUP INT QUIT ILL ABRT KILL SEGV PIPE ALRM TERM USR1 USR2 XFSZ; do
        s run --max 1 -- sh -c "ulimit -c 0; kill -$signal \\$\\$" 2>/dev/null; echo "$signal $(($? - 128))"
      done 2>/dev/null`),
    ).toEqual([
      "HUP 1",
      "INT 2",
      "QUIT 3",
      "ILL 4",
      "ABRT 6",
      "KILL 9",
      "SEGV 11",
      "PIPE 13",
      "ALRM 14",
      "TERM 15",
      "USR1 10",
      "USR2 12",
      "XFSZ 25",
    ]);
    const { stdout } = await script(`s run --max 1 -- sh -c 'kill -TERM $$' & wait $!; echo $?`);
    expect(stdout).toBe("143\n");
  });

  test("forwards what is sent to it alone", async () => {
    expect(
      await said(`for signal in TERM HUP INT QUIT USR1 USR2; do
        mkfifo ready-$signal
        env --default-signal=INT,QUIT s run --max 1 -- bash -c "trap 'echo got $signal; exit 5' $signal; echo > ready-$signal; while :; do sleep 0.01; done" &
        read -r _ < ready-$signal; kill -$signal $!; wait $!; echo $?
      done`),
    ).toEqual(["TERM", "HUP", "INT", "QUIT", "USR1", "USR2"].flatMap((signal) => [`got ${signal}`, "5"]));
  });

  test("leaves the dispositions of signals as it found them", async () => {
    // nohup: SIGHUP is bit 0; the runtime's own SIGPIPE (12) and SIGXFSZ (24) are not handed on.
    const [plain, nohup] = await said(`
      s run --max 1 -- grep SigIgn /proc/self/status
      nohup "$A" slots run --max 1 -- grep SigIgn /proc/self/status 2>/dev/null`);
    const ignored = (line: string | undefined) => BigInt(`0x${line?.split(/\s+/)[1]}`);
    const bits = (1n << 0n) | (1n << 12n) | (1n << 24n);
    expect(ignored(plain) & bits).toBe(0n);
    expect(ignored(nohup) & bits).toBe(1n);
  });

  test("knows how its command ended also where ends are not to be heard of", async () => {
    expect(await said(`env --ignore-signal=CHLD s run --max 1 -- sh -c 'exit 3'; echo $?`)).toEqual(["3"]);
  });

  test("says in one line what is wrong, with a code of its own", async () => {
    const { stdout, stderr } = await script(`
      s run --max 1 -- sleep 100 & await active 1; asleep 1
      for what in '--max 1 --wait 0s -- true' '--max 1 --wait 100ms -- true' '--max 0 -- true' '--max 2 -- no-such-program' \\
        '--max 2 -- /etc/passwd' '--name ../x -- true' '--wait 5 -- true' '--max 2'; do
        s run $what; echo $?
      done; kill -9 $(jobs -p) $(pgrep -x sleep)`);
    expect(stdout.split("\n").slice(0, 8)).toEqual(["75", "75", "2", "127", "126", "2", "2", "2"]);
    const complaints = stderr.split("\n").filter((line) => line.startsWith("agent-reaper:"));
    expect(complaints.length).toBe(8);
    expect(complaints[1]).toContain("no slot came free within 100 ms, the only one is taken");
    expect(complaints[3]).toContain("no program no-such-program");
    expect(complaints[4]).toContain("/etc/passwd cannot be run");
  });

  test("killed with -9 it leaves the slot to its command, as long as that runs", async () => {
    expect(
      await said(`
        s run --max 1 -- sleep 100 & await active 1; asleep 1
        command=$(pgrep -x sleep)
        until [ "$(field active; s status --json | sed -n 's/.*"pid": \\([0-9]*\\),/\\1/p')" = "1
$command" ]; do sleep 0.02; done
        kill -9 $!; wait $! 2>/dev/null
        s run --max 1 --wait 0s -- echo stolen 2>/dev/null; echo $?
        s run --max 1 -- echo mine & await waiting 1
        kill -9 $command; wait $!; echo $?`),
    ).toEqual(["75", "mine", "0"]);
  });

  test("gives the slot back when the command ends, whatever that left in the background", async () => {
    expect(
      await said(
        `
        s run --max 1 -- sh -c 'sleep 100 >/dev/null 2>&1 & read -r go < go' & mkfifo go; await active 1
        s run --max 1 -- echo next & await waiting 1; echo > go; wait $!
        pgrep -c -x sleep; s run --max 1 --wait 0s -- echo again; pkill -9 -x sleep`.replace(
          "s run --max 1 -- sh",
          "mkfifo go; s run --max 1 -- sh",
        ).replace("& mkfifo go;", "&"),
      ),
    ).toEqual(["next", "1", "again"]);
  });

  test("serves in the order of arrival", async () => {
    expect(
      await said(`
        mkfifo go; s run --max 1 -- sh -c 'read -r go < go' & await active 1
        for each in 1 2 3 4 5 6; do s run --max 1 -- echo $each & await waiting $each; done
        echo > go; wait`),
    ).toEqual(["1", "2", "3", "4", "5", "6"]);
  });

  test("who waits and is stopped or killed holds nobody up", async () => {
    expect(
      await said(`
        mkfifo go; s run --max 1 -- sh -c 'read -r go < go' & await active 1
        s run --max 1 -- echo killed & killed=$!; await waiting 1
        s run --max 1 -- echo stopped & stopped=$!; await waiting 2
        s run --max 1 -- echo free & free=$!; await waiting 3
        kill -STOP $stopped; kill -9 $killed; await waiting 2; echo > go; wait $free
        kill -CONT $stopped; wait $stopped; field waiting; ls $slots`),
    ).toEqual(["free", "stopped", "0", "agent-reaper-turnstile.lock", "slot-0.lock"]);
  });

  test("who is stopped while waiting is not even in the way of who does not wait", async () => {
    expect(
      await said(`
        mkfifo go; s run --max 1 -- sh -c 'read -r go < go' & holder=$!; await active 1
        s run --max 1 -- echo stopped & stopped=$!; await waiting 1; kill -STOP $stopped
        echo > go; wait $holder; s run --max 1 --wait 0s -- echo at once; kill -CONT $stopped; wait $stopped`),
    ).toEqual(["at once", "stopped"]);
  });

  test("has as many as it may, each with a number of its own", async () => {
    const numbers = await said(`
      for each in 1 2 3; do s run --max 3 -- sh -c 'echo $AGENT_REAPER_SLOT; exec sleep 100' & done
      await active 3; asleep 3; s run --max 3 --wait 0s -- echo four 2>/dev/null; s run --max 4 --wait 0s -- sh -c 'echo $AGENT_REAPER_SLOT'
      s run --name other --max 1 --wait 0s -- echo other; pkill -9 -x sleep`);
    expect(numbers.sort()).toEqual(["0", "1", "2", "3", "other"]);
  });
});

describe("slots acquire", () => {
  test("keeps the slot as long as the process lives, kill -9 included", async () => {
    expect(
      await said(`
        sleep 100 & for=$!
        s acquire --max 1 --for-pid $for
        s run --max 1 --wait 0s -- echo stolen 2>/dev/null; echo $?
        s run --max 1 -- echo mine & await waiting 1
        kill -9 $for; wait $! ; pgrep -f '^[^ ]*agent-reaper slots keep' | wc -l`),
    ).toEqual(["0", "75", "mine", "0"]);
  });

  test("its document says which command it is of", async () => {
    const lines = await said(`s acquire --max 1 --for-pid $$ --json ; s release --slot-id 0 --yes`);
    const { schemaVersion, command, slot } = JSON.parse(lines.slice(0, -1).join("\n")) as Record<string, unknown>;
    expect({ schemaVersion, command, slot }).toEqual({
      schemaVersion: 1,
      command: "slots acquire",
      slot: 0,
    });
  });

  test("lets go when asked, and only then", async () => {
    expect(
      await said(`
        n=$(s acquire --max 1 --for-pid $$); echo $n; field active
        s release --slot-id $n --yes; field active; s release --slot-id $n --yes; s release --slot-id 9 --yes`),
    ).toEqual([
      "0",
      "1",
      "slot 0: released by its keeper",
      "0",
      "slot 0: was free already",
      "slot 9: was never taken",
    ]);
  });

  test("takes none where it cannot say which", async () => {
    const { stdout, stderr } = await script(`
      for how in '' --json; do s acquire --max 1 --for-pid $$ $how >/dev/full; echo $?; done
      field active; pgrep -f '^[^ ]*agent-reaper slots keep' | wc -l`);
    expect(stdout).toBe("3\n3\n0\n0\n");
    expect(stderr).toBe(
      "agent-reaper: standard output: no space left on the device (ENOSPC): what was to be said is incomplete\n".repeat(
        2,
      ),
    );
  });

  test("refuses for a process that is not there", async () => {
    const { stderr, stdout } = await script(`true & wait $!; s acquire --max 1 --for-pid $!; echo $?; field active`);
    expect(stdout).toBe("2\n0\n");
    expect(stderr).toMatch(/^agent-reaper: --for-pid \d+: no such process: name one that lives/);
  });

  test("its keeper is nobody's orphan, also where an agent took the slot in a directory that is gone", async () => {
    const { findings, pid, environment, cwd } = JSON.parse((await said(`
      mkdir gone; cd gone
      CLAUDECODE=1 CLAUDE_PID=$$ ANTHROPIC_API_KEY=secret "$A" slots acquire --max 1 --for-pid $$ >/dev/null; rmdir ../gone; cd /
      keeper=$(pgrep -f '^[^ ]*agent-reaper slots keep')
      "$A" scan --all --json --min-age 0s | tr -d '\\n' | sed 's/^/{"findings":/; s/$/,/'
      printf '"pid":%s,"environment":"%s","cwd":"%s"}' $keeper "$(tr '\\0' ' ' </proc/$keeper/environ)" "$(readlink /proc/$keeper/cwd)"
    `)).join(""));
    expect(JSON.stringify(findings.findings)).not.toContain(`"pid": ${pid}`);
    expect(findings.plan.terminate).not.toContain(pid);
    expect(environment).toContain("AGENT_REAPER_KEEP=1");
    expect(environment).not.toMatch(/CLAUDE|ANTHROPIC/);
    expect(cwd).toBe("/");
  });
});

describe("what a dead holder left", () => {
  const KILLED = `
    s run --max 1 -- sleep 100 & await active 1; asleep 1
    until s status --json | grep -q "\\"pid\\": $(pgrep -x sleep),"; do sleep 0.02; done
    kill -9 $! $(pgrep -x sleep); wait $! 2>/dev/null; await active 0`;

  test("is shown, and released by cleanup", async () => {
    const lines = await said(`${KILLED}
      s status | tail -1; s cleanup --dry-run; s cleanup --dry-run --json | grep because || echo none
      s cleanup --yes; s cleanup --yes; wc -c < $slots/slot-0.lock`);
    expect(lines[0]).toMatch(/^slot 0 is stale: pid \d+ is gone: nobody has its lock/);
    expect(lines[1]).toMatch(/^slot 0: would be released, pid \d+ is gone/);
    expect(lines[2]).toMatch(/^ +"because": "pid \d+ is gone/);
    expect(lines[3]).toMatch(/^slot 0: released, pid \d+ is gone/);
    expect(lines.slice(4)).toEqual(["No stale slots.", "0"]);
  });

  test("is in the plan of scan and reap, and released by reap alone, without a question", async () => {
    const told = JSON.parse(
      (await said(`${KILLED}
        printf '{"scan":'; "$A" scan --json; printf ',"dry":'; "$A" reap --dry-run --json; printf ',"reap":'; "$A" reap --yes --json
        printf ',"after":'; "$A" scan --json; printf '}'`)).join("\n"),
    );
    const [stale] = told.scan.slots;
    expect(stale).toMatchObject({ name: "default", slot: 0, because: `pid ${stale.pid} is gone: nobody has its lock` });
    expect(stale.path).toEndWith("/agent-reaper/slots/default/slot-0.lock");
    for (const report of [told.scan, told.dry, told.reap]) expect(report.plan.release).toEqual([stale.path]);
    expect(told.dry.results).toEqual([]);
    expect(told.reap.results).toEqual([{ path: stale.path, outcome: "released", because: stale.because }]);
    expect(told.after.slots).toBeUndefined();
    expect(told.after.plan.release).toBeUndefined();
  });

  test("is told to people", async () => {
    const lines = await said(`${KILLED}
      "$A" scan; "$A" reap --yes`);
    expect(lines.join("\n")).toContain("1 slot is left by dead holders (0 of default).");
    expect(lines.at(-1)).toBe("Released 1 slot of dead holders.");
  });

  test("is released by a sweep, which says which", async () => {
    const { stdout, stderr } = await script(`${KILLED}
      "$A" sweep 2>&1; "$A" sweep --now; s cleanup --yes; wc -c < $slots/slot-0.lock`);
    expect(stdout).toMatch(
      /^agent-reaper: released slot 0 of default \(pid \d+ is gone: nobody has its lock\)\nNo stale slots.\n0\n$/,
    );
    expect(stderr.replace(/^.*line \d+: +\d+ Killed .*\n/gm, "")).toBe("");
  });

  test("is in nobody's way", async () => {
    expect(
      await said(`${KILLED}
      s run --max 1 --wait 0s -- echo mine`),
    ).toEqual(["mine"]);
  });

  test("is not taken from a command that runs", async () => {
    const { stdout, stderr } = await script(`
      s run --max 1 -- sleep 100 & await active 1; asleep 1
      until s status --json | grep -q "\\"pid\\": $(pgrep -x sleep),"; do sleep 0.02; done
      s release --slot-id 0 --yes; echo $?; s cleanup --yes; field active; s release --slot-id 0; echo $?; pkill -9 -x sleep`);
    expect(stdout).toBe("1\nNo stale slots.\n1\n2\n");
    expect(stderr).toMatch(/slot 0 is held by pid \d+ \(sleep 100\): end that, and the slot is free/);
  });
});

describe("slots status", () => {
  test("tells programs", async () => {
    const told = JSON.parse((await said(`
      s run --max 2 -- sleep 100 --api-key=sk-ant-REDACTED 2>/dev/null; s run --max 2 -- sleep 100 & await active 1; asleep 1
      until s status --json | grep -q "\\"pid\\": $(pgrep -x sleep),"; do sleep 0.02; done; s status --json --max 2; pkill -9 -x sleep`))
      .join("\n"));
    expect(told).toMatchObject({ command: "slots status", name: "default", max: 2, active: 1, waiting: 0, stale: [] });
    const [holder] = told.holders;
    expect(holder).toMatchObject({ command: "sleep 100", max: 2 });
    expect(told.pids).toEqual([holder.pid]);
    expect(holder.startToken).toMatch(/^\d+$/);
    expect(Date.parse(holder.since)).toBeGreaterThan(0);
  });

  test("fits a narrow terminal, and says where the number comes from", async () => {
    const lines = await said(`
      s run --max 1 -- sleep 100 ${
      "1".repeat(120)
    } & await active 1; asleep 1; COLUMNS=60 s status; pkill -9 -x sleep; wait 2>/dev/null
      s status --name unused`);
    expect(lines[0]).toBe("default: 1 of 1 taken, 0 waiting");
    expect(Math.max(...lines.slice(0, 6).map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(lines.join("\n")).toMatch(
      /unused: 0 of \d+ taken, 0 waiting\n\d+: the smallest of \d+ processors?, .* of memory available at 1.0 GiB each, and 16/,
    );
  });

  test("shows no secret and nothing that a terminal would obey", async () => {
    const { stdout } = await script(`
      s run --max 1 -- sh -c 'sleep 100; : "$1"' $'--api-key=supersecretvalue\\e[2J' & await active 1
      s status --color always; cat $slots/slot-0.lock; pkill -9 -x sleep`);
    expect(stdout).not.toContain("supersecretvalue");
    expect(stdout).not.toContain("\x1b[2J");
  });
});
