/**
 * All plugins, by kind, sorted by name.
 *
 * Written by `deno task generate`. Do not edit: add a plugin's file and run it again.
 *
 * @module
 */
import type { Action, Backend, Guard, LeftoverMatcher, Matcher, Reporter } from "../src/contract.ts";
import procFilesBackend from "./backends/proc-files/index.ts";
import procfsBackend from "./backends/procfs/index.ts";
import psBackend from "./backends/ps/index.ts";
import replayBackend from "./backends/replay/index.ts";
import toolhelpBackend from "./backends/toolhelp/index.ts";
import agentBrowserMatcher from "./matchers/agent-browser.ts";
import agentShellMatcher from "./matchers/agent-shell.ts";
import claudeMatcher from "./matchers/claude.ts";
import claudeExtensionMatcher from "./matchers/claude-extension.ts";
import claudePluginMatcher from "./matchers/claude-plugin.ts";
import codexMatcher from "./matchers/codex.ts";
import conhostMatcher from "./matchers/conhost.ts";
import debrisMatcher from "./matchers/debris.ts";
import furtherAgentsMatcher from "./matchers/further-agents.ts";
import geminiMatcher from "./matchers/gemini.ts";
import graphragMatcher from "./matchers/graphrag.ts";
import mcpServerMatcher from "./matchers/mcp-server.ts";
import npmAgentMatcher from "./matchers/npm-agent.ts";
import opencodeMatcher from "./matchers/opencode.ts";
import otherAgentsMatcher from "./matchers/other-agents.ts";
import runMatcher from "./matchers/run.ts";
import storedAgentsMatcher from "./matchers/stored-agents.ts";
import browserLockLeftoverMatcher from "./leftovers/browser-lock.ts";
import claudeCwdLeftoverMatcher from "./leftovers/claude-cwd.ts";
import claudeIdeLockLeftoverMatcher from "./leftovers/claude-ide-lock.ts";
import codexArg0LeftoverMatcher from "./leftovers/codex-arg0.ts";
import codexBrokerLeftoverMatcher from "./leftovers/codex-broker.ts";
import codexHomeLeftoverMatcher from "./leftovers/codex-home.ts";
import copilotLockLeftoverMatcher from "./leftovers/copilot-lock.ts";
import gitWorktreeLockLeftoverMatcher from "./leftovers/git-worktree-lock.ts";
import graphragSpawnLeftoverMatcher from "./leftovers/graphrag-spawn.ts";
import ownDebrisLeftoverMatcher from "./leftovers/own-debris.ts";
import ciRunnerGuard from "./guards/ci-runner.ts";
import clientsGuard from "./guards/clients.ts";
import containersGuard from "./guards/containers.ts";
import executableGuard from "./guards/executable.ts";
import firstSightGuard from "./guards/first-sight.ts";
import formerExplorerGuard from "./guards/former-explorer.ts";
import identityGuard from "./guards/identity.ts";
import keepMarkerGuard from "./guards/keep-marker.ts";
import livingOwnerGuard from "./guards/living-owner.ts";
import livingPeerGuard from "./guards/living-peer.ts";
import livingSessionGuard from "./guards/living-session.ts";
import livingTerminalGuard from "./guards/living-terminal.ts";
import msysExecGuard from "./guards/msys-exec.ts";
import multiplexerGuard from "./guards/multiplexer.ts";
import nohupGuard from "./guards/nohup.ts";
import otherNamespaceGuard from "./guards/other-namespace.ts";
import otherUserGuard from "./guards/other-user.ts";
import protectRulesGuard from "./guards/protect-rules.ts";
import registeredGuard from "./guards/registered.ts";
import selfGuard from "./guards/self.ts";
import sharedConsoleGuard from "./guards/shared-console.ts";
import supervisedGuard from "./guards/supervised.ts";
import tooYoungGuard from "./guards/too-young.ts";
import vendorRegistryGuard from "./guards/vendor-registry.ts";
import wantedOutputGuard from "./guards/wanted-output.ts";
import windowGuard from "./guards/window.ts";
import zombieGuard from "./guards/zombie.ts";
import releaseSlotAction from "./actions/release-slot.ts";
import removeLeftoverAction from "./actions/remove-leftover.ts";
import reportOnlyAction from "./actions/report-only.ts";
import terminateAction from "./actions/terminate.ts";
import unregisterAction from "./actions/unregister.ts";
import jsonReporter from "./reporters/json.ts";
import ndjsonReporter from "./reporters/ndjson.ts";
import textReporter from "./reporters/text/index.ts";

/** Names of the plugins in plugins/backends. */
export type BackendName =
  | "proc-files"
  | "procfs"
  | "ps"
  | "replay"
  | "toolhelp";

/** The plugins in plugins/backends. */
export const backends: readonly Backend[] = [
  procFilesBackend,
  procfsBackend,
  psBackend,
  replayBackend,
  toolhelpBackend,
];

/** Names of the plugins in plugins/matchers. */
export type MatcherName =
  | "agent-browser"
  | "agent-shell"
  | "claude"
  | "claude-extension"
  | "claude-plugin"
  | "codex"
  | "conhost"
  | "debris"
  | "further-agents"
  | "gemini"
  | "graphrag"
  | "mcp-server"
  | "npm-agent"
  | "opencode"
  | "other-agents"
  | "run"
  | "stored-agents";

/** The plugins in plugins/matchers. */
export const matchers: readonly Matcher[] = [
  agentBrowserMatcher,
  agentShellMatcher,
  claudeMatcher,
  claudeExtensionMatcher,
  claudePluginMatcher,
  codexMatcher,
  conhostMatcher,
  debrisMatcher,
  furtherAgentsMatcher,
  geminiMatcher,
  graphragMatcher,
  mcpServerMatcher,
  npmAgentMatcher,
  opencodeMatcher,
  otherAgentsMatcher,
  runMatcher,
  storedAgentsMatcher,
];

/** Names of the plugins in plugins/leftovers. */
export type LeftoverMatcherName =
  | "browser-lock"
  | "claude-cwd"
  | "claude-ide-lock"
  | "codex-arg0"
  | "codex-broker"
  | "codex-home"
  | "copilot-lock"
  | "git-worktree-lock"
  | "graphrag-spawn"
  | "own-debris";

/** The plugins in plugins/leftovers. */
export const leftoverMatchers: readonly LeftoverMatcher[] = [
  browserLockLeftoverMatcher,
  claudeCwdLeftoverMatcher,
  claudeIdeLockLeftoverMatcher,
  codexArg0LeftoverMatcher,
  codexBrokerLeftoverMatcher,
  codexHomeLeftoverMatcher,
  copilotLockLeftoverMatcher,
  gitWorktreeLockLeftoverMatcher,
  graphragSpawnLeftoverMatcher,
  ownDebrisLeftoverMatcher,
];

/** Names of the plugins in plugins/guards. */
export type GuardName =
  | "ci-runner"
  | "clients"
  | "containers"
  | "executable"
  | "first-sight"
  | "former-explorer"
  | "identity"
  | "keep-marker"
  | "living-owner"
  | "living-peer"
  | "living-session"
  | "living-terminal"
  | "msys-exec"
  | "multiplexer"
  | "nohup"
  | "other-namespace"
  | "other-user"
  | "protect-rules"
  | "registered"
  | "self"
  | "shared-console"
  | "supervised"
  | "too-young"
  | "vendor-registry"
  | "wanted-output"
  | "window"
  | "zombie";

/** The plugins in plugins/guards. */
export const guards: readonly Guard[] = [
  ciRunnerGuard,
  clientsGuard,
  containersGuard,
  executableGuard,
  firstSightGuard,
  formerExplorerGuard,
  identityGuard,
  keepMarkerGuard,
  livingOwnerGuard,
  livingPeerGuard,
  livingSessionGuard,
  livingTerminalGuard,
  msysExecGuard,
  multiplexerGuard,
  nohupGuard,
  otherNamespaceGuard,
  otherUserGuard,
  protectRulesGuard,
  registeredGuard,
  selfGuard,
  sharedConsoleGuard,
  supervisedGuard,
  tooYoungGuard,
  vendorRegistryGuard,
  wantedOutputGuard,
  windowGuard,
  zombieGuard,
];

/** Names of the plugins in plugins/actions. */
export type ActionName =
  | "release-slot"
  | "remove-leftover"
  | "report-only"
  | "terminate"
  | "unregister";

/** The plugins in plugins/actions. */
export const actions: readonly Action[] = [
  releaseSlotAction,
  removeLeftoverAction,
  reportOnlyAction,
  terminateAction,
  unregisterAction,
];

/** Names of the plugins in plugins/reporters. */
export type ReporterName =
  | "json"
  | "ndjson"
  | "text";

/** The plugins in plugins/reporters. */
export const reporters: readonly Reporter[] = [
  jsonReporter,
  ndjsonReporter,
  textReporter,
];
