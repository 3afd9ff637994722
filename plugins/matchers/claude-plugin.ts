import { commandOf } from "../../src/vocabulary/command.ts";
import { isOnPort } from "../../src/vocabulary/port.ts";
import type { Command } from "../../src/vocabulary/command.ts";
import type { Claim, Matcher } from "../../src/contract.ts";

/** Who has several accounts keeps a directory for each: `~/.claude-work`. There are others called so, of other programs. */
const IN_PLUGINS = /[\\/]\.claude(?:[\\/]plugins[\\/]|-[\w.-]+[\\/]plugins[\\/](?:cache|marketplaces)[\\/])/;

/** What a plugin starts for itself and does not wait for says so in its name, or notes its number for whoever is next. */
const DETACHED = /(?:^|[-_.])(?:daemon|broker|worker|watcher|background)(?:[-_.]|$)/;
const NOTES_PID = /^--pid-?file(?:=|$)/;

/**
 * Servers that Claude Code's plugins bring: `bun run --cwd ~/.claude/plugins/… start` and what it
 * starts. Their own background workers and what serves all sessions (`--daemon`, a port) are
 * detached on purpose.
 */
const claudePlugin: Matcher = {
  name: "claude-plugin",
  summary: "servers of Claude Code's plugins",
  hints: ["bun", "node", "MainThread", "node-MainThread", /^python/],
  words: [".claude"],
  ownWords: true,
  needs: ["command", "executable"],
  claim(process): Claim | undefined {
    const command = commandOf(process);
    if (command?.interpreter === undefined || process.argv === undefined || process.argv === null) return undefined;
    const named = command.script !== undefined && IN_PLUGINS.test(command.script);
    const at = process.argv.indexOf("--cwd");
    const started = command.interpreter === "bun" && at > 0 && IN_PLUGINS.test(`${process.argv[at + 1] ?? ""}/`);
    if (!named && !started) return undefined;
    const because = named ? "script lies in Claude Code's plugins" : "started in a directory of Claude Code's plugins";
    const claim = { family: "claude-plugin", because };
    if (command.args.includes("--daemon") || isOnPort(command.args)) return { ...claim, role: "daemon", shared: true };
    if (isDetached(command)) return { ...claim, role: "worker", lifeline: "none", detached: true };
    return { ...claim, role: started ? "wrapper" : "server", lifeline: "stdio" };
  },
};

function isDetached({ scriptName = "", args }: Command): boolean {
  return DETACHED.test(scriptName) || args.some((argument) => NOTES_PID.test(argument));
}

export default claudePlugin;
