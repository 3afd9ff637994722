/**
 * Waits for one process of the host's, and ends it by force when it does not end by itself.
 *
 * @module
 */
import { errorText } from "../errors.ts";
import { endByForce } from "./force.ts";
import type { Host } from "./host.ts";
import type { Exit } from "./options.ts";
import type { Registrations } from "./registrations.ts";
import type { Entry } from "../registry/entry.ts";
import type { HostRules } from "./spared.ts";
import { isStill, type Watched } from "./tracked.ts";

/** How long the news of its end may take to reach us. */
const NEWS_MS = 200;
/** How often is looked whether one has ended that is no child of ours. */
const LOOK_MS = 50;
/** Who became another program between a look and the hold is looked at again; so often, nobody does it by chance. */
const TRIES = 3;

/** `patience`: waits as long as it has to end by itself, or is called off. */
export async function ensureExit(
  pid: number,
  host: Host,
  registrations: Registrations,
  patience: (off: AbortSignal) => Promise<void>,
): Promise<Exit> {
  const watched = registrations.get(pid);
  if (watched === undefined) return { pid, outcome: "gone", because: "it has ended, or was never registered here" };
  const waited = new AbortController();
  const late = patience(waited.signal).then(() => "late" as const);
  const answer = await Promise.race([watched.ended, seenToEnd(watched, host, waited.signal), late]);
  waited.abort();
  await watched.recorded.catch(() => {});
  if (answer === "ended" || watched.entry === undefined) {
    await registrations.leave(watched);
    return answer === "ended"
      ? { pid, outcome: "gone", because: "it ended by itself" }
      : { pid, outcome: "denied", because: "it could not be put on record, so nothing names it" };
  }
  const { entry } = watched;
  let exit = await endNow(entry, host);
  for (let tries = 1; exit.outcome === "replaced" && tries < TRIES; tries++) exit = await endNow(entry, host);
  if (exit.outcome !== "killed" && exit.outcome !== "gone") return exit;
  await Promise.race([watched.ended, host.clock.sleep(NEWS_MS)]);
  await registrations.leave(watched);
  return exit;
}

async function endNow(entry: Entry, host: Host): Promise<Exit> {
  return await host.withMachine(async (machine) => {
    let rules: HostRules;
    try {
      rules = await host.rules(machine);
    } catch (error) {
      // Whoever waits for an end need not know of configurations.
      return { pid: entry.pid, outcome: "denied", because: errorText(error) };
    }
    return await endByForce(entry, { machine, ...rules, clock: host.clock, registry: await host.registry() });
  });
}

/** For one that is no child of ours, nobody tells of its end: it is looked for. */
async function seenToEnd(watched: Watched, host: Host, stop: AbortSignal): Promise<"ended"> {
  if (watched.isChild) return await new Promise(() => {});
  await watched.recorded.catch(() => {});
  for (;;) {
    const isThere = await host.withMachine((machine) => isStill(watched, machine));
    if (!isThere) return "ended";
    await host.clock.sleep(LOOK_MS);
    if (stop.aborted) return await new Promise(() => {});
  }
}
