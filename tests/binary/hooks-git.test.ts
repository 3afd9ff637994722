/** git with our hook does what it does without it: the same answers, the same exit codes, the same commits. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

setDefaultTimeout(300_000);

const BINARY = join(import.meta.dir, "../../dist/agent-reaper");
const EVENTS = ["post-checkout", "post-commit", "post-merge", "post-rewrite"];
const MOST_MS = 200_000;

const made = realpathSync(mkdtempSync(join(tmpdir(), "agent-reaper-git-")));
const home = join(made, "home");
const program = join(made, "it's mine", "agent-reaper");
const mark = join(home, ".local/state/agent-reaper/ran-git");
afterAll(() => rmSync(made, { recursive: true }));
beforeAll(() => {
  mkdirSync(home);
  restoreProgram();
});

function restoreProgram(): void {
  mkdirSync(dirname(program), { recursive: true });
  rmSync(program, { force: true });
  copyFileSync(BINARY, program);
}

/** The hook starts it and it leaves at once: nothing of this machine is looked at. */
const env = {
  PATH: process.env["PATH"] as string,
  HOME: home,
  LC_ALL: "C",
  AGENT_REAPER_DISABLE: "1",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
  GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
  GIT_EDITOR: "true",
};

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(cwd: string, ...command: readonly string[]): Ran {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], { cwd, env, stdin: "ignore" });
  // Both repositories of a comparison are told apart by their names only.
  const plain = (bytes: Buffer) => bytes.toString().replaceAll(/\b(?:without|hooked)\b/g, "REPO");
  return { code: exitCode, out: plain(stdout), err: plain(stderr) };
}

const git = (repository: string, ...args: readonly string[]) =>
  run(
    repository,
    "git",
    "-c",
    "user.name=Lea",
    "-c",
    "user.email=lea@example.org",
    "-c",
    "advice.detachedHead=false",
    ...args,
  );

const hook = (...args: readonly string[]) => run(home, program, "hook", ...args);

function write(path: string, text: string, mode = 0o755): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

/** The hook works in the background. */
async function fired(): Promise<boolean> {
  const until = performance.now() + MOST_MS;
  while (!existsSync(mark) && performance.now() < until) await Bun.sleep(5);
  return existsSync(mark);
}

/** What people do, and whether each fires our hook. */
const DEEDS: readonly (readonly [args: readonly string[], fires: boolean])[] = [
  [["commit", "--allow-empty", "--quiet", "-m", "one"], true],
  [["checkout", "-b", "side"], true],
  [["commit", "--allow-empty", "-m", "two"], true],
  [["checkout", "main"], true],
  [["checkout", "no-such-branch"], false],
  [["commit", "--allow-empty", "-m", "three"], true],
  [["commit", "--allow-empty", "--amend", "-m", "four"], true],
  [["checkout", "side"], true],
  [["rebase", "main"], true],
  [["worktree", "add", "../tree", "-b", "tree"], true],
  [["checkout", "main"], true],
  [["merge", "--no-edit", "side"], true],
  [["log", "--all", "--format=%H %s"], false],
];

type SetUp = (repository: string) => void;

/** Two repositories alike; into one goes our hook. */
function pair(name: string, setUp: SetUp): readonly [without: string, hooked: string] {
  const [without, hooked] = ["without", "hooked"].map((kind) => {
    const repository = join(made, name, kind, "repository");
    mkdirSync(repository, { recursive: true });
    git(repository, "init", "--quiet", "--initial-branch=main");
    git(repository, "commit", "--allow-empty", "--quiet", "-m", "zero");
    setUp(repository);
    return repository;
  }) as [string, string];
  return [without, hooked];
}

async function sameInBoth([without, hooked]: readonly [string, string], starts = true): Promise<void> {
  for (const [args, fires] of DEEDS) {
    rmSync(mark, { force: true });
    const expected = git(without, ...args);
    const got = git(hooked, ...args);
    expect({ args, ...got }).toEqual({ args, ...expected });
    if (fires && starts) expect({ args, fired: await fired() }).toEqual({ args, fired: true });
  }
}

const SAYS = '#!/bin/sh\nset -eu\necho "$0 $*" | sed "s|.*/||"\necho "to stderr" >&2\n';
const HOOKS: readonly (readonly [name: string, setUp: SetUp])[] = [
  ["no hooks", () => {}],
  ["hooks in shell, one of which fails", (repository) => {
    for (const event of EVENTS) {
      const body = event === "post-rewrite" ? "sort | cksum\n" : event === "post-checkout" ? "exit 3\n" : "";
      write(join(repository, ".git/hooks", event), SAYS + body);
    }
    write(join(repository, ".git/hooks/pre-commit"), SAYS);
  }],
  ["hooks in another language", (repository) => {
    const body =
      "#!/usr/bin/env python3\nimport sys\nprint(len(sys.argv), sys.stdin.read() if not sys.stdin.isatty() else '')\nsys.exit(4)\n";
    for (const event of EVENTS) write(join(repository, ".git/hooks", event), body);
  }],
  ["pre-commit's own hook", (repository) => {
    write(
      join(repository, ".git/hooks/post-checkout"),
      "#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\n# ID: 138fd403232d2ddd5efb44317e38bf03\n" +
        'HERE="$(cd "$(dirname "$0")" && pwd)"\nARGS=(hook-impl --config=.pre-commit-config.yaml --hook-type=post-checkout)\n' +
        'ARGS+=(--hook-dir "$HERE" -- "$@")\necho "${#ARGS[@]} ${ARGS[0]}"\n',
    );
  }],
];

describe.each([...HOOKS])("a repository with %s", (name, setUp) => {
  test("does the same with our hook, fires it, and is as it was without it again", async () => {
    restoreProgram();
    const both = pair(name, setUp);
    const before = listed(both[1]);
    expect(hook("install", "git", "--project", both[1], "--yes")).toMatchObject({ code: 0, err: "" });
    const once = listed(both[1]);
    expect(once).not.toEqual(before);
    expect(hook("install", "git", "--project", both[1], "--yes")).toMatchObject({ code: 0, err: "" });
    expect(listed(both[1])).toEqual(once);
    await sameInBoth(both);
    expect(hook("uninstall", "git", "--project", both[1], "--yes")).toMatchObject({ code: 0, err: "" });
    expect(listed(both[1])).toEqual(before);
  });
});

describe("a program that", () => {
  test.each([
    ["is gone", () => unlinkSync(program)],
    ["is none", () => write(program, "\x7fELF no")],
    ["crashes", () => write(program, "#!/bin/sh\necho out; echo err >&2; kill -SEGV $$\n")],
  ])("%s stops nothing and says nothing", async (what, spoil) => {
    restoreProgram();
    const both = pair(what, HOOKS[1]?.[1] as SetUp);
    hook("install", "git", "--project", both[1], "--yes");
    unlinkSync(program);
    if (what !== "is gone") spoil();
    await sameInBoth(both, false);
  });
});

/** The hooks with bytes and modes. */
function listed(repository: string): string {
  return run(join(repository, ".git/hooks"), "sh", "-c", 'for f in *; do stat -c \'%A %n\' "$f"; cksum <"$f"; done')
    .out;
}

describe("where another tool writes the hooks", () => {
  const advised = (repository: string): string => {
    const before = listed(repository);
    const { code, out, err } = hook("install", "git", "--project", repository, "--yes");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("nothing is written");
    expect(listed(repository)).toBe(before);
    return out.split("\n").find((line) => line.includes("/bin/sh -c")) as string;
  };

  /** The files that `husky` 9 makes: stubs that source `h`, which runs the person's file of the same name. */
  const husky: SetUp = (repository) => {
    write(
      join(repository, ".husky/_/h"),
      '#!/usr/bin/env sh\nn=$(basename "$0")\ns=$(dirname "$(dirname "$0")")/$n\n[ ! -f "$s" ] && exit 0\nsh -e "$s" "$@"\nexit $?\n',
    );
    for (const event of EVENTS) {
      write(join(repository, ".husky/_", event), '#!/usr/bin/env sh\n. "$(dirname "$0")/h"\n');
    }
    git(repository, "config", "core.hooksPath", ".husky/_");
  };

  test("husky: the line that is printed does it", async () => {
    restoreProgram();
    const both = pair("husky", husky);
    const line = advised(both[1]);
    for (const repository of both) {
      for (const event of EVENTS) write(join(repository, ".husky", event), "echo mine\n", 0o644);
    }
    for (const event of EVENTS) write(join(both[1], ".husky", event), `${line}\necho mine\n`, 0o644);
    // A new work tree has no .husky of its own: these are not committed here.
    await sameInBoth(both);
  });

  test("lefthook: jobs for its own file, which mean the line", () => {
    restoreProgram();
    const [, repository] = pair(
      "lefthook",
      (repository) => write(join(repository, "lefthook.yml"), "pre-push:\n", 0o644),
    );
    const line = advised(repository).trim();
    expect(line).toStartWith("run: ");
    rmSync(mark, { force: true });
    const ran = run(repository, "sh", "-c", JSON.parse(line.slice("run: ".length)) as string);
    expect(ran).toEqual({ code: 0, out: "", err: "" });
  });

  test("hooks that others share, and hooks that are links, are left alone", () => {
    restoreProgram();
    const [, shared] = pair("shared", (repository) => {
      mkdirSync(join(made, "hooks of all"), { recursive: true });
      git(repository, "config", "core.hooksPath", join(made, "hooks of all"));
    });
    expect(advised(shared)).toStartWith("/bin/sh -c");
    const [, linked] = pair("linked", (repository) => {
      write(join(repository, "scripts/hook"), SAYS);
      run(repository, "ln", "-s", "../../scripts/hook", ".git/hooks/post-commit");
    });
    const { code, err } = hook("install", "git", "--project", linked, "--yes");
    expect(code).toBe(2);
    expect(err).toMatch(/post-commit: is a link to .*: put this line there yourself/);
    expect(readFileSync(join(linked, "scripts/hook"), "utf8")).toBe(SAYS);
  });
});

test("a hook that is not executable is passed over by git, and stays so", () => {
  restoreProgram();
  const [without, hooked] = pair(
    "not executable",
    (repository) => write(join(repository, ".git/hooks/post-commit"), SAYS, 0o644),
  );
  hook("install", "git", "--project", hooked, "--yes");
  expect(readFileSync(join(hooked, ".git/hooks/post-commit"), "utf8")).toBe(SAYS);
  expect(git(hooked, ...DEEDS[0]?.[0] as string[])).toEqual(git(without, ...DEEDS[0]?.[0] as string[]));
});

test("pre-commit's manifest: its entry succeeds without the program", () => {
  const manifest = Bun.YAML.parse(readFileSync(join(import.meta.dir, "../../.pre-commit-hooks.yaml"), "utf8")) as {
    id: string;
    entry: string;
  }[];
  expect(manifest.map(({ id }) => id)).toEqual(["agent-reaper"]);
  const entry = manifest[0]?.entry as string;
  // The words as pre-commit splits them: like a shell.
  expect(run(made, "sh", "-c", entry)).toEqual({ code: 0, out: "", err: "" });
});
