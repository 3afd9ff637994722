import { family } from "../../src/vocabulary/family.ts";
import type { Matcher } from "../../src/contract.ts";

/** Two node processes, bootstrap and relaunched worker; qwen-code and iFlow CLI are forks with the same shape. */
const gemini: Matcher = family({
  name: "gemini",
  summary: "Gemini CLI, qwen-code and iFlow CLI: bootstrap and relaunched worker",
  hints: ["gemini", "qwen", "iflow", "node", "MainThread", "node-MainThread"],
  words: ["gemini", "qwen", "iflow"],
  signs: [
    {
      script: /^(gemini|qwen|iflow)$/,
      of: ["node", "bun"],
      at: /[\\/]\.?bin[\\/](gemini|qwen|iflow)$/,
      because: "runs the script of Gemini CLI or of a fork",
    },
    {
      script: /^(index|cli|gemini)\.m?js$/,
      of: ["node", "bun"],
      at: /@(google[\\/]gemini-cli|qwen-code[\\/]qwen-code|iflow-ai[\\/]iflow-cli)[\\/]/,
      because: "runs a script of Gemini CLI's package",
    },
  ],
  packages: /^(?:@google\/gemini-cli|@qwen-code\/qwen-code|@iflow-ai\/iflow-cli)$/,
  valued: ["-m", "--model", "--include-directories", "--approval-mode", "--session-summary"],
  roles: [
    { role: "daemon", words: ["serve"] },
    // Answers in a messenger.
    { role: "daemon", words: ["channel"], lifeline: "network" },
    { role: "agent", options: ["--acp", "--experimental-acp"], lifeline: "stdio" },
    // Qwen Code's, for programs that drive it.
    { role: "agent", options: ["--input-format stream-json"], lifeline: "stdio" },
    { role: "one-shot", options: ["-p", "--prompt"] },
    // Qwen Code's, asked by whoever writes into that file.
    { role: "agent", options: ["--input-file"], lifeline: "network" },
  ],
  otherwise: "agent",
});

export default gemini;
