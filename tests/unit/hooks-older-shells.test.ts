/** macOS has bash 3.2, and servers have bash 4 for long: none of these is at hand in the gate, so what they lack is looked for. */
import { describe, expect, test } from "bun:test";
import { hookText } from "../../src/hooks/shells.ts";
import { wrapText } from "../../src/hooks/wrap.ts";

/** What came after bash 3.2, by the version's own list of changes, with a line that has it. */
const LATER: readonly (readonly [since: string, what: RegExp, example: string])[] = [
  ["4.0", /\b(?:declare|local|typeset)\s+-\w*A/, "local -A map"],
  ["4.0", /\|&/, "a |& b"],
  ["4.0", /&>>/, "a &>>file"],
  ["4.0", /;;?&/, "case a in a) ;;& esac"],
  ["4.0", /\bcoproc\b/, "coproc cat"],
  ["4.0", /\b(?:mapfile|readarray)\b/, "mapfile -t lines"],
  ["4.0", /\$\{\w+(?:\[[^\]]*\])?[\^,]/, "echo ${name^^}"],
  ["4.0", /\bdeclare\s+-\w*[lu]\b/, "declare -l name"],
  ["4.0", /\bBASHPID\b/, "echo $BASHPID"],
  ["4.0", /\bread\b[^;|&\n]*\s-\w*[iN]/, "read -N 1 x"],
  ["4.0", /\bread\b[^;|&\n]*\s-\w*t\s*\d*\.\d/, "read -t 0.1 x"],
  ["4.0", /\{[^{}\s]+\.\.[^{}\s]+\.\.[^{}\s]+\}/, "echo {1..9..2}"],
  ["4.0", /\bshopt\s+-\w+\s+(?:globstar|autocd|dirspell|checkjobs)\b/, "shopt -s globstar"],
  ["4.1", /\{\w+\}[<>]/, "exec {fd}>file"],
  ["4.1", /\bprintf\s+-v\s*["']?\w+\[/, "printf -v 'a[1]' x"],
  ["4.2", /\b(?:declare|typeset)\s+-\w*g/, "declare -g name"],
  ["4.2", /(?:\[\[?|\btest)\s(?:[^\]\n]*\s)?-v\s/, "[[ -v name ]]"],
  ["4.2", /%\([^)]*\)T/, "printf '%(%s)T' -1"],
  ["4.2", /\$\{\w+:[^}:]*:\s*-/, "echo ${name:0:-1}"],
  ["4.2", /\$'[^']*\\[uU]/, "echo $'\\u00e4'"],
  ["4.2", /\bshopt\s+-\w+\s+lastpipe\b/, "shopt -s lastpipe"],
  ["4.3", /\b(?:declare|local|typeset)\s+-\w*n/, "local -n name=$1"],
  ["4.3", /\[\s*-\s*\d+\s*\]/, "echo ${list[-1]}"],
  ["4.3", /\bwait\s+-n\b/, "wait -n"],
  ["4.3", /\[\[?\s[^\]\n]*-R\s/, "[[ -R name ]]"],
  ["4.4", /\$\{[^}]*@[A-Za-z]\}/, "echo ${name@Q}"],
  ["4.4", /\blocal\s+-(?:\s|$)/m, "local -"],
  ["5.0", /\$(?:EPOCH(?:SECONDS|REALTIME)|\{EPOCH(?:SECONDS|REALTIME)\})/, "now=$EPOCHSECONDS"],
  ["5.0", /\bBASH_ARGV0\b/, "BASH_ARGV0=x"],
  ["5.1", /\bSRANDOM\b/, "echo $SRANDOM"],
  ["5.1", /\bwait\b[^;|&\n]*\s-p\b/, "wait -n -p pid"],
  ["5.3", /\$\{[|\s]/, "echo ${ date; }"],
];

const program = { path: "/usr/local/bin/agent-reaper", mark: "/home/lea/.local/state/agent-reaper/ran-bash" };
/** Without remarks, and without what is for later ones alone, behind a question for the version. */
const bare = (text: string) =>
  text.replaceAll(/^\s*#.*$/gm, "").replace(
    /if \(\( BASH_VERSINFO\[0\] < 5 \)\); then (.*?); else eval '[^']*'; fi/,
    "$1",
  );

describe.each([
  ["hook", hookText("bash", program)],
  ["wrap", wrapText("bash", ["claude", "codex"], program)],
])("%s", (_, text) => {
  test.each([...LATER])("has nothing of bash %s: %p", (since, what) => {
    expect({ since, found: what.exec(bare(text))?.[0] }).toEqual({ since, found: undefined });
  });
});

test.each([...LATER])("what came with bash %s is seen where it is: %p", (_, what, example) => {
  expect(example).toMatch(what);
});

test("only what asks for the version first is left out of that", () => {
  const text = hookText("bash", program);
  expect(text).toContain("@a}");
  expect(bare(text)).not.toContain("@a}");
  expect(bare(text)).toContain("(unset PROMPT_COMMAND) 2>/dev/null");
});

/** fish reads no file in which a builtin is named that it lacks: 3.1 and 3.3, which servers have, know these of ours. */
const FISH_BUILTINS = ["--names", "read", "string", "test"];

test("fish's text names no builtin of a later one, but in quotes", () => {
  const text = hookText("fish", program).replaceAll(/^\s*#.*$/gm, "");
  const named = [...text.replaceAll(/'[^']*'/g, "''").matchAll(/\bbuiltin ([\w-]+)/g)].map(([, name]) =>
    name as string
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !FISH_BUILTINS.includes(name))).toEqual([]);
  expect(text).toContain("eval 'builtin path mtime -R /'");
});
