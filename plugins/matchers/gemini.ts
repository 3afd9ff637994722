import { family } from "../../src/vocabulary/family.ts";
import type { Matcher } from "../../src/contract.ts";

/** Two node processes, bootstrap and relaunched worker; qwen-code is a fork with the same shape. */
const gemini: Matcher = family({
  name: "gemini",
  summary: "Gemini CLI and qwen-code: bootstrap and relaunched worker",
  hints: ["gemini", "qwen", "node", "MainThread", "node-MainThread"],
  words: ["gemini", "qwen"],
  signs: [
    {
      script: /^(gemini|qwen)$/,
      of: ["node", "bun"],
      at: /[\\/]\.?bin[\\/](gemini|qwen)$/,
      because: "runs the gemini (or qwen) script",
    },
    {
      script: /^(index|cli|gemini)\.m?js$/,
      of: ["node", "bun"],
      at: /@(google[\\/]gemini-cli|qwen-code[\\/]qwen-code)[\\/]/,
      because: "runs a script of Gemini CLI's package",
    },
  ],
  packages: /^(?:@google\/gemini-cli|@qwen-code\/qwen-code)$/,
  valued: ["-m", "--model", "--include-directories", "--approval-mode", "--session-summary"],
  roles: [
    { role: "daemon", words: ["serve"] },
    { role: "agent", options: ["--acp", "--experimental-acp"], lifeline: "stdio" },
    { role: "one-shot", options: ["-p", "--prompt"] },
  ],
  otherwise: "agent",
});

export default gemini;
