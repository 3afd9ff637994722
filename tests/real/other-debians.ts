/**
 * The hooks with the shells and the git of other Debians, older and newer than where the gate runs: zsh, bash and fish
 * at a terminal, and git's configured hooks where it has them (2.54). Not part of the gate: it downloads a system of
 * 500 MB for each. It needs root, debootstrap and `dist/agent-reaper`.
 *
 *     sh tests/gate/bun.sh tests/real/other-debians.ts [SUITE…]
 *
 * @module
 */
import { strict as assert } from "node:assert";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alikeIn, fired, markIn } from "../support/git-twins.ts";

const SUITES = ["bullseye", "sid"];
const PACKAGES = ["git", "fish", "zsh", "tmux", "tini", "procps", "ncurses-base"];
const REPOSITORY = join(import.meta.dir, "../..");
const PROGRAM = "/opt/agent-reaper";

function outside(suite: string): void {
  const root = realpathSync(mkdtempSync(join(tmpdir(), `debian-${suite}-`)));
  try {
    // Whoever is not root looks into it too.
    chmodSync(root, 0o755);
    console.log(`${suite}: making it`);
    const made = Bun.spawnSync(["debootstrap", "--variant=minbase", `--include=${PACKAGES}`, suite, root], {
      stdin: "ignore",
      stdout: "ignore",
      stderr: "inherit",
    });
    assert.equal(made.exitCode, 0);
    mkdirSync(join(root, "opt/repository"));
    cpSync(join(REPOSITORY, "dist/agent-reaper"), join(root, PROGRAM));
    const tests = ["sh", "tests/gate/bun.sh", "test", "tests/live/hooks-shell.test.ts", "--only-failures"];
    enter(root, tests);
    enter(root, ["sh", "tests/gate/bun.sh", "tests/real/other-debians.ts", "inside", suite]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The root is mounted upon itself: only so can what runs inside make namespaces of its own. */
const ENTER = `set -e
mount --bind "$1" "$1"
mount --bind "$2" "$1/opt/repository"
mount -t proc proc "$1/proc"
mount --bind /sys "$1/sys"
mount --bind /dev "$1/dev"
mount --bind /dev/pts "$1/dev/pts"
root=$1; shift 2
exec chroot "$root" /bin/sh -c 'cd /opt/repository; exec "$@"' sh "$@"`;

function enter(root: string, command: readonly string[]): void {
  const { exitCode } = Bun.spawnSync(
    [
      ...["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", ENTER, "sh", root, REPOSITORY],
      ...command,
    ],
    {
      env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/root", LC_ALL: "C.UTF-8" },
      ...{ stdin: "ignore", stdout: "inherit", stderr: "inherit", timeout: 300_000, killSignal: "SIGKILL" },
    },
  );
  assert.equal(exitCode, 0, command.join(" "));
}

/** git with our section in the person's configuration, and without: the same answers, and it fires. */
async function inside(suite: string): Promise<void> {
  const version = run("/", {}, "git", "--version").said.trim();
  const shells = ["zsh", "bash", "fish"].map((name) => run("/", {}, name, "--version").said.split("\n")[0]);
  console.log(`${suite}: ${shells.join(", ")}: all tests`);
  const home = mkdtempSync(join(tmpdir(), "git-configured-"));
  const env = alikeIn(home);
  const mark = markIn(home);
  for (
    const [name, value] of [["user.name", "Lea"], ["user.email", "lea@example.org"], ["init.defaultBranch", "main"]]
  ) {
    assert.equal(run(home, env, "git", "config", "--global", name as string, value as string).code, 0);
  }
  const before = readFileSync(join(home, ".gitconfig"));
  const install = run(home, env, PROGRAM, "hook", "install", "git", "--yes");
  const [major = 0, minor = 0] = /(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? [];
  if (major === 2 && minor < 54) {
    assert.match(install.said, /has no hooks for all repositories \(2\.54 has\)/);
    assert.deepEqual(readFileSync(join(home, ".gitconfig")), before);
    console.log(`${suite}: ${version}: told that it has no configured hooks`);
    return;
  }
  assert.equal(install.code, 0, install.said);
  const [plain, hooked] = ["plain", "hooked"].map((name) => join(home, name, "repository")) as [string, string];
  for (const at of [plain, hooked]) {
    mkdirSync(at, { recursive: true });
    assert.equal(run(at, env, "git", "init", "--quiet").code, 0);
  }
  const without = { ...env, GIT_CONFIG_GLOBAL: join(home, "without") };
  writeFileSync(without.GIT_CONFIG_GLOBAL, before);
  for (const deed of DEEDS) {
    rmSync(mark, { force: true });
    const expected = run(plain, without, "git", ...deed);
    assert.deepEqual(run(hooked, env, "git", ...deed), expected, deed.join(" "));
    assert.equal(expected.code, 0, expected.said);
    assert(await fired(mark, 20_000), `git ${deed.join(" ")} fires it`);
  }
  rmSync(PROGRAM);
  const last = ["commit", "--allow-empty", "-m", "without the program"];
  assert.deepEqual(run(hooked, env, "git", ...last), run(plain, without, "git", ...last));
  cpSync("/opt/repository/dist/agent-reaper", PROGRAM);
  assert.equal(run(home, env, PROGRAM, "hook", "uninstall", "git", "--yes").code, 0);
  assert.deepEqual(readFileSync(join(home, ".gitconfig")), before);
  console.log(`${suite}: ${version}: ${DEEDS.length} commands alike, each fired`);
}

const DEEDS: readonly (readonly string[])[] = [
  ["commit", "--allow-empty", "-m", "one"],
  ["checkout", "-b", "side"],
  ["commit", "--allow-empty", "-m", "two"],
  ["checkout", "main"],
  ["commit", "--allow-empty", "-m", "three"],
  ["merge", "--no-ff", "-m", "merged", "side"],
  ["checkout", "side"],
  ["commit", "--allow-empty", "-m", "four"],
  ["rebase", "main"],
  ["worktree", "add", "../tree", "-b", "tree"],
  ["clone", "--quiet", ".", "../clone"],
];

function run(cwd: string, env: Record<string, string>, ...command: readonly string[]): { code: number; said: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], {
    ...{ cwd, stdin: "ignore" },
    env: { PATH: process.env["PATH"] ?? "", ...env },
  });
  return { code: exitCode, said: `${stdout}${stderr}` };
}

if (process.argv[2] === "inside") await inside(process.argv[3] as string);
else for (const suite of process.argv.length > 2 ? process.argv.slice(2) : SUITES) outside(suite);
