/**
 * What each shell is given to run. The texts lie in files of their own language, where its tools can
 * check them; here the words in them are filled in.
 *
 * @module
 */
import { forFish, forPowerShell, forShell } from "../quote.ts";
import { DETACHED, type Program, SHELL_INTERVAL_S, SWEEP } from "./start.ts";
import bash from "./texts/hook.bash" with { type: "text" };
import fish from "./texts/hook.fish" with { type: "text" };
import powershell from "./texts/hook.ps1" with { type: "text" };
import zsh from "./texts/hook.zsh" with { type: "text" };

/** The shells that have a hook. */
export const SHELLS = ["zsh", "bash", "fish", "powershell"] as const;

/** A shell that has a hook. */
export type Shell = (typeof SHELLS)[number];

/** Whether a name is that of a shell. */
export function isShell(name: string): name is Shell {
  return SHELLS.some((shell) => shell === name);
}

const TEXTS: Readonly<Record<Shell, string>> = { zsh, bash, fish, powershell };

/** How a word is written in it. */
export const QUOTES: Readonly<Record<Shell, (word: string) => string>> = {
  zsh: forShell,
  bash: forShell,
  fish: forFish,
  powershell: forPowerShell,
};

/** The hook of a shell. */
export function hookText(shell: Shell, { path, mark }: Program): string {
  const words: Readonly<Record<string, string>> = {
    PROGRAM: QUOTES[shell](path),
    MARK: QUOTES[shell](mark),
    INTERVAL: String(SHELL_INTERVAL_S),
    DETACHED: QUOTES[shell](DETACHED),
    SWEEP: SWEEP.join(" "),
  };
  // In one pass: what was filled in is not looked at again, whatever a path holds.
  return TEXTS[shell].replace(/@([A-Z_]+)@/g, (_, name: string) => words[name] as string);
}
