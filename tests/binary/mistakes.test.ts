/** Each mistake, as a person meets it: one clear line, the right exit code, never a stack. */
import { describe, expect, test } from "bun:test";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { BINARY, Home } from "../support/binary.ts";

const CASE = join(import.meta.dirname, "..", "corpus", "cases", "linux-npx-mcp-leftovers.json");

const home = new Home();
const { directory } = home;
const ran = home.ran.bind(home);

const empty = home.file("empty.json", "");
const broken = home.file("broken.json", '{"format": "agent-reaper/snapshot@1", ');
const foreign = home.file("foreign.json", '{"format": "something/else@3"}');
const closed = home.file("closed.json", "{}");
chmodSync(closed, 0);
const badConfig = home.file("bad.toml", "protekt = []\n");

describe("a mistake gets one line that names the value and the remedy", () => {
  test.each<[string[], string]>([
    [["scna"], "unknown command 'scna' (did you mean scan?)"],
    [["frobnicate"], "unknown command 'frobnicate': see agent-reaper --help"],
    [["help", "frobnicate"], "unknown command 'frobnicate': see agent-reaper --help"],
    [["frobnicate", "--help"], "unknown command 'frobnicate': see agent-reaper --help"],
    [["scna", "--json", "-h"], "unknown command 'scna' (did you mean scan?)"],
    [["slots", "rn", "--help"], "unknown command 'rn' (did you mean run?)"],
    [["--jsn"], "unknown option '--jsn' (did you mean --json?)"],
    [["--json", "scan"], "options come after the command: agent-reaper scan --json"],
    [["--yes", "--grace", "1 s", "reap"], 'options come after the command: agent-reaper reap --yes --grace "1 s"'],
    [["reap", "--dry-rum"], "unknown option '--dry-rum' (did you mean --dry-run?)"],
    [["scan", "--exit"], "unknown option '--exit': see agent-reaper scan --help"],
    [
      ["scan", "extra"],
      "too many arguments for 'scan'. Expected 0 arguments but got 1: extra: see agent-reaper scan --help",
    ],
    [["scan", "--min-age", "60"], "--min-age 60: needs a unit, for example 60s or 2m"],
    [["reap", "--grace", "5"], "--grace 5: needs a unit, for example 5s or 2m"],
    [["scan", "--max-age=-2h"], "--max-age -2h: a duration cannot be negative, write for example 90s or 2h30m"],
    [
      ["scan", "--max-age", "0s"],
      "--max-age 0s: ends everything at once: leave it away for no limit, or write for example 2h",
    ],
    [
      ["run", "--timeout", "0s", "--", "true"],
      "--timeout 0s: ends everything at once: leave it away for no limit, or write for example 2h",
    ],
    [["scan", "--min-age", ""], '--min-age "": is empty: write a duration, for example 90s or 2h30m'],
    [["scan", "--min-age"], "option '--min-age <DURATION>' argument missing: see agent-reaper scan --help"],
    [
      ["scan", "--confidence", "sure"],
      "--confidence sure: write adopted, likely or proven",
    ],
    [["scan", "--color", ""], '--color "": write auto, always or never'],
    [["slots", "status", "--compat", "x"], "--compat x: write sqlite-graphrag"],
    [["hook", "install", "tcsh"], "tcsh: write zsh, bash, fish, powershell, git, claude or codex"],
    [["4711"], "unknown command '4711' (did you mean explain 4711?)"],
    [["plugins", "--plugin", "/nowhere.js"], "--plugin /nowhere.js: no such file (ENOENT): correct the path"],
    [["scan", "--reporter", "xml"], "--reporter xml: there is no such name, known are json, ndjson, text"],
    [
      ["scan", "--json", "--reporter", "text"],
      "option '--reporter <NAME>' cannot be used with option '--json': see agent-reaper scan --help",
    ],
    [
      ["scan", "--json", "--ndjson"],
      "option '--ndjson' cannot be used with option '--json': see agent-reaper scan --help",
    ],
    [
      ["run", "--backend", "toolhelp", "--", "true"],
      "--backend toolhelp: contains no commands on linux, known are procfs, ps",
    ],
    ...["health", "doctor"].map((command): [string[], string] => [
      [command, "--backend", "nosuch"],
      "--backend nosuch: there is no such name, known are proc-files, procfs, ps, toolhelp",
    ]),
    [["run", "sh", "-c", "exit 7"], "run: write -- before the command: agent-reaper run -- sh -c 'exit 7'"],
    [["help", "slots", "rn"], "unknown command 'rn' (did you mean run?)"],
    [["help", "slots", "frobnicate"], "unknown command 'frobnicate': see agent-reaper slots --help"],
    [["slots", "help", "frobnicate"], "unknown command 'frobnicate': see agent-reaper slots --help"],
    [["help", "scan", "frobnicate"], "unknown command 'frobnicate': see agent-reaper scan --help"],
    [["reap", "--limit", "0", "--dry-run"], "--limit 0: write a whole number from 1 on, for example 10"],
    [["slots"], "slots: say which: run, acquire, status, release, cleanup: see agent-reaper slots --help"],
    [["slots", "run"], "missing required argument 'command': see agent-reaper slots run --help"],
    [["slots", "rn"], "unknown command 'rn' (did you mean run?)"],
    [["explain"], "missing required argument 'pid|path': see agent-reaper explain --help"],
    [["explain", "abc"], "abc: neither a process id nor a path: write for example 4711 or ./codex-home-4711"],
    [["explain", "-5"], "-5: neither a process id nor a path: write for example 4711 or ./codex-home-4711"],
    [
      ["explain", "4294967295"],
      "4294967295: no such process: agent-reaper scan --all shows those of agents, " +
      "agent-reaper history 4294967295 what was done to it",
    ],
    [
      ["explain", "4294967295", "--from", CASE],
      `4294967295: no such process in this snapshot: agent-reaper scan --all --from ${CASE} shows those of agents`,
    ],
    [["slots", "acquire", "--for-pid", "me"], "--for-pid me: not a process id: write its number, for example 4711"],
    [["session", "start", "--for-pid", "0"], "--for-pid 0: not a process id: write its number, for example 4711"],
    [["slots", "release", "--slot-id", "x"], "--slot-id x: not a slot: write its number, for example 0"],
    [["hook", "status", "--project", "/nowhere"], "--project /nowhere: there is no such directory: name the project's"],
    [["reap", "1e3", "--dry-run"], "1e3: not a process id: write its number, for example 4711"],
    [["watch", "--every", "0s"], "--every 0s: rounds without a pause take a whole processor: write for example 30s"],
    [["scan", "--only", ""], '--only "": names nothing: write one, or leave it away'],
    [["ps", "--family", ","], '--family ",": names nothing: write one, or leave it away'],
    [
      ["explain", "./here"],
      `${
        join(directory, "here")
      }: nothing that a known agent leaves lies there: agent-reaper scan --all shows what does`,
    ],
    [["snapshot", "--output", ""], '"": no such file (ENOENT): name another file with --output'],
    [
      ["watch", "--log", "/nowhere/x"],
      "--log /nowhere/x: no such file (ENOENT): name a file in a directory that you can write to",
    ],
    [["reap"], "reap: there is no terminal to ask on: add --yes to end what scan shows, or --dry-run to only see it"],
    [
      ["scan", "--from", "/nowhere/x.json"],
      "/nowhere/x.json: no such file (ENOENT): write one with agent-reaper snapshot --output FILE",
    ],
    [["scan", "--from", ""], '"": no such file (ENOENT): write one with agent-reaper snapshot --output FILE'],
    [["scan", "--from", directory], `${directory}: is a directory: name a snapshot file in it`],
    [["scan", "--from", "/dev/zero"], "/dev/zero: is a device: name a snapshot file"],
    [
      ["scan", "--from", CASE, "--backend", "ps"],
      "--backend ps: a snapshot file is read by replay: leave --backend or --from away",
    ],
    [["snapshot", "--output", directory], `${directory}: it is a directory (EISDIR): name another file with --output`],
    [["snapshot", "--output", "/nowhere/x"], "/nowhere/x: no such file (ENOENT): name another file with --output"],
  ])("%j", (args, line) => {
    expect(ran(args)).toEqual({ code: 2, out: "", err: `agent-reaper: ${line}\n` });
  });

  test.each([
    ["an unknown matcher", ["scan", "--only", "claud"], /^agent-reaper: --only claud: .* known are .*\bclaude\b/],
    ["an unknown family", ["ps", "--family", "cluade"], /^agent-reaper: --family cluade: .* known are .*\bcodex\b/],
    ["an unknown backend", ["scan", "--backend", "foo"], /^agent-reaper: --backend foo: .* known are .*\bprocfs\b/],
    ["an empty snapshot", ["scan", "--from", empty], /empty\.json: the file is empty; `agent-reaper snapshot`/],
    ["a damaged snapshot", ["scan", "--from", broken], /broken\.json: .*not JSON/],
    [
      "a snapshot of another kind",
      ["scan", "--from", foreign],
      /foreign\.json: format: expected "agent-reaper\/snapshot@1"/,
    ],
  ])("%s", (_, args, line) => {
    const { code, out, err } = ran(args as string[]);
    expect({ code, out, lines: err.split("\n").length }).toEqual({ code: 2, out: "", lines: 2 });
    expect(err).toMatch(line as RegExp);
  });

  test("a configuration that is wrong stops the run", () => {
    const { code, err } = ran(["scan"], { AGENT_REAPER_CONFIG: badConfig });
    expect(code).toBe(2);
    expect(err).toMatch(/^agent-reaper: .*bad\.toml: unknown key "protekt".*\n$/);
  });

  test("a configuration that is named and not there stops the run", () => {
    const { code, err } = ran(["scan"], { AGENT_REAPER_CONFIG: "/nowhere/c.toml" });
    expect({ code, err }).toEqual({
      code: 2,
      err: "agent-reaper: AGENT_REAPER_CONFIG=/nowhere/c.toml: no such file: correct it, or unset it\n",
    });
  });

  test("a value with control characters is made visible", () => {
    const { code, err } = ran(["scan\x1b[31m\nx"]);
    expect({ code, err }).toEqual({
      code: 2,
      err: "agent-reaper: unknown command 'scan\\x1b[31m x': see agent-reaper --help\n",
    });
  });

  test("a file that may not be read", () => {
    // Root may read anything, so it is nobody who tries.
    const nobody = process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [];
    const { exitCode, stderr } = Bun.spawnSync([...nobody, BINARY, "scan", "--from", closed], {
      env: { PATH: "/usr/bin:/bin" },
    });
    expect({ exitCode, err: stderr.toString() }).toEqual({
      exitCode: 2,
      err: `agent-reaper: ${closed}: permission denied (EACCES): write one with agent-reaper snapshot --output FILE\n`,
    });
  });
});
