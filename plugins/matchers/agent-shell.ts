import { toolSessionBegan } from "../../src/vocabulary/tool-shell.ts";
import type { Claim, Matcher } from "../../src/contract.ts";

const agentShell: Matcher = {
  name: "agent-shell",
  summary: "shells of an agent's tool calls, by the snapshot they source",
  hints: [],
  words: ["shell-snapshots"],
  ownWords: true,
  needs: ["command", "executable"],
  claim(process): Claim | undefined {
    if (toolSessionBegan(process) === undefined) return undefined;
    return { family: "agent-shell", role: "shell", because: "sources a shell snapshot of Claude Code" };
  },
};

export default agentShell;
