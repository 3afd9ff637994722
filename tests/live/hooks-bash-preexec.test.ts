/** bash's hook beside the real bash-preexec, typed at on a real terminal: whatever that does it does as without it. */
import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { hookText } from "../../src/hooks/shells.ts";
import { fetchBashPreexec } from "../support/bash-preexec.ts";
import { runInside } from "../support/namespace.ts";
import { type Shown, STAND_IN, type Typed } from "../support/programs/typed-shell.ts";

setDefaultTimeout(300_000);

const PROGRAM = join(import.meta.dir, "../support/programs/typed-shell.ts");
const HOOK = hookText("bash", { path: `@HOME@/${STAND_IN}`, mark: "@HOME@/it's marked" });

let preexec: string;
beforeAll(() => void (preexec = fetchBashPreexec()));

const LOAD = ". @HOME@/bash-preexec.sh\n";
/** What somebody has who uses it: both lists, a function by each of its names. */
const MINE = `preexec_functions+=(mine); mine() { echo "before $1 ($?) $_" >>@OUT@; }
precmd_functions+=(at); at() { echo "at $? \${BP_PIPESTATUS[*]}" >>@OUT@; }
precmd() { echo precmd >>@OUT@; }
`;
const LINES = [
  "false",
  'echo "status $? under $_" >>@OUT@',
  ": one two",
  'echo "under $_" >>@OUT@',
  "false | true | (exit 3)",
  "",
  'for i in 1 2; do\n echo "$i" >>@OUT@\ndone',
  "cat <<X\na\nb\nX",
  "sleep 100 &",
  "jobs",
  // Not `wait`: with bash-preexec a shell may have heard of the end before.
  "kill %1; while kill -0 $! 2>/dev/null; do sleep 0.05; done",
  "! true",
  "_agent_reaper_at=-10",
  "(echo sub; false) | cat",
  " echo unremembered",
  "history | tail -n 6",
  "trap -p DEBUG >>@OUT@",
];

async function typed(startup: string, lines: readonly string[], calls: number): Promise<Shown> {
  const input: Typed = { shell: "bash", isStill: true, startup, lines, files: { "bash-preexec.sh": preexec }, calls };
  const shown = await runInside<Shown>(PROGRAM, input);
  const plain = (text: string) =>
    text.replaceAll(/^\[(\d+)\] \d+$/gm, "[$1] pid").replaceAll(/\d{4}-\d\d-\d\d/g, "DAY");
  return { ...shown, screen: plain(shown.screen), out: plain(shown.out) };
}

describe.each([
  ["read before it", (before: string) => `${before}${LOAD}${MINE}${HOOK}`],
  ["read after it", (before: string) => `${before}${HOOK}\n${LOAD}${MINE}`],
])("%s", (_, order) => {
  test.each([
    ["alone", ""],
    ["beside a PROMPT_COMMAND that is a string", "seen() { echo \"seen $?\" >>@OUT@; }; PROMPT_COMMAND='seen;'\n"],
    ["beside one that is a list", 'seen() { echo "seen $?" >>@OUT@; }; PROMPT_COMMAND=(seen : :)\n'],
    ["beside a trap for each command", "trap 'echo \"$BASH_COMMAND\" >>@OUT@.all' DEBUG\n"],
    ["under set -u", "set -u\n"],
    ["with histories of all kinds", "HISTCONTROL=ignoreboth; HISTTIMEFORMAT='%F '\n"],
  ])("%s", async (_, before) => {
    const [without, hooked] = await Promise.all([
      typed(`${before}${LOAD}${MINE}`, LINES, 0),
      typed(order(before), LINES, 2),
    ]);
    // Of the first command it says nothing beside a list.
    expect(without.out).toContain("before : one two (0)");
    expect(without.out).toContain("at 3 1 0 3");
    expect(without.out).toContain("status 1 under false");
    expect(hooked.screen).toBe(without.screen);
    expect(hooked.out).toBe(without.out);
    expect(hooked.calls.length).toBe(2);
  });

  test("it sweeps when a command is typed, and again when its time has come", async () => {
    const { calls, screen } = await typed(order(""), ["echo one", "_agent_reaper_at=-10", "echo two", "echo three"], 2);
    expect(screen).toContain("\nthree\n");
    expect(calls.length).toBe(2);
  });
});
