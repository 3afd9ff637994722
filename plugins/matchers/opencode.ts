import { family } from "../../src/vocabulary/family.ts";
import type { Matcher } from "../../src/contract.ts";

const opencode: Matcher = family({
  name: "opencode",
  summary: "opencode: terminal, run, serve, and its npm launcher",
  hints: ["opencode", ".opencode", "opencode-cli", "node", "MainThread", "node-MainThread"],
  words: ["opencode"],
  signs: [
    { program: /^\.?opencode$/, because: "executable is opencode" },
    // As its desktop application brings it along.
    { program: "opencode-cli", because: "executable is opencode's own server" },
    { script: "opencode", of: ["node", "bun"], at: /[\\/]\.?bin[\\/]opencode$/, because: "runs the opencode launcher" },
  ],
  packages: /^opencode-ai$/,
  valued: ["-m", "--model", "--agent", "-s", "--session", "--port", "--hostname", "--log-level"],
  chores: ["upgrade", "uninstall"],
  roles: [
    { role: "daemon", words: ["serve"] },
    { role: "daemon", words: ["web"] },
    { role: "agent", words: ["acp"], lifeline: "stdio" },
    { role: "one-shot", words: ["run"] },
  ],
  otherwise: "agent",
});

export default opencode;
