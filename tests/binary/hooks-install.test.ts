/** Installing a hook and taking it out again: every file is as it was, and whatever is in the way gets one line. */
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

setDefaultTimeout(300_000);

const BINARY = join(import.meta.dir, "../../dist/agent-reaper");

let home = "";
beforeEach(() => void (home = realpathSync(mkdtempSync(join(tmpdir(), "agent-reaper-hooks-")))));
afterEach(() => rmSync(home, { recursive: true }));

function put(name: string, content: string | Uint8Array, mode = 0o644): void {
  mkdirSync(dirname(join(home, name)), { recursive: true });
  writeFileSync(join(home, name), content);
  chmodSync(join(home, name), mode);
}

function text(name: string): string {
  return readFileSync(join(home, name), "utf8");
}

/** Every file with its bytes and mode, every link with its target; what is our own is left out. */
function contents(): Record<string, string> {
  const all: Record<string, string> = {};
  for (const name of readdirSync(home, { recursive: true }).map(String).sort()) {
    const path = join(home, name);
    const found = lstatSync(path);
    if (name.includes("agent-reaper/") || found.isDirectory()) continue;
    all[name] = found.isSymbolicLink()
      ? `-> ${readlinkSync(path)}`
      : `${found.mode.toString(8)} ${readFileSync(path).toString("base64")}`;
  }
  return all;
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function hook(args: readonly string[], env: Record<string, string> = {}, prefix: readonly string[] = []): Ran {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...prefix, BINARY, "hook", ...args], {
    cwd: home,
    stdin: "ignore",
    env: { PATH: process.env["PATH"] as string, HOME: home, LC_ALL: "C", ...env },
  });
  return { code: exitCode, out: stdout.toString(), err: stderr.toString() };
}

const SHELLS = ["zsh", "bash", "powershell"] as const;
const FILES: Readonly<Record<string, string>> = {
  zsh: ".zshrc",
  bash: ".bashrc",
  powershell: ".config/powershell/profile.ps1",
};
const EVERYTHING = ["zsh", "bash", "fish", "powershell", "claude", "codex"];

const ODD: readonly (readonly [string, string | Uint8Array])[] = [
  ["ordinary", "alias x=y\n\nsetopt autocd\n"],
  ["without a line end at its end", "alias x=y"],
  ["empty", ""],
  ["of Windows", "alias x=y\r\n# end\r\n"],
  ["not UTF-8", Uint8Array.from([0x61, 0xff, 0xfe, 0x80, 0x0a, 0xc3])],
  ["of blank lines", "\n\n\n"],
];

describe("install and uninstall leave a file as it was", () => {
  test.each([...ODD])("that is %s", (_, content) => {
    for (const shell of SHELLS) put(FILES[shell] as string, content, 0o640);
    const before = contents();
    expect(hook(["install", ...SHELLS, "--yes"])).toMatchObject({ code: 0, err: "" });
    const once = contents();
    for (const shell of SHELLS) expect(once[FILES[shell] as string]).not.toBe(before[FILES[shell] as string]);
    expect(hook(["install", ...SHELLS, "--yes"])).toMatchObject({ code: 0, err: "" });
    expect(contents()).toEqual(once);
    expect(hook(["uninstall", ...SHELLS, "--yes"])).toMatchObject({ code: 0, err: "" });
    expect(contents()).toEqual(before);
  });

  test("that is of Windows: bash still reads it to its end", () => {
    put(".bashrc", "A=1\r\n");
    hook(["install", "bash", "--yes"]);
    const { stderr } = Bun.spawnSync(["bash", "--norc", "-c", ". ./.bashrc"], { cwd: home, env: { HOME: home } });
    expect(stderr.toString()).toBe("");
  });

  test("that is named by --file belongs to one shell", () => {
    const { code, err } = hook(["install", "zsh", "bash", "--file", "rc", "--yes"]);
    expect({ code, err }).toEqual({
      code: 2,
      err: "agent-reaper: --file rc: two cannot share a start-up file: name zsh or bash alone\n",
    });
    expect(contents()).toEqual({});
  });

  test("that was not there: it is gone again", () => {
    expect(hook(["install", ...EVERYTHING, "--yes"])).toMatchObject({ code: 0, err: "" });
    expect(Object.keys(contents()).length).toBe(EVERYTHING.length);
    expect(hook(["uninstall", ...EVERYTHING, "--yes"])).toMatchObject({ code: 0, err: "" });
    expect(contents()).toEqual({});
    expect(readdirSync(join(home, ".local/state/agent-reaper")).filter((name) => name.startsWith("hook."))).toEqual([]);
  });

  test("that a link leads to", () => {
    put("dotfiles/zshrc", "alias x=y\n");
    symlinkSync("dotfiles/zshrc", join(home, ".zshrc"));
    const before = contents();
    hook(["install", "zsh", "--yes"]);
    expect(readlinkSync(join(home, ".zshrc"))).toBe("dotfiles/zshrc");
    expect(text("dotfiles/zshrc")).toContain("agent-reaper");
    hook(["uninstall", "zsh", "--yes"]);
    expect(contents()).toEqual(before);
  });

  test("with comments, another order and hooks of others", () => {
    const settings = [
      '{ // mine\n\t"z": 1, /* kept */\n\t"hooks": {\n\t\t"SessionEnd": [ {"hooks": []}, ],\n\t\t"Stop": []\n\t},\n\t"a": "ü",\n}',
      "{}",
      '\ufeff{"hooks": {}}\r\n',
      '{\n  "env": {"A": "B"}\n}\n',
    ];
    for (const content of settings) {
      put(".claude/settings.json", content);
      put(".codex/hooks.json", content);
      const before = contents();
      expect(hook(["install", "claude", "codex", "--yes"])).toMatchObject({ code: 0, err: "" });
      expect(text(".claude/settings.json")).toContain("session-start");
      expect(hook(["install", "claude", "codex", "--yes"]).out).toContain("installed already");
      expect(hook(["uninstall", "claude", "codex", "--yes"])).toMatchObject({ code: 0, err: "" });
      expect(contents()).toEqual(before);
    }
  });

  test("and what the person wrote meanwhile stays", () => {
    put(".zshrc", "one\n");
    hook(["install", "zsh", "--yes"]);
    put(".zshrc", `zero\n${text(".zshrc")}two\n`);
    hook(["uninstall", "zsh", "--yes"]);
    expect(text(".zshrc")).toBe("zero\none\ntwo\n");
  });
});

describe("before anything is written", () => {
  test("the change is shown, and without a terminal nothing happens", () => {
    put(".zshrc", "alias x=y\n");
    const before = contents();
    const { code, out, err } = hook(["install", "zsh"]);
    expect(code).toBe(2);
    expect(out).toContain("+ # >>> agent-reaper >>>");
    expect(err).toContain("there is no terminal to ask on");
    expect(hook(["install", "zsh", "--dry-run"])).toMatchObject({ code: 0, out, err: "" });
    expect(contents()).toEqual(before);
    expect(existsSync(join(home, ".local"))).toBe(false);
  });

  test("the old text is kept, for its owner alone", () => {
    put(".zshrc", "alias x=y\n");
    const { out } = hook(["install", "zsh", "--yes"]);
    const kept = /As it was: (\S+)/.exec(out)?.[1] as string;
    expect(readFileSync(kept, "utf8")).toBe("alias x=y\n");
    expect(lstatSync(kept).mode & 0o777).toBe(0o600);
  });
});

describe("one clear line, and nothing is touched, for", () => {
  const refused = (args: readonly string[], says: RegExp, env?: Record<string, string>, prefix?: readonly string[]) => {
    const before = contents();
    const { code, err } = hook([...args, "--yes"], env, prefix);
    expect(err).toMatch(says);
    expect(err.trimEnd()).not.toContain("\n");
    expect(code).toBeGreaterThan(1);
    expect(contents()).toEqual(before);
  };

  test("a directory", () => {
    put(".zshrc/file", "");
    refused(["install", "zsh"], /\.zshrc: is a directory/);
  });

  test("a pipe, which would be waited for", () => {
    const directory = mkdtempSync(join(tmpdir(), "pipe-"));
    Bun.spawnSync(["mkfifo", join(directory, "rc")]);
    refused(["install", "bash", "--file", join(directory, "rc")], /rc: is no regular file: name another with --file/);
    rmSync(directory, { recursive: true });
  });

  test("a link that leads nowhere", () => {
    symlinkSync("gone", join(home, ".zshrc"));
    refused(["install", "zsh"], /\.zshrc: leads to gone, where nothing is/);
  });

  test("a directory that is not there", () => {
    const env = { ZDOTDIR: join(home, "zsh") };
    refused(["install", "zsh", "bash"], /zsh\/\.zshrc: its directory is not there: make it/, env);
    refused(["install", "bash", "--file", "no/rc"], /no\/rc: its directory is not there/);
    expect(existsSync(join(home, "zsh"))).toBe(false);
    expect(hook(["uninstall", "zsh", "--yes"], env)).toMatchObject({ code: 0, err: "" });
    expect(hook(["status"], env).out).toContain("its directory is not there");
  });

  test("half a block", () => {
    put(".zshrc", "# >>> agent-reaper >>>\nalias x=y\n");
    refused(["install", "zsh"], /without "# <<< agent-reaper <<<": take it out by hand/);
    refused(["uninstall", "zsh"], /take it out by hand/);
  });

  test("UTF-16", () => {
    put(".config/powershell/profile.ps1", Uint8Array.from([0xff, 0xfe, 0x61, 0x00]));
    refused(["install", "powershell"], /is UTF-16: save it as UTF-8 first/);
  });

  test("settings that are no JSON, also when another target would do", () => {
    put(".claude/settings.json", '{\n  "a": \n}');
    put(".zshrc", "");
    refused(["install", "zsh", "claude"], /settings\.json:3:1: this is no JSON: correct the file first/);
  });

  test("settings with nothing in them", () => {
    put(".claude/settings.json", "\n");
    refused(["install", "claude"], /settings\.json: is empty: write \{\} into it, or remove it/);
    expect(hook(["uninstall", "claude", "--yes"])).toMatchObject({ code: 0, err: "" });
  });

  test("an old git without a repository, and a directory that is none", () => {
    put("bin/git", "#!/bin/sh\necho git version 2.39.5\n", 0o755);
    const env = { PATH: `${join(home, "bin")}:${process.env["PATH"]}` };
    refused(["install", "git"], /git 2\.39: has no hooks for all repositories.*--project DIR/, env);
    mkdirSync(join(home, "empty"));
    refused(["install", "git", "--project", "empty"], /git knows no repository there/);
    refused(["install", "git", "--project", "no"], /there is no such directory/);
  });

  test.if(process.getuid?.() === 0)("a file that is not ours to write, in such a directory", () => {
    put(".zshrc", "x\n", 0o444);
    const state = join(home, "agent-reaper/state");
    mkdirSync(state, { recursive: true });
    Bun.spawnSync(["chown", "65532", state]);
    chmodSync(home, 0o755);
    const binary = join(home, "agent-reaper/program");
    Bun.spawnSync(["cp", BINARY, binary]);
    const prefix = ["setpriv", "--reuid", "65532", "--regid", "65532", "--clear-groups"];
    refused(["install", "zsh"], /\.zshrc: permission denied/, { AGENT_REAPER_STATE: state }, [
      ...prefix,
      "sh",
      "-c",
      'shift; exec "$0" "$@"',
      binary,
    ]);
    expect(readdirSync(state).filter((name) => !name.startsWith("before-zshrc-"))).toEqual([]);
  });
});

test("git: one hook for all repositories, in git's configuration, where git knows such", () => {
  put("bin/git", "#!/bin/sh\necho git version 2.54.0\n", 0o755);
  put(".gitconfig", "[user]\n\tname = Lea");
  const before = contents();
  const env = { PATH: `${join(home, "bin")}:${process.env["PATH"]}` };
  expect(hook(["install", "git", "--yes"], env)).toMatchObject({ code: 0, err: "" });
  const git = (...args: readonly string[]) =>
    Bun.spawnSync(["git", "config", "--file", join(home, ".gitconfig"), ...args]).stdout.toString();
  expect(git("--get-all", "hook.agent-reaper.event").trim().split("\n")).toEqual([
    "post-checkout",
    "post-commit",
    "post-merge",
    "post-rewrite",
  ]);
  expect(git("user.name").trim()).toBe("Lea");
  // As git runs it: the hook's arguments behind the command.
  const command = git("hook.agent-reaper.command").trim();
  const ran = Bun.spawnSync(["sh", "-c", `${command} "$@"`, command, "0000", "1111", "1"], {
    cwd: home,
    env: { PATH: process.env["PATH"] as string, HOME: home, AGENT_REAPER_DISABLE: "1" },
  });
  expect({ code: ran.exitCode, out: ran.stdout.toString(), err: ran.stderr.toString() }).toEqual({
    code: 0,
    out: "",
    err: "",
  });
  expect(hook(["status"], env).out).toMatch(/git +on/);
  expect(hook(["uninstall", "git", "--yes"], env)).toMatchObject({ code: 0, err: "" });
  expect(contents()).toEqual(before);
});

test("what status says is to be typed can be typed, whatever the project is called", () => {
  mkdirSync(join(home, "my project"));
  const { out } = hook(["status", "--project", "my project"], { COLUMNS: "200" });
  expect(out).toContain(`agent-reaper hook install claude --project '${join(home, "my project")}'\n`);
});

test("whoever installs is told what is left to do, and whoever takes it out is not", () => {
  put(".claude/settings.json", '{ "disableAllHooks": true }\n');
  mkdirSync(join(home, "shop"));
  const says = (deed: string, ...args: readonly string[]) => hook([deed, ...args, "--yes"]).out;
  const told = (deed: string) => [
    says(deed, "codex").includes("type /hooks and trust the two of agent-reaper"),
    says(deed, "claude").includes('"disableAllHooks": true: no hook runs until that is gone'),
    says(deed, "claude", "--project", join(home, "shop")).includes("think before you commit it"),
  ];
  expect(told("install")).toEqual([true, true, true]);
  expect(told("uninstall")).toEqual([false, false, false]);
});

test("lines that a person wrote into fish's own file are kept where every old text is", () => {
  hook(["install", "fish", "--yes"]);
  const path = ".config/fish/conf.d/agent-reaper.fish";
  expect(hook(["uninstall", "fish", "--yes"]).out).not.toContain("As it was");
  hook(["install", "fish", "--yes"]);
  put(path, "set -x MINE 1\n");
  const kept = /As it was: (\S+)/.exec(hook(["uninstall", "fish", "--yes"]).out)?.[1] as string;
  expect(readFileSync(kept, "utf8")).toBe("set -x MINE 1\n");
});

describe("status", () => {
  test("tells what is on, what is outdated, what is in the way", () => {
    hook(["install", "zsh", "fish", "bash", "--yes"]);
    put(".config/fish/conf.d/agent-reaper.fish", "# older\n");
    put(".codex/hooks.json", "{");
    const { hooks } = JSON.parse(hook(["status", "--json"]).out) as { hooks: { target: string; state: string }[] };
    expect(Object.fromEntries(hooks.map(({ target, state }) => [target, state]))).toEqual({
      zsh: "on",
      bash: "on",
      fish: "outdated",
      powershell: "off",
      git: "off",
      claude: "off",
      codex: "unknown",
    });
    for (const line of hook(["status"], { COLUMNS: "60" }).out.split("\n")) {
      expect(Bun.stringWidth(line)).toBeLessThanOrEqual(60);
    }
  });
});

test("a hook in another start-up file is not told as outdated", () => {
  hook(["install", "bash", "--file", join(home, "my.rc"), "--yes"]);
  const { hooks } = JSON.parse(hook(["status", "--json"]).out) as {
    hooks: { target: string; state: string; says: string }[];
  };
  const bash = hooks.find(({ target }) => target === "bash");
  expect(bash?.state).toBe("unknown");
  expect(bash?.says).toContain(".bashrc does not read ");
  expect(bash?.says).toContain("another start-up file may (--file)");
});

describe("print and wrap", () => {
  test.each(["zsh", "bash", "fish"])("what %s is to read, it can read", (shell) => {
    for (const args of [["hook", "print", shell], ["wrap", "claude", "codex", "--shell", shell]]) {
      const printed = Bun.spawnSync([BINARY, ...args], { env: { HOME: home }, stdin: "ignore" });
      expect(printed.exitCode).toBe(0);
      const read = Bun.spawnSync([shell, "-n", "/dev/stdin"], { stdin: printed.stdout });
      expect({ code: read.exitCode, err: read.stderr.toString() }).toEqual({ code: 0, err: "" });
    }
  });

  test("bash's text passes shellcheck", () => {
    const printed = Bun.spawnSync([BINARY, "hook", "print", "bash"], { env: { HOME: home }, stdin: "ignore" });
    const checked = Bun.spawnSync(["shellcheck", "--shell=bash", "--severity=warning", "-"], { stdin: printed.stdout });
    expect({ code: checked.exitCode, out: checked.stdout.toString() }).toEqual({ code: 0, out: "" });
  });

  test("agents' settings as one could merge them", () => {
    for (const agent of ["claude", "codex"]) {
      const { hooks } = JSON.parse(hook(["print", agent]).out) as { hooks: object };
      expect(Object.keys(hooks)).toEqual(["SessionStart", "SessionEnd"]);
    }
  });

  test("a name that a shell would take for something else is refused", () => {
    const { exitCode, stderr } = Bun.spawnSync([BINARY, "wrap", "claude;rm"], { env: { HOME: home }, stdin: "ignore" });
    expect(exitCode).toBe(2);
    expect(stderr.toString()).toContain("name a command, for example claude");
  });
});
