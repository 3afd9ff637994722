/** PowerShell's texts, parsed: there is none here to run them. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Host, Viewer } from "../../src/contract.ts";
import { plan } from "../../src/hooks/plan.ts";
import { hookText } from "../../src/hooks/shells.ts";
import { wrapText } from "../../src/hooks/wrap.ts";
import { fetchPowerShellGrammar, type ParsePowerShell } from "../support/powershell-grammar.ts";

setDefaultTimeout(300_000);

let directory: string;
let parse: ParsePowerShell;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "powershell-grammar-"));
  parse = await fetchPowerShellGrammar(directory);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The lines that the person's own profile gets. */
function profileText(state: string): string {
  const host = { platform: "win32", bootId: "x" } as Host;
  const viewer = { uid: 0, pid: 1, home: join(directory, "home") } as Viewer;
  const site = { host, viewer, variables: {}, file: () => undefined, state, program: "C:\\reaper.exe", git: undefined };
  const change = plan("powershell", "install", site).changes.find(({ isOurs }) => isOurs !== true);
  return change?.after?.toString("utf8") ?? "";
}

const texts = (path: string): Readonly<Record<string, string>> => ({
  hook: hookText("powershell", { path, mark: `${path}.mark` }),
  wrap: wrapText("powershell", ["claude", "codex"], { path, mark: "unused" }),
  profile: profileText(path),
});
/** What PowerShell 5.1 and 7 have of their own. */
const COMMANDS = ["Get-Command", "New-Object", "Select-Object", "Test-Path", "Write-Error", "AgentReaperSweep"];
/** The words of a script as PowerShell puts them together: texts in quotes, and characters by their number. */
const wordsOf = (text: string): string[] =>
  [...text.matchAll(/'(?:[^']|'')*'(?: \+ (?:'(?:[^']|'')*'|\[char\]0x[0-9a-f]+))*/g)].map(([word]) =>
    word.replaceAll(
      /'((?:[^']|'')*)'(?: \+ )?|\[char\]0x([0-9a-f]+)(?: \+ )?/g,
      (_, quoted?: string, code?: string) =>
        quoted?.replaceAll("''", "'") ?? String.fromCharCode(Number.parseInt(code ?? "", 16)),
    )
  );

describe.each(["hook", "wrap", "profile"])("%s", (kind) => {
  const path = "C:\\Program Files\\It's a ‘reaper’\\agent-reaper.exe";

  test("is PowerShell, and names no command that is not there", () => {
    const text = texts(path)[kind] as string;
    const { errors, commands } = parse(text);
    expect(errors).toEqual([]);
    expect(text).toMatch(/^[\n -~]*$/);
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.filter((name) => !COMMANDS.includes(name))).toEqual([]);
  });

  test("is so with any path, and has it as one word", () => {
    const name = fc.oneof(
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.string({
        unit: fc.constantFrom("'", "‘", "ö", "\u{1f600}", "$", "`", '"', "@", "\n", " ", "}", "a"),
        maxLength: 8,
      }),
    ).filter((text) => !text.includes("\0"));
    fc.assert(fc.property(name, (text) => {
      const at = `/${text}`;
      const script = texts(at)[kind] as string;
      expect(parse(script).errors).toEqual([]);
      // Behind the remarks, in which there are apostrophes.
      expect(wordsOf(script.slice(script.indexOf("if (")))).toContain(kind === "profile" ? join(at, "hook.ps1") : at);
    }));
  });

  test("without any one of its braces it is seen to be broken", () => {
    const whole = texts(path)[kind] as string;
    const braces = [...whole.matchAll(/[{}()]/g)];
    expect(braces.length).toBeGreaterThan(3);
    for (const { index } of braces) {
      const broken = whole.slice(0, index) + whole.slice(index + 1);
      expect({ broken, isSeen: parse(broken).errors.length > 0 }).toEqual({ broken, isSeen: true });
    }
  });
});
