/** The hooks of shells, typed at on a real terminal: whatever a shell does it does as without them. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { hookText } from "../../src/hooks/shells.ts";
import { DETACHED } from "../../src/hooks/start.ts";
import { wrapText } from "../../src/hooks/wrap.ts";
import { runInNamespace, runInside } from "../support/namespace.ts";
import { type Shown, STAND_IN, type Typed } from "../support/programs/typed-shell.ts";

setDefaultTimeout(300_000);

const PROGRAM = join(import.meta.dir, "../support/programs/typed-shell.ts");
const STARTED = { path: `@HOME@/${STAND_IN}`, mark: "@HOME@/it's marked" };
const SWEEP = "sweep --every 5s --budget 1s --quiet";
type Name = Typed["shell"];
const NAMES: readonly Name[] = ["zsh", "bash", "fish"];

const hookOf = (shell: Name): string => hookText(shell, STARTED);
const typed = async (input: Typed): Promise<Shown> => {
  const shown = await runInside<Shown>(PROGRAM, { isStill: true, ...input });
  // Numbers of processes differ between any two runs.
  const plain = (text: string) => text.replaceAll(/^\[(\d+)\] \d+$/gm, "[$1] pid");
  return { ...shown, screen: plain(shown.screen), out: plain(shown.out) };
};

/** With the hook and without it. */
async function both(input: Typed, hook = hookOf(input.shell)): Promise<[without: Shown, hooked: Shown]> {
  return await Promise.all([
    typed({ ...input, calls: 0 }),
    typed({ ...input, startup: `${input.startup}\n${hook}`, calls: input.calls ?? 1 }),
  ]);
}

const POSIX_LINES = [
  "false",
  'echo "status $? under $_" >>@OUT@',
  ": one two",
  'echo "under $_" >>@OUT@',
  "false | true | (exit 3)",
  'echo "pipe ${PIPESTATUS[*]-} ${pipestatus[*]-}" >>@OUT@',
  "sleep 100 &",
  "jobs",
  'echo "bang ${!}" | tr -s 0-9 n >>@OUT@',
  // zsh may have forgotten the job by then, but no number.
  "kill %1; wait $!",
  "jobs",
  'for i in 1 2; do\n echo "$i" >>@OUT@\ndone',
  "cat <<X\na\nb\nX",
  "trap >>@OUT@",
  "set -u",
  "set -e",
  "if false; then :; fi",
  "! true",
  "set +eu",
  "(echo sub; false) | cat",
  "history | tail -n 5",
];
const FISH_LINES = [
  "false",
  'echo "status $status" >>@OUT@',
  "false | true | sh -c 'exit 3'",
  'echo "pipe $pipestatus" >>@OUT@',
  "sleep 100 &",
  "jobs | cut -f 1,4-",
  'echo "last $last_pid" | tr -s 0-9 n >>@OUT@',
  "for i in 1 2\necho $i >>@OUT@\nend",
  "history | tail -n 5",
];
const linesOf = (shell: Name): readonly string[] => shell === "fish" ? FISH_LINES : POSIX_LINES;
/** Typed, so that the next prompt or command starts a sweep again. */
const AGAIN: Readonly<Record<Name, string>> = {
  zsh: "_agent_reaper_at=-10",
  bash: "_agent_reaper_at=-10",
  fish: "set -g _agent_reaper_last x",
};

describe.each([...NAMES])("%s", (shell) => {
  test("status, arguments, pipes, jobs, history, many lines: all as without it", async () => {
    const variables = shell === "fish"
      ? "set -gx BUN_OPTIONS --smol; set -gx BUN_FEATURE_FLAG_X 'a BUN_Y=1'"
      : "export BUN_OPTIONS=--smol BUN_FEATURE_FLAG_X='a BUN_Y=1'";
    const [without, hooked] = await both({ shell, startup: variables, lines: linesOf(shell) });
    expect(hooked.screen).toBe(without.screen);
    expect(hooked.out).toBe(without.out);
    expect(without.calls).toEqual([]);
    expect(hooked.calls).toEqual([{
      args: SWEEP,
      directory: "/",
      variables: "",
      streams: "/dev/null /dev/null /dev/null",
      ignored: expect.stringMatching(/[13579bdf]$/),
    }]);
    expect(hooked.isMarked).toBe(true);
  });

  test("a directory that was deleted, closed streams, a home that cannot be written to", async () => {
    const lines = [
      "mkdir @HOME@/gone; cd @HOME@/gone; rmdir @HOME@/gone",
      AGAIN[shell],
      "echo here",
      ...shell === "fish" ? [] : ["exec 8>&1 >&-", AGAIN[shell], "true", "exec >&8 8>&-", "echo there"],
      "mount -t tmpfs -o ro none @HOME@/.locked",
      AGAIN[shell],
      "echo end",
    ];
    const input = { shell, startup: "", lines, files: { ".locked/x": "" }, calls: 2 };
    const hook = hookText(shell, { ...STARTED, mark: "@HOME@/.locked/x/y" });
    const [without, hooked] = await both(input, hook);
    expect(hooked.screen).toBe(without.screen);
    expect(hooked.calls.length).toBeGreaterThanOrEqual(2);
  });

  test("a program that is gone, or switched off, is never started", async () => {
    const off = shell === "fish" ? "set -gx AGENT_REAPER_DISABLE 1" : "export AGENT_REAPER_DISABLE=1";
    const [without, hooked] = await both({
      shell,
      startup: "",
      lines: ["echo one", off, AGAIN[shell], "echo two"],
      calls: 0,
    }, hookText(shell, { ...STARTED, path: "/nowhere/agent-reaper" }));
    expect(hooked.screen).toBe(without.screen);
    const switchedOff = await typed({ shell, startup: `${off}\n${hookOf(shell)}`, lines: ["echo one"], calls: 0 });
    expect(switchedOff.calls).toEqual([]);
  });

  test("read twice it is there once", async () => {
    const twice = await typed({
      shell,
      startup: `${hookOf(shell)}\n${hookOf(shell)}`,
      lines: ["echo one", "echo two"],
      calls: 1,
    });
    expect(twice.calls.length).toBe(1);
  });

  test("where nobody types it does nothing", async () => {
    const lines = [
      shell === "fish"
        ? "fish -c 'source @HOME@/hook; set -q _agent_reaper_program; echo $status >>@OUT@'"
        : `${shell} -c '. @HOME@/hook; echo "[$_agent_reaper_program]" >>@OUT@'`,
    ];
    const { out } = await typed({ shell, startup: "", lines, files: { hook: hookOf(shell) }, calls: 0 });
    expect(out.trim()).toBe(shell === "fish" ? "1" : "[]");
  });

  test("wrapped commands sweep, and then run as they are", async () => {
    const wrapped = wrapText(shell, ["claude", "codex"], STARTED);
    const shown = await typed({
      shell,
      startup: `${shell === "fish" ? "set -gx PATH @HOME@/bin $PATH" : "PATH=@HOME@/bin:$PATH"}\n${wrapped}`,
      lines: ["claude 'a  b' c", shell === "fish" ? "echo $status" : "echo $?", "printf in | claude -"],
      files: { "bin/claude": '#!/bin/sh\nprintf "[%s]" "$@"\n[ "$1" = - ] && cat\necho\nexit 3\n' },
      calls: 2,
    });
    expect(shown.screen).toContain("[a  b][c]\n");
    expect(shown.screen).toContain("\n3\n");
    expect(shown.screen).toContain("[-]in\n");
    expect(shown.calls.map(({ args }) => args)).toEqual([SWEEP, SWEEP]);
  });
});

describe("where no process can be made any more", () => {
  test.if(process.getuid?.() === 0).each(["zsh", "bash"] as const)("%s's prompt is as always", async (shell) => {
    const lines = ["ulimit -u 1", AGAIN[shell], "false", 'echo "status $?"', "", AGAIN[shell], "", "echo end"];
    const [without, hooked] = await both({ shell, startup: "", lines, uid: 61_234 });
    // bash would try for 15 s, and say each of its tries here.
    expect(hooked.screen).toBe(without.screen);
    expect(hooked.screen).toContain("status 1");
  });

  // fish itself says so at times, hook or not: its screen is no measure.
  test.if(process.getuid?.() === 0)("fish lives on", async () => {
    const { out } = await typed({
      shell: "bash",
      startup: "",
      lines: [
        "setpriv --reuid 61235 --regid 61235 --clear-groups --inh-caps=-all fish --interactive --command 'source @HOME@/hook; ulimit -u 1; set -g _agent_reaper_last x; emit fish_preexec x; builtin echo alive' >>@OUT@ 2>&1",
      ],
      files: { hook: hookOf("fish") },
      calls: 0,
    });
    expect(out).toContain("alive");
  });
});

describe("bash, beside others at its prompt", () => {
  const line = ["false", 'echo "$?" >>@OUT@', "echo two"];
  const after = 'seen() { echo "seen $?" >>@OUT@; }\n';
  test.each([
    ["a string", `${after}PROMPT_COMMAND='seen;'`],
    ["a list", `${after}PROMPT_COMMAND=(seen ':')`],
    ["a function called like what the hook reads with", `${after}PROMPT_COMMAND=seen; read() { echo mine; }`],
    ["a string that is exported", `${after}export PROMPT_COMMAND=seen`],
    ["one that cannot be changed", `${after}PROMPT_COMMAND=seen; readonly PROMPT_COMMAND`],
    ["a trap for each command", `${after}PROMPT_COMMAND=seen; trap 'echo "$BASH_COMMAND" >>@OUT@.all' DEBUG`],
  ])("%s", async (_, startup) => {
    const isFixed = startup.includes("readonly");
    const [without, hooked] = await both({ shell: "bash", startup, lines: line, calls: isFixed ? 0 : 1 });
    expect(hooked.screen).toBe(without.screen);
    expect(hooked.out).toBe(without.out);
    expect(hooked.out).toContain("seen 1");
    expect(hooked.calls.length).toBe(isFixed ? 0 : 1);
  });

  test("one that is added later still learns what the last command said", async () => {
    const { out } = await typed({
      shell: "bash",
      startup: `${hookOf("bash")}\n${after}PROMPT_COMMAND="$PROMPT_COMMAND;seen"`,
      lines: line,
      calls: 1,
    });
    expect(out).toContain("seen 1\n1\n");
  });

  /** There is no old bash to be had: this takes from a new one what they lack. tests/unit/hooks-older-shells.test.ts has the rest. */
  const old = hookOf("bash").replaceAll("BASH_VERSINFO[0]", "3");
  // Unset once, SECONDS is an ordinary variable: however long the lines take, no time passes.
  const WITHOUT_LATER = "unset EPOCHSECONDS EPOCHREALTIME SECONDS; SECONDS=1; BASH_COMPAT=3.2\n";

  test("as in bash 3.2 and 4 it counts by SECONDS", async () => {
    const { calls, screen } = await typed({
      shell: "bash",
      startup: `${WITHOUT_LATER}${old}`,
      lines: ["echo $((SECONDS < 60))", "SECONDS=100", "echo later"],
      calls: 2,
    });
    expect(screen).toContain("\n1\n");
    expect(calls.length).toBe(2);
  });

  test.each([
    ["nothing", "", 1],
    ["a string", `${after}PROMPT_COMMAND='seen;'\n`, 1],
    ["one that cannot be changed", `${after}PROMPT_COMMAND=seen; readonly PROMPT_COMMAND\n`, 0],
  ])("as in bash 3.2 and 4, beside %s, all is as without it", async (_, before, calls) => {
    const startup = WITHOUT_LATER + before;
    // Under `set -e` the next of PROMPT_COMMAND is told of success: the shell would end.
    const lines = POSIX_LINES.filter((line) => line !== "set -e");
    const [without, hooked] = await both({ shell: "bash", startup, lines, calls }, old);
    expect(hooked.screen).toBe(without.screen);
    expect(hooked.out).toBe(without.out);
    expect(hooked.calls.length).toBe(calls);
  });
});

test("where its mark is to be there is a FIFO: the sweep waits for no reader", async () => {
  const lines = `mkfifo mark; /bin/sh -c "$1" agent-reaper "$PWD/mark" touch "$PWD/ran"
    for n in $(seq 100); do [ -e ran ] && break; sleep 0.05; done; ls`;
  const command = () => ["sh", "-c", lines, "sh", DETACHED];
  expect(await runInNamespace(command, {}, ({ stdout }) => stdout)).toContain("ran");
});

test("a bash that is restricted starts nothing, and says nothing of it", async () => {
  // `bash -r` restricts itself after its start-up files, as this does.
  const lines = ["set -r", AGAIN.bash, "echo one", AGAIN.bash, "false", 'echo "$?"'];
  const [without, hooked] = await both({ shell: "bash", startup: "", lines });
  expect(hooked.screen).toBe(without.screen);
  expect(hooked.calls.length).toBe(1);
});

test("zsh, beside hooks of others and its options", async () => {
  const startup = `autoload -Uz add-zsh-hook
mine() { echo "before $1 $?" >>@OUT@ }
add-zsh-hook preexec mine
later() { echo "at $?" >>@OUT@ }
add-zsh-hook precmd later
bindkey >@OUT@.keys.1`;
  const input: Typed = {
    shell: "zsh",
    startup,
    lines: [
      "false",
      "setopt err_exit no_unset ksh_arrays sh_word_split noclobber extended_glob",
      AGAIN.zsh,
      "echo on",
      "unsetopt err_exit",
      "bindkey | cksum",
      "setopt",
    ],
  };
  const [without, hooked] = await both({ ...input, calls: 2 });
  expect(hooked.screen).toBe(without.screen);
  expect(hooked.out).toBe(without.out);
});

test.each(["ignore_braces", "ignore_close_braces"])("a zsh that has %s set reads it", async (option) => {
  const startup = `setopt ${option}`;
  const [without, hooked] = await both({ shell: "zsh", startup, lines: ["echo on"], calls: 1 });
  expect(hooked.screen).toBe(without.screen);
});
