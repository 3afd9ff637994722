import { family } from "../../src/vocabulary/family.ts";
import type { Matcher } from "../../src/contract.ts";

/** What tells this agent from a harmless twin, if it is not plain from the data. */
const myAgent: Matcher = family({
  name: "_template",
  summary: "one line for `agent-reaper plugins`",
  // Short names (Linux: 15 bytes) worth a look at the command line. A filter, never a claim. "node" is all that node goes by.
  hints: ["myagent", "node"],
  // One of these stands on every command line of it, or nobody asks the matcher.
  words: ["myagent"],
  // Any one of these is the program.
  signs: [
    { program: "myagent", at: /[\\/]bin[\\/]myagent$/, because: "executable is myagent" },
    { script: "cli.js", of: ["node", "bun"], at: /[\\/]@me[\\/]myagent[\\/]/, because: "runs myagent's cli.js" },
  ],
  // Its packages: what npx, bunx and uvx launch.
  packages: /^@me\/myagent$/,
  // Options that take the next argument, so that it is not taken for a word.
  valued: ["--model"],
  // Options after which words are a prompt, and no command.
  prompts: ["-p", "--print"],
  // First words with which it is no agent: it sets itself up, or lists something.
  chores: ["update"],
  // The first rule that fits gives the role (all of its words, any of its options); the role says what it lives on.
  roles: [
    { role: "server", words: ["mcp", "serve"] },
    { role: "daemon", words: ["daemon"] },
    { role: "one-shot", options: ["-p", "--print"] },
  ],
  otherwise: "agent",
});

export default myAgent;
