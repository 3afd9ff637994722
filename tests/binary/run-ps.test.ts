/** `run` by the ps backend, as on macOS: here by choice. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInNamespace, runInside } from "../support/namespace.ts";
import { standstill, STANDSTILL_ENV } from "../support/standstill.ts";
import type { Input, Killed, Round } from "../support/programs/run-killed.ts";
import type { Seen } from "../support/programs/run-on-terminal.ts";

setDefaultTimeout(300_000);

const binary = join(import.meta.dir, "../../dist/agent-reaper");
const programs = join(import.meta.dir, "../support/programs");
/** The long form kills at more instants. */
const isLong = process.env["AGENT_REAPER_LONG_TESTS"] === "1";

/** The lines that a shell script prints, with the binary as $AR and what runs by ps as $RUN. */
function lines(script: string, env: Readonly<Record<string, string>> = {}): Promise<string[]> {
  return runInNamespace(
    () => ["bash", "-c", script],
    { env: { AR: binary, RUN: `${binary} run --backend ps`, ...env } },
    ({ stdout, stderr }) => `${stdout}${stderr}`.trimEnd().split("\n"),
  );
}

/** Lines of a script that put another ps in the place of the system's: this line, and then what it was. */
const otherPs = (line: string): string => `
  cp "$(realpath /bin/ps)" real; printf '#!/bin/sh\\n%s\\nexec "%s/real" "$@"\\n' ${line} "$PWD" > other
  chmod 755 other; mount --bind other "$(realpath /bin/ps)"`;

describe("run by ps passes on", () => {
  test("exit codes: those that mean something to somebody, and in the long form all 256", async () => {
    const codes = isLong ? "{0..255}" : "0 1 2 75 127 128 255";
    const script = `for i in ${codes}; do $RUN -- sh -c "exit $i"; [ $? = $i ] || echo $i; done; echo done`;
    expect(await lines(script)).toEqual(["done"]);
  });

  test("death by signals that end a process, and in the long form by every one", async () => {
    const signals = isLong ? "grep { !$other{$_} } 1 .. 31, 34 .. 64" : "1, 2, 3, 6, 9, 13, 14, 15, 64";
    const script = String.raw`perl -e '
      my %other = map { $_ => 1 } 17 .. 23, 28;
      for my $signal (${signals}) {
        system { $ENV{AR} } $ENV{AR}, "run", "--backend", "ps", "--", "perl", "-e", "\$SIG{FPE} = q(DEFAULT); kill $signal, \$\$; sleep 5";
        print "$signal: $?\n" if ($? & 127) != $signal;
      }'; echo done`;
    expect(await lines(script)).toEqual(["done"]);
  });

  test("a signal to itself, once, and standard streams", async () => {
    const script = `
      $RUN -- perl -e '$SIG{TERM} = sub { $n++ }; $| = 1; print "up\\n"; select undef, undef, undef, 0.05 until $n; select undef, undef, undef, 0.3; print "$n\\n"; exit 4' > told &
      until grep -qs up told; do sleep 0.05; done; kill -TERM $!; wait $!; echo $?; tail -n 1 told
      echo through | $RUN -- cat`;
    expect(await lines(script)).toEqual(["4", "1", "through"]);
  });

  test("what is wrong with a command", async () => {
    const script = `$RUN -- no-such-program; echo $?; $RUN -- /etc/passwd; echo $?
      $AR run --backend nothing -- true; echo $?`;
    expect((await lines(script)).sort()).toEqual([
      "126",
      "127",
      "2",
      "agent-reaper: --backend nothing: contains no commands on linux, known are procfs, ps",
      "agent-reaper: run: /etc/passwd: permission denied",
      "agent-reaper: run: no-such-program: no such file",
    ]);
  });
});

describe("run by ps on a terminal", () => {
  test("keys, job control, size, full screen, hangup", async () => {
    const seen = await runInside<Seen>(join(programs, "run-on-terminal.ts"), {
      binary,
      options: "--backend ps",
      shell: "bash --norc --noprofile -i",
    });
    expect(seen["Ctrl-Z"]).toMatch(/[Ss]topped|suspended/);
    expect(seen).toMatchObject({
      "Ctrl-C": "130",
      "Ctrl-\\": "131",
      "fg, then the end of input": "5",
      "background that reads, then fg": "5",
      "stty stays": "yes",
      "full screen": "0",
      "job control in it": "130",
      "a shell in it": "9",
      "hangup": "ended",
    });
  });
});

describe("run by ps ends", () => {
  test("what the command leaves behind, and what it took too long for", async () => {
    const script = `
      $RUN --grace 100ms -- sh -c '(trap "" TERM; exec sleep 1000) & setsid sleep 1000 & (setsid sleep 1000 &) ; exit 3'; echo $?
      $RUN --timeout 200ms --grace 100ms -- sh -c 'trap "" TERM; sleep 1000; sleep 1000'; echo $?
      ps -C sleep -o stat= | grep -vc Z`;
    expect(await lines(script)).toEqual(["3", "124", "0"]);
  });

  test("what it took too long for, where ps is slow: what is stopped to be killed stops nobody else", async () => {
    // Who only asks for a state gets it at once.
    const script = `${otherPs(`'[ "$2" = stat= ] || sleep 0.3'`)}
      $RUN --timeout 200ms --grace 100ms -- sh -c 'trap "" TERM; sleep 1000; sleep 1000'; echo $?`;
    expect(await lines(script)).toEqual(["124"]);
  });

  test("what is left after its grace, in which no time counts that the machine stood still", async () => {
    // Not this script's own words.
    expect(await lines(standstill("$RUN", "-f '[r]un-guardian ps'"), STANDSTILL_ENV)).toEqual(["3", "tidy"]);
  });

  test("what left parent, group and session and carries no tag, where a look saw it before", async () => {
    // Each look is a ps, of which this one keeps count. When the second begins that began after us, the first has been read.
    const script = `
      : > looks; ${otherPs('"echo >> $PWD/looks"')}
      export SEEN='before=$(wc -l < looks); until [ $(wc -l < looks) -ge $((before + 2)) ]; do sleep 0.02; done'
      $RUN --grace 100ms -- env -u AGENT_REAPER_RUN sh -c 'setsid sh -c "$SEEN; sleep 1000 & exit" & wait; exit 6'; echo $?
      ps -C sleep -o stat= | grep -vc Z`;
    expect(await lines(script)).toEqual(["6", "0"]);
  });

  test("nobody else: neighbours of the group, children from before, and who only talks of the tag", async () => {
    const script = `
      sleep 1001 & sh -c 'sleep 1002 & exec '"$RUN"' -- true'; echo $?
      { $RUN -- sh -c 'echo $AGENT_REAPER_RUN > tag; until [ -e enough ]; do sleep 0.05; done'; : > over; } | sleep 1003 &
      until [ -s tag ]; do sleep 0.05; done
      setsid perl -e 'sleep 1004' "AGENT_REAPER_RUN=$(cat tag)" &
      until pgrep -f '^perl -e sleep' >/dev/null; do sleep 0.05; done; : > enough
      until [ -e over ]; do sleep 0.05; done; pgrep -fc '^(sleep 100[123]|perl -e sleep)'`;
    expect(await lines(script)).toEqual(["0", "4"]);
  });

  test("but not what was detached on purpose and may be", async () => {
    const script = `
      $RUN --detach-ok --grace 100ms -- sh -c 'sleep 1001 & setsid sleep 1002 & until pgrep -f "^sleep 1002" >/dev/null; do :; done'; echo $?
      pgrep -f '^sleep 1001'; pgrep -fc '^sleep 1002'`;
    expect(await lines(script)).toEqual(["0", "1"]);
  });

  test("all of it, whoever of us is killed with -9, at any instant", async () => {
    const who: readonly Killed[] = ["front", "guardian", "both"];
    const rounds = [
      { killed: "nobody", ready: true },
      ...who.map((killed) => ({ killed, ready: true })),
      ...Array.from({ length: isLong ? 20 : 1 }, () => who.map((killed) => ({ killed, ready: false }))).flat(),
    ] as const;
    const input: Input = { binary, backend: "ps", rounds };
    const told = await runInside<Round[]>(join(programs, "run-killed.ts"), input);
    for (const round of told) {
      const { killed, there, left, found } = round;
      if (killed !== "both") expect({ killed, there, left }).toEqual({ killed, there, left: 0 });
      // Killed while it starts the command, the front leaves one that becomes the command a moment later.
      if (there >= 4) expect({ killed, found }).toEqual({ killed, found: left });
      expect(round).toMatchObject({ leftAfterReap: 0, reapExit: 0, entriesAfterReap: 0 });
    }
    expect(told.filter(({ there }) => there >= 4).length).toBeGreaterThanOrEqual(4);
  });
});
