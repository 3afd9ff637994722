/** `run`: as if it were not there, and nothing outlives it. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { compileC } from "../support/c-programs.ts";
import { runInNamespace, runInside } from "../support/namespace.ts";
import { standstill, STANDSTILL_ENV } from "../support/standstill.ts";
import type { Input, Killed, Round } from "../support/programs/run-killed.ts";
import type { Seen } from "../support/programs/run-on-terminal.ts";

setDefaultTimeout(300_000);

const binary = join(import.meta.dir, "../../dist/agent-reaper");
const programs = join(import.meta.dir, "../support/programs");
/** The long form kills at more instants. */
const isLong = process.env["AGENT_REAPER_LONG_TESTS"] === "1";

/** The lines that a shell script prints, with the binary as $AR. */
function lines(script: string): Promise<string[]> {
  return runInNamespace(
    () => ["bash", "-c", script],
    { env: { AR: binary } },
    ({ stdout, stderr }) => `${stdout}${stderr}`.trimEnd().split("\n"),
  );
}

describe("run passes on", () => {
  test("exit codes: those that mean something to somebody, and in the long form all 256", async () => {
    const codes = isLong ? "{0..255}" : "0 1 2 3 70 75 77 {124..131} 137 143 254 255";
    const script = `for i in ${codes}; do $AR run -- sh -c "exit $i"; [ $? = $i ] || echo $i; done; echo done`;
    expect(await lines(script)).toEqual(["done"]);
  });

  test("death by every signal that ends a process", async () => {
    // Perl tells a death from a code; a program that kills itself is there until it dies of it.
    const script = String.raw`perl -e '
      my %other = map { $_ => 1 } 17 .. 23, 28;
      for my $signal (grep { !$other{$_} } 1 .. 64) {
        system { $ENV{AR} } $ENV{AR}, "run", "--", "perl", "-e", "\$SIG{FPE} = q(DEFAULT); kill $signal, \$\$; sleep 5";
        print "$signal: $?\n" if ($? & 127) != $signal;
      }'; echo done`;
    expect(await lines(script)).toEqual(["done"]);
  });

  test("arguments, environment and descriptors byte by byte", async () => {
    const script = String.raw`
      export ODD=$'\xff\n=x' AGENT_REAPER_RUN=other
      $AR run -- bash -c 'printf "%s|" "$@" "$ODD" | od -An -v -tx1 | tr -d " \n"; echo; cat <&7; ls /proc/self/fd | wc -l' x $'a\xfe' '' -- 'b c' 7<<<seven
      ls /proc/self/fd | wc -l`;
    const [words, seven, inside, outside] = await lines(script);
    expect(words).toBe(Buffer.from("a\xfe||--|b c|\xff\n=x|", "latin1").toString("hex"));
    expect(seven).toBe("seven");
    // The one more is 7 itself.
    expect(Number(inside) - Number(outside)).toBe(1);
  });

  test("how signals stand with the caller", async () => {
    const script = `
      (trap '' HUP; $AR run -- grep SigIgn /proc/self/status)
      trap '' PIPE; $AR run -- grep -E 'SigIgn|SigBlk' /proc/self/status; trap - PIPE
      nohup $AR run -- grep SigIgn /proc/self/status 2>/dev/null`;
    expect(await lines(script)).toEqual([
      "SigIgn:\t0000000000000001",
      "SigBlk:\t0000000000000000",
      "SigIgn:\t0000000000001000",
      "SigIgn:\t0000000000000001",
    ]);
  });

  test("signals, those to itself and those to its group, once each", async () => {
    // Perl leads a group of its own, or the group's signals would reach the script. What is counted is what came within a while.
    const counts = String
      .raw`$SIG{$ARGV[0]} = sub { $n++ }; print "up\n"; $| = 1; select undef, undef, undef, 0.05 until $n; select undef, undef, undef, 0.3; print "$ARGV[0] $n\n"`;
    const script = String.raw`
      cat > send.pl <<'END'
      $| = 1;
      for my $to ("it", "group") {
        for my $signal ("HUP", "INT", "QUIT", "TERM", "USR1", "USR2", "WINCH") {
          my $pid = open my $said, "-|";
          if (!$pid) {
            setpgrp;
            exec $ENV{AR}, "run", "--", "perl", "-e", '$| = 1; ' . $ENV{COUNTS}, $signal;
          }
          <$said>;
          kill $signal, $to eq "it" ? $pid : -$pid;
          print "$to: ", scalar <$said>;
          close $said;
        }
      }
END
      perl send.pl`;
    const told = await runInNamespace(
      () => ["bash", "-c", script],
      { env: { AR: binary, COUNTS: counts } },
      ({ stdout, stderr }) => `${stdout}${stderr}`.trimEnd().split("\n"),
    );
    const all = ["HUP", "INT", "QUIT", "TERM", "USR1", "USR2", "WINCH"];
    expect(told).toEqual([...all.map((name) => `it: ${name} 1`), ...all.map((name) => `group: ${name} 1`)]);
  });

  test("a signal to its group once, also where the front gets no processor for seconds", async () => {
    // It passes signals on in the order of their numbers, so INT would have come by the time that USR1 does.
    const counts = String
      .raw`$| = 1; $SIG{INT} = sub { $n++ }; $SIG{USR1} = sub { $over = 1 }; print "up\n"; select undef, undef, undef, 0.05 until $over; print "$n\n"`;
    const script = `
      setsid $AR run -- perl -e "$COUNTS" > told & until grep -qs up told; do sleep 0.02; done
      kill -STOP $!; kill -INT -- -$!; sleep 2; kill -USR1 $!; kill -CONT $!; wait $!; echo $?; tail -n 1 told`;
    const told = await runInNamespace(
      () => ["bash", "-c", script],
      { env: { AR: binary, COUNTS: counts } },
      ({ stdout, stderr }) => `${stdout}${stderr}`.trimEnd().split("\n"),
    );
    expect(told).toEqual(["0", "1"]);
  });

  const guarded = `$AR run -- sh -c 'tr "\\0" " " </proc/$PPID/cmdline; echo; cat /proc/$PPID/comm; exit 5'; echo $?`;

  test("a command that a copy of itself guards, also where the environment is large", async () => {
    // The copy becomes the program anew after a moment, and on a busy machine that may be before the command looks.
    const seen = `until told=$(${guarded}); [[ $told == *"-reaper run -- sh"* ]]; do :; done`;
    const copied = [expect.stringContaining("/agent-reaper run -- sh -c "), "run-guardian", "5"];
    expect(await lines(`${seen}; echo "$told"`)).toEqual(copied);
    expect(await lines(`for i in {1..1000}; do export V$i=$i; done; ${seen}; echo "$told"`)).toEqual(copied);
  });

  test("a command whose guardian lasts: it has no second thread, and the command may remove its directory", async () => {
    const script = `
      mkdir gone; cd gone
      $AR run -- sh -c 'rmdir ../gone
        until [ "$(readlink /proc/$PPID/cwd)" = / ] && grep -q "^Threads:.1$" /proc/$PPID/status; do sleep 0.02; done
        sleep 0.2; grep "^Threads" /proc/$PPID/status; exit 8'; echo $?
      cd /; $AR run --timeout 400ms --grace 100ms -- sh -c 'trap "" TERM; sleep 9; sleep 9'; echo $?`;
    expect(await lines(script)).toEqual(["Threads:\t1", "8", "124"]);
  });

  test("a command that ends in the very moment in which its guardian becomes the program anew", async () => {
    // It looks at the guardian's command line, which changes then.
    const script = `
      $AR run -- perl -e '$p = getppid; for (;;) { open F, "/proc/$p/cmdline"; last if <F> =~ /^agent-reaper.run-guardian/ } exit 5'; echo $?
      for ms in 080 090 100 110 120 130 140; do $AR run -- perl -e 'select undef, undef, undef, "0.$ARGV[0]"' $ms; echo $?; done`;
    expect(await lines(script)).toEqual(["5", ...Array<string>(7).fill("0")]);
  });

  test("a command that the program anew guards, where a second thread forbids the copy", async () => {
    const told = await runInNamespace(
      (directory) => [
        "bash",
        "-c",
        `export LD_PRELOAD=${compileC("another-thread", directory, "library")}; ${guarded}`,
      ],
      { env: { AR: binary } },
      ({ stdout, stderr }) => `${stdout}${stderr}`.trimEnd().split("\n"),
    );
    expect(told).toEqual([expect.stringMatching(/^agent-reaper run-guardian \d+ -- sh -c /), "run-guardian", "5"]);
  });

  test("its end of a pipe: when the command closes it, the reader sees the end", async () => {
    const script = `$AR run -- sh -c 'echo one; exec >&-; until [ -e read ]; do sleep 0.02; done' | { cat; : > read; }`;
    expect(await lines(script)).toEqual(["one"]);
  });
});

describe("run on a terminal", () => {
  for (const [name, shell] of [["bash", "bash --norc --noprofile -i"], ["zsh", "zsh -f -i"]] as const) {
    test(`in ${name}: keys, job control, size, full screen, hangup`, async () => {
      const seen = await runInside<Seen>(join(programs, "run-on-terminal.ts"), { binary, shell });
      expect(seen["Ctrl-Z"]).toMatch(/[Ss]topped|suspended/);
      expect(seen["jobs"]).toMatch(/[Ss]topped|suspended/);
      // The front and the command are stopped; the guardian is not, or who would end them.
      expect(seen["states"]).toMatch(/^T\S* +agent-reaper/m);
      expect(seen["states"]).toMatch(/^[SRD]\S* +run-guardian/m);
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
  }
});

describe("run says", () => {
  test.each([
    [`$AR run -- no-such-program`, 127, "agent-reaper: run: no-such-program: no such file"],
    [`$AR run -- /etc/passwd`, 126, "agent-reaper: run: /etc/passwd: permission denied"],
    [`$AR run -- /etc`, 126, "agent-reaper: run: /etc: permission denied"],
    [`$AR run -- ''`, 127, 'agent-reaper: run: "": no such file'],
    [`$AR run true`, 2, "agent-reaper: run: write -- before the command: agent-reaper run -- true"],
    [`$AR run --`, 2, "agent-reaper: run: there is no command after --: agent-reaper run -- COMMAND"],
    [
      `$AR run --session 'a b' -- true`,
      2,
      `agent-reaper: --session "a b": write letters, digits and . _ : @ / + -, for example pr-42`,
    ],
  ])("what is wrong with %s", async (line, code, said) => {
    expect(await lines(`${line}; echo $?`)).toEqual([String(code), said]);
  });

  test("that it is not on record, to whoever counts on that", async () => {
    const script = `export AGENT_REAPER_STATE=/dev/null/state
      $AR run -- sleep 0.3; $AR run --session pr-42 -- sleep 0.3; echo $?`;
    expect(await lines(`{ ${script}; } 2>&1`)).toEqual([
      expect.stringMatching(/^agent-reaper: run: it could not be kept on record: \/dev\/null\/state: /),
      "0",
    ]);
  });

  test("a mistyped option before anything is started", async () => {
    const [code, said] = await lines(`$AR run --timeot 2h -- touch started; echo $?; ls started 2>/dev/null`);
    expect(code).toBe("2");
    expect(said).toContain("did you mean --timeout");
  });
});

describe("run ends", () => {
  test("what the command leaves behind, and what it took too long for", async () => {
    const script = `
      $AR run --grace 100ms -- sh -c '(trap "" TERM; exec sleep 1000) & setsid sleep 1000 & (setsid sleep 1000 &) ; exit 3'; echo $?
      $AR run --timeout 200ms --grace 100ms -- sh -c 'trap "" TERM; sleep 1000; sleep 1000'; echo $?
      ps -C sleep -o stat= | grep -vc Z`;
    expect(await lines(script)).toEqual(["3", "124", "0"]);
  });

  test("what is left after its grace, in which no time counts that the machine stood still", async () => {
    const told = await runInNamespace(
      () => ["bash", "-c", standstill("$AR run", "-x run-guardian")],
      { env: { AR: binary, ...STANDSTILL_ENV } },
      ({ stdout, stderr }) => `${stdout}${stderr}`.trimEnd().split("\n"),
    );
    expect(told).toEqual(["3", "tidy"]);
  });

  test("a command that is stopped when its time is over", async () => {
    const script = `
      $AR run --timeout 200ms --grace 100ms -- sh -c 'kill -STOP $$'; echo $?
      $AR run -- sh -c '(sleep 0.2; kill -KILL $$) & kill -STOP $$'; echo $?`;
    const told = (await lines(script)).filter((line) => /^\d+$/.test(line));
    expect(told).toEqual(["124", "137"]);
  });

  test("a command that is stopped when its time is over, where the front hears late that it stopped", async () => {
    const script = `
      $AR run --timeout 1s --grace 100ms -- sh -c ': > up; until [ -e go ]; do sleep 0.02; done; kill -STOP $$' & front=$!
      until [ -e up ]; do sleep 0.02; done; kill -STOP $front; : > go; wait $front; echo $?`;
    expect(await lines(script)).toEqual(["124"]);
  });

  test("all of it, where the guardian is killed just when the command would have been put on record", async () => {
    const script = `
      $AR run --grace 200ms -- sh -c ': > up; exec sleep 1000' & front=$!
      until [ -e up ]; do sleep 0.005; done; sleep 0.03; kill -STOP $front
      kill -KILL $(pgrep -P $front); sleep 0.2; kill -CONT $front; wait $front; echo $?; pgrep -xc sleep`;
    expect((await lines(script)).filter((line) => /^\d+$/.test(line))).toEqual(["143", "0"]);
  });

  // Only root can become somebody whose limit is used up.
  for (const processes of process.getuid?.() === 0 ? [2, 3, 6] : []) {
    test(`nothing where ${processes} processes are allowed and it takes more: it says so`, async () => {
      const script =
        `setpriv --reuid 65532 --regid 65532 --clear-groups prlimit --nproc=${processes} $AR run -- echo hi`;
      const [said] = await lines(script);
      expect(said).toMatch(/^(?:hi|agent-reaper: run: .*no more processes can be made)$/);
    });
  }

  // Only root can start somebody whom it may not signal.
  test.skipIf(process.getuid?.() !== 0)(
    "not what it may not signal: it says so, and waits no longer than for the rest",
    async () => {
      const script = `
      exec 2>&1
      began=$(date +%s)
      setpriv --bounding-set=-kill $AR run --grace 100ms -- sh -c '
        setpriv --reuid 65532 --clear-groups sleep 1000 & (trap "" TERM; exec sleep 2000) & sleep 0.3; exit 3'; echo $?
      test $(($(date +%s) - began)) -lt 6 && echo soon
      ps -C sleep -o uid=,args= | sed 's/^ *//'`;
      const [said, ...rest] = await lines(script);
      expect(said).toMatch(/^agent-reaper: run: pid \d+ could not be ended, and lives on$/);
      expect(rest).toEqual(["3", "soon", "65532 sleep 1000"]);
    },
  );

  test("nothing where hardly a file can be opened: it says so, or the command goes on without a record", async () => {
    const few = "for n in 6 7; do (ulimit -n $n; $AR run -- echo begun; echo $?); done";
    const said = [expect.stringMatching(/^agent-reaper: run: .*: too many files are open$/), "125"];
    expect(await lines(`{ ${few}; } 2>&1`)).toEqual([...said, ...said]);
    const none = String.raw`$AR run -- sh -c 'read -r _ _ _ front _ </proc/$PPID/stat; prlimit --pid $front --nofile=3:3
      sleep 0.5; echo lived'; echo $?`;
    expect(await lines(none)).toEqual(["lived", "0"]);
  });

  test("but not what was detached on purpose and may be", async () => {
    const script = `
      $AR run --detach-ok --grace 100ms -- sh -c 'sleep 1001 & setsid sleep 1002 & until pgrep -f "^sleep 1002" >/dev/null; do :; done'; echo $?
      pgrep -f '^sleep 1001'; pgrep -fc '^sleep 1002'
      $AR reap --yes --min-age 0s >/dev/null; pgrep -fc '^sleep 1002'`;
    expect(await lines(script)).toEqual(["0", "1", "1"]);
  });

  test("nothing that was there before it: who starts somebody and becomes it by exec keeps them", async () => {
    const script = `
      sh -c 'sleep 1001 & exec '"$AR"' run -- sh -c "sleep 1002 & exit 4"'; echo $?
      { sh -c 'sleep 1001 & exec '"$AR"' run -- sh -c "sleep 1002 & sleep 0.3; kill -9 \\$PPID; sleep 1002"'; } 2>/dev/null; echo $?
      pgrep -fc '^sleep 1001'; pgrep -fc '^sleep 1002'`;
    expect(await lines(script)).toEqual(["4", "143", "2", "0"]);
  });

  test("all of it, whoever of us is killed with -9, at any instant", async () => {
    const who: readonly Killed[] = ["front", "guardian", "both"];
    const rounds = [
      { killed: "nobody", ready: true, comet: true },
      { killed: "front", ready: true, comet: true },
      ...who.map((killed) => ({ killed, ready: true })),
      ...Array.from({ length: isLong ? 60 : 2 }, () => who.map((killed) => ({ killed, ready: false }))).flat(),
    ] as const;
    const input: Input = { binary, rounds };
    const told = await runInside<Round[]>(join(programs, "run-killed.ts"), input);
    for (const round of told) {
      const { killed, left, found } = round;
      if (killed !== "both") expect({ round, left }).toEqual({ round, left: 0 });
      // What is left when both are gone is known by its tag and by the registry, all of it.
      expect({ killed, found }).toEqual({ killed, found: left });
      expect(round).toMatchObject({ leftAfterReap: 0, reapExit: 0, entriesAfterReap: 0 });
    }
    expect(told.filter(({ there }) => there >= 4).length).toBeGreaterThanOrEqual(5);
  });
});
