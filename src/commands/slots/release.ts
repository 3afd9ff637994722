/**
 * `slots release` and `slots cleanup`: gives back what nobody uses. A slot whose command still runs is
 * never given to somebody else: that would be one more at once than anybody allowed.
 *
 * @module
 */
import { Complaint, EXIT } from "../../complaint.ts";
import type { SlotHolder, StaleSlot } from "../../slots/store.ts";
import { ask, canAsk, print, printError } from "../../terminal.ts";
import { safeJson, visible } from "../../text.ts";
import { version } from "../../version.ts";
import { openSlots, type WhichSlots } from "./ground.ts";
import { ANSWER_MS } from "./kept.ts";
import { flatStale } from "./status.ts";

/** What both take. */
export interface ReleaseOptions extends WhichSlots {
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Runs `slots release`. */
export async function release(options: ReleaseOptions & { readonly slotId: number }): Promise<number> {
  const { slotId } = options;
  if (!(await confirmed("slots release", `Release slot ${slotId}?`, options))) return EXIT.fine;
  const { store, machine } = openSlots(options);
  const answer = await store.askToRelease(slotId, ANSWER_MS);
  machine.close();
  if (options.json === true) {
    const told = { schemaVersion: 1, version, command: "slots release", slot: slotId, ...answer };
    await print(`${safeJson(JSON.stringify(told, undefined, 2))}\n`);
  } else if (answer.outcome === "held") {
    await printError(`agent-reaper: slot ${slotId} is held by ${whose(answer.by)}: ${remedy(answer.by)}\n`);
  } else if (answer.outcome === "no answer") {
    await printError(`agent-reaper: slot ${slotId}: its keeper did not let go within 5 s: end what it is kept for\n`);
  } else {
    await print(`slot ${slotId}: ${SAID[answer.outcome]}\n`);
  }
  return answer.outcome === "held" || answer.outcome === "no answer" ? EXIT.somethingIsLeft : EXIT.fine;
}

const SAID = {
  "free already": "was free already",
  "no such slot": "was never taken",
  "was stale": "released, its holder was gone",
  released: "released by its keeper",
} as const;

function whose(by: SlotHolder | undefined): string {
  if (by === undefined) return "a process that does not say who it is";
  const where = by.host === undefined ? "" : ` of ${visible(by.host)}`;
  return `pid ${by.pid}${where}${by.command === undefined ? "" : ` (${visible(by.command)})`}`;
}

/** A keeper lets go when it is asked on its own machine: who goes on without the slot is seen there. */
function remedy(by: SlotHolder | undefined): string {
  if (by?.keeper === undefined) return "end that, and the slot is free";
  return "release it there, or end that, and the slot is free";
}

/** What `slots cleanup` takes. */
export interface CleanupOptions extends ReleaseOptions {
  readonly dryRun?: boolean;
}

/** Runs `slots cleanup`. */
export async function cleanup(options: CleanupOptions): Promise<number> {
  const { store, machine } = openSlots(options);
  const { stale, deadWaiters } = await store.look();
  const dryRun = options.dryRun === true;
  const acts = !dryRun && (stale.length === 0 || await confirmed("slots cleanup", `Release ${count(stale)}?`, options));
  const released = acts ? await store.releaseStale() : { slots: [], deadWaiters: 0 };
  machine.close();
  if (!acts && !dryRun) return EXIT.fine;
  const shown = dryRun ? { slots: stale, deadWaiters } : released;
  if (options.json === true) {
    const json = {
      schemaVersion: 1,
      version,
      command: "slots cleanup",
      dryRun,
      stale: stale.map(flatStale),
      released: released.slots.map(flatStale),
      deadWaiters: shown.deadWaiters,
    };
    await print(`${safeJson(JSON.stringify(json, undefined, 2))}\n`);
    return EXIT.fine;
  }
  const lines = shown.slots.map(({ slot, because }) =>
    `slot ${slot}: ${dryRun ? "would be released" : "released"}, ${visible(because)}\n`
  );
  if (lines.length === 0) lines.push("No stale slots.\n");
  if (shown.deadWaiters > 0) {
    const places = shown.deadWaiters === 1 ? "1 place of a waiter" : `${shown.deadWaiters} places of waiters`;
    lines.push(
      `queue: ${places} that ended ${dryRun ? "would be" : shown.deadWaiters === 1 ? "was" : "were"} removed\n`,
    );
  }
  await print(lines.join(""));
  return EXIT.fine;
}

function count(stale: readonly StaleSlot[]): string {
  return stale.length === 1 ? "1 stale slot" : `${stale.length} stale slots`;
}

async function confirmed(command: string, question: string, { yes }: ReleaseOptions): Promise<boolean> {
  if (yes === true) return true;
  if (!canAsk()) throw new Complaint(`${command}: there is no terminal to ask on: add --yes`);
  if (await ask(question)) return true;
  await printError("Nothing was touched.\n");
  return false;
}
