/**
 * What a person should hear beside the findings: a brake that held, a matcher that went blind.
 *
 * @module
 */
import { adopterKind } from "./vocabulary/adopters.ts";
import { isEnding } from "./classify.ts";
import type { Judgement } from "./classify.ts";
import { commandOf } from "./vocabulary/command.ts";
import type { Policy } from "./contract.ts";
import { isZombie } from "./process.ts";
import type { Process } from "./process.ts";

/** Programs of vendors, by name: each name is others' as well. */
const AGENTS = /^(?:\.?claude|codex|opencode|cursor-agent|goose|kiro-cli|copilot)$/;
/** Where nothing else lies: Claude Code's versions, which are called by their number, and what other installers make. */
const AGENT_VERSIONS = /[\\/]claude[\\/]versions[\\/][^\\/]+$/;
const AGENT_PLACES =
  /[\\/](?:\.opencode[\\/]bin|\.claude[\\/]local|cursor-agent[\\/]versions[\\/][^\\/]+|\.copilot|anthropic\.claude-code-[^\\/]+[\\/]resources[\\/]native-binary|claude-code[\\/][^\\/]+[\\/]claude\.app[\\/]Contents[\\/]MacOS)[\\/][^\\/]+$|[\\/]\.local[\\/]bin[\\/]claude(?:\.exe)?$/;
/** Vendors' packages. */
const AGENT_PACKAGES =
  /^node_modules[\\/](?:@anthropic-ai[\\/]claude-code|@openai[\\/]codex|@google[\\/]gemini-cli|@qwen-code[\\/]qwen-code|@github[\\/]copilot|opencode-ai)[\\/]/;

/** The warnings that a judgement gives rise to. */
export function warningsOf(judgement: Judgement, policy: Policy): string[] {
  const warnings: string[] = [];
  const ending = judgement.findings.filter((finding) => isEnding(finding, policy)).length;
  if (policy.limit !== undefined && ending > policy.limit) {
    warnings.push(`${ending} trees would be ended, more than --limit ${policy.limit}: nothing is touched`);
  }
  const blind = unclaimedAgents(judgement);
  if (blind.length > 0) {
    const pids = blind.slice(0, 5).map((process) => process.pid).join(", ");
    warnings.push(
      `${blind.length} processes run an agent's executable and no matcher claims them (pid ${pids}): a matcher may be out of date`,
    );
  }
  return warnings;
}

/**
 * Agents, by where their program or script lies, that no matcher claims: argument drift made a public tool inert for
 * months. A name alone is no sign: desktop applications and others' tools are called claude, codex and goose, too.
 */
export function unclaimedAgents({ table, claims }: Judgement): Process[] {
  return table.processes.filter((process) => {
    if (typeof process.exe !== "string" || claims.has(process.pid) || isZombie(process)) return false;
    const command = commandOf(process);
    if (command === undefined) return false;
    const { interpreter, program, path, script = "" } = command;
    const isAgent = interpreter === undefined
      ? AGENT_VERSIONS.test(path) || (AGENTS.test(program) && (AGENT_PLACES.test(path) || isInPackage(path)))
      : (interpreter === "node" || interpreter === "bun") && isInPackage(script);
    return isAgent && adopterKind(process, table) === undefined;
  });
}

/** What a package depends upon lies in one further down. */
function isInPackage(path: string): boolean {
  const at = path.lastIndexOf("node_modules");
  return at >= 0 && AGENT_PACKAGES.test(path.slice(at));
}
