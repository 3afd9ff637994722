import { family } from "../../../src/vocabulary/family.ts";
import type { Matcher } from "../../../src/contract.ts";

/** What tells this agent from a harmless twin, if it is not plain from the data. */
const matcher: Matcher = family({
  name: "_template",
  summary: "one line for `agent-reaper plugins`",
  // Short names (Linux: 15 bytes) worth a look at the command line. A filter, never a claim.
  hints: ["myagent", "node"],
  // One of these stands on every command line of it, or nobody asks the matcher.
  words: ["myagent"],
  // Any one of these is the program.
  signs: [
    { program: "myagent", at: /[\\/]bin[\\/]myagent$/, because: "executable is myagent" },
    { script: "cli.js", of: ["node", "bun"], at: /[\\/]@me[\\/]myagent[\\/]/, because: "runs myagent's cli.js" },
  ],
  // Options that take the next argument, so that it is not taken for a word.
  valued: ["--model"],
  // The first rule that fits gives the role; the role says what it lives on.
  roles: [
    { role: "server", words: ["mcp", "serve"] },
    { role: "daemon", words: ["daemon"] },
    { role: "one-shot", options: ["-p", "--print"] },
  ],
  otherwise: "agent",
});

export default matcher;
