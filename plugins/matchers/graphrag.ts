import { family } from "../../src/vocabulary/family.ts";
import type { Matcher } from "../../src/contract.ts";

/** No agent, but what starts `claude -p` and `codex exec` one after the other, and goes on with nobody there. */
const graphrag: Matcher = family({
  name: "graphrag",
  summary: "sqlite-graphrag, which runs Claude Code and Codex to read texts into its database",
  hints: ["sqlite-graphrag"],
  words: ["sqlite-graphrag"],
  signs: [{ program: "sqlite-graphrag", because: "executable is sqlite-graphrag" }],
  valued: ["--max-concurrency", "--wait-lock", "--lang", "--tz"],
  // All others ask the one that keeps the model in memory.
  roles: [{ role: "daemon", words: ["daemon"] }],
  otherwise: "one-shot",
});

export default graphrag;
