/**
 * The kernel answers with errors: nobody is ended for what could not be read, and what will not go is where it was.
 */
import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { BINARY } from "../support/binary.ts";
import { runInside } from "../support/namespace.ts";
import type { Told } from "../support/programs/faults.ts";
import type { Input, Told as ToldOfWatch, Watched } from "../support/programs/faults-watch.ts";

describe.skipIf(process.platform !== "linux")("while calls fail", () => {
  let told: Told;
  beforeAll(async () => {
    told = await runInside<Told>(join(import.meta.dir, "..", "support", "programs", "faults.ts"), { binary: BINARY });
  }, 280_000);

  test("nobody is in a plan who would not be without", () => {
    const { lost, kept, scans } = told;
    expect(scans.length).toBeGreaterThan(20);
    expect(scans.some(({ planned }) => planned?.includes(lost))).toBe(true);
    const strangers = scans.map(({ fault, planned }) => [fault, planned?.filter((pid) => pid !== lost) ?? []] as const);
    expect({ kept, strangers: strangers.filter(([, pids]) => pids.length > 0) }).toEqual({ kept, strangers: [] });
  });

  test("whatever cannot be done is told in a line, as what it is", () => {
    for (const { fault, exitCode, stderr } of told.scans) {
      expect([fault, [0, 2, 3].includes(exitCode as number) ? "as written" : exitCode]).toEqual([fault, "as written"]);
      expect([fault, stderr.trim().split("\n").length]).toEqual([fault, 1]);
      expect([fault, stderr]).toEqual([fault, expect.not.stringMatching(/there is no \/proc|mounted|mistake of ours/)]);
    }
  });

  test("what lies on disk is found, or it is said where it could not be looked for", () => {
    expect(told.scans.map(({ fault, passedOver }) => [fault, passedOver]).filter(([, paths]) => paths?.length !== 0))
      .toEqual([]);
  });

  test("what did not go lies where it lay, and the next run takes it", () => {
    expect(told.removals.length).toBeGreaterThan(5);
    expect(told.removals.some(({ stays }) => stays.length > 0)).toBe(true);
    for (const { fault, stays, went, debris, exitCodes: [, next] } of told.removals) {
      expect([fault, stays, went, debris]).toEqual([fault, stays.map(() => true), went.map(() => true), []]);
      expect([fault, next]).toEqual([fault, 0]);
    }
  });

  test("what could not be put back is not forgotten", () => {
    expect(told.undone.length).toBeGreaterThan(10);
    for (const one of told.undone) expect(one).toEqual({ ...one, isTold: true, isBack: true });
  });

  test("what is put back overwrites nobody's", () => expect(told.exchanged).toBe("third"));

  test("a command gets all that it was given, or is not started", () => {
    expect(told.runs.length).toBeGreaterThan(15);
    expect(told.runs.some(({ exitCode }) => exitCode === 7)).toBe(true);
    for (const { fault, exitCode, stdout, stderr } of told.runs) {
      const whole = stdout === "2 100000 last 100000 last\n";
      expect([fault, stdout]).toEqual([fault, whole ? stdout : ""]);
      // Whose end could not be read of is not told as one that went well.
      expect([fault, exitCode]).toEqual([fault, exitCode === 7 && whole ? 7 : 125]);
      expect([fault, stderr.filter((line) => !line.startsWith("agent-reaper: run: "))]).toEqual([fault, []]);
      expect([fault, stderr.length > 0]).toEqual([fault, exitCode !== 7]);
    }
  });

  test("what a kernel has not, or has no room for, is said where a command cannot be contained for it", () => {
    const said = (call: string) => told.runs.find(({ fault }) => fault.startsWith(call))?.stderr;
    expect([said("prctl"), said("signalfd4")]).toEqual([
      ["agent-reaper: run: this kernel has no subreapers: run --backend ps contains without them"],
      ["agent-reaper: run: signals cannot be read (signalfd)"],
    ]);
  });

  test("nobody waits busily for what cannot be read", () => {
    const forEver = told.runs.filter(({ fault }) => fault.startsWith("read") && fault.endsWith("+"));
    expect(forEver.length).toBe(4);
    for (const { fault, processorMs, tookMs } of forEver) {
      expect([fault, processorMs < 3_000, tookMs < 20_000]).toEqual([fault, true, true]);
    }
  });

  test("nobody is told that a process is not there which could not be looked at", () => {
    expect(told.explained.filter((line) => line.includes("no such process"))).toEqual([]);
    expect(told.explained.some((line) => line.includes("it may be there, and cannot be looked at"))).toBe(true);
  });

  test("where nothing can be locked nobody is at work: that is told, and not to who only typed a command", () => {
    const where = (name: string) =>
      `agent-reaper: /.local/state/agent-reaper/${name}: nothing can be locked there (ENOLCK): make it writable, or name another place in AGENT_REAPER_STATE\n`;
    expect(told.unlocked).toEqual({
      "sweep --every 0s": { exitCode: 0, stderr: "" },
      "sweep --every 0s --strict": { exitCode: 3, stderr: where("sweep") },
      "watch --now": { exitCode: 3, stderr: where("watch.lock") },
    });
  });
});

const isLong = process.env["AGENT_REAPER_LONG_TESTS"] === "1";
/** From the first call on, and when a watch is under way; for a while, and for ever. */
const ALL: Input["faults"] = [
  ["openat", "EMFILE", 70, 110, 150, 200, 300],
  ["read", "EIO", 60, 100, 150, 300],
  ["write", "ENOSPC", 1, 3, 10],
  ["write", "EPIPE", 1, 4],
  ["pwrite64", "EIO", 1, 7],
  ["pwrite64", "ENOSPC", 1, 5, 20],
  ["ftruncate", "EIO", 1],
  ["fcntl", "EIO", 1, 10],
  ["statx", "ENOSYS", 1],
  ["statx", "EIO", 30],
  ["readlinkat", "ENOMEM", 1, 20],
  ["getdents64", "EIO", 1, 4, 9],
  ["unlink", "EIO", 1],
  ["rename", "EIO", 1],
  ["pidfd_open", "ENOSYS", 1],
  ["pidfd_open", "EMFILE", 1, 2],
  ["pidfd_send_signal", "EPERM", 1, 3],
  ["socket", "EMFILE", 1],
  ["statfs", "EIO", 1],
  ["chdir", "EIO", 1],
].flatMap(([call, error, ...places]) =>
  places.flatMap((from) =>
    [`${from}..${Number(from) + 20}`, `${from}+`].map((when) => ({
      fault: `${call}:error=${error}:when=${when}`,
      lasts: "a second" as const,
    }))
  )
);

const AT_ONCE = 20;

function watched(faults: Input["faults"]): Promise<ToldOfWatch> {
  const program = join(import.meta.dir, "..", "support", "programs", "faults-watch.ts");
  return runInside<ToldOfWatch>(program, { binary: BINARY, faults });
}

function expectOrderly({ watches, kept }: ToldOfWatch): void {
  for (const { fault, exitCode, stdout, stderr, endedInMs, processorMs } of watches) {
    expect([fault, [0, 2, 3].includes(exitCode as number)]).toEqual([fault, true]);
    expect([fault, stderr.length < 5, new Set(stderr).size]).toEqual([fault, true, stderr.length]);
    expect([fault, `${stdout}${stderr}`]).toEqual([fault, expect.not.stringMatching(/mistake of ours|\n {4}at /)]);
    // What is locked is waited for, five seconds long.
    expect([fault, endedInMs < 8_000, processorMs < 900]).toEqual([fault, true, true]);
  }
  expect(kept).toEqual([]);
}

describe.skipIf(process.platform !== "linux")("a watch, while calls fail", () => {
  const UNREMEMBERED = "pwrite64:error=ENOSPC:when=1+";
  const NO_DESCRIPTORS = "openat:error=EMFILE:when=150..210";
  let told: ToldOfWatch;
  beforeAll(async () => {
    const faults: Input["faults"] = [
      { fault: UNREMEMBERED, only: "sweep", lasts: "until ended" },
      { fault: NO_DESCRIPTORS, lasts: "until ended" },
    ];
    told = await watched(faults);
  }, 280_000);
  const of = (wanted: string) => told.watches.find(({ fault }) => fault === wanted) as Watched;

  test("remembers by itself what it cannot write down, and says so once", () => {
    const { isEnded, failed, stderr } = of(UNREMEMBERED);
    expect({ isEnded, stderr }).toEqual({
      isEnded: true,
      stderr: ["agent-reaper: watch: /sweep: cannot be written to: whom it saw it alone remembers, until it ends"],
    });
    expect(failed).toBeGreaterThan(1);
  });

  test("goes on when it can look again", () => {
    const { isEnded, failed } = of(NO_DESCRIPTORS);
    expect({ isEnded, failed }).toEqual({ isEnded: true, failed: 61 });
  });

  test("says each trouble once, ends when it is told to, and keeps no processor busy", () => expectOrderly(told));

  for (let from = 0; isLong && from < ALL.length; from += AT_ONCE) {
    const some = ALL.slice(from, from + AT_ONCE);
    const name = `the same, whatever fails: ${some[0]?.fault} and ${some.length - 1} others`;
    test(name, async () => expectOrderly(await watched(some)), 280_000);
  }
});
