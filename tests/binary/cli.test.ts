/** Each command, as a person meets it. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BINARY, Home } from "../support/binary.ts";
import { runInNamespace } from "../support/namespace.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const CASE = join(ROOT, "tests", "corpus", "cases", "linux-npx-mcp-leftovers.json");
const EXPECTED = JSON.parse(readFileSync(CASE.replace(".json", ".expect.json"), "utf8")) as { reap: number[] };

const home = new Home();
const { directory } = home;
const ran = home.ran.bind(home);

const empty = home.file("empty.json", "");
const badConfig = home.file("bad.toml", "protekt = []\n");

describe("scan", () => {
  test("--from FILE --json prints the plan", () => {
    const { code, out } = ran(["scan", "--from", CASE, "--json"]);
    expect(code).toBe(0);
    expect((JSON.parse(out) as { plan: object }).plan).toEqual({
      terminate: EXPECTED.reap,
      remove: [],
      unregister: [],
    });
  });

  test("is the default command", () => {
    expect(ran(["--from", CASE, "--json"])).toEqual(ran(["scan", "--from", CASE, "--json"]));
  });

  test("reads a snapshot from a pipe", () => {
    const piped = Bun.spawnSync([BINARY, "--from", "-", "--json"], { stdin: Bun.file(CASE), env: { HOME: directory } });
    expect(piped.stdout.toString()).toBe(ran(["--from", CASE, "--json"]).out);
  });

  test("the limit of an older reaper stands for --max-age, but for what was recorded", () => {
    const limit = (env: string, ...args: string[]): unknown => {
      const { out } = ran(["scan", "--json", ...args], { REAPER_MAX_AGENT_AGE_MINUTES: env });
      return (JSON.parse(out) as { policy: { maxAgeMs?: number } }).policy.maxAgeMs;
    };
    expect(limit("120")).toBe(7_200_000);
    expect(limit("")).toBeUndefined();
    expect(limit("120", "--max-age", "1h")).toBe(3_600_000);
    expect(limit("120", "--from", CASE)).toBeUndefined();
    const wrong = ran(["scan"], { REAPER_MAX_AGENT_AGE_MINUTES: "2h" });
    expect([wrong.code, wrong.err]).toEqual([
      2,
      'agent-reaper: REAPER_MAX_AGENT_AGE_MINUTES "2h": write a number, or unset it\n',
    ]);
  });

  test("--exit-code says whether there is something to reap", () => {
    expect(ran(["scan", "--from", CASE, "--exit-code"]).code).toBe(1);
    expect(ran(["scan", "--from", CASE, "--exit-code", "--only", "opencode"]).code).toBe(0);
    expect(ran(["scan", "--from", CASE, "--exit-code", "--min-age", "90d"]).code).toBe(0);
  });

  test("--only and --min-age change the plan, several names at once too", () => {
    const planned = (...args: string[]): number[] =>
      (JSON.parse(ran(["scan", "--from", CASE, "--json", ...args]).out) as { plan: { terminate: number[] } }).plan
        .terminate;
    expect(planned("--only", "opencode,codex")).toEqual([]);
    expect(planned("--only", "opencode", "--only", "mcp-server")).toEqual(EXPECTED.reap);
    expect(planned("--min-age", "90d")).toEqual([]);
  });

  test("a configuration file does not change what a snapshot says", () => {
    const config = home.file("strict.toml", 'protect = ["mcp"]\n');
    const { out } = ran(["scan", "--from", CASE, "--json"], { AGENT_REAPER_CONFIG: config });
    expect((JSON.parse(out) as { plan: { terminate: number[] } }).plan.terminate).toEqual(EXPECTED.reap);
  });
});

describe("explain", () => {
  const pid = String(EXPECTED.reap[0]);
  test("tells every guard and proof, and the facts", () => {
    const { code, out } = ran(["explain", pid, "--from", CASE]);
    expect(code).toBe(0);
    expect(out).toContain("  orphan  ");
    for (const gate of ["too-young", "living-peer", "other-user", "session-leader", "lifeline", "supervised"]) {
      expect(out).toMatch(new RegExp(`^  ${gate}\\s+(?:no|yes)`, "m"));
    }
    expect(out).toMatch(/^ {2}stdio +0 socket other end gone; 1 socket other end gone/m);
  });

  test("--json gives the same as data, without the environment", () => {
    const { out } = ran(["explain", pid, "--from", CASE, "--json"]);
    const told = JSON.parse(out) as { verdict: string; gates: { name: string }[]; facts: { field: string }[] };
    expect(told.verdict).toBe("orphan");
    expect(told.gates.length).toBeGreaterThan(15);
    expect(told.facts.map(({ field }) => field)).not.toContain("env");
  });

  test("shows who it is of whom no matcher knows anything", () => {
    const child = Bun.spawn(["sleep", "61"], { stdio: ["ignore", "ignore", "ignore"] });
    const { code, out } = ran(["explain", String(child.pid)]);
    child.kill();
    expect({ code, first: out.split("\n").slice(0, 2) }).toEqual({
      code: 0,
      first: [`${child.pid}  sleep 61`, "  untouched  no matcher claims it, and nothing above it"],
    });
  });

  test("tells of one that stays, too", () => {
    const { code, out } = ran(["explain", "1", "--from", CASE]);
    expect({ code, untouched: out.includes("untouched  no matcher claims it") }).toEqual({ code: 0, untouched: true });
    expect(out).toContain("so nothing more is asked.\n");
    expect(out).toMatch(/^ {2}ppid /m);
    expect(out).not.toContain("not known");
    expect(ran(["explain", "1", "--from", CASE], { COLUMNS: "60" }).out).toContain("so nothing more is\nasked.\n");
  });
});

describe("snapshot, plugins, doctor, help", () => {
  test("a snapshot can be judged, and is for its owner alone", async () => {
    // In a namespace, where there is little to look at.
    const line = '"$0" snapshot --redact -o box.json && "$0" --from box.json --json >/dev/null && exec ls';
    await runInNamespace(() => ["sh", "-c", line, BINARY], {}, ({ exitCode, stdout, stderr, directory }) => {
      expect({ exitCode, stderr }).toEqual({
        exitCode: 0,
        stderr: expect.stringContaining("agent-reaper scan --from box.json"),
      });
      expect(stdout).not.toContain(".part");
      const path = join(directory, "box.json");
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect((JSON.parse(readFileSync(path, "utf8")) as { host: { hostname: string } }).host.hostname).toBe("host");
    });
  });

  test("what to type next can be typed, whatever the file is called", () => {
    const { err } = ran(["snapshot", "--output", "my box.json"]);
    expect(err).toMatch(/^my box\.json: \d+ processes; to judge it: agent-reaper scan --from 'my box\.json'\n$/);
    expect(ran(["explain", "4294967295", "--from", "my box.json"]).err).toContain("--from 'my box.json' shows");
  });

  test("half a snapshot is none", async () => {
    const line =
      'echo old >box.json; ulimit -f 0; trap "" XFSZ; "$0" snapshot -o box.json; echo "rc $?"; cat box.json; ls';
    await runInNamespace(() => ["sh", "-c", line, BINARY], {}, ({ stdout, stderr }) => {
      expect(stderr).toMatch(/^agent-reaper: box\.json: .*: name another file with --output\n$/);
      expect(stdout).toMatch(/^rc [23]\nold\n/);
      expect(stdout).not.toContain(".part");
    });
  });

  test("plugins lists all kinds", () => {
    const listed = JSON.parse(ran(["plugins", "--json"]).out) as { kind: string; name: string; summary: string }[];
    for (const kind of ["backend", "matcher", "leftover matcher", "guard", "proof", "action", "reporter"]) {
      expect(listed.filter((plugin) => plugin.kind === kind && plugin.summary !== "").length).toBeGreaterThan(0);
    }
    for (const { name } of listed) expect(ran(["plugins"]).out).toContain(name);
  });

  test("doctor tells what it sees", () => {
    const { code, out } = ran(["doctor"]);
    expect(code).toBe(0);
    for (const about of ["version", "backend", "viewer", "configuration", "processes", "matchers"]) {
      expect(out).toMatch(new RegExp(`^(?:ok|\\?\\?) +${about} `, "m"));
    }
  });

  test("a state directory that is none is told of, and nothing breaks", () => {
    const env = { AGENT_REAPER_STATE: empty };
    for (
      const args of [["doctor"], ["hook", "status"], ["undo", "--list"], ["reap", "--dry-run"]]
    ) {
      expect({ args, code: ran(args, env).code }).toEqual({ args, code: 0 });
    }
    expect(ran(["doctor"], env).out).toMatch(/^\?\? +state directory .*is no directory: move it away/m);
    // What tells what is wrong tells also where nothing of a home can be read.
    expect(ran(["doctor"], { HOME: "/dev/null" }).out).toMatch(/^\?\? +hook +git: \/dev\/null\/\.gitconfig/m);
    for (const args of [["history"], ["session", "start"], ["pause", "1m"], ["watch"]]) {
      expect({ args, ...ran(args, env) }).toEqual({
        args,
        code: 3,
        out: "",
        err: `agent-reaper: ${empty}: is no directory: move it away\n`,
      });
    }
  });

  test("doctor tells of a registry that cannot be read: unattended nobody is touched until then", () => {
    const state = mkdtempSync(join(tmpdir(), "registry-"));
    try {
      writeFileSync(join(state, "state.db"), "this is a letter\n".repeat(1000), { mode: 0o600 });
      const { code, out } = ran(["doctor"], { AGENT_REAPER_STATE: state, COLUMNS: "200" });
      expect(code).toBe(0);
      expect(out).toMatch(/^\?\? +registry .*state\.db: it is damaged, or no database: move it away/m);
    } finally {
      rmSync(state, { recursive: true, force: true });
    }
  });

  test("every document says which command it is of", () => {
    for (const [args, command] of [[["doctor"], "doctor"], [["undo", "--list"], "undo"], [["undo"], "undo"]] as const) {
      const { schemaVersion, version, ...told } = JSON.parse(ran([...args, "--json"]).out);
      expect([args, schemaVersion, typeof version, told.command]).toEqual([args, 1, "string", command]);
    }
  });

  test("doctor exits with 3 when no command can work", () => {
    const { code, out } = ran(["doctor"], { AGENT_REAPER_CONFIG: badConfig });
    expect({ code, bad: /^!! +configuration .*protekt/m.test(out) }).toEqual({ code: 3, bad: true });
  });

  test("every command has help with examples", () => {
    for (const command of ["scan", "reap", "explain", "snapshot", "plugins", "doctor"]) {
      const { code, out, err } = ran([command, "--help"]);
      expect({ code, err, examples: out.includes(`\nExamples:\n  agent-reaper ${command}`) }).toEqual({
        code: 0,
        err: "",
        examples: true,
      });
      expect(ran(["help", command]).out).toBe(out);
      expect(ran(["--help"]).out).toContain(`\n  ${command} `);
    }
  });

  test("help of a command below another one is that command's, however it is asked for", () => {
    const asked = ran(["slots", "run", "--help"]);
    expect(asked.out).toStartWith("Usage: agent-reaper slots run ");
    expect(ran(["help", "slots", "run"])).toEqual(asked);
    expect(ran(["slots", "help", "run"])).toEqual(asked);
    expect(ran(["help", "scan", "--json"])).toEqual(ran(["scan", "--help"]));
    for (const again of ["--help", "-h", "help"]) expect(ran(["help", again])).toEqual(ran(["--help"]));
    expect(ran(["slots", "--help"]).out).toMatch(/^ +help \[command\] +show what a command takes$/m);
  });

  test("the version is that of deno.json", () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "deno.json"), "utf8")) as { version: string };
    for (const flag of ["--version", "-V", "version"]) {
      expect(ran([flag])).toEqual({ code: 0, out: `${version}\n`, err: "" });
    }
  });
});

describe("reap never needs a terminal to say what it would do", () => {
  test("--dry-run touches nothing and asks nothing", () => {
    const { code, out } = ran(["reap", "--dry-run", "--only", "opencode", "--min-age", "3650d"]);
    expect({ code, nothing: out.startsWith("Nothing to reap") }).toEqual({ code: 0, nothing: true });
  });

  test("a pid that is no agent's stays, and it is said why", () => {
    const { code, err } = ran(["reap", "--dry-run", String(process.pid)]);
    expect(code).toBe(1);
    expect(err).toStartWith(`agent-reaper: ${process.pid} stays (`);
  });
});

test("reports in a folder that holds nothing else of ours", () => {
  mkdirSync(join(directory, "elsewhere"), { recursive: true });
  const { exitCode } = Bun.spawnSync([BINARY, "--from", CASE], { cwd: join(directory, "elsewhere"), env: {} });
  expect(exitCode).toBe(0);
});
