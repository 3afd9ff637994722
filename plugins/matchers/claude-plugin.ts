import { commandOf } from "../../src/vocabulary/command.ts";
import type { Command } from "../../src/vocabulary/command.ts";
import { saysDetached } from "../../src/vocabulary/detached.ts";
import { stream } from "../../src/vocabulary/peers.ts";
import { isOnPort } from "../../src/vocabulary/port.ts";
import type { Claim, Matcher, Process } from "../../src/contract.ts";

/** Who has several accounts keeps a directory for each: `~/.claude-work`. There are others called so, of other programs. */
const IN_PLUGINS = /[\\/]\.claude(?:[\\/]plugins[\\/]|-[\w.-]+[\\/]plugins[\\/](?:cache|marketplaces)[\\/])/;

/** Here lies what a hook runs, and puts in the background of a session. */
const IN_HOOKS = /[\\/]hooks[\\/]/;
/** Claude Code leaves them to hooks and tool calls, its number since 2.1.214, and to none of the servers that it talks to. */
const OF_A_HOOK = ["CLAUDE_PID", "CLAUDE_CODE_CHILD_SESSION"];
/** Where it is not told whether anybody was to talk to a script, its name says that it waits to be asked. */
const ASKED = /server|mcp|^(?:index|main|start|serve|stdio|cli|app|run)(?:\.\w+)?$/i;

/**
 * Servers that Claude Code's plugins bring: `bun run --cwd ~/.claude/plugins/… start` and what it
 * starts. Their own background workers and what serves all sessions (`--daemon`, a port) are
 * detached on purpose.
 */
const claudePlugin: Matcher = {
  name: "claude-plugin",
  summary: "servers of Claude Code's plugins",
  hints: ["bun", "node", /^python/],
  words: [".claude"],
  ownWords: true,
  needs: ["command", "executable"],
  variables: OF_A_HOOK,
  alsoNeeds: (process) => (seenAs(process) === undefined ? [] : ["stdio", "environment"]),
  claim(process): Claim | undefined {
    const command = commandOf(process);
    const seen = seenAs(process);
    if (command === undefined || seen === undefined) return undefined;
    const because = seen === "script"
      ? "script lies in Claude Code's plugins"
      : "started in a directory of Claude Code's plugins";
    const claim = { family: "claude-plugin", because };
    if (command.args.includes("--daemon") || isOnPort(command.args)) return { ...claim, role: "daemon", shared: true };
    if (isDetached(process, command)) return { ...claim, role: "worker", lifeline: "none", detached: true };
    return { ...claim, role: seen === "start" ? "wrapper" : "server", lifeline: "stdio" };
  },
};

/** By which of its words it is known. */
function seenAs(process: Process): "script" | "start" | undefined {
  const { argv } = process;
  const command = commandOf(process);
  if (command?.interpreter === undefined || argv === undefined || argv === null) return undefined;
  if (command.script !== undefined && IN_PLUGINS.test(command.script)) return "script";
  const at = argv.indexOf("--cwd");
  return command.interpreter === "bun" && at > 0 && IN_PLUGINS.test(`${argv[at + 1] ?? ""}/`) ? "start" : undefined;
}

/** Whether it goes on by itself: nobody talks to it, and its streams ended with whoever started it. */
function isDetached(process: Process, command: Command): boolean {
  const { script = "", scriptName } = command;
  if (saysDetached(command)) return true;
  if (IN_HOOKS.test(script) || OF_A_HOOK.some((name) => process.env?.[name] !== undefined)) return true;
  const input = stream(process, 0);
  if (input === undefined) return scriptName !== undefined && !ASKED.test(scriptName);
  // A hook is told what happened, and no more, and is listened to for as long as anything of it lives.
  if (input.peer === "gone" && stream(process, 1)?.peer === "live") return true;
  return input.kind !== "pipe" && input.kind !== "socket";
}

export default claudePlugin;
