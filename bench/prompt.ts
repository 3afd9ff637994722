/**
 * What a hook adds to a prompt: a thousand empty lines typed at a shell on a terminal of its own, with the
 * hook and without, in turns; and what the check alone takes, called ten thousand times. What starts are
 * shells only: the program that a hook would start every ten seconds is /bin/true here.
 *
 *     bench/prompt.ts [ROUNDS]
 *
 * @module
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hookText, type Shell } from "../src/hooks/shells.ts";

const LINES = 1_000;
const CALLS = 10_000;
const rounds = Number(process.argv[2] ?? 9);
const COMMANDS = {
  zsh: ["zsh", "--no-global-rcs", "-i"],
  bash: ["bash", "-i"],
  fish: ["fish", "-i"],
} as const;
type Name = keyof typeof COMMANDS & Shell;

const directory = mkdtempSync(join(tmpdir(), "bench-prompt-"));
const hookOf = (shell: Name): string => hookText(shell, { path: "/bin/true", mark: join(directory, "mark") });

/** A home with a start-up file, with or without the hook. */
function homeOf(shell: Name, isHooked: boolean): string {
  const home = join(directory, `${shell}-${isHooked}`);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, shell === "zsh" ? ".zshrc" : ".bashrc"), `PS1='$ '\n${isHooked ? hookOf(shell) : ""}`);
  return home;
}

/** Microseconds of processor time, its own and that of what it waited for. */
async function spent(command: readonly string[], home: string, input: string): Promise<number> {
  const child = Bun.spawn([...command], {
    stdin: new Blob([input]),
    stdout: "ignore",
    stderr: "ignore",
    env: { PATH: process.env["PATH"] ?? "", HOME: home, XDG_CONFIG_HOME: home, TERM: "xterm" },
  });
  await child.exited;
  return Number(child.resourceUsage()?.cpuTime.total ?? 0n);
}

/** One shell's prompts; starting it, reading the hook and the first sweep are paid once, not for each line. */
async function perPrompt(shell: Name, home: string): Promise<number> {
  const terminal = ["script", "--quiet", "--return", "--command", COMMANDS[shell].join(" "), "/dev/null"];
  const started = await spent(terminal, home, "exit\n");
  return (await spent(terminal, home, `${"\n".repeat(LINES)}exit\n`) - started) / LINES;
}

/** The hook's function against an empty one. */
async function perCheck(shell: Name, home: string): Promise<number> {
  const [empty, loop] = shell === "fish"
    ? ["function nothing; end", (name: string) => `for i in (seq ${CALLS}); ${name} x; end`]
    : ["nothing() { :; }", (name: string) => `for ((i = 0; i < ${CALLS}; i++)); do ${name} x; done`];
  const text = `${hookOf(shell)}\n${empty}\n_agent_reaper x\n`;
  const run = (name: string) => spent([...COMMANDS[shell], "-c", text + loop(name)], home, "");
  const [one, other] = [await run("nothing"), await run("_agent_reaper")];
  return (other - one) / CALLS;
}

async function medianOf(measure: () => Promise<number>): Promise<number> {
  const all: number[] = [];
  for (let round = 0; round < rounds; round++) all.push(await measure());
  return all.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] as number;
}

const rows: string[] = [];
for (const shell of Object.keys(COMMANDS) as Name[]) {
  const [plain, hooked] = [homeOf(shell, false), homeOf(shell, true)];
  let usual = 0;
  // fish asks its terminal things that nobody here answers, and waits; at an empty line it calls no hook.
  const added = shell === "fish" ? undefined : await medianOf(async () => {
    usual = await perPrompt(shell, plain);
    return await perPrompt(shell, hooked) - usual;
  });
  const check = await medianOf(() => perCheck(shell, plain));
  const when = shell === "bash" ? "each prompt" : "each command, not at an empty prompt";
  const typed = added === undefined ? "nothing is called" : `${added.toFixed(1)} µs (of ${usual.toFixed(0)} µs)`;
  rows.push(`| ${shell} | ${typed} | ${check.toFixed(1)} µs at ${when} |`);
}
rmSync(directory, { recursive: true });
await Bun.write(
  Bun.stdout,
  `| shell | the hook adds to an empty prompt | the check alone |\n| --- | --- | --- |\n${rows.join("\n")}\n`,
);
