import { describe, expect, test } from "bun:test";
import { claimOne } from "../../src/judge/claims.ts";
import { builtin } from "../../src/plugins.ts";
import { Table } from "../../src/table.ts";
import type { Process } from "../../src/contract.ts";
import { ordinary, world } from "../support/world.ts";
import { agents } from "./matchers/agents.ts";
import { namesakes } from "./matchers/namesakes.ts";
import { servers } from "./matchers/servers.ts";
import { bun, node, python, type Shape, socketsTo, spokenTo, typedTo } from "./matchers/shapes.ts";

const plugins = builtin();

function claim([argv, fields]: Shape) {
  const { exe: _, ...rest } = ordinary(4200, { argv, ...fields });
  const process = (fields.exe === undefined ? rest : ordinary(4200, { argv, ...fields })) as Process;
  return claimOne(process, new Table(world([process])), plugins.matchers);
}

describe("matchers claim", () => {
  for (const [family, role, shape] of [...agents, ...servers]) {
    test(`${family} ${role}: ${shape[0].join(" ").slice(0, 90)}`, () => {
      const found = claim(shape);
      expect({ family: found?.claim.family, role: found?.claim.role }).toEqual({ family, role });
      expect(found?.claim.because.length).toBeGreaterThan(5);
    });
  }

  test("every matcher claims something here, or says elsewhere why it cannot by arguments alone", () => {
    const shown = new Set([...agents, ...servers].map((shape) => claim(shape[2])?.matcher));
    const elsewhere = ["conhost", "debris", "run"];
    expect(
      plugins.matchers.map((matcher) => matcher.name).filter((name) => !shown.has(name) && !elsewhere.includes(name)),
    ).toEqual([]);
  });
});

describe("matchers leave alone", () => {
  for (const shape of namesakes) {
    test(shape[0].join(" ").slice(0, 90), () => expect(claim(shape)).toBeUndefined());
  }
});

test("an application with a window is no agent, whatever its executable is called", () => {
  const claude = { name: "claude", argv: ["/opt/Claude/claude"], exe: "/opt/Claude/claude" };
  const zygote = { ...claude, ppid: 4200, argv: ["/opt/Claude/claude", "--type=zygote"] };
  const claimed = (...children: readonly Process[]) => {
    const root = ordinary(4200, claude);
    return claimOne(root, new Table(world([root, ...children])), plugins.matchers)?.claim.family;
  };
  expect(claimed()).toBe("claude");
  expect(claimed(ordinary(4201, { ...zygote, exe: "/opt/chrome" }))).toBe("claude");
  expect(claimed(ordinary(4201, zygote))).toBeUndefined();
  expect(claimed(ordinary(4201, { ...zygote, argv: undefined as never }))).toBeUndefined();
  expect(claimed(ordinary(4201, { ...zygote, exe: undefined as never }))).toBeUndefined();
  expect(claimed(ordinary(4201, { ppid: 4200, name: "msedgewebview2.exe", argv: ["x"] }))).toBeUndefined();
  const server = ordinary(4200, { name: "mcp-router", argv: ["mcp-router"], exe: "/opt/m/mcp-router" });
  const renderer = ordinary(4201, {
    ppid: 4200,
    name: "mcp-router",
    argv: ["mcp-router", "--type=renderer"],
    exe: "/opt/m/mcp-router",
  });
  expect(claimOne(server, new Table(world([server])), plugins.matchers)?.claim.family).toBe("mcp-server");
  expect(claimOne(server, new Table(world([server, renderer])), plugins.matchers)).toBeUndefined();
});

test("what lies in an application and is talked to on pipes is a server; Python in a framework is Python", () => {
  const inBundle: Shape = [["/Applications/Notes MCP.app/Contents/MacOS/notes-mcp"], { name: "notes-mcp" }];
  expect(claim(inBundle)).toBeUndefined();
  expect(claim([inBundle[0], { ...inBundle[1], ...spokenTo }])?.claim.family).toBe("mcp-server");
  const framework = "/Applications/Xcode.app/Contents/Developer/P.framework/Resources/Python.app/Contents/MacOS/Python";
  expect(claim([[framework, "-m", "mcp_server_git"], { name: "Python" }])?.claim.family).toBe("mcp-server");
});

/** What `ps` alone tells on a Mac: `lsof` has not been heard. */
function onMac(argv: readonly string[], name: string, stdio?: Process["stdio"]) {
  const { exe: _, stdio: __, cgroup: ___, ...told } = ordinary(4200, { argv, name });
  const process: Process = { ...told, ...(stdio === undefined ? {} : { stdio }) };
  const there = world([process]);
  return claimOne(process, new Table({ ...there, host: { ...there.host, platform: "darwin" } }), plugins.matchers);
}

test("whether somebody typed `npm run agents` may be unknown", () => {
  expect(onMac(["npm", "run", "agents"], "npm")).toBeUndefined();
  expect(onMac(["npm", "run", "agents"], "npm", spokenTo.stdio)?.claim.family).toBe("npm-agent");
  expect(onMac(["npm", "run", "agent:worker"], "npm")?.claim.family).toBe("npm-agent");
});

test("where a path ends that ps prints with blanks is guessed: that of a server, or of what looks at one", () => {
  for (const script of ["/Users/mo/tools/lint", "/opt/tools/lint"]) {
    expect(onMac(["python3", script, "src/mcp_server.py"], "Python")).toBeUndefined();
    expect(onMac(["python3", script, "src/mcp_server.py"], "Python", spokenTo.stdio)?.claim.family).toBe("mcp-server");
  }
  expect(onMac(["node", "/opt/My", "Code/node_modules/notes-mcp/x.js"], "node", spokenTo.stdio)?.claim.family).toBe(
    "mcp-server",
  );
  expect(onMac(["python3", "/Users/mo", "li/src/mcp_server.py"], "Python")?.claim.family).toBe("mcp-server");
});

test("Claude Desktop keeps Claude Code in a bundle of its own", () => {
  const code = "/Users/m/Library/Application Support/Claude/claude-code/2.1.280/claude.app/Contents/MacOS/claude";
  expect(claim([[...code.split(" "), "--output-format", "stream-json"], { name: "claude" }])?.claim).toMatchObject({
    family: "claude",
    role: "agent",
  });
});

test("a plugin's server on a port serves all sessions", () => {
  const server = "/h/.claude/plugins/cache/acme/dash/1.0/server.js";
  const spoken = { ...node, ...socketsTo };
  expect(claim([["node", server], spoken])?.claim).toMatchObject({ family: "claude-plugin", role: "server" });
  expect(claim([["node", server, "--port", "8123"], node])?.claim).toMatchObject({ role: "daemon", shared: true });
});

test("what a plugin keeps in the background was put there when it started", () => {
  const scripts = "/h/.claude/plugins/cache/acme/dash/1.0/scripts";
  const detached = { family: "claude-plugin", role: "worker", lifeline: "none", detached: true };
  for (
    const argv of [
      ["node", `${scripts}/daemon.js`, "start"],
      ["bun", `${scripts}/sync-worker.ts`],
      ["node", `${scripts}/app-server-broker.mjs`, "serve", "--endpoint", "unix:/t/b.sock"],
      ["node", `${scripts}/index.js`, "--pid-file", "/t/index.pid"],
      ["node", `${scripts}/index.js`, "--pidfile=/t/index.pid"],
    ]
  ) expect(claim([argv, argv[0] === "bun" ? bun : node])?.claim).toMatchObject(detached);
  for (const name of ["server.ts", "coworkers.js", "undaemonized.js"]) {
    expect(claim([["bun", `${scripts}/${name}`], { ...bun, ...socketsTo }])?.claim).not.toHaveProperty("detached");
  }
  const plugin = [`${scripts}/codex-companion.mjs`, "task-worker", "--cwd", "/x"];
  expect(claim([["node", ...plugin], node])?.claim).toMatchObject({ role: "worker", detached: true });
});

test("what a plugin's hook put in the background is no server, whatever it is called", () => {
  const plugin = "/h/.claude/plugins/cache/acme/dash/1.0";
  const detached = { family: "claude-plugin", role: "worker", lifeline: "none", detached: true };
  const ofHook = { env: { CLAUDE_PID: "4300" } };
  const untold: Partial<Process> = { stdio: [] };
  const told: Partial<Process> = {
    stdio: [{ fd: 0, kind: "socket", peer: "gone" }, { fd: 1, kind: "socket", peer: "live", holders: [4300] }],
  };
  for (
    const [argv, fields] of [
      [["python3", `${plugin}/hooks/index_repo.py`], { ...python, ...socketsTo }],
      [["bash", `${plugin}/hooks/session-start.sh`], { exe: "/usr/bin/bash", name: "bash", ...socketsTo }],
      [["node", `${plugin}/server.js`], { ...node, ...socketsTo, ...ofHook }],
      [["bun", "run", "--cwd", plugin, "start"], { ...bun, ...socketsTo, ...ofHook }],
      [["node", `${plugin}/server.js`], { ...node, ...typedTo }],
      [["node", `${plugin}/scripts/index-repo.js`], { ...node, ...untold }],
      [["node", `${plugin}/scripts/index-repo.js`], { ...node, ...told }],
      [["node", `${plugin}/server.js`], { ...node, ...socketsTo, env: { CLAUDE_CODE_CHILD_SESSION: "1" } }],
    ] as const
  ) expect(claim([argv, fields])?.claim).toMatchObject(detached);
  for (const name of ["server.js", "start.mjs", "dist/index.js", "mcp.cjs"]) {
    expect(claim([["node", `${plugin}/${name}`], { ...node, ...untold }])?.claim.role).toBe("server");
  }
});

test("mcp-server: the inspector is a page that a person looks at", () => {
  const packages = "/h/.npm/_npx/0a1b/node_modules";
  for (
    const argv of [
      ["npm exec @modelcontextprotocol/inspector node build/index.js"],
      ["mcp-inspector"],
      ["node", `${packages}/.bin/mcp-inspector`],
      ["node", `${packages}/@modelcontextprotocol/inspector/server/build/index.js`],
    ]
  ) {
    const fields = argv[0] === "mcp-inspector" ? { exe: "/usr/local/bin/mcp-inspector", name: "mcp-inspector" } : node;
    expect(claim([argv, fields])?.claim).toMatchObject({ family: "mcp-server", shared: true });
  }
});

test("mcp-server: what stands between many clients and servers, or has a page, is asked on a port", () => {
  const bin = "/h/.npm/_npx/0a1b/node_modules/.bin";
  const shared = ([argv, fields]: Shape) => claim([argv, { ...node, ...fields }])?.claim.shared === true;
  expect([
    ["npm exec mcp-gateway"],
    ["npm exec @acme/mcp-tool-router"],
    ["npm exec @mcp-use/inspector"],
    ["node", `${bin}/spec-workflow-mcp`, "--dashboard"],
    ["node", `${bin}/mcp-superassistant-proxy`, "--config", "./config.json"],
    ["node", `${bin}/mcp-streamable-http-proxy`],
  ].filter((argv) => !shared([argv, {}]))).toEqual([]);
  expect([
    ["node", `${bin}/spec-workflow-mcp`, "--dashboard=false"],
    ["node", `${bin}/mcp-auth-proxy`, "https://mcp.example.com"],
    ["node", `${bin}/github-router-mcp`],
  ].filter((argv) => shared([argv, {}]))).toEqual([]);
});

describe("what a process calls itself is read in no time, however long it is", () => {
  const long = (atom: string) => atom.repeat(100_000 / atom.length);
  const shapes: readonly (readonly string[])[] = [
    ["npx", long("mcp-")],
    ["node", long("mcp_")],
    ["python3", "-m", long("mcp_")],
    ["npm exec " + long("mcp.")],
    ["sh", "-c", "claude " + long("--ab ")],
    ["node", long("a")],
    [`${long("1")}-mcp`],
    ["bash", `-${long("c")}!`, "claude"],
    ["npx", `mcp-${long("=")}\n!`],
    ["uvx", "--from", `git+${long("@")}/x`, "mcp-x"],
    ["uvx", "--from", `git+${long("#")}\n!`, "mcp-x"],
    ["docker", "exec", `-${long("i")}!`, "c", "mcp-server-x"],
    ["docker", "compose", "exec", `-${long("d")}!`, "s", "mcp-server-x"],
    ["java", "-cp", "x", `a.A${long("mcp")}`],
    ["bash", "-c", `npx mcp-x ${long('"\\')}${long('"\\')}`],
  ];
  for (const argv of shapes) {
    test(argv.map((word) => word.slice(0, 20)).join(" "), () => {
      const began = performance.now();
      claim([argv, { exe: `/usr/bin/${argv[0]?.split(" ")[0]}` }]);
      // Some milliseconds, where what tries every way takes seconds.
      expect(performance.now() - began).toBeLessThan(1000);
    });
  }
});

describe("what stands in front of a program is claimed by its child", () => {
  const child = ordinary(4201, { ppid: 4200, name: "codex", argv: ["codex"], exe: "/usr/bin/codex" });
  const other = ordinary(4201, { ppid: 4200, name: "codex", argv: ["codex"], exe: "/usr/bin/vim" });
  const inFront = (below: Process, argv: readonly string[], exe: string) => {
    const root = ordinary(4200, { argv, exe, name: "x" });
    return claimOne(root, new Table(world([root, below])), plugins.matchers)?.claim;
  };
  const shapes: readonly (readonly [argv: readonly string[], exe: string, lifeline: string])[] = [
    [["sh", "-c", "codex --yolo"], "/usr/bin/dash", "terminal"],
    [["sh", "-c", "codex exec x"], "/usr/bin/dash", "output"],
    [["codex", "mcp-server"], "/h/.volta/bin/volta-shim", "stdio"],
    [["C:\\W\\cmd.exe", "/d", "/s", "/c", "C:\\n\\codex.cmd app-server"], "C:\\W\\cmd.exe", "stdio"],
  ];
  for (const [argv, exe, lifeline] of shapes) {
    test(argv.join(" "), () => {
      expect(inFront(child, argv, exe)).toMatchObject({ family: "codex", role: "wrapper", lifeline });
      expect(inFront(other, argv, exe)).toBeUndefined();
    });
  }

  test("npx of what is installed, down to the native program and no further than what was launched", () => {
    const exe = "/usr/bin/node";
    const npx = (...below: readonly (readonly [ppid: number, argv: readonly string[], exe: string])[]) => {
      const rows = below.map(([ppid, argv, exe], at) => ordinary(4201 + at, { ppid, argv, exe, name: "x" }));
      const root = ordinary(4200, { argv: ["npm exec codex app-server"], exe, name: "npm exec codex" });
      return claimOne(root, new Table(world([root, ...rows])), plugins.matchers)?.claim;
    };
    const line = [4200, ["sh", "-c", "'codex' app-server"], "/usr/bin/dash"] as const;
    const script = [4201, ["node", "/w/node_modules/.bin/codex", "app-server"], exe] as const;
    const native = [4202, ["/w/codex", "app-server"], "/w/node_modules/@openai/codex/bin/codex"] as const;
    expect(npx(line, script, native)).toEqual({
      family: "codex",
      role: "wrapper",
      lifeline: "stdio",
      because: "launches codex",
    });
    // A project may have a script of that name itself, and it may start another of its own.
    expect(npx(line, script)).toBeUndefined();
    expect(npx(line, script, [4202, ["node", "/w/worker.js", "app-server"], exe])).toBeUndefined();
    // Gemini CLI starts itself once more.
    const relaunched = [4202, ["node", "--max-old-space-size=8192", ...script[1].slice(1)], exe] as const;
    expect(npx(line, script, relaunched)).toMatchObject({ family: "codex", role: "wrapper", lifeline: "stdio" });
    expect(npx(line, [4201, ["node", "/w/codex-of-plants.js"], exe], native)).toBeUndefined();
  });

  test("npx of what calls itself by its own name in place of its command line", () => {
    const exe = "/usr/bin/node";
    const root = ordinary(4200, { argv: ["npm exec kimi acp"], exe, name: "npm exec kimi a" });
    const line = ordinary(4201, { ppid: 4200, argv: ["sh", "-c", "'kimi' acp"], exe: "/usr/bin/dash", name: "sh" });
    const titled = (title: string) => {
      const table = new Table(world([root, line, ordinary(4202, { ppid: 4201, argv: [title], exe, name: title })]));
      return [root, line].map((process) => claimOne(process, table, plugins.matchers)?.claim.family);
    };
    expect(titled("kimi-code")).toEqual(["further-agents", "further-agents"]);
    const shell = { ...line, argv: ["sh", "-c", "'pi' --mode rpc"] };
    const below = (title: string) => {
      const table = new Table(world([shell, ordinary(4202, { ppid: 4201, argv: [title], exe, name: title })]));
      return claimOne(shell, table, plugins.matchers)?.claim.family;
    };
    expect([below("pi"), below("pip")]).toEqual(["further-agents", undefined]);
    expect(titled("kimi-board")).toEqual([undefined, undefined]);
  });

  test("a package's script above its native part, with the same name and arguments", () => {
    const shim = (argv: readonly string[], below: readonly string[]) => {
      const root = ordinary(4200, { argv, exe: "/usr/bin/node", name: "node" });
      const exe = "/n/node_modules/@zed-industries/codex-acp-linux-x64/bin/codex-acp";
      const native = ordinary(4201, { ppid: 4200, argv: below, exe, name: "codex-acp" });
      return claimOne(root, new Table(world([root, native])), plugins.matchers)?.claim;
    };
    expect(shim(["node", "/usr/bin/codex-acp", "-c", "a=b"], ["codex-acp", "-c", "a=b"])).toEqual({
      family: "codex",
      role: "wrapper",
      lifeline: "terminal",
      because: "launches codex-acp",
    });
    expect(shim(["node", "/usr/bin/codex-acp"], ["codex-acp", "-c", "a=b"])).toBeUndefined();
    expect(shim(["node", "/usr/bin/codex-acp", "-c", "a=b"], ["codex-acp", "-c", "a=c"])).toBeUndefined();
    expect(shim(["node", "/h/codex-board/server.js"], ["codex-acp"])).toBeUndefined();
    // The file has its version in its name, and is called by a link to it.
    const exe = "/h/.grok/bin/grok-1.0.41";
    const links = (called: string) => {
      const root = ordinary(4200, {
        argv: ["node", "/n/bin/grok", "agent", "stdio"],
        exe: "/usr/bin/node",
        name: "node",
      });
      const native = ordinary(4201, { ppid: 4200, argv: [called, "agent", "stdio"], exe, name: "grok" });
      return claimOne(root, new Table(world([root, native])), plugins.matchers)?.claim;
    };
    expect(links("/h/.grok/bin/grok")).toMatchObject({ family: "other-agents", role: "wrapper", lifeline: "stdio" });
    expect(links("/h/.grok/bin/another")).toBeUndefined();
  });

  test("but not where the line does more", () => {
    expect(inFront(child, ["sh", "-c", "codex exec x > out.md"], "/usr/bin/dash")).toBeUndefined();
    expect(inFront(child, ["bash"], "/usr/bin/bash")).toBeUndefined();
  });
});

test("what was launched without its options lives on its output: it may be a single run", () => {
  const lifeline = (argv: readonly string[]) => claim([argv, node])?.claim.lifeline;
  expect(lifeline(["npm exec @openai/codex"])).toBe("output");
  expect(lifeline(["npm exec @openai/codex mcp-server"])).toBe("stdio");
  expect(lifeline(["node", "/usr/bin/pnpm", "dlx", "@openai/codex"])).toBe("terminal");
  expect(lifeline(["node", "/usr/bin/pnpm", "dlx", "@openai/codex", "exec", "x"])).toBe("output");
});

test("debris takes all three: a marker, a deleted directory and a dead owner", () => {
  const marked = (
    fields: Partial<Process>,
  ): Shape => [["yes"], {
    exe: "/usr/bin/yes",
    name: "yes",
    cwdDeleted: true,
    env: { CLAUDECODE: "1", CLAUDE_PID: "77" },
    ...fields,
  }];
  expect(claim(marked({}))?.claim.debris).toBe(true);
  expect(claim(marked({ cwdDeleted: false }))).toBeUndefined();
  expect(claim(marked({ env: { CLAUDECODE: "1" } }))).toBeUndefined();
  expect(claim(marked({ env: { CLAUDECODE: "1", CLAUDE_PID: "800" } }))).toBeUndefined();
  expect(claim(marked({ env: { AGENT: "1", KILO_PID: "77" } }))?.claim.debris).toBe(true);
  // What a living agent started is its own, whoever had started that agent.
  const handedOn = { CLAUDECODE: "1", CLAUDE_PID: "77", OPENCODE_PID: "78" };
  expect(claim(marked({ env: handedOn }))?.claim.debris).toBe(true);
  expect(claim(marked({ env: { ...handedOn, OPENCODE_PID: "800" } }))).toBeUndefined();
  for (const said of ["0x101d1", "7e4", " 77", "77.0", "-77", "0", ""]) {
    expect(claim(marked({ env: { CLAUDECODE: "1", CLAUDE_PID: said } }))).toBeUndefined();
  }
});

describe("run takes what names a run that is gone", () => {
  const tag = "77.5+78.6@9f86d081.4026531836";
  const claimed = (variable: string, fields: Partial<Process> = {}) => {
    const process = ordinary(4200, { argv: ["yes"], name: "yes", env: { AGENT_REAPER_RUN: variable }, ...fields });
    const there = world([process]);
    const host = { ...there.host, bootId: "9f86d081-1", pidNamespace: "pid:[4026531836]" };
    return claimOne(process, new Table({ ...there, host }), plugins.matchers)?.matcher;
  };
  test("whatever it is called", () => expect(claimed(tag)).toBe("run"));
  test("not when it may outlive it", () => expect(claimed(`${tag}~`)).toBeUndefined());
  test("not of another boot or pid namespace", () => {
    expect(claimed(tag.replace("9f86", "9f87"))).toBeUndefined();
    expect(claimed(tag.replace("1836", "1837"))).toBeUndefined();
  });
  test("not what a person goes on using", () => {
    expect(claimed(tag, { argv: ["/usr/bin/code"], exe: "/usr/bin/code", name: "code" })).toBeUndefined();
    expect(claimed(tag, { argv: ["tmux"], exe: "/usr/bin/tmux", name: "tmux: server" })).toBeUndefined();
  });
});
