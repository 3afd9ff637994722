/**
 * What a hook adds to a prompt: a thousand empty lines typed at a shell in a terminal of tmux, with the hook and
 * without, in turns; and what the check alone takes, called ten thousand times. What starts are shells only: the
 * program that a hook would start every ten seconds is /bin/true here.
 *
 *     bench/prompt.ts [ROUNDS]
 *
 * @module
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hookText, type Shell } from "../src/hooks/shells.ts";
import { fetchBashPreexec } from "../tests/support/bash-preexec.ts";

const LINES = 1_000;
const CALLS = 10_000;
const MOST_US = 30;
const rounds = Number(process.argv[2] ?? 9);
const COMMANDS = {
  zsh: ["zsh", "--no-global-rcs", "-i"],
  bash: ["bash", "-i"],
  fish: ["fish", "-i"],
} as const;
type Name = keyof typeof COMMANDS & Shell;

/** A shell as somebody has it set up. */
interface Setting {
  readonly name: string;
  readonly shell: Name;
  /** What its start-up file holds besides. */
  readonly text: string;
  readonly when: string;
}

const atCommand = "each command, not at an empty prompt";
const SETTINGS: readonly Setting[] = [
  { name: "zsh", shell: "zsh", text: "PS1='$ '", when: atCommand },
  { name: "bash", shell: "bash", text: "PS1='$ '", when: "each prompt" },
  { name: "bash with bash-preexec", shell: "bash", text: `PS1='$ '\n${fetchBashPreexec()}`, when: atCommand },
  {
    name: "fish",
    shell: "fish",
    text: "function fish_prompt; echo -n '$ '; end; function fish_greeting; end",
    when: atCommand,
  },
];

const directory = mkdtempSync(join(tmpdir(), "bench-prompt-"));
const hookOf = (shell: Name): string => hookText(shell, { path: "/bin/true", mark: join(directory, "mark") });

/** A home with a start-up file, with or without the hook. */
function homeOf({ name, shell, text }: Setting, isHooked: boolean): string {
  const home = join(directory, `${name.replaceAll(" ", "-")}-${isHooked}`);
  const file = join(home, { zsh: ".zshrc", bash: ".bashrc", fish: "fish/config.fish" }[shell]);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, `${text}\n${isHooked ? hookOf(shell) : ""}\n`);
  return home;
}

const environmentOf = (home: string): Record<string, string> => ({
  ...{ PATH: process.env["PATH"] ?? "", HOME: home, XDG_CONFIG_HOME: home, TERM: "xterm", LC_ALL: "C.UTF-8" },
  ...{ SHELL: "/bin/sh", TMUX_TMPDIR: home },
});

/** Microseconds of processor time of one empty line. fish asks its terminal things: tmux answers. */
async function perPrompt(shell: Name, home: string): Promise<number> {
  const tmux = (...args: readonly string[]): string => {
    const command = ["tmux", "-L", "bench", "-f", "/dev/null", ...args];
    const { stdout, stderr, exitCode } = Bun.spawnSync(command, { cwd: home, env: environmentOf(home) });
    if (exitCode !== 0) throw new Error(`${command.join(" ")}: ${stderr}`);
    return stdout.toString().trim();
  };
  const marker = join(home, "marker");
  const through = async (): Promise<void> => {
    rmSync(marker, { force: true });
    tmux("send-keys", "-l", `echo >${marker}`);
    tmux("send-keys", "Enter");
    while (!existsSync(marker)) await Bun.sleep(2);
  };
  tmux("new-session", "-d", "-x", "80", "-y", "24", `exec ${COMMANDS[shell].join(" ")}`);
  try {
    const pid = Number(tmux("display-message", "-p", "#{pane_pid}"));
    // The first sweep, and whatever a shell does once, are paid before.
    await through();
    const before = ranMicroseconds(pid);
    tmux("send-keys", "-N", String(LINES), "Enter");
    await through();
    return (ranMicroseconds(pid) - before) / LINES;
  } finally {
    tmux("kill-server");
  }
}

/** How long its threads ran (proc(5), schedstat: nanoseconds), by the kernel's clock and not in ticks. */
function ranMicroseconds(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const ran = (thread: string) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
  return threads.reduce((sum, thread) => sum + ran(thread), 0) / 1_000;
}

/** Microseconds of processor time, its own and that of what it waited for. */
async function spent(command: readonly string[], home: string): Promise<number> {
  const options = { stdin: "ignore", stdout: "ignore", stderr: "ignore", env: environmentOf(home) } as const;
  const child = Bun.spawn([...command], options);
  await child.exited;
  return Number(child.resourceUsage()?.cpuTime.total ?? 0n);
}

/** The hook's function against an empty one. */
async function perCheck(shell: Name, home: string): Promise<number> {
  const [empty, loop] = shell === "fish"
    ? ["function nothing; end", (name: string) => `for i in (seq ${CALLS}); ${name} x; end`]
    : ["nothing() { :; }", (name: string) => `for ((i = 0; i < ${CALLS}; i++)); do ${name} x; done`];
  const text = `${hookOf(shell)}\n${empty}\n_agent_reaper x\n`;
  const run = (name: string) => spent([...COMMANDS[shell], "-c", text + loop(name)], home);
  const [one, other] = [await run("nothing"), await run("_agent_reaper")];
  return (other - one) / CALLS;
}

async function medianOf(measure: () => Promise<number>): Promise<number> {
  const all: number[] = [];
  for (let round = 0; round < rounds; round++) all.push(await measure());
  return all.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] as number;
}

const rows: string[] = [];
for (const setting of SETTINGS) {
  const { name, shell, when } = setting;
  const [plain, hooked] = [homeOf(setting, false), homeOf(setting, true)];
  // The least of each: what else the machine does only ever adds, and fish's prompt alone differs by more than a hook.
  const [usual, all] = [[], []] as [number[], number[]];
  for (let round = 0; round < rounds; round++) {
    usual.push(await perPrompt(shell, plain));
    all.push(await perPrompt(shell, hooked));
  }
  const added = Math.min(...all) - Math.min(...usual);
  const check = await medianOf(() => perCheck(shell, plain));
  const verdict = added < MOST_US ? "reached" : "missed";
  rows.push(
    `| ${name} | ${added.toFixed(1)} µs (of ${Math.min(...usual).toFixed(0)} µs): ${verdict} | ${
      check.toFixed(1)
    } µs at ${when} |`,
  );
}
rmSync(directory, { recursive: true });
await Bun.write(
  Bun.stdout,
  `| shell | the hook adds to an empty prompt, aim < ${MOST_US} µs | the check alone |\n| --- | --- | --- |\n${
    rows.join("\n")
  }\n`,
);
