/**
 * Real agents from npm, really orphaned: installs them into a temporary prefix, starts the same set
 * twice in a pid namespace of its own, kills one set's parent with -9 and reaps. Not part of the gate:
 * it downloads 700 MB. Run it with `deno task real`; it needs `dist/agent-reaper`, tini and python3.
 *
 * @module
 */
import { join } from "node:path";
import { showEnded } from "./support/lost-and-kept.ts";
import { insideWith } from "./support/place.ts";

const PACKAGES = [
  "@openai/codex",
  "@anthropic-ai/claude-code",
  "@modelcontextprotocol/server-everything",
  "@modelcontextprotocol/server-filesystem",
];
/** The last Codex that was an MCP server itself: `codex mcp-server` is not there any more in those of today. */
const OLDER = { "codex-then": "@openai/codex@0.145.0" };
const ASK = JSON.stringify({
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2024-11-05", capabilities: {}, clientInfo: { name: "t", version: "1" } },
});

async function inside(prefix: string): Promise<void> {
  const bin = join(prefix, "node_modules/.bin");
  const npx = ["--prefix", prefix];
  const commands = {
    "codex app-server": [`${bin}/codex`, "app-server"],
    "codex mcp-server": [join(prefix, "codex-then/node_modules/.bin/codex"), "mcp-server"],
    "claude mcp serve": [`${bin}/claude`, "mcp", "serve"],
    "npm exec mcp-server-everything": ["npm", "exec", ...npx, "mcp-server-everything"],
    "npx mcp-server-filesystem": ["npx", ...npx, "mcp-server-filesystem", join(prefix, "work")],
  };
  const all = Object.entries(commands).map(([name, command]) => [name, { command, ask: ASK }] as const);
  await showEnded(prefix, Object.fromEntries(all));
}

if (process.argv[2] === "inside") await inside(process.argv[3] as string);
else insideWith(PACKAGES, import.meta.path, { net: true, older: OLDER });
