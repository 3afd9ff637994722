/**
 * Law 6: nothing in the current directory is trusted. A directory full of what runtimes, package managers and this
 * tool's own conventions might pick up is shown to be poison to a plainly compiled program, and nothing to ours.
 */
import { afterAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..");
const BINARY = join(ROOT, "dist", process.platform === "win32" ? "agent-reaper.exe" : "agent-reaper");

const made = mkdtempSync(join(tmpdir(), "agent-reaper-hostile-"));
afterAll(() => rmSync(made, { recursive: true }));

/** Written by whatever planted code runs. */
const ran = join(made, "ran");
const EVIL = `require("node:fs").appendFileSync(${JSON.stringify(ran)}, __filename + "\\n");`;

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** A directory with everything in it that might be loaded by where it lies. */
function plant(name: string): string {
  const hostile = join(made, name);
  const config = `confidence = "adopted"\nmin-age = "0s"\nplugins = ["./plugins/guards/evil.js"]\n`;
  write(
    join(hostile, "bunfig.toml"),
    `preload = ["./evil.cjs"]\n[run]\npreload = ["./evil.cjs"]\n[define]\n"process.env.HOME" = "'/evil'"\n`,
  );
  write(join(hostile, "evil.cjs"), EVIL);
  for (const file of [".env", ".env.local", ".env.production", ".env.development"]) {
    write(
      join(hostile, file),
      "PLANTED=yes\nAGENT_REAPER_CONFIG=./config.toml\nAGENT_REAPER_KEEP=1\nNO_COLOR=\nFORCE_COLOR=1\n",
    );
  }
  const compilerOptions = { paths: { "*": ["./evil.cjs"] }, jsxImportSource: "./evil.cjs" };
  write(join(hostile, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  write(join(hostile, "jsconfig.json"), JSON.stringify({ compilerOptions }));
  write(
    join(hostile, "package.json"),
    JSON.stringify({
      type: "commonjs",
      main: "./evil.cjs",
      scripts: { preinstall: "node evil.cjs" },
      imports: { "#*": "./evil.cjs" },
    }),
  );
  write(
    join(hostile, "deno.json"),
    JSON.stringify({ version: "6.6.6", imports: { commander: "./evil.cjs" }, tasks: { scan: "cat evil.cjs" } }),
  );
  for (const module of ["commander", "@commander-js/extra-typings", "valibot", "smol-toml", "bun", "node:fs"]) {
    write(join(hostile, "node_modules", module, "index.js"), EVIL);
    write(join(hostile, "node_modules", module, "package.json"), JSON.stringify({ name: module, main: "index.js" }));
  }
  for (const kind of ["backends", "matchers", "guards", "actions", "reporters"]) {
    write(join(hostile, "plugins", kind, "evil.js"), EVIL);
    write(join(hostile, ".agent-reaper", "plugins", kind, "evil.js"), EVIL);
  }
  write(join(hostile, "plugins", "index.ts"), EVIL);
  for (
    const file of [
      "config.toml",
      "agent-reaper.toml",
      ".agent-reaper.toml",
      ".agent-reaper/config.toml",
      ".config/agent-reaper/config.toml",
    ]
  ) {
    write(join(hostile, file), config);
  }
  return hostile;
}

/** Every path below a directory with its size, content and time of change. */
function contents(folder: string): string[] {
  return readdirSync(folder, { recursive: true }).map(String).sort().map((path) => {
    const { mtimeMs, size } = statSync(join(folder, path));
    const text = statSync(join(folder, path)).isFile() ? readFileSync(join(folder, path), "latin1") : "directory";
    return `${path} ${size} ${mtimeMs} ${text}`;
  });
}

/** What planted code ran since the last time this was asked. */
function whatRan(): string {
  const text = existsSync(ran) ? readFileSync(ran, "utf8") : "";
  rmSync(ran, { force: true });
  return text;
}

const home = join(made, "home");
mkdirSync(home);

function run(cwd: string, ...command: readonly string[]): { code: number; out: string; err: string } {
  const env = { PATH: process.env["PATH"] ?? "", HOME: home, USERPROFILE: home, TMPDIR: made, LANG: "C" };
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], { cwd, env, stdin: "ignore" });
  return { code: exitCode, out: stdout.toString(), err: stderr.toString() };
}

/** In a pid namespace of its own the same few processes are seen each time, and nobody else's. */
const ownNamespace = process.platform !== "linux"
  ? []
  : ["unshare", ...(process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"]), "--pid", "--fork", "--mount-proc"];

/** What a scan decided, without what differs between any two runs. */
function decided(out: string): unknown {
  const { capturedAt: _at, findings, host, policy, plan, viewer, version, warnings, limits, seen } = JSON.parse(out);
  return { findings, platform: host.platform, policy, plan, home: viewer.home, version, warnings, limits, seen };
}

const hostile = plant("hostile");
const below = join(hostile, "project", "deep");
mkdirSync(below, { recursive: true });
const clean = join(made, "clean");
mkdirSync(clean);

describe("a hostile current directory", () => {
  test("is hostile: a plainly compiled program runs its preload and takes its .env", () => {
    const source = join(made, "victim.ts");
    writeFileSync(source, "await Bun.write(Bun.stdout, String(process.env.PLANTED));");
    const victim = join(made, "victim");
    const built = run(made, process.execPath, "build", "--compile", source, "--outfile", victim);
    expect(built.code, built.err).toBe(0);
    expect(run(hostile, victim).out).toBe("yes");
    expect(whatRan()).toContain("evil.cjs");
  });

  test("a hook that is started there runs nothing of it", () => {
    // What a shell's, a git's and an agent's hook run, with the directory itself first on the PATH.
    for (const name of ["sh", "true", "env", "agent-reaper", "sweep", "shift"]) {
      write(join(hostile, name), `#!/bin/sh\necho "$0" >>${ran}\n`);
      chmodSync(join(hostile, name), 0o755);
    }
    const before = contents(hostile);
    const state = join(made, "hook-state");
    const [line] = run(clean, BINARY, "hook", "print", "git").out.split("\n") as [string];
    const { hooks } = JSON.parse(run(clean, BINARY, "hook", "print", "claude").out) as {
      hooks: { SessionStart: [{ hooks: [{ command: string; args: string[] }] }] };
    };
    const { command, args } = hooks.SessionStart[0].hooks[0];
    const variables = `PATH=".:$PATH" AGENT_REAPER_STATE=${state} BUN_OPTIONS="--preload=./evil.cjs" BUN_BE_BUN=1 `;
    const quoted = [command, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
    for (const cwd of [hostile, below]) {
      rmSync(state, { recursive: true, force: true });
      // In the background it writes down what it saw; the namespace ends with its first process.
      const waited = `while [ ! -s ${state}/sweep ]; do /bin/sleep 0.05; done`;
      const script = `export ${variables}; ${line}; ${waited}; echo '{"session_id": "s"}' | ${quoted}`;
      expect(run(cwd, ...ownNamespace, "/bin/sh", "-c", script)).toEqual({ code: 0, out: "", err: "" });
      expect(whatRan()).toBe("");
      expect(contents(hostile)).toEqual(before);
    }
  });

  for (const [name, cwd] of [["itself", hostile], ["below it", below]] as const) {
    for (const args of [["--version"], ["--help"], ["plugins"], ["no-such-command"]]) {
      test(`${name}: \`agent-reaper ${args.join(" ")}\` says what it says elsewhere`, () => {
        const before = contents(hostile);
        expect(run(cwd, BINARY, ...args)).toEqual(run(clean, BINARY, ...args));
        expect(whatRan()).toBe("");
        expect(contents(hostile)).toEqual(before);
      });
    }

    test(`${name}: \`agent-reaper sweep\` runs nothing of it, the first time and when it rests`, () => {
      const before = contents(hostile);
      for (let sweeps = 0; sweeps < 2; sweeps++) {
        const sweep = run(cwd, ...ownNamespace, BINARY, "sweep", "--every", "0s", "--strict");
        expect(sweep).toEqual({ code: 0, out: "", err: "" });
      }
      expect(whatRan()).toBe("");
      expect(contents(hostile)).toEqual(before);
    });

    test(`${name}: \`agent-reaper scan --json\` decides what it decides elsewhere`, () => {
      const before = contents(hostile);
      const here = run(cwd, ...ownNamespace, BINARY, "scan", "--json");
      const elsewhere = run(clean, ...ownNamespace, BINARY, "scan", "--json");
      expect({ code: here.code, err: here.err }).toEqual({ code: elsewhere.code, err: elsewhere.err });
      expect(here.code, here.err).toBe(0);
      expect(decided(here.out)).toEqual(decided(elsewhere.out));
      expect(whatRan()).toBe("");
      expect(contents(hostile)).toEqual(before);
    });
  }
});
