/** What reaches a terminal, a pipe, a full disk and a reader that leaves. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type { Answered, Seen } from "../support/programs/reap-on-terminal.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const BINARY = join(ROOT, "dist", process.platform === "win32" ? "agent-reaper.exe" : "agent-reaper");
const CASES = join(ROOT, "tests", "corpus", "cases");
const CASE = join(CASES, "linux-npx-mcp-leftovers.json");
const HOSTILE = join(CASES, "hostile-names.json");
const PROGRAM = join(ROOT, "tests", "support", "programs", "reap-on-terminal.ts");

/** A run as root makes what is missing, the home too. */
const HOME = mkdtempSync(join(tmpdir(), "terminal-home-"));
afterAll(() => rmSync(HOME, { recursive: true, force: true }));

interface Shown {
  readonly code: number;
  readonly out: string;
}

/** On a terminal of this many columns. */
function onTerminal(args: readonly string[], columns: number, env: Record<string, string> = {}): Shown {
  const line = `stty cols ${columns} -onlcr; exec ${[BINARY, ...args].join(" ")}`;
  const { exitCode, stdout } = Bun.spawnSync(["script", "--quiet", "--return", "--command", line, "/dev/null"], {
    stdin: "ignore",
    env: { PATH: "/usr/bin:/bin", HOME, TERM: "xterm", ...env },
  });
  return { code: exitCode, out: stdout.toString() };
}

function inPipe(args: readonly string[], env: Record<string, string> = {}): Shown {
  const { exitCode, stdout } = Bun.spawnSync([BINARY, ...args], {
    stdin: "ignore",
    env: { HOME, ...env },
  });
  return { code: exitCode, out: stdout.toString() };
}

function shell(command: string): { code: number; out: string; err: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync(["bash", "-c", command], {
    env: { PATH: "/usr/bin:/bin", AR: BINARY, CASE },
  });
  return { code: exitCode, out: stdout.toString(), err: stderr.toString() };
}

describe("text fits the terminal", () => {
  test.each([60, 80, 120, 200])("of %d columns", (columns) => {
    const { code, out } = onTerminal(["scan", "--all", "--from", HOSTILE], columns);
    expect(code).toBe(0);
    const widths = out.split("\n").map((line) => Bun.stringWidth(line));
    expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
    expect(Math.max(...widths)).toBeGreaterThan(columns / 2);
  });

  test.each([60, 80, 140])("of %d columns, the help too", (columns) => {
    const commands = onTerminal(["--help"], columns).out.matchAll(/^ {2}([a-z]+) /gm);
    for (const [, command] of commands) {
      if (command === "help") continue;
      const { out } = onTerminal([command as string, "--help"], columns);
      const typed = /^ {2}(?:\w+=1 )?(?:agent-reaper|eval) /;
      const widths = out.split("\n").filter((line) => !typed.test(line)).map((line) => Bun.stringWidth(line));
      expect({ command, fits: Math.max(...widths) <= columns }).toEqual({ command, fits: true });
    }
  });

  test("COLUMNS outdoes what the terminal says", () => {
    const { out } = onTerminal(["scan", "--from", CASE], 200, { COLUMNS: "70" });
    expect(Math.max(...out.split("\n").map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(70);
  });
});

describe("a server that does not answer", () => {
  test.each(["history --fleet", "slots status --store $AGENT_REAPER_STORE"])(
    "%s: that it is asked is shown, and taken away",
    (line) => {
      // Whoever connects waits in its queue.
      const mute = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
      const store = `postgres://127.0.0.1:${mute.port}/agents`;
      const { code, out } = onTerminal([line], 80, { AGENT_REAPER_STORE: store });
      mute.stop(true);
      expect(out).toBe(
        `\r\x1b[Kasking the server …\r\x1b[Kagent-reaper: 127.0.0.1:${mute.port}/agents: no answer in time\n`,
      );
      expect(code).toBe(3);
    },
    30_000,
  );
});

describe("colour", () => {
  const isColoured = ({ out }: Shown): boolean => out.includes("\x1b[");
  const scan = ["scan", "--from", CASE];
  test("only on a terminal", () => {
    expect(isColoured(onTerminal(scan, 80))).toBe(true);
    expect(isColoured(inPipe(scan))).toBe(false);
  });
  test("not for who does not want it", () => {
    expect(isColoured(onTerminal(scan, 80, { NO_COLOR: "1" }))).toBe(false);
    expect(isColoured(onTerminal(scan, 80, { TERM: "dumb" }))).toBe(false);
    expect(isColoured(onTerminal([...scan, "--color", "never"], 80))).toBe(false);
  });
  test("for who insists", () => {
    expect(isColoured(inPipe(scan, { FORCE_COLOR: "1" }))).toBe(true);
    expect(isColoured(inPipe(scan, { CLICOLOR_FORCE: "1" }))).toBe(true);
    expect(isColoured(inPipe([...scan, "--color", "always"]))).toBe(true);
  });
  test("never in JSON", () => {
    expect(isColoured(onTerminal([...scan, "--json", "--color", "always"], 80))).toBe(false);
  });
});

// deno-lint-ignore no-control-regex -- these are what is looked for
const ACTED_UPON = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

describe("what processes call themselves never acts upon a terminal", () => {
  const [pid] = (JSON.parse(readFileSync(HOSTILE.replace(".json", ".expect.json"), "utf8")) as { reap: number[] }).reap;
  const hostile = readFileSync(HOSTILE, "utf8");
  test("the case is hostile", () => expect(hostile).toContain("\\u001b["));
  test.each([
    [["scan", "--all"]],
    [["scan", "--json"]],
    [["scan", "--ndjson"]],
    [["explain", String(pid)]],
    [["explain", String(pid), "--json"]],
  ])("%j", (args) => {
    const { code, out } = inPipe([...args, "--from", HOSTILE]);
    expect(code).toBe(0);
    expect(out).not.toMatch(ACTED_UPON);
  });
});

describe("a reader that leaves", () => {
  test.each(["$AR scan --from $CASE", "$AR plugins", "$AR --help", "$AR --version"])(
    "%s",
    (command) => {
      const { code, err } = shell(`set -o pipefail; ${command} | true`);
      expect({ code, err }).toEqual({ code: 0, err: "" });
    },
  );
});

describe("a full disk", () => {
  test.each(["$AR scan --from $CASE", "$AR scan --from $CASE --json", "$AR --help", "$AR --version"])(
    "%s",
    (command) => {
      const { code, err } = shell(`${command} >/dev/full`);
      expect({ code, err }).toEqual({
        code: 3,
        err: "agent-reaper: standard output: no space left on the device (ENOSPC): what was to be said is incomplete\n",
      });
    },
  );
});

test("into a pipe hook install shows what it asks about all the same", () => {
  const { out } = onTerminal(["hook install bash --file $HOME/startup | sed 's/^/piped: /'"], 120, { NO_COLOR: "1" });
  const [shown, rest] = out.split("[y/N] ");
  expect(shown).toContain("/startup is made\n  ");
  expect(out).not.toContain("piped");
  expect(rest).toContain("Nothing was touched.");
});

describe("reap asks on a terminal", () => {
  const answered = (input: Omit<Answered, "binary">): Promise<Seen> =>
    runInside<Seen>(PROGRAM, { binary: BINARY, ...input });

  test("yes ends what was shown", async () => {
    const { shown, exitCode, orphanLives } = await answered({ answer: "y\n" });
    expect(shown).toContain("orphan");
    expect(shown).toContain("End this process? [y/N] ");
    expect(shown).toMatch(/Ended 1 process/);
    expect({ exitCode, orphanLives }).toEqual({ exitCode: 0, orphanLives: false });
  });

  test.each([["no", "n\n"], ["nothing", "\n"], ["the end of input", "\x04"], ["anything else", "yeah, but\n"]])(
    "%s touches nothing",
    async (_, answer) => {
      const { shown, exitCode, orphanLives } = await answered({ answer });
      expect(shown).toContain("Nothing was touched.");
      expect({ exitCode, orphanLives }).toEqual({ exitCode: 0, orphanLives: true });
    },
  );

  test.each([["xterm", true], ["dumb", false]])(
    "on a terminal called %s, that it goes on is shown: %p",
    async (term, isShown) => {
      const { shown } = await answered({ answer: "y\n", isStubborn: true, options: ["--grace", "1500ms"], term });
      expect(shown).toContain("Ended 1 process (1 by force)");
      expect({ progress: shown.includes("ending …"), codes: shown.includes("\x1b") }).toEqual({
        progress: isShown,
        codes: isShown,
      });
    },
  );

  test("put aside and fetched back it asks again", async () => {
    const { shown, exitCode, orphanLives } = await answered({ answer: "y\n", setAside: true });
    expect(shown.split("[y/N] ").length - 1).toBe(2);
    expect({ exitCode, orphanLives }).toEqual({ exitCode: 0, orphanLives: false });
  });

  test("into a pipe the plan is shown before the question all the same, and the result alone goes through", async () => {
    const { shown, orphanLives } = await answered({ answer: "y\n", into: "sed 's/^/piped: /'" });
    const [plan, result] = shown.split("End this process? [y/N] ");
    expect(plan).toContain("1 tree that nobody is responsible for");
    expect(plan).not.toContain("piped");
    for (const line of plan?.split("\r\n") ?? []) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(80);
    expect(result).toContain("piped: Ended 1 process");
    expect(orphanLives).toBe(false);
  });

  test("Ctrl-C touches nothing", async () => {
    const { shown, exitCode, orphanLives } = await answered({ answer: "\x03" });
    expect(shown).toContain("Nothing was touched.");
    expect({ exitCode, orphanLives }).toEqual({ exitCode: 130, orphanLives: true });
  });
});
