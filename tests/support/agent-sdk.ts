/**
 * The Claude Agent SDK as npm has it, without the agent's own program (200 MB): one file and its types. It is under
 * Anthropic's terms, so nothing of it is kept here; it is fetched for a test and thrown away.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PACKAGE = "@anthropic-ai/claude-agent-sdk@0.3.329";
const SHA512 = "aKVIgPBmgNHBoNXUFG5eVJXudDd+amObxT6QH9b6R2yGKf4eisPZ3Ij5RSpkFHDvJvaZy8m1AJeEkbKSusTU/Q==";

/** Unpacks it into a directory; `sdk.mjs` and `sdk.d.ts` lie there. */
export function fetchAgentSdk(directory: string): void {
  mkdirSync(directory, { recursive: true });
  const packed = Bun.spawnSync(["npm", "pack", "--silent", PACKAGE], { cwd: directory, stderr: "pipe" });
  const name = packed.stdout.toString().trim().split("\n").at(-1) ?? "";
  if (packed.exitCode !== 0) throw new Error(`${PACKAGE} could not be fetched: ${packed.stderr.toString()}`);
  const archive = join(directory, name);
  const found = createHash("sha512").update(readFileSync(archive)).digest("base64");
  if (found !== SHA512) throw new Error(`${PACKAGE} is not what it was: sha512 ${found}`);
  const files = ["package/sdk.mjs", "package/sdk.d.ts", "package/package.json"];
  const unpacked = Bun.spawnSync(["tar", "-xzf", archive, "--strip-components=1", ...files], { cwd: directory });
  if (unpacked.exitCode !== 0) throw new Error(`${archive} could not be unpacked: ${unpacked.stderr.toString()}`);
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
