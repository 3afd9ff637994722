/**
 * Inside: takes leftovers into quarantine with the binary, and puts them back.
 *
 * @module
 */
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { Ground } from "../leftovers.ts";

/** What the test asserts on. */
export interface Told {
  readonly [step: string]: unknown;
}

export default async function inside(input: { readonly binary: string }): Promise<Told> {
  const ground = new Ground();
  const { home, temporary, dead } = ground;
  const state = join(home, ".local", "state", "agent-reaper");
  const reaper = (...args: string[]) => {
    const { stdout, stderr, exitCode } = Bun.spawnSync([input.binary, ...args], { stdin: "ignore" });
    return { text: stdout.toString(), errors: stderr.toString(), exitCode };
  };
  const json = (...args: string[]) => JSON.parse(reaper(...args, "--json").text);
  const outcomes = (report: { results: { outcome: string }[] }) => report.results.map(({ outcome }) => outcome);

  const tmpfs = join(temporary);
  const directory = ground.directory(join(home, ".local/share/sqlite-graphrag", `codex-home-${dead}`), {
    "auth.json": "{}",
    "sessions/log": "12345",
  });
  const file = ground.file(join(home, ".claude", "ide", "1.lock"), JSON.stringify({ pid: dead }));
  const link = ground.link(join(home, ".cache/ms-playwright/mcp-chrome-1/SingletonLock"), `${hostname()}-${dead}`);
  // A file system of its own: nothing can be moved from there into the state directory.
  const { exitCode } = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", tmpfs]);
  if (exitCode !== 0) throw new Error("mount");
  const elsewhere = ground.directory(join(tmpfs, "cxc-aaaaaa"), { "broker.pid": `${dead}\n` });
  const paths = [directory, file, link, elsewhere].sort();
  const before = paths.map((path) => lstatSync(path));
  await aMomentLater(paths);

  const told: Record<string, unknown> = {};
  const taken = json("reap", "--yes", "--only", "leftovers", "--quarantine");
  told["taken"] = outcomes(taken);
  told["freed"] = taken.results.map(({ freedBytes }: { freedBytes?: number }) => freedBytes);
  told["left"] = paths.filter((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined);
  told["scanned again"] = json("scan").plan.remove;
  const [batch] = json("undo", "--list").batches;
  told["listed"] = batch.leftovers.map(({ path }: { path: string }) => path).sort();
  told["beside"] = batch.leftovers.filter(({ at }: { at: string }) => !at.startsWith(state)).map(
    (
      { path, at }: { path: string; at: string },
    ) => [path === elsewhere, at.startsWith(`${tmpfs}/.agent-reaper-quarantine-`)],
  );
  told["modes"] = [state, join(state, "quarantine"), join(state, "quarantine", batch.id)].map((path) =>
    lstatSync(path).mode & 0o777
  );
  told["list for people"] = reaper("undo", "--list").text.includes("~/.claude/ide/1.lock");

  // Something else has taken one's place meanwhile, and one's directory is gone.
  writeFileSync(file, "new");
  rmSync(dirname(link), { recursive: true });
  const first = reaper("undo", "--json");
  told["first undo"] = [
    first.exitCode,
    JSON.parse(first.text).results.map(({ path, outcome }: { path: string; outcome: string }) => [path, outcome])
      .sort(),
  ];
  told["not overwritten"] = readFileSync(file, "utf8");
  rmSync(file);
  mkdirSync(dirname(link), { mode: 0o700 });
  told["second undo"] = [reaper("undo", batch.id).exitCode, json("undo", "--list").batches];
  told["as it was"] = paths.map((path, at) => {
    const after = lstatSync(path);
    const was = before[at] as typeof after;
    // A link is made anew.
    return after.isSymbolicLink() ||
      (after.ino === was.ino && after.mode === was.mode && after.mtimeMs === was.mtimeMs);
  });
  told["its target"] = readlinkSync(link) === `${hostname()}-${dead}`;
  told["nothing of ours"] = [readdirSync(join(state, "quarantine")), readdirSync(tmpfs)];

  await aMomentLater(paths);
  const again = json("reap", "--yes", "--only", "leftovers", "--quarantine");
  told["taken again"] = outcomes(again);
  told["unknown"] = reaper("undo", "20200101-000000-1").errors;
  told["asks"] = reaper("undo", "--empty").errors;
  told["emptied"] = outcomes(json("undo", "--empty", "--yes"));
  told["nothing"] = [reaper("undo").text, readdirSync(join(state, "quarantine")), readdirSync(tmpfs)];

  // No room for it: it stays where it is.
  const more = ground.directory(join(tmpfs, "cxc-bbbbbb"), { "broker.pid": `${dead}\n` });
  await aMomentLater([more]);
  Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "nr_inodes=1,mode=700", "tmpfs", state]);
  const full = reaper("reap", "--yes", "--only", "leftovers", "--quarantine");
  told["full"] = [
    full.exitCode,
    /there is no quarantine for it: .*no space left/.test(full.text),
    lstatSync(more).isDirectory(),
  ];
  Bun.spawnSync(["umount", state]);
  await ground.leave();
  return { ...told, isUntouched: ground.isUntouched() };
}

/** A leftover that was made while we looked is left alone, so each must be a moment old. */
async function aMomentLater(paths: readonly string[]): Promise<void> {
  const last = Math.max(...paths.map((path) => lstatSync(path).ctimeMs));
  while (Date.now() - last <= 200) await Bun.sleep(20);
}
