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

/** Executables that are agents whatever their arguments say: by name, and by place where the name is a version. */
const AGENTS = /^(?:claude|codex|opencode|cursor-agent|goose|kiro-cli|gemini|qwen|copilot)$/;
const AGENT_PLACES = /[\\/]claude[\\/]versions[\\/][^\\/]+$/;

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

/** Agents by their executable that no matcher claims: argument drift made a public tool inert for months. */
export function unclaimedAgents({ table, claims }: Judgement): Process[] {
  return table.processes.filter((process) => {
    if (typeof process.exe !== "string" || claims.has(process.pid) || isZombie(process)) return false;
    const command = commandOf(process);
    return command !== undefined && command.interpreter === undefined &&
      (AGENTS.test(command.program) || AGENT_PLACES.test(command.path)) && adopterKind(process, table) === undefined;
  });
}
