import { commandOf } from "../../src/vocabulary/command.ts";
import { isOnPort } from "../../src/vocabulary/port.ts";
import type { Claim, Matcher } from "../../src/contract.ts";

/** Who has several accounts keeps a directory for each: `~/.claude-work`. There are others called so, of other programs. */
const IN_PLUGINS = /[\\/]\.claude(?:[\\/]plugins[\\/]|-[\w.-]+[\\/]plugins[\\/](?:cache|marketplaces)[\\/])/;

/**
 * Servers that Claude Code's plugins bring: `bun run --cwd ~/.claude/plugins/… start` and what it
 * starts. Their own background workers (`--daemon`) and what serves all sessions on a port are
 * detached on purpose.
 */
const claudePlugin: Matcher = {
  name: "claude-plugin",
  summary: "servers of Claude Code's plugins",
  hints: ["bun", "node", "MainThread", "node-MainThread", /^python/],
  words: [".claude"],
  needs: ["command", "executable"],
  claim(process): Claim | undefined {
    const command = commandOf(process);
    if (command?.interpreter === undefined || process.argv === undefined || process.argv === null) return undefined;
    const named = command.script !== undefined && IN_PLUGINS.test(command.script);
    const at = process.argv.indexOf("--cwd");
    const started = command.interpreter === "bun" && at > 0 && IN_PLUGINS.test(`${process.argv[at + 1] ?? ""}/`);
    if (!named && !started) return undefined;
    const daemon = command.args.includes("--daemon") || isOnPort(command.args);
    return {
      family: "claude-plugin",
      role: daemon ? "daemon" : started ? "wrapper" : "server",
      ...(daemon ? { shared: true } : { lifeline: "stdio" as const }),
      because: named ? "script lies in Claude Code's plugins" : "started in a directory of Claude Code's plugins",
    };
  },
};

export default claudePlugin;
