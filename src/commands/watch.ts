/**
 * `watch`: looks again and again, and ends what nobody is responsible for, at its second sighting.
 *
 * @module
 */
import { EXIT, type ExitCode } from "../complaint.ts";
import type { Config, Rules } from "../config.ts";
import type { Machine } from "../contract.ts";
import { ending } from "../ending.ts";
import { serverUrl } from "../fleet/address.ts";
import { chooseBackend } from "../machine.ts";
import { type Listener, serveMetrics } from "../metrics/serve.ts";
import { builtin } from "../plugins.ts";
import { CONFIRM_MS } from "../sightings.ts";
import { statePath } from "../state.ts";
import { interruption } from "../terminal.ts";
import { lockWatch } from "../watch/lock.ts";
import { entryOf } from "../watch/lines.ts";
import { appendToLog, checkLog } from "../watch/log.ts";
import { watch as loop } from "../watch/watch.ts";
import { configurationOf, openHere, type PolicyOptions, rulesOf } from "./options.ts";
import { RulesOfRounds } from "../watch/rules.ts";
import { Watching, whyPaused } from "../watch/watching.ts";

/** What `watch` takes. */
export interface WatchOptions extends PolicyOptions {
  readonly backend?: string;
  readonly every?: number;
  readonly now?: boolean;
  readonly confirm?: number;
  readonly listen?: string;
  readonly dryRun?: boolean;
  readonly ndjson?: boolean;
  /** A file for what it says, in place of standard output. */
  readonly log?: string;
}

const EVERY_MS = 300_000;
const CONFIRM = 2;
/** Timers and looks are not exact; what was seen a round ago was seen about a round ago. */
const ABOUT = 0.9;

/** Runs `watch`. */
export async function watch(options: WatchOptions): Promise<ExitCode> {
  const { log } = options;
  if (log !== undefined) ending.told = (line) => keepWhy(log, line, options.ndjson === true);
  const machine = openHere(builtin(), options.backend);
  try {
    const backend = chooseBackend(builtin(), options.backend);
    const everyMs = options.every ?? EVERY_MS;
    const rules = new RulesOfRounds({
      read: () => configurationOf(machine),
      rulesOf: (configured) => rulesWithServer(machine, options, configured),
    });
    const confirmMs = confirmAfter(options.confirm ?? CONFIRM, everyMs);
    const state = statePath(process.platform, machine.viewer.home, process.env);
    const signal = interruption();
    if (options.log !== undefined) checkLog(options.log);
    const lock = lockWatch(state, machine.viewer, backend);
    const watching = new Watching({
      machine,
      rules,
      ...(confirmMs === undefined ? {} : { confirmMs }),
      backend,
      state,
      signal,
      ndjson: options.ndjson ?? false,
      dryRun: options.dryRun ?? false,
      ...(options.log === undefined ? {} : { log: options.log }),
    });
    let listener: Listener | undefined;
    try {
      if (options.listen !== undefined) listener = serveMetrics(options.listen, () => watching.metrics);
      await watching.begin(everyMs, options.confirm ?? CONFIRM, listener?.address);
      await loop({
        everyMs,
        atOnce: options.now ?? false,
        signal,
        isPaused: () => whyPaused(state),
        round: () => watching.round(),
        done: (round, tookMs) => watching.done(round, tookMs),
        failed: (error) => watching.failed(error),
        paused: (why) => watching.say(why),
      });
      await watching.say("told to end");
    } finally {
      listener?.close();
      lock?.close();
    }
    return EXIT.fine;
  } finally {
    machine.close();
  }
}

/** Why it fails, for the log: a service's standard error leads nowhere. */
function keepWhy(log: string, line: string, ndjson: boolean): void {
  try {
    const [because = ""] = line.replace(/^agent-reaper: (?:watch: )?/, "").split("\n", 1);
    appendToLog(log, `${entryOf({ at: Date.now(), what: "watch", because }, `watch: ${because}`, ndjson)}\n`);
  } catch {
    // Standard error has it.
  }
}

/** A server that no client takes is told at once, and is no trouble of a round's end. */
function rulesWithServer(machine: Machine, options: WatchOptions, configured: Config): Rules {
  const rules = rulesOf(machine, options, configured);
  serverUrl(rules.settings, process.env);
  return rules;
}

/** How long ago the first sighting must be at the one that is acted upon. */
function confirmAfter(confirm: number, everyMs: number): number | undefined {
  return confirm <= 1 ? undefined : Math.max(CONFIRM_MS, (confirm - 1) * everyMs * ABOUT);
}
