/**
 * All plugins, by kind, sorted by name.
 *
 * Written by `deno task generate`. Do not edit: add a plugin's file and run it again.
 *
 * @module
 */
import type { Action, Backend, LeftoverMatcher, Reporter } from "../src/contract.ts";
import procFilesBackend from "./backends/proc-files/index.ts";
import procfsBackend from "./backends/procfs/index.ts";
import psBackend from "./backends/ps/index.ts";
import replayBackend from "./backends/replay/index.ts";
import toolhelpBackend from "./backends/toolhelp/index.ts";
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
import releaseSlotAction from "./actions/release-slot.ts";
import removeLeftoverAction from "./actions/remove-leftover.ts";
import reportOnlyAction from "./actions/report-only.ts";
import terminateAction from "./actions/terminate.ts";
import unregisterAction from "./actions/unregister.ts";
import jsonReporter from "./reporters/json.ts";
import ndjsonReporter from "./reporters/ndjson.ts";
import textReporter from "./reporters/text/index.ts";

/** The plugins in plugins/backends. */
export const backends: readonly Backend[] = [
  procFilesBackend,
  procfsBackend,
  psBackend,
  replayBackend,
  toolhelpBackend,
];

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

/** The plugins in plugins/actions. */
export const actions: readonly Action[] = [
  releaseSlotAction,
  removeLeftoverAction,
  reportOnlyAction,
  terminateAction,
  unregisterAction,
];

/** The plugins in plugins/reporters. */
export const reporters: readonly Reporter[] = [
  jsonReporter,
  ndjsonReporter,
  textReporter,
];

export * from "./judges.ts";
