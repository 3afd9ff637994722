/**
 * Inside: the real binary, while the kernel answers one kind of its calls with an error for a while, here and there.
 *
 * @module
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Field, plainOrphan } from "../orphans.ts";

/** What came of it. */
export interface Told {
  /** Who may be in a plan, and who must never be. */
  readonly lost: number;
  readonly kept: Readonly<Record<string, readonly number[]>>;
  readonly scans: readonly Scan[];
  readonly removals: readonly Removal[];
  readonly undone: readonly Undone[];
  /** What stands at the name of one that was exchanged while it was removed, and again while that was put back. */
  readonly exchanged: string;
  readonly runs: readonly Run[];
  /** What is said of one that is there. */
  readonly explained: readonly string[];
  /** Where nothing can be locked. */
  readonly unlocked: Readonly<Record<string, { readonly exitCode: number | null; readonly stderr: string }>>;
}

/** One command under `run`. */
export interface Run {
  readonly fault: string;
  readonly exitCode: number | null;
  readonly stdout: string;
  /** Its lines. */
  readonly stderr: readonly string[];
  readonly tookMs: number;
  readonly processorMs: number;
}

/** One scan. */
export interface Scan {
  readonly fault: string;
  readonly exitCode: number | null;
  readonly stderr: string;
  /** Undefined: it told no plan. */
  readonly planned?: readonly number[];
  /** Of what it neither found on disk nor said that it could not be looked for. */
  readonly passedOver: readonly string[];
}

/** One removal of leftovers, and one of what it left. */
export interface Removal {
  readonly fault: string;
  /** How each that was said not to have gone lies where it lay. */
  readonly stays: readonly boolean[];
  /** How each that was said to have gone has. */
  readonly went: readonly boolean[];
  /** What of ours is left beside them. */
  readonly debris: readonly string[];
  readonly exitCodes: readonly (number | null)[];
}

/** What was put back, and what a second time brought. */
export interface Undone {
  readonly fault: string;
  /** Nothing is missing, or it did not say that all was well. */
  readonly isTold: boolean;
  /** In the end. */
  readonly isBack: boolean;
}

/** More than is read at once of what a process was started with. */
const LONG = "x".repeat(100_000);
const SAYS_WHAT_IT_GOT = "echo $# ${#1} $2 ${#TEST_LONG} $TEST_LAST; exit 7";

/** So many calls fail in a row. */
const WINDOW = 12;
/** What was written, or moved, in the moment of a look stays. */
const settled = () => Bun.sleep(200);

export default async function run({ binary }: { readonly binary: string }): Promise<Told> {
  const field = new Field();
  const trace = join(field.directory, "trace");
  const plain = (command: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    Bun.spawnSync([...command], { stdin: "ignore", env: { ...process.env as Record<string, string>, ...env } });
  /** Undefined when nothing failed. */
  const failing = (fault: string, args: readonly string[], env?: Readonly<Record<string, string>>) => {
    const how = ["-f", "-qq", "-o", trace, "-e", `trace=${fault.split(":")[0]}`, "-e", `inject=${fault}`];
    const done = plain(["strace", ...how, binary, ...args], env);
    return readFileSync(trace, "latin1").includes("(INJECTED)") ? done : undefined;
  };

  const lost = await pidOf(field);
  const onRoster = await pidOf(field);
  const registered = await pidOf(field);
  const kept = await withKeptChild(field);
  const roster = join(field.directory, ".claude", "daemon", "roster.json");
  mkdirSync(dirname(roster), { recursive: true });
  writeFileSync(roster, JSON.stringify({ workers: { a: { pid: onRoster } } }));
  plain([binary, "session", "start", "--id", "s", "--for-pid", String(process.pid)]);
  plain([binary, "session", "adopt", String(registered), "--session", "s"]);

  const locks = [1, 2, 3].map((port) => join(field.directory, ".claude", "ide", `${port}.lock`));
  const lay = () => {
    for (const path of locks) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, JSON.stringify({ pid: 999_999 }));
    }
  };
  lay();
  await settled();

  const scans: Scan[] = [];
  for (const call of ["openat", "read", "readlinkat", "getdents64", "statx"]) {
    // The runtime's own first calls are not ours.
    for (let from = call === "openat" ? 21 : call === "read" ? 29 : 1;; from += WINDOW) {
      const fault = `${call}:error=EIO:when=${from}..${from + WINDOW - 1}`;
      const done = failing(fault, ["scan", "--json", "--min-age", "0s"]);
      if (done === undefined) break;
      const stderr = done.stderr.toString();
      const report = done.exitCode === 0 ? JSON.parse(done.stdout.toString()) as Report : undefined;
      // Without its registry a scan goes on, and says so.
      const isLeftOut = report?.warnings.some((warning) => warning.startsWith("the registry is left out")) === true;
      const planned = report?.plan.terminate.filter((pid) => !isLeftOut || pid !== registered);
      const isTold = (path: string) =>
        report?.leftovers.some((one) => one.path === path) === true ||
        report?.limits.some(({ what }) => what.includes(`left in ${dirname(path)}`) || /\d directories/.test(what)) ===
          true;
      const passedOver = report === undefined ? [] : locks.filter((path) => !isTold(path));
      const { exitCode } = done;
      scans.push({ fault, exitCode, stderr, passedOver, ...(planned === undefined ? {} : { planned }) });
    }
  }

  const removals: Removal[] = [];
  for (const call of ["rename", "unlink", "getdents64"]) {
    for (let at = 1;; at++) {
      lay();
      await settled();
      const fault = `${call}:error=EIO:when=${at}`;
      const done = failing(fault, ["reap", "--only", "leftovers", "--yes", "--json"]);
      if (done === undefined) break;
      const { results } = JSON.parse(done.stdout.toString() || '{"results":[]}') as Report;
      const lies = ({ path }: { readonly path: string }) => existsSync(path);
      const stays = results.filter(({ outcome }) => outcome !== "removed").map(lies);
      const went = results.filter(({ outcome }) => outcome === "removed").map((one) => !lies(one));
      const debris = readdirSync(dirname(locks[0] as string)).filter((name) => !name.endsWith(".lock"));
      await settled();
      const { exitCode } = plain([binary, "reap", "--only", "leftovers", "--yes"]);
      removals.push({ fault, stays, went, debris, exitCodes: [done.exitCode, exitCode] });
    }
  }
  const undone: Undone[] = [];
  for (const call of ["openat", "read"]) {
    for (let at = call === "openat" ? 21 : 29; at < 50; at++) {
      lay();
      await settled();
      plain([binary, "reap", "--only", "leftovers", "--quarantine", "--yes"]);
      const fault = `${call}:error=EIO:when=${at}`;
      const { exitCode } = failing(fault, ["undo"]) ?? {};
      const isBack = locks.every(existsSync);
      if (!isBack) plain([binary, "undo"]);
      if (exitCode === undefined) break;
      undone.push({ fault, isTold: isBack || exitCode !== 0, isBack: locks.every(existsSync) });
    }
  }
  const exchanged = await exchangedTwice(binary, locks[0] as string, trace);

  const runs: Run[] = [];
  const command = ["run", "--grace", "100ms", "--", "sh", "-c", SAYS_WHAT_IT_GOT, "sh", LONG, "last"];
  const faults = Array.from({ length: 20 }, (_, at) => `read:error=EIO:when=${29 + at}`);
  const missing = ["prctl:error=EINVAL:when=1+", "signalfd4:error=EMFILE:when=1+"];
  for (const fault of [...missing, ...faults, ...[29, 34, 38, 42].map((from) => `read:error=EIO:when=${from}+`)]) {
    const began = performance.now();
    const done = failing(fault, command, { TEST_LONG: LONG, TEST_LAST: "last" });
    if (done === undefined) continue;
    const { exitCode, stdout, stderr, resourceUsage } = done;
    runs.push({
      fault,
      exitCode,
      stdout: stdout.toString(),
      stderr: stderr.toString().split("\n").filter(Boolean),
      tookMs: performance.now() - began,
      processorMs: Number(resourceUsage.cpuTime.total) / 1_000,
    });
  }
  const explained = [24, 26, 28, 30, 32].map((from) =>
    failing(`openat:error=EMFILE:when=${from}+`, ["explain", String(lost)])?.stderr.toString() ?? ""
  );
  const unlocked: Record<string, { exitCode: number | null; stderr: string }> = {};
  for (const words of ["sweep --every 0s", "sweep --every 0s --strict", "watch --now"]) {
    const { exitCode, stderr } = failing("flock:error=ENOLCK:when=1+", words.split(" ")) as ReturnType<typeof plain>;
    unlocked[words] = { exitCode, stderr: stderr.toString().replaceAll(field.directory, "") };
  }
  return {
    lost,
    exchanged,
    runs,
    explained,
    unlocked,
    kept: { onRoster: [onRoster], registered: [registered], keptChild: kept },
    scans,
    removals,
    undone,
  };
}

interface Report {
  readonly plan: { readonly terminate: readonly number[] };
  readonly leftovers: readonly { readonly path: string }[];
  readonly limits: readonly { readonly what: string }[];
  readonly warnings: readonly string[];
  readonly results: readonly { readonly path: string; readonly outcome: string }[];
}

/** Each move takes a moment, in which somebody writes a lock of their own. */
async function exchangedTwice(binary: string, lock: string, trace: string): Promise<string> {
  const directory = dirname(lock);
  for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true });
  writeFileSync(lock, JSON.stringify({ pid: 999_999 }));
  await settled();
  const slow = ["rename", "link"].flatMap((call) => ["-e", `inject=${call}:delay_enter=300000`]);
  const removal = Bun.spawn(
    [
      "strace",
      "-f",
      "-qq",
      "-o",
      trace,
      "-e",
      "trace=rename,link",
      ...slow,
      binary,
      "reap",
      "--only",
      "leftovers",
      "--yes",
    ],
    { stdio: ["ignore", "ignore", "ignore"] },
  );
  const until = async (isSo: () => boolean) => {
    while (!isSo() && removal.exitCode === null) await Bun.sleep(2);
  };
  await until(() => readdirSync(directory).length > 1);
  writeFileSync(`${trace}-second`, "second");
  renameSync(`${trace}-second`, lock);
  await until(() => !existsSync(lock));
  writeFileSync(lock, "third");
  await removal.exited;
  const text = readFileSync(lock, "utf8");
  for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true });
  return text;
}

async function pidOf(field: Field): Promise<number> {
  return (await plainOrphan(field)).pids[0] as number;
}

/** An orphan with a child that somebody said is to be kept. */
async function withKeptChild(field: Field): Promise<readonly number[]> {
  const label = field.label("kept");
  const script = join(field.directory, "bin", "kept");
  writeFileSync(script, `#!/bin/sh\nAGENT_REAPER_KEEP=1 exec '${field.program("2.1.200")}'\n`, { mode: 0o755 });
  const { pids } = await plainOrphan(field, { env: { TEST_CHILD: label, TEST_CHILD_AS: script } });
  return [...pids, await field.ready(label)];
}
