/** Slots where somebody else had a hand in it, where the disk is full, read-only or gone; and beside sqlite-graphrag. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileC } from "../support/c-programs.ts";
import { said, script } from "../support/slot-script.ts";

setDefaultTimeout(300_000);

/** The code and the one line that a script's last command ended with. */
async function refusal(lines: string): Promise<{ code: string; line: string }> {
  const { stdout, stderr } = await script(`${lines}; echo $?`);
  const complaints = stderr.trimEnd().split("\n");
  expect(complaints.length).toBe(1);
  return { code: stdout.trimEnd().split("\n").at(-1) as string, line: complaints[0] as string };
}

const TAKE = "s run --max 1 --wait 0s -- echo taken";

describe("a place that is not the person's alone is refused", () => {
  const once = "s run --max 1 -- true";
  const cases: readonly (readonly [string, string, string])[] = [
    ["writable by others", `${once}; chmod 777 $slots`, "others can write to it: chmod 700 it"],
    ["somebody else's", `${once}; chown 12345 $slots`, "belongs to another user (12345): move it away"],
    ["a symlink", `${once}; mv $slots elsewhere; ln -s $PWD/elsewhere $slots`, "is no directory: move it away"],
    ["a file", `${once}; rm -r $slots; echo > $slots`, "default"],
  ];
  test.each(cases)("%s", async (_what, prepare, because) => {
    const { code, line } = await refusal(`${prepare}; ${TAKE}`);
    expect(["2", "3"]).toContain(code);
    expect(line).toStartWith("agent-reaper: ");
    expect(line).toContain(because);
  });

  const shared: readonly (readonly [string, string, string])[] = [
    ["somebody else's", "chown 12345 $theirs", "belongs to another user (12345): move it away"],
    ["below somebody else's", "chown 12345 ${theirs%/*}", "belongs to another user (12345): move it away"],
    ["writable by others", "chmod 777 $theirs", "others can write to it: chmod 700 it"],
    ["a symlink", "mv $theirs elsewhere; ln -s $PWD/elsewhere $theirs", "is no directory: move it away"],
  ];
  test.each(shared)("shared with sqlite-graphrag, %s", async (_what, prepare, because) => {
    const { code, line } = await refusal(
      `mkdir -p $theirs; ${prepare}; s run --max 1 --compat sqlite-graphrag --wait 0s -- echo taken`,
    );
    expect(["2", "3"]).toContain(code);
    expect(line).toContain(because);
  });

  const files: readonly (readonly [string, string, string])[] = [
    ["a symlink to what one would not lose", "ln -s $HOME/precious $slots/slot-0.lock", "too many symbolic links"],
    ["another name of what one would not lose", "ln $HOME/precious $slots/slot-0.lock", "has another name elsewhere"],
    ["a pipe that nobody writes to", "mkfifo $slots/slot-0.lock", "is no regular file"],
    ["a directory", "mkdir $slots/slot-0.lock", "it is a directory"],
    ["somebody else's file", "echo > $slots/slot-0.lock; chown 12345 $slots/slot-0.lock", "belongs to another user"],
    [
      "a file that others can write",
      "echo > $slots/slot-0.lock; chmod 666 $slots/slot-0.lock",
      "others can write to it",
    ],
  ];
  test.each(files)("with %s for a slot", async (_what, prepare, because) => {
    const { stdout, stderr } = await script(`
      echo precious > $HOME/precious; ${once}; rm $slots/slot-0.lock; ${prepare}
      for what in 'run --max 1 --wait 0s -- echo taken' 'cleanup --yes'; do s $what; echo $?; done; cat $HOME/precious`);
    // A look may see a directory for what it is; nobody gets a slot from it, and nothing is lost.
    expect(stdout.split("\n").slice(0, 1)).toEqual(["3"]);
    expect(stdout).toEndWith("precious\n");
    expect(stderr.split("\n")[0]).toContain(because);
    for (const line of stderr.trimEnd().split("\n")) expect(line).toStartWith("agent-reaper: ");
  });
});

describe("a disk that will not", () => {
  const MOUNT =
    "mkdir disk; mount -t tmpfs -o size=64k,nr_inodes=16 none disk; export AGENT_REAPER_STATE=$PWD/disk/state";

  test("take another file: one line, and code 3", async () => {
    const { code, line } = await refusal(
      `${MOUNT}; for n in 1 2 3 4 5 6 7 8 9 a b c d e f; do echo > disk/$n; done 2>/dev/null; ${TAKE}`,
    );
    expect(code).toBe("3");
    expect(line).toMatch(/no space left on the device \(ENOSPC\): make it writable, or name another place/);
  });

  test("take another byte: slots work all the same", async () => {
    expect(
      await said(`${MOUNT}; s run --max 2 -- true; head -c 100k /dev/zero > disk/full 2>/dev/null
        s run --max 2 -- sleep 100 & await active 1; asleep 1; s run --max 2 --wait 0s -- sh -c 'echo slot $AGENT_REAPER_SLOT'
        s run --max 1 --wait 0s -- echo stolen 2>/dev/null; echo $?; s status | tail -1; pkill -9 -x sleep; wait; ${TAKE}`),
    ).toEqual(["slot 1", "75", expect.stringMatching(/^ +0 +\? +\? +\?$/), "taken"]);
  });

  test("be written to at all: one line, and code 3", async () => {
    const { code, line } = await refusal(`${MOUNT}; s run --max 1 -- true; mount -o remount,ro disk; ${TAKE}`);
    expect(code).toBe("3");
    expect(line).toContain("the file system is read-only (EROFS)");
  });

  test("be there any more, for who waits: one line, and code 3", async () => {
    const { stdout, stderr } = await script(`
      s run --max 1 -- sleep 100 & await active 1; asleep 1; ${TAKE.replace("--wait 0s", "--wait 60s")} & waiting=$!
      await waiting 1; mv $slots away; wait $waiting; echo $?; pkill -9 -x sleep`);
    expect(stdout).toBe("3\n");
    expect(stderr.split("\n")[0]).toMatch(/slots\/default: .*\(ENOENT\): it vanished meanwhile: start again/);
  });

  test("be read: one line, and code 3", async () => {
    // Root reads everything.
    const { stdout, stderr } = await script(`
      chmod 711 . .. $HOME; export HOME=$PWD/other XDG_STATE_HOME=$PWD/other/state; mkdir other; chown 12345:12345 other
      as() { setpriv --reuid 12345 --regid 12345 --clear-groups "$@"; }
      as "$A" slots run --max 1 -- true; echo $?
      chmod 000 $XDG_STATE_HOME/agent-reaper/slots/default/slot-0.lock
      as "$A" slots run --max 1 --wait 0s -- echo taken; echo $?; as "$A" slots status; echo $?`);
    expect(stdout.split("\n").filter((line) => /^\d$/.test(line))).toEqual(["0", "3", "3"]);
    for (const line of stderr.trimEnd().split("\n")) {
      expect(line).toMatch(/^agent-reaper: .*permission denied \(EACCES\)/);
    }
  });
});

describe("beside sqlite-graphrag", () => {
  let programs: string;
  let work: string;
  beforeAll(() => {
    programs = mkdtempSync(join(tmpdir(), "slot-work-"));
    work = compileC("slot-work", programs);
  });
  afterAll(() => rmSync(programs, { recursive: true, force: true }));

  const compat = (lines: string) => said(lines, { WORK: work, WHICH: "--compat sqlite-graphrag" });
  const OURS = "s run --max 1 --compat sqlite-graphrag";

  test("what it has locked is not taken, and what it gave back is", async () => {
    expect(
      await compat(
        `mkdir -p $theirs; $WORK record 100000000 $theirs 1 0 & until [ -s $theirs/slot-0.lock ]; do sleep 0.01; done
        touch -d '1 hour ago' $theirs/slot-0.lock
        ${OURS} --wait 0s -- echo stolen 2>/dev/null; echo $?; field active
        [ "$(s status --json $WHICH | sed -n 's/.*"pid": \\([0-9]*\\).*/\\1/p')" = $! ] && echo its pid
        kill -9 $!; wait $! 2>/dev/null; ${OURS} --wait 0s -- echo mine; ls $theirs`,
      ),
    ).toEqual(["75", "1", "its pid", "mine", "agent-reaper-turnstile.lock"]);
  });

  test("what we have it does not take, and gets when we have done", async () => {
    expect(
      await compat(`mkfifo go; ${OURS} -- sh -c 'read -r go < go' & await active 1
        $WORK record 1000 $theirs 1 0; echo $?; head -1 $theirs/slot-0.lock
        until [ "$(head -1 $theirs/slot-0.lock)" != "pid=$!" ]; do sleep 0.01; done
        kill -0 $(sed -n 's/^pid=//p' $theirs/slot-0.lock) && echo its command lives
        $WORK record 1000 $theirs 1 60000 & sleep 0.1; echo > go; wait $!; echo $?; ls $theirs`).then((lines) =>
        lines.map((line) => line.replace(/^pid=\d+$/, "pid"))
      ),
    ).toEqual(["75", "pid", "its command lives", "0", "agent-reaper-turnstile.lock"]);
  });

  test("a file that it made and has not locked yet is left alone, not even its lock is tried", async () => {
    expect(
      await compat(`mkdir -p $theirs; new() { : > $theirs/slot-0.lock; }
        new; ${OURS} --wait 0s -- echo stolen 2>/dev/null; echo $?
        new; s cleanup --yes $WHICH; new; field active; ls $theirs
        ${OURS} --wait 20s -- echo old enough; ls $theirs`),
    ).toEqual([
      "75",
      "No stale slots.",
      "1",
      "agent-reaper-turnstile.lock",
      "slot-0.lock",
      "old enough",
      "agent-reaper-turnstile.lock",
    ]);
  });

  test("a stale file fools nobody, whoever has its pid now", async () => {
    expect(
      await compat(`mkdir -p $theirs; echo pid=$$ > $theirs/slot-0.lock; touch -d '1 hour ago' $theirs/slot-0.lock
        $WORK record 1000 $theirs 1 0; echo $?; field active; s cleanup --yes $WHICH | sed 's/pid [0-9]*/pid/'
        $WORK record 1000 $theirs 1 0; echo $?
        echo pid=$$ > $theirs/slot-0.lock; touch -d '1 hour ago' $theirs/slot-0.lock; ${OURS} --wait 0s -- echo mine; ls $theirs`),
    ).toEqual([
      "75",
      "0",
      "slot 0: released, pid is gone: nobody has its lock",
      "0",
      "mine",
      "agent-reaper-turnstile.lock",
    ]);
  });

  test("what our killed holder left is given back by the next sweep", async () => {
    expect(
      await compat(`${OURS} -- sleep 100 & await active 1; asleep 1
        kill -9 $! $(pgrep -x sleep); wait $! 2>/dev/null; touch -d '1 hour ago' $theirs/slot-0.lock
        $WORK record 1000 $theirs 1 0; echo $?; s cleanup --yes $WHICH >/dev/null; $WORK record 1000 $theirs 1 0; echo $?`),
    ).toEqual(["75", "0"]);
  });

  test("a file that took the place of ours is not removed", async () => {
    expect(
      await compat(`mkfifo go; ${OURS} -- sh -c 'read -r go < go' & await active 1
        rm $theirs/slot-0.lock; echo pid=1 > $theirs/slot-0.lock; echo > go; wait $!; cat $theirs/slot-0.lock`),
    ).toEqual(["pid=1"]);
  });

  test("its directory is refused where everybody can write", async () => {
    const { stdout, stderr } = await script(`mkdir -p $theirs; chmod 777 $theirs; ${OURS} -- true; echo $?`);
    expect(stdout).toBe("3\n");
    expect(stderr).toContain("others can write to it");
  });
});
