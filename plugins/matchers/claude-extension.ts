import { commandOf } from "../../src/vocabulary/command.ts";
import type { Command } from "../../src/vocabulary/command.ts";
import { saysDetached } from "../../src/vocabulary/detached.ts";
import { isOnPort } from "../../src/vocabulary/port.ts";
import { withScript } from "../../src/vocabulary/printed.ts";
import type { Claim, Matcher } from "../../src/contract.ts";

/** Claude Desktop unpacks each extension into a directory of its own, and nothing else lies there. */
const IN_EXTENSIONS = /[\\/]Claude[\\/]Claude Extensions[\\/][^\\/]/;

/** MCP servers that Claude Desktop's extensions bring: their names say nothing, the place does. */
const claudeExtension: Matcher = {
  name: "claude-extension",
  summary: "MCP servers of Claude Desktop's extensions",
  hints: ["node", "bun", "deno", /^python/, "Python", "uv"],
  // `ps` on macOS prints the blank as it prints those between arguments.
  words: ["Claude Extensions", "Support/Claude/Claude"],
  ownWords: true,
  needs: ["command", "executable"],
  claim(process): Claim | undefined {
    const command = commandOf(process);
    if (command === undefined) return undefined;
    const launches = command.program === "uv" && isInExtensions(placeOf(command.args));
    if (!launches && !runsThere(command)) return undefined;
    const claim = { family: "claude-extension", because: "lies in Claude Desktop's extensions" };
    if (saysDetached(command)) return { ...claim, role: "worker", lifeline: "none", detached: true };
    return {
      ...claim,
      role: launches ? "wrapper" : "server",
      lifeline: "stdio",
      ...(isOnPort(command.args) ? { shared: true } : {}),
    };
  },
};

function runsThere({ script, path, interpreter }: Command): boolean {
  if (script !== undefined && isInExtensions(script)) return true;
  return interpreter === "shell" || interpreter === "cmd" ? false : isInExtensions(path);
}

/** `uv run --directory <place> server/main.py`. */
function placeOf(args: readonly string[]): string {
  const whole = withScript(args);
  return whole[whole.indexOf("--directory") + 1] ?? "";
}

function isInExtensions(path: string): boolean {
  return path.includes("Claude Extensions") && IN_EXTENSIONS.test(path);
}

export default claudeExtension;
