import { describe, expect, test } from "bun:test";
import { commandOf } from "../../src/vocabulary/command.ts";
import { launched, launchOf, launchOfWords } from "../../src/vocabulary/launch.ts";
import type { Command } from "../../src/vocabulary/command.ts";
import { Table } from "../../src/table.ts";
import { ordinary, world } from "../support/world.ts";
import type { Process } from "../../src/contract.ts";

const launch = (exe: string, ...argv: readonly string[]) =>
  launchOf(commandOf({ pid: 2, ppid: 1, exe, argv } as unknown as Process) as Command);
const node = "/usr/bin/node";

describe("launchOf()", () => {
  test("reads npm's title, of which nobody knows what it leaves out", () => {
    expect(launch(node, "npm exec @a/foo@1.2.3 mcp start")).toEqual({
      names: ["@a/foo"],
      args: ["mcp", "start"],
      places: [],
      complete: false,
      from: "registry",
    });
    expect(launch(node, "npm run dev")).toBeUndefined();
  });

  test("takes both the package's name and the program's", () => {
    expect(launch("/usr/bin/uv", "uv", "tool", "uvx", "--python", "3.13", "--from", "chroma-mcp==0.2", "chroma")?.names)
      .toEqual(["chroma-mcp", "chroma"]);
    expect(launch("/usr/bin/uvx", "uvx", "--from", "git+https://github.com/a/foo.git@v1", "bar", "x")).toMatchObject({
      names: ["foo", "bar"],
      args: ["x"],
    });
  });

  test("tells where uv is told to work, on either side of its command", () => {
    expect(launch("/usr/bin/uv", "uv", "--directory", "/x", "run", "s.py")?.places).toEqual(["/x"]);
    expect(launch("/usr/bin/uv", "uv", "run", "--directory", "/x", "s.py")).toMatchObject({
      names: ["s.py"],
      places: ["/x"],
    });
  });

  test("goes through npx, npm, pnpm and yarn as node runs them, and pipx as Python does", () => {
    for (
      const words of [["/n/npx-cli.js", "-y"], ["/n/npm-cli.js", "exec", "--"], ["/n/pnpm.cjs", "dlx"], [
        "/n/yarn",
        "dlx",
        "-q",
      ], ["/x/.yarn/releases/yarn-4.9.1.cjs", "dlx"]]
    ) expect(launch(node, "node", ...words, "foo")?.names).toEqual(["foo"]);
    expect(launch("/usr/bin/python3", "python3", "/usr/bin/pipx", "run", "foo")?.names).toEqual(["foo"]);
    expect(launch(node, "node", "/n/pnpm.cjs", "install", "foo")).toBeUndefined();
    expect(launch("/n/pnpm/pnpm", "pnpm", "dlx", "@a/foo", "x")).toMatchObject({ names: ["@a/foo"], args: ["x"] });
    expect(launch("/n/pnpm/pnx", "pnx", "@a/foo", "x")).toMatchObject({ names: ["@a/foo"], args: ["x"] });
    expect(launch("/n/pnpm/pnpm", "pnpm", "install", "foo")).toBeUndefined();
  });

  test("takes bunx, and of bun's words only a package with a scope", () => {
    expect(launch("/b/bun", "bunx", "foo")?.names).toEqual(["foo"]);
    expect(launch("/b/bun", "bun", "x", "@a/foo@2")?.names).toEqual(["@a/foo"]);
    expect(launch("/b/bun", "bun", "run", "foo")).toBeUndefined();
    expect(launch("/b/bun", "bun", "server.ts")).toBeUndefined();
  });

  test("takes a shell's line only where it is one command", () => {
    expect(launch("/bin/sh", "sh", "-c", "A=b exec /n/.bin/foo -x")).toMatchObject({
      names: ["foo"],
      args: ["-x"],
      from: "path",
    });
    expect(launch("/bin/sh", "sh", "-c", "'foo' run 'a b' \"c\"")).toMatchObject({
      names: ["foo"],
      args: ["run", "'a", "b'", "c"],
      from: "path",
    });
    expect(launch("/bin/sh", "sh", "-c", "'npx' foo")).toMatchObject({ names: ["foo"], from: "registry" });
    for (
      const line of ["npx -y foo 'a;b' 2>> ~/log", "cd /x && npx foo", ". ~/.env; A=$B npx foo", "set -a\nnpx foo"]
    ) {
      expect(launch("/bin/bash", "bash", "-c", line)).toMatchObject({ names: ["foo"], from: "registry" });
    }
    for (const line of ["npx foo > out", "npx foo | tee x", "npx foo && bar", "bar; npx foo", "npx foo & bar"]) {
      expect(launch("/bin/bash", "bash", "-c", line)).toBeUndefined();
    }
    expect(launch("C:\\cmd.exe", "cmd", "/c", 'npx foo "https://a/?b=1&c=2"')?.names).toEqual(["foo"]);
    for (const line of ["foo > out", "foo | tee x", "cd x && foo", "foo; bar", "foo $(bar)", "foo `bar`"]) {
      expect(launch("/bin/sh", "sh", "-c", line)).toBeUndefined();
    }
  });

  test("goes through PowerShell, but for one that stays open", () => {
    const shell = (...args: readonly string[]) => launch("C:\\W\\powershell.exe", "powershell.exe", ...args);
    const foo = { names: ["foo"], args: ["x"], from: "registry" };
    expect(shell("-NoProfile", "-Command", "npx -y foo x")).toMatchObject(foo);
    expect(shell("-c", "&", "uvx", "foo", "x")).toMatchObject(foo);
    expect(shell("-ExecutionPolicy", "Bypass", "-File", "C:\\n\\npx.ps1", "-y", "foo", "x")).toMatchObject(foo);
    expect(shell("-File", "C:\\s\\mcp-server-watch.ps1", "x")).toBeUndefined();
    expect(shell("-NoExit", "-Command", "npx -y foo")).toBeUndefined();
    expect(shell("-Command", "npx -y foo > out")).toBeUndefined();
    expect(shell("npx", "foo")).toBeUndefined();
    expect(shell()).toBeUndefined();
  });

  test("leaves a window of cmd that stays open to whoever opened it", () => {
    expect(launch("C:\\W\\cmd.exe", "cmd.exe", "/d", "/c", "npx", "-y", "foo")?.names).toEqual(["foo"]);
    expect(launch("C:\\W\\cmd.exe", "cmd.exe", "/d", "/K", "npx", "-y", "foo")).toBeUndefined();
  });

  test("takes a program's path with blanks, in quotes and as cmd leaves it", () => {
    const foo = { names: ["foo"], args: ["x"], from: "registry" };
    const cmd = (...args: readonly string[]) => launch("C:\\W\\cmd.exe", "cmd.exe", "/d", "/s", "/c", ...args);
    expect(cmd("C:\\Program Files\\nodejs\\npx.CMD -y foo x")).toMatchObject(foo);
    expect(cmd("C:\\Program", "Files (x86)\\nodejs\\npx.cmd -y foo x")).toMatchObject(foo);
    expect(cmd('"C:\\Program^ Files\\nodejs\\npx.cmd ^"-y^" ^"foo^" ^"x^""')).toMatchObject(foo);
    expect(cmd("C:\\Users\\A B\\AppData\\Roaming\\npm\\foo.cmd x")).toMatchObject({ ...foo, from: "path" });
    expect(cmd("C:\\Program Files\\nodejs\\npx.cmd -y foo x > out.txt")).toBeUndefined();
    expect(cmd("C:\\Users\\A B\\foo.cmd x & b.exe")).toBeUndefined();
    expect(cmd("C:\\my scripts\\foo.bat x")).toBeUndefined();
    expect(cmd('"C:/my scripts/foo.bat" x')).toBeUndefined();
    expect(cmd("C:\\Users\\u\\.pyenv\\pyenv-win\\shims\\foo.bat x")).toMatchObject({ ...foo, from: "path" });
    expect(launch("/bin/sh", "sh", "-c", "'/Users/a b/bin/npx' -y foo x")).toMatchObject(foo);
    expect(launch("C:\\W\\pwsh.exe", "pwsh", "-c", "& 'C:\\Program Files\\nodejs\\npx.ps1' -y foo x"))
      .toMatchObject(foo);
  });

  test("goes through what a shell's line launches as it goes through a launcher", () => {
    const foo = { names: ["foo"], args: ["x"], from: "registry" };
    const sh = (line: string) => launch("/bin/sh", "sh", "-c", line);
    expect(sh("npm exec --yes foo x")).toMatchObject(foo);
    expect(sh("pnpm dlx foo x")).toMatchObject(foo);
    expect(sh("uv tool run foo x")).toMatchObject(foo);
    expect(sh("npm run foo")).toBeUndefined();
    expect(sh("npm exec foo x | tee out")).toBeUndefined();
  });

  test("goes through Volta's npx and WSL's door on Windows", () => {
    expect(launch("C:\\Volta\\npx.exe", "npx", "-y", "foo")?.names).toEqual(["foo"]);
    const wsl = (...args: readonly string[]) => launch("C:\\Windows\\System32\\wsl.exe", "wsl.exe", ...args);
    const foo = { names: ["foo"], args: ["x"], from: "registry" };
    expect(wsl("-d", "Ubuntu", "--", "npx", "-y", "foo", "x")).toMatchObject(foo);
    expect(wsl("~", "-e", "uvx", "foo", "x")).toMatchObject(foo);
    expect(wsl("--cd", "/home/m", "bash", "-lc", "npx -y foo x")).toMatchObject(foo);
    expect(wsl("--distribution", "Debian", "foo", "x")).toMatchObject({ ...foo, from: "path" });
    expect(wsl("bash", "-c", "npx -y foo x > out")).toBeUndefined();
    expect(wsl()).toBeUndefined();
    expect(wsl("-d", "Ubuntu")).toBeUndefined();
  });

  test("takes a version manager's shim for what it is called", () => {
    expect(launch("/h/.volta/bin/volta-shim", "/h/.volta/bin/foo", "x")).toMatchObject({ names: ["foo"], args: ["x"] });
    expect(launch("C:\\Volta\\volta-shim.exe", "npx", "-y", "foo")).toMatchObject({ names: ["foo"], from: "registry" });
  });

  test("looks behind what Claude Desktop puts in front", () => {
    const path = "/Applications/Claude.app/Contents/Helpers/disclaimer";
    expect(launch(path, path, "/opt/homebrew/bin/npx", "-y", "foo")).toMatchObject({
      names: ["foo"],
      from: "registry",
    });
    expect(launch(path, path, "/opt/foo", "-y")).toMatchObject({ names: ["foo"], args: ["-y"], from: "path" });
    expect(launch(path, path)).toBeUndefined();
  });

  test("is undefined for everything else", () => {
    expect(launch("/usr/bin/vim", "vim", "npx")).toBeUndefined();
    expect(launch(node, "node", "server.js")).toBeUndefined();
    expect(launch("/usr/bin/uv", "uv", "sync")).toBeUndefined();
  });
});

test("launchOfWords() reads a launcher's words behind another program's", () => {
  expect(launchOfWords(["npx", "-y", "foo"])?.names).toEqual(["foo"]);
  expect(launchOfWords(["sh"])).toBeUndefined();
  expect(launchOfWords([])).toBeUndefined();
});

test("launched() goes down to the programs that do the work, and through whom nobody can read", () => {
  const row = (pid: number, ppid: number, argv: readonly string[] | undefined, exe = node) =>
    ordinary(pid, { ppid, exe, ...(argv === undefined ? { argv: undefined } : { argv }) } as Partial<Process>);
  const root = row(4201, 1, ["npm exec foo"]);
  const table = new Table(world([
    root,
    row(4202, 4201, undefined, "/bin/sh"),
    row(4203, 4202, ["node", "/x/node_modules/.bin/foo"]),
    row(4204, 4203, ["chrome"], "/opt/chrome"),
  ]));
  expect(launched(root, table).map(({ pid }) => pid)).toEqual([4201, 4202, 4203]);
  expect(launched(table.get(4203) as Process, table).map(({ pid }) => pid)).toEqual([4203]);
});
