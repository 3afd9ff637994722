/**
 * The plugins that a look is judged with, sorted by name: what takes no more loads no more.
 *
 * Written by `deno task generate`. Do not edit: add a plugin's file and run it again.
 *
 * @module
 */
import type { Guard, Matcher } from "../src/contract.ts";
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
import mcpServerMatcher from "./matchers/mcp-server/index.ts";
import npmAgentMatcher from "./matchers/npm-agent.ts";
import opencodeMatcher from "./matchers/opencode.ts";
import otherAgentsMatcher from "./matchers/other-agents.ts";
import runMatcher from "./matchers/run.ts";
import storedAgentsMatcher from "./matchers/stored-agents.ts";
import ciRunnerGuard from "./guards/ci-runner.ts";
import clientsGuard from "./guards/clients.ts";
import containersGuard from "./guards/containers.ts";
import debuggerGuard from "./guards/debugger.ts";
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

/** The plugins in plugins/guards. */
export const guards: readonly Guard[] = [
  ciRunnerGuard,
  clientsGuard,
  containersGuard,
  debuggerGuard,
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
