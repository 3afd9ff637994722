/**
 * A person at an interactive shell: a terminal of tmux, lines typed one after the other, each once the
 * prompt stands there again. To be run inside a namespace.
 *
 * @module
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What is typed where. */
export interface Typed {
  readonly shell: "zsh" | "bash" | "fish";
  /** What the shell's start-up file holds, after the prompt was set. */
  readonly startup: string;
  /** `@OUT@` in them is a file to write to. */
  readonly lines: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Not root, and nobody else's: limits of processes count. */
  readonly uid?: number;
  /** Files to be there, below the home. */
  readonly files?: Readonly<Record<string, string>>;
  /** How many calls of the stand-in to wait for: it is started in the background. */
  readonly calls?: number;
  /** The clock that hooks go by stands still: however long the lines take, no time passes. */
  readonly isStill?: boolean;
}

/** What came of it. */
export interface Shown {
  /** Everything on the terminal, from the first prompt on. */
  readonly screen: string;
  /** What the lines wrote to `@OUT@`. */
  readonly out: string;
  /** How the stand-in program `~/bin/agent-reaper` was called: one JSON object a call. */
  readonly calls: readonly Call[];
  /** The mark was written. */
  readonly isMarked: boolean;
}

/** One call of the stand-in. */
export interface Call {
  readonly args: string;
  readonly directory: string;
  readonly variables: string;
  readonly streams: string;
  /** The signals that it ignores, as the kernel has them. */
  readonly ignored: string;
}

/** Where the stand-in lies, below the home: a name that wants quoting. */
export const STAND_IN = "bin/agent reaper's";

const PROMPT = "@> ";
const MOST_MS = 250_000;

const STAND_IN_TEXT = `#!/bin/sh
log=$(dirname "$0")/../calls
mkdir -p "$log"
streams=$(for n in 0 1 2; do readlink /proc/$$/fd/$n; done | tr '\\n' ' ')
{
  printf '%s\\n' "$*" "$(pwd)" "$(env | grep ^BUN_ | sort | tr '\\n' ' ')" "\${streams% }"
  while read -r name value; do [ "$name" = SigIgn: ] && echo "$value"; done </proc/$$/status
} >"$log/.$$"
mv "$log/.$$" "$log/$$"
`;

/** Runs it. */
export default async function typedShell(typed: Typed): Promise<Shown> {
  const home = process.env["HOME"] as string;
  const out = join(home, "out");
  const files = { [STAND_IN]: STAND_IN_TEXT, [startupFile(typed.shell)]: startupText(typed), ...typed.files };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text.replaceAll("@HOME@", home).replaceAll("@OUT@", out));
    if (text.startsWith("#!")) chmodSync(join(home, name), 0o755);
  }
  if (typed.isStill === true && typed.shell === "fish") {
    writeFileSync(join(home, "uptime"), "1000.00 1000.00\n");
    const { exitCode, stderr } = Bun.spawnSync(["mount", "--bind", join(home, "uptime"), "/proc/uptime"]);
    if (exitCode !== 0) throw new Error(`mount: ${stderr}`);
  }
  if (typed.uid !== undefined) {
    Bun.spawnSync(["chmod", "711", dirname(home)]), Bun.spawnSync(["chown", "-R", String(typed.uid), dirname(home)]);
  }
  const as = typed.uid === undefined
    ? ""
    : `setpriv --reuid ${typed.uid} --regid ${typed.uid} --clear-groups --inh-caps=-all `;
  const command = {
    zsh: "zsh --no-global-rcs --interactive",
    bash: `bash --rcfile ${join(home, ".bashrc")} -i`,
    fish: "fish -i",
  }[typed.shell];
  const terminal = new Terminal(home, { ...process.env as Record<string, string>, ...typed.env });
  terminal.tmux("new-session", "-d", "-x", "150", "-y", "50", "-c", home, `exec ${as}${command}`);
  terminal.tmux("set-option", "-g", "history-limit", "20000");
  await terminal.prompted(1);
  let prompts = 1;
  for (const line of typed.lines) {
    for (const [at, part] of line.split("\n").entries()) {
      if (at > 0) await terminal.continued(typed.shell);
      terminal.enter(part.replaceAll("@OUT@", out).replaceAll("@HOME@", home));
    }
    await terminal.prompted(++prompts);
  }
  // The namespace's directory has another name in every run.
  const plain = (text: string): string => text.replaceAll(dirname(home), "@");
  const screen = plain(terminal.screen());
  const calls = await callsOf(home, typed.calls ?? 0);
  terminal.tmux("kill-server");
  return {
    screen,
    out: existsSync(out) ? plain(readFileSync(out, "utf8")) : "",
    calls,
    isMarked: existsSync(join(home, "it's marked")),
  };
}

function startupFile(shell: Typed["shell"]): string {
  return { zsh: ".zshrc", bash: ".bashrc", fish: ".config/fish/config.fish" }[shell];
}

function startupText({ shell, startup, isStill }: Typed): string {
  const prompt = {
    zsh: `PROMPT='${PROMPT}'; unsetopt prompt_sp; HISTFILE=~/.history; HISTSIZE=999; SAVEHIST=999\n`,
    bash: `PS1='${PROMPT}'; HISTFILE=~/.history\n`,
    fish: `function fish_prompt; echo -n '${PROMPT}'; end; function fish_greeting; end\n` +
      "set -g fish_autosuggestion_enabled 0\n",
  };
  // An ordinary variable takes the place of the shell's own.
  const still = isStill !== true || shell === "fish" ? "" : "unset EPOCHSECONDS; EPOCHSECONDS=1700000000\n";
  return prompt[shell] + still + startup;
}

/** What was called, once that many calls are through. */
async function callsOf(home: string, count: number): Promise<Call[]> {
  const log = join(home, "calls");
  const names = () => existsSync(log) ? readdirSync(log).filter((name) => !name.startsWith(".")) : [];
  const until = performance.now() + MOST_MS;
  while (names().length < count && performance.now() < until) await Bun.sleep(5);
  return names().map((name) => {
    const lines = readFileSync(join(log, name), "utf8").split("\n") as [string, string, string, string, string];
    const [args, directory, variables, streams, ignored] = lines;
    return { args, directory, variables, streams, ignored };
  });
}

class Terminal {
  readonly #home: string;
  readonly #env: Record<string, string>;
  #row = 0;

  constructor(home: string, env: Record<string, string>) {
    this.#home = home;
    this.#env = { ...env, TERM: "xterm", TMUX_TMPDIR: home, SHELL: "/bin/sh" };
  }

  tmux(...args: readonly string[]): string {
    const { stdout, stderr, exitCode } = Bun.spawnSync(["tmux", "-L", "typed", "-f", "/dev/null", ...args], {
      cwd: this.#home,
      env: this.#env,
      stdin: "ignore",
    });
    if (exitCode !== 0) throw new Error(`tmux ${args.join(" ")}: ${stderr}`);
    return stdout.toString();
  }

  enter(text: string): void {
    this.tmux("send-keys", "-l", "--", text);
    this.#row = this.#cursor();
    this.tmux("send-keys", "Enter");
  }

  /** The row of the cursor, from the first line that there was. */
  #cursor(): number {
    const [above, row] = this.tmux("display-message", "-p", "#{history_size} #{cursor_y}").split(" ");
    return Number(above) + Number(row);
  }

  screen(): string {
    return this.tmux("capture-pane", "-p", "-J", "-S", "-").replace(/\s+$/, "").replace(/ +$/gm, "");
  }

  /** Waits for the shell to read on: what is typed before that the terminal itself shows, a second time. */
  async continued(shell: Typed["shell"]): Promise<void> {
    const until = performance.now() + MOST_MS;
    while (performance.now() < until) {
      if (this.#cursor() > this.#row && (shell === "fish" || this.screen().endsWith(">"))) return;
      await Bun.sleep(5);
    }
    throw new Error(`it does not read on:\n${this.screen()}`);
  }

  /** Waits for the prompt to stand there this many times, the last time with nothing after it. */
  async prompted(times: number): Promise<void> {
    const until = performance.now() + MOST_MS;
    let screen = "";
    while (performance.now() < until) {
      screen = this.screen();
      const lines = screen.split("\n");
      if (lines.at(-1) === PROMPT.trim() && lines.filter((line) => line.startsWith(PROMPT.trim())).length === times) {
        return;
      }
      await Bun.sleep(5);
    }
    throw new Error(`no prompt within ${MOST_MS} ms:\n${screen}`);
  }
}
