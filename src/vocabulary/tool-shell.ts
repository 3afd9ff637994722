/**
 * The shells of an agent's tool calls: Claude Code has them source a snapshot of the session that they belong to. Pure.
 *
 * @module
 */
import { commandOf } from "./command.ts";
import type { Process } from "../process.ts";

/**
 * Only a shell that Claude Code forked for a tool call has this on its command line. The directory above is the
 * person's choice (`CLAUDE_CONFIG_DIR`), and is quoted where it has a blank in it.
 */
const SNAPSHOT =
  /(?:^|\s)(?:source|\.)\s+(?:'[^']*|"[^"]*|(?:\\.|[^\s\\'"])*)[\\/]shell-snapshots[\\/]snapshot-(?:zsh|bash|sh)-(\d+)-\w+\.sh/;

/**
 * When the snapshot was taken that a shell sources (epoch ms): as its session began, or gave its first command. Undefined for
 * everything that is no such shell.
 */
export function toolSessionBegan(process: Process): number | undefined {
  const command = commandOf(process);
  if (command?.interpreter !== "shell" || command.text === undefined) return undefined;
  const noted = command.text.includes("shell-snapshots") ? SNAPSHOT.exec(command.text)?.[1] : undefined;
  return noted === undefined ? undefined : Number(noted);
}
