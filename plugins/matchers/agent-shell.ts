import { commandOf } from "../../src/vocabulary/command.ts";
import type { Claim, Matcher } from "../../src/contract.ts";

/**
 * Only a shell that Claude Code forked for a tool call has this on its command line. The directory above is the
 * person's choice (`CLAUDE_CONFIG_DIR`), and is quoted where it has a blank in it.
 */
const SNAPSHOT =
  /(?:^|\s)(?:source|\.)\s+(?:'[^']*|"[^"]*|(?:\\.|[^\s\\'"])*)[\\/]shell-snapshots[\\/]snapshot-(?:zsh|bash|sh)-\d+-\w+\.sh/;

const agentShell: Matcher = {
  name: "agent-shell",
  summary: "shells of an agent's tool calls, by the snapshot they source",
  hints: [],
  words: ["shell-snapshots"],
  needs: ["command", "executable"],
  claim(process): Claim | undefined {
    const command = commandOf(process);
    if (command?.interpreter !== "shell" || command.text === undefined || !SNAPSHOT.test(command.text)) {
      return undefined;
    }
    return { family: "agent-shell", role: "shell", because: "sources a shell snapshot of Claude Code" };
  },
};

export default agentShell;
