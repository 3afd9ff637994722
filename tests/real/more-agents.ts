/**
 * More real agents from npm, as `agents.ts` does it: those that start themselves once more, that are a script above a
 * native part, that set a title, that were started by `npx` under their own names. Not part of the gate: it downloads 1 GB.
 * Run it with `deno task real-more`; it needs `dist/agent-reaper`, tini and python3; no keys, for none of these asks a model
 * for anything.
 *
 * @module
 */
import { join } from "node:path";
import { showEnded, type Started } from "./support/lost-and-kept.ts";
import { insideWith } from "./support/place.ts";

const PACKAGES = [
  "@google/gemini-cli",
  "@qwen-code/qwen-code",
  "opencode-ai",
  "@github/copilot",
  "@zed-industries/codex-acp",
  "@zed-industries/claude-code-acp",
  "chrome-devtools-mcp",
  "@earendil-works/pi-coding-agent",
  "@qoder-ai/qodercli",
  "@azure/mcp",
];

async function inside(prefix: string): Promise<void> {
  const bin = join(prefix, "node_modules/.bin");
  const npx = (...words: string[]) => ["npx", "--prefix", prefix, ...words];
  const all: Record<string, Started> = {
    "gemini --acp": { command: [`${bin}/gemini`, "--acp"], processes: 2 },
    "npx gemini --acp": { command: npx("gemini", "--acp"), processes: 4 },
    "qwen --acp": { command: [`${bin}/qwen`, "--acp"], processes: 2 },
    "opencode acp": { command: [`${bin}/opencode`, "acp"] },
    "npx opencode acp": { command: npx("opencode", "acp"), processes: 3 },
    "copilot --acp": { command: [`${bin}/copilot`, "--acp"], processes: 2 },
    "copilot --server --stdio": { command: [`${bin}/copilot`, "--server", "--stdio"], processes: 2 },
    "codex-acp": { command: [`${bin}/codex-acp`], processes: 2 },
    "npx codex-acp": { command: npx("codex-acp"), processes: 4 },
    "claude-code-acp": { command: [`${bin}/claude-code-acp`] },
    "chrome-devtools-mcp": { command: [`${bin}/chrome-devtools-mcp`] },
    "pi --mode rpc": { command: [`${bin}/pi`, "--mode", "rpc"] },
    "qodercli --acp": { command: [`${bin}/qodercli`, "--acp"] },
    "azmcp server start": { command: [`${bin}/azmcp`, "server", "start"], processes: 2 },
    "npx azmcp server start": { command: npx("azmcp", "server", "start"), processes: 4 },
  };
  await showEnded(prefix, all);
}

if (process.argv[2] === "inside") await inside(process.argv[3] as string);
else insideWith(PACKAGES, import.meta.path, { net: true });
