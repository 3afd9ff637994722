/**
 * Inside: everything that can go wrong between the look and the removal, each beside a leftover that goes.
 *
 * @module
 */
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { monotonicClock } from "../../../src/clock.ts";
import type { Machine } from "../../../src/contract.ts";
import { run } from "../../../src/engine.ts";
import { openMachine } from "../../../src/machine.ts";
import { builtin } from "../../../src/plugins.ts";
import { defaultPolicy } from "../../../src/policy.ts";
import { Ground, startAs } from "../leftovers.ts";

const HOUR_MS = 60 * 60 * 1000;
const SOMEBODY = 4242;

/** What became of one path. */
export interface After {
  readonly verdict?: string;
  readonly outcome?: string;
  readonly because?: string;
  readonly isThere: boolean;
}

/** By the name of the trouble. */
export interface Told {
  readonly cases: Readonly<Record<string, After>>;
  readonly limits: readonly string[];
  readonly isUntouched: boolean;
  readonly homeIsOurs: boolean;
}

type Between = (path: string) => void;

export default async function inside(): Promise<Told> {
  const ground = new Ground();
  const { home, temporary, dead, precious } = ground;
  const cases: Record<string, After> = {};
  const plugins = builtin();
  const limits = new Set<string>();

  /** Looks, lets something happen right after the last question, takes away. */
  const reap = async (paths: Readonly<Record<string, string>>, between: Between = () => {}): Promise<void> => {
    const opened = openMachine(plugins, {});
    const machine: Machine = {
      ...opened,
      host: opened.host,
      now: () => opened.now() + HOUR_MS,
      leftover(path, places) {
        const answer = opened.leftover?.(path, places);
        between(path);
        return answer;
      },
    };
    try {
      const policy = { ...defaultPolicy, only: ["leftovers"] };
      const report = await run({
        command: "reap",
        machine,
        plugins,
        policy,
        scope: "all",
        dryRun: false,
        clock: monotonicClock,
      });
      for (const [name, path] of Object.entries(paths)) {
        const finding = report.leftovers.find(({ leftover }) => leftover.path === path);
        const result = report.results.find((one) => one.path === path);
        cases[name] = {
          ...(finding === undefined ? {} : { verdict: finding.verdict }),
          ...(result === undefined ? {} : { outcome: result.outcome }),
          ...(result?.because === undefined ? {} : { because: result.because }),
          isThere: lstatSync(path, { throwIfNoEntry: false }) !== undefined,
        };
      }
      for (const { what, because } of report.limits) limits.add(`${what}: ${because}`);
    } finally {
      machine.close();
    }
  };
  const spawned = (pid: number, base = temporary): string =>
    ground.directory(join(base, `sqlite-graphrag-spawn-${pid}`), { log: "12345" });
  const brokered = (name: string): string =>
    ground.directory(join(temporary, `cxc-aaaaa${name}`), { "broker.pid": `${dead}\n` });
  const locked = (profile: string): string =>
    ground.link(join(home, ".cache/ms-playwright", `mcp-chrome-${profile}`, "SingletonLock"), `${hostname()}-${dead}`);

  // Exchanged between the look and the removal: for a link, for another directory, for one of the same name.
  const swapped = { link: brokered("1"), directory: brokered("2"), inside: brokered("3"), lock: locked("1") };
  mkdirSync(join(swapped.inside, "deep"));
  renameSync(join(swapped.inside, "deep"), join(swapped.inside, "broker.log"));
  const goesToo = brokered("4");
  // A mount point appears below it; and what it covers is not what was found.
  const mounted = ground.directory(join(temporary, `sqlite-graphrag-codex-home-${dead}`), { "auth.json": "{}" });
  mkdirSync(join(mounted, "sessions"));
  await reap(
    {
      "a directory became a link": swapped.link,
      "a directory became another": swapped.directory,
      "a directory inside became a link": swapped.inside,
      "a lock was taken anew": swapped.lock,
      "a mount appeared inside": mounted,
      "beside those": goesToo,
    },
    (path) => {
      if (path === swapped.link) {
        renameSync(path, `${path}.aside`);
        symlinkSync(precious, path);
      } else if (path === swapped.directory) {
        renameSync(path, `${path}.aside`);
        ground.directory(path, { "broker.pid": `${dead}\n`, thesis: "" });
      } else if (path === swapped.inside) {
        rmSync(join(path, "broker.log"), { recursive: true });
        symlinkSync(precious, join(path, "broker.log"));
      } else if (path === mounted) {
        ground.mount(join(path, "sessions"));
      } else if (path === swapped.lock) {
        unlinkSync(path);
        symlinkSync(`${hostname()}-${ground.alive}`, path);
      }
    },
  );

  // Its pid is somebody's again.
  const retaken = spawned(dead);
  let owner: ReturnType<typeof startAs> | undefined;
  await reap({ "its pid is somebody's again": retaken }, () => owner ??= startAs(dead, ["sleep", "1000"]));
  if (owner === undefined) throw new Error("nobody got the pid");
  owner.kill("SIGKILL");
  await owner.exited;

  // Its pid went to one that is younger than all that was written there.
  const recycled = spawned(4000);
  const oldOwner = startAs(4001, ["sleep", "1000"]);
  const lived = spawned(4001);
  await new Promise((resolve) => setTimeout(resolve, 2_200));
  const newOwner = startAs(4000, ["sleep", "1000"]);
  await reap({ "its pid was given away again": recycled, "its owner is as old as it is": lived });
  newOwner.kill("SIGKILL");
  oldOwner.kill("SIGKILL");

  // A base that is read-only, one that is full, one that vanishes, one that cannot be looked into.
  const readOnly = ground.directory(join(home, ".codex/tmp/arg0"));
  const arg0 = ground.directory(join(readOnly, "codex-arg0aaaaaa"), { ".pid": String(dead), ".lock": "" });
  const mount = (...command: readonly string[]) => {
    const { exitCode, stderr } = Bun.spawnSync(["mount", ...command]);
    if (exitCode !== 0) throw new Error(`mount ${command.join(" ")}: ${stderr}`);
  };
  mount("--bind", readOnly, readOnly);
  mount("-o", "remount,ro,bind", readOnly);
  const full = ground.directory(join(home, ".local/share/sqlite-graphrag"));
  mount("-t", "tmpfs", "-o", "nr_inodes=20,size=64k,mode=700", "tmpfs", full);
  const onFull = ground.directory(join(full, `codex-home-${dead}`), { "auth.json": "{}" });
  for (let at = 0; fill(join(full, `filler${at}`)); at++);
  const fullLocks = ground.directory(join(home, ".claude/ide"));
  mount("-t", "tmpfs", "-o", "nr_inodes=4,size=64k,mode=700", "tmpfs", fullLocks);
  const lockOnFull = ground.file(join(fullLocks, "1.lock"), JSON.stringify({ pid: dead }));
  for (let at = 0; fill(join(fullLocks, `filler${at}`)); at++);
  const vanishing = locked("2");
  const beside = brokered("5");
  await reap({
    "a read-only base": arg0,
    "a full disk": onFull,
    "a file on a full disk": lockOnFull,
    "a base that vanishes": vanishing,
    "beside all those": beside,
  }, (path) => {
    if (path === vanishing) rmSync(dirname(path), { recursive: true });
  });

  // As somebody who is not root: what cannot be read, and what is inside that cannot be entered.
  chmodSync(join(home, ".."), 0o711);
  const own = join(home, "somebody");
  mkdirSync(own);
  const theirs = join(temporary, "theirs");
  mkdirSync(theirs);
  const closed = ground.directory(join(theirs, `sqlite-graphrag-spawn-${dead}`), { log: "12345" });
  mkdirSync(join(closed, "root's"), { mode: 0o700 });
  writeFileSync(join(closed, "root's", "x"), "x");
  const shut = ground.directory(join(theirs, `acme-codex-home-${dead}`), { "auth.json": "{}" });
  mkdirSync(join(own, ".claude", "ide"), { recursive: true });
  const good = ground.directory(join(theirs, "cxc-bbbbbb"), { "broker.pid": `${dead}\n` });
  for (const path of [own, theirs, closed, join(closed, "log"), shut, good, join(own, ".claude", "ide")]) {
    chownSync(path, SOMEBODY, SOMEBODY);
  }
  chownSync(join(own, ".claude"), SOMEBODY, SOMEBODY);
  chmodSync(shut, 0);
  chmodSync(join(own, ".claude", "ide"), 0);
  for (const path of [home, temporary]) chmodSync(path, 0o711);
  const before = { HOME: process.env["HOME"], TMPDIR: process.env["TMPDIR"] };
  Object.assign(process.env, { HOME: own, TMPDIR: theirs });
  process.setegid?.(SOMEBODY);
  process.seteuid?.(SOMEBODY);
  await reap({ "something of root's inside": closed, "one that is shut": shut, "beside what is shut": good });
  const isHonest = existsSync(join(closed));
  process.seteuid?.(0);
  process.setegid?.(0);
  Object.assign(process.env, before);
  if (!isHonest || readdirSync(join(closed, "root's")).length !== 1) throw new Error("root's files are gone");

  // As root for somebody: with their rights, so what is root's inside stays.
  const forSomebody = ground.directory(join(theirs, `sqlite-graphrag-spawn-30002`), { log: "12345" });
  mkdirSync(join(forSomebody, "root's"), { mode: 0o700 });
  writeFileSync(join(forSomebody, "root's", "x"), "x");
  const alsoTheirs = ground.directory(join(theirs, `sqlite-graphrag-spawn-30003`), { log: "12345" });
  for (const path of [forSomebody, alsoTheirs, join(alsoTheirs, "log"), join(forSomebody, "log")]) {
    chownSync(path, SOMEBODY, SOMEBODY);
  }
  Object.assign(process.env, { TMPDIR: theirs, SUDO_UID: String(SOMEBODY) });
  await reap({ "root's, under sudo": forSomebody, "the person's, under sudo": alsoTheirs });
  delete process.env["SUDO_UID"];
  Object.assign(process.env, before);
  if (process.geteuid?.() !== 0) throw new Error("it is no longer root");

  const told = { cases, limits: [...limits], isUntouched: ground.isUntouched(), homeIsOurs: existsSync(home) };
  await ground.leave();
  return told;
}

function fill(path: string): boolean {
  try {
    writeFileSync(path, "x".repeat(8192));
    return true;
  } catch {
    try {
      writeFileSync(path, "");
      return true;
    } catch {
      return false;
    }
  }
}
