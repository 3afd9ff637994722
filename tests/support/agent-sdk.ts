/**
 * The Claude Agent SDK as npm has it, without the agent's own program (200 MB): one file and its types. It is under
 * Anthropic's terms, so nothing of it is kept here; it is fetched for a test and thrown away.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { fetchPackage } from "./npm-package.ts";

/** Unpacks it into a directory; `sdk.mjs` and `sdk.d.ts` lie there. */
export function fetchAgentSdk(directory: string): void {
  const sdk = {
    name: "@anthropic-ai/claude-agent-sdk@0.3.329",
    sha512: "aKVIgPBmgNHBoNXUFG5eVJXudDd+amObxT6QH9b6R2yGKf4eisPZ3Ij5RSpkFHDvJvaZy8m1AJeEkbKSusTU/Q==",
  };
  fetchPackage(sdk, ["sdk.mjs", "sdk.d.ts", "package.json"], directory);
}

/** Stands in for Claude Code behind the SDK: answers its questions, and a prompt with `pong`. */
const CLAUDE = `
import { createInterface } from "node:readline";
const say = (message) => process.stdout.write(JSON.stringify(message) + "\\n");
const lists = { commands: [], models: [], account: {}, output_style: "default", available_output_styles: [] };
const result = {
  type: "result", subtype: "success", is_error: false, duration_ms: 1, duration_api_ms: 1, num_turns: 1,
  result: "pong", session_id: "x", total_cost_usd: 0, usage: {}, permission_denials: [], uuid: "u",
};
for await (const line of createInterface({ input: process.stdin })) {
  const { type, request_id } = JSON.parse(line);
  if (type === "control_request") {
    say({ type: "control_response", response: { subtype: "success", request_id, response: lists } });
  }
  if (type === "user") say(result);
}
`;

/** Writes the stand-in; the SDK runs a file of this name by Node. */
export function writeStandIn(path: string): void {
  writeFileSync(path, CLAUDE);
}
