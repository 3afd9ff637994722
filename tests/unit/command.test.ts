import { describe, expect, test } from "bun:test";
import { commandOf, firstWord, words } from "../../src/vocabulary/command.ts";
import type { Process } from "../../src/contract.ts";

const read = (argv: readonly string[] | null | undefined, exe?: string | null) =>
  commandOf(
    { pid: 2, ppid: 1, ...(argv === undefined ? {} : { argv }), ...(exe === undefined ? {} : { exe }) } as Process,
  );

describe("commandOf()", () => {
  test("is undefined where neither executable nor arguments are known", () => {
    expect(read(undefined)).toBeUndefined();
    expect(read(null, null)).toBeUndefined();
    expect(read([])).toBeUndefined();
    expect(read([""])).toBeUndefined();
  });

  test("takes the executable before what the process says of itself", () => {
    const command = read(["claude", "--resume", "x"], "/usr/bin/bash");
    expect(command?.program).toBe("bash");
    expect(command?.interpreter).toBe("shell");
  });

  test("finds the script of an interpreter past its options", () => {
    expect(
      read(["node", "--max-old-space-size=4096", "-r", "x.js", "/usr/local/bin/gemini", "-p", "hi"], "/usr/bin/node"),
    ).toMatchObject({
      interpreter: "node",
      script: "/usr/local/bin/gemini",
      args: ["-p", "hi"],
    });
  });

  test("finds the script that a runner runs, but not below a person's watch", () => {
    const ran = (...rest: string[]) => read(["node", "/n/.bin/tsx", ...rest], "/usr/bin/node");
    expect(ran("/x/foo.ts", "--a")).toMatchObject({ script: "/x/foo.ts", args: ["--a"] });
    expect(ran("watch", "/x/foo.ts")).toMatchObject({ script: "/n/.bin/tsx", args: ["watch", "/x/foo.ts"] });
  });

  test("finds the archive that Java runs, and no main class", () => {
    expect(read(["java", "-Xmx1g", "-jar", "/o/a.jar", "x"], "/usr/bin/java")).toMatchObject({
      script: "/o/a.jar",
      args: ["x"],
    });
    expect(read(["java", "-cp", "/o", "a.Main"], "/usr/bin/java")?.script).toBeUndefined();
  });

  test("passes over the NULs that a shorter title leaves behind", () => {
    expect(read(["claude", "", ""], "/usr/bin/node")?.args).toEqual([]);
    expect(read(["npm exec foo", "", ""], "/usr/bin/node")?.title).toBe("npm exec foo");
    expect(read(["claude", "-p", ""], "/opt/claude")?.args).toEqual(["-p"]);
  });

  test("takes what an update put out of the way while it ran for what it was", () => {
    const modules = "/usr/lib/node_modules";
    expect(read(["claude"], `${modules}/@anthropic-ai/.claude-code-9bcaTW9F/bin/claude.exe`)).toMatchObject({
      path: `${modules}/@anthropic-ai/claude-code/bin/claude.exe`,
      program: "claude",
    });
    expect(read(null, "C:\\a\\node_modules\\.opencode-ai-Zx81Qw2e\\bin\\opencode.exe.old.1793000000000")?.path).toBe(
      "C:\\a\\node_modules\\opencode-ai\\bin\\opencode.exe",
    );
    expect(read(["claude"], "C:\\bin\\claude.exe.old.1780606666068")?.program).toBe("claude");
    // A store of pnpm's, a directory of somebody's own.
    for (const own of [`${modules}/.pnpm/codex-AbCdEf12/bin/codex`, "/home/u/.codex-AbCdEf12/bin/codex"]) {
      expect(read(["codex"], own)?.path).toBe(own);
    }
  });

  test("takes Nix's wrapped program for what it is executed as", () => {
    expect(read(["claude"], "/nix/store/x/bin/.claude-wrapped")?.program).toBe("claude");
    expect(read(["claude"], "/nix/store/x/bin/.claude-unwrapped")?.program).toBe("claude");
    expect(read(["python3", "/nix/store/x/bin/.aider-wrapped", "-m"], "/nix/store/y/bin/python3.12")).toMatchObject({
      script: "/nix/store/x/bin/aider",
      scriptName: "aider",
      args: ["-m"],
    });
  });

  test("finds the script of an interpreter that was started under another name", () => {
    const argv = ["/Users/m/.local/bin/cursor-agent", "--use-system-ca", "/Users/m/a/index.js", "acp"];
    const printed = (name: string) => commandOf({ pid: 2, ppid: 1, name, argv: [...argv] } as Process);
    expect(printed("node")).toMatchObject({ interpreter: "node", script: "/Users/m/a/index.js", args: ["acp"] });
    expect(printed("cursor-agent")).toMatchObject({ program: "cursor-agent", args: argv.slice(1) });
  });

  test("puts a path together that ps printed in pieces", () => {
    const printed = (name: string, ...argv: string[]) => commandOf({ pid: 2, ppid: 1, name, argv } as Process);
    expect(printed("Google Chrome", "/A/Google", "Chrome.app/Google", "Chrome", "--headless")).toMatchObject({
      path: "/A/Google Chrome.app/Google Chrome",
      args: ["--headless"],
    });
    // The kernel's name is cut, and tells no more than this.
    expect(printed("Google Chrome fo", "/A/Google", "Chrome", "for", "Testing")?.program).toBe("Google Chrome for");
    expect(printed("2.1.72", "/usr/local/bin/claude", "fix", "this")).toMatchObject({ program: "claude" });
    expect(printed("node", "node", "/U/m/Library/Application", "Support/Claude/Claude", "Extensions/a/i.js")?.script)
      .toBe("/U/m/Library/Application Support/Claude/Claude Extensions/a/i.js");
    expect(printed("vim", "/usr/bin/vim", "a", "/x/vim")).toMatchObject({ path: "/usr/bin/vim" });
  });

  test("takes cmd's text without the quotes that programs put into it", () => {
    expect(read(["cmd.exe", "/d", "/s", "/c", '"npx ^"-y^" ^"foo^""'], "C:\\W\\cmd.exe")?.text).toBe("npx -y foo");
  });

  test("finds a Python module", () => {
    expect(read(["python3", "-m", "mcp_server_git", "--repository", "/r"], "/usr/bin/python3.12")).toMatchObject({
      interpreter: "python",
      module: "mcp_server_git",
      args: ["--repository", "/r"],
    });
  });

  test("takes code on the command line for no script", () => {
    expect(read(["node", "-e", "require('x')"], "/usr/bin/node")?.script).toBeUndefined();
    expect(read(["python3", "-c", "import mcp"], "/usr/bin/python3")?.script).toBeUndefined();
  });

  test("reads the text of a shell, also of a login shell", () => {
    expect(read(["/bin/zsh", "-c", "-l", "source x && y"], "/usr/bin/zsh")?.text).toBe("source x && y");
    expect(read(["sh", "-c", "mcp-server-git"], "/usr/bin/dash")?.text).toBe("mcp-server-git");
    expect(read(["bash", "-lc", "x y"], "/usr/bin/bash")?.text).toBe("x y");
    expect(
      read(["C:\\WINDOWS\\system32\\cmd.exe", "/d", "/s", "/c", "npx -y x"], "C:\\Windows\\System32\\cmd.exe")?.text,
    ).toBe("npx -y x");
  });

  test("knows Node by the file behind its link, which has its version in its name", () => {
    for (const name of ["node-22", "node22", "nodejs20", "node"]) {
      expect(read(["node", "/usr/local/bin/gemini", "--acp"], `/usr/bin/${name}`))
        .toMatchObject({ interpreter: "node", script: "/usr/local/bin/gemini" });
    }
    for (const name of ["node-exporter", "node_modules", "node-22-notes", "nodemon"]) {
      expect(read(["node", "/usr/local/bin/gemini"], `/usr/bin/${name}`)?.interpreter).toBeUndefined();
    }
  });

  test("takes nobody's word for it that he is npm whom something else than Node or Bun runs", () => {
    const title = "npm exec @playwright/mcp@latest";
    for (const name of ["bash", "python3.12", "perl", "sleep"]) {
      expect(read([title], `/usr/bin/${name}`)?.title).toBeUndefined();
    }
    for (const path of ["/usr/bin/node-22", "/opt/homebrew/bin/node", "/h/.bun/bin/bun"]) {
      expect(read([title], path)?.title).toBe(title);
    }
    expect(read([title])?.title).toBe(title);
  });

  test("reads the title that npm gives itself, whole or in pieces", () => {
    expect(read(["npm exec @playwright/mcp@latest"], "/usr/bin/node")?.title).toBe("npm exec @playwright/mcp@latest");
    expect(read(["npm", "exec", "@playwright/mcp@latest"])?.title).toBe("npm exec @playwright/mcp@latest");
    // lsof has told the executable meanwhile.
    expect(read(["npm", "exec", "@playwright/mcp@latest"], "/opt/homebrew/bin/node")?.title)
      .toBe("npm exec @playwright/mcp@latest");
  });

  test("puts printed pieces together just the same where lsof has told the executable", () => {
    const kiro = "/Applications/Kiro CLI.app/Contents/MacOS/kiro-cli-chat";
    expect(read(["/Applications/Kiro", "CLI.app/Contents/MacOS/kiro-cli-chat", "chat"], kiro)).toMatchObject({
      path: kiro,
      first: kiro,
      args: ["chat"],
    });
    expect(read(["/Applications/Kiro", "chat"], kiro)?.args).toEqual(["chat"]);
    expect(read(["node", "/Users/mo/Library/Application", "Support/a/i.js", "x"], "/opt/homebrew/bin/node"))
      .toMatchObject({ script: "/Users/mo/Library/Application Support/a/i.js", args: ["x"] });
    expect(read(["node", "/Users/mo/src/mcp", "server/site.js"], "/opt/homebrew/bin/node"))
      .toMatchObject({ script: "/Users/mo/src/mcp server/site.js", isGuessed: true });
    // Told whole, as everywhere but on a Mac.
    expect(read(["node", "/home/mo/src/mcp", "server/site.js"], "/usr/bin/node"))
      .toMatchObject({ script: "/home/mo/src/mcp", args: ["server/site.js"] });
  });

  test("drops .exe, whatever the system", () => {
    expect(read(["x"], "/n/@anthropic-ai/claude-code/bin/claude.exe")?.program).toBe("claude");
    expect(read(["x"], "C:\\Users\\l\\claude.EXE")?.program).toBe("claude");
  });
});

describe("words()", () => {
  test("skips options with their values", () => {
    expect(words(["-c", "a=b", "--json", "exec", "hi"], new Set(["-c"]))).toEqual(["exec", "hi"]);
  });
  test("stops where a prompt begins", () => {
    expect(words(["-p", "daemon", "run"], new Set(), new Set(["-p"]))).toEqual([]);
    expect(words(["--", "daemon"], new Set())).toEqual([]);
  });
});

describe("firstWord()", () => {
  test("is past assignments and exec", () => expect(firstWord(" A=1 exec mcp-server-git --x")).toBe("mcp-server-git"));
  test("of nothing is nothing", () => expect(firstWord("  ")).toBe(""));
});
