/**
 * `run`: starts a command so that nothing of it outlives it, and is in its place as if it were not there.
 *
 * @module
 */
import { commandKeeper } from "../command-keeper.ts";
import type { CommandKeeper, RunEnd } from "../contract.ts";
import { ourselves } from "../ourselves.ts";
import { SESSION_VARIABLE } from "../vocabulary/run-tag.ts";

/** What `run` takes beside the command. */
export interface RunOptions {
  readonly session?: string;
  readonly slot?: boolean;
  readonly timeout?: number;
  readonly grace?: number;
  readonly detachOk?: boolean;
  readonly backend?: string;
}

const GRACE_MS = 5_000;

/** What a shell and a table take as one word. */
const NAME = /^[\w.:@/+-]{1,200}$/;

/** Runs `run`. It ends this program as the command ended. */
export async function run(words: readonly string[], options: RunOptions): Promise<never> {
  const { session, timeout, grace = GRACE_MS, detachOk = false } = options;
  if (session !== undefined && !NAME.test(session)) {
    const { wrongSession } = await import("./run/said.ts");
    throw wrongSession(session);
  }
  const keeper = await commandKeeper(options.backend);
  let record: import("./run/record.ts").RunRecord | undefined;
  const end = await keeper.run({
    words,
    ...(options.slot === true ? { through: slotRunner() } : {}),
    graceMs: grace,
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    detachOk,
    variables: session === undefined ? {} : { [SESSION_VARIABLE]: session },
    async started(run) {
      // Loaded now that nobody waits for it.
      const { RunRecord } = await import("./run/record.ts");
      record = new RunRecord(session);
      await record.started(run);
    },
  });
  if (record === undefined && end.detached.length > 0) {
    record = new (await import("./run/record.ts")).RunRecord(session);
  }
  await record?.ended(end);
  const isExpected = session !== undefined || end.detached.length > 0;
  const troubles = isExpected && record?.trouble !== undefined
    ? [...end.troubles, `it could not be kept on record: ${record.trouble}`]
    : end.troubles;
  if (troubles.length > 0) await (await import("./run/said.ts")).sayTroubles(troubles);
  return await endAs(end, words[0] as string, keeper);
}

/** A slot is had by a command: by one of ours, which runs the person's. */
function slotRunner(): readonly string[] {
  return [...ourselves(), "slots", "run", "--"];
}

async function endAs({ end }: RunEnd, name: string, { exit, dieBy }: CommandKeeper): Promise<never> {
  if (end.did === "exit") return exit(end.code);
  if (end.did === "die") return dieBy(end.signal);
  const { sayEnd } = await import("./run/said.ts");
  return exit(await sayEnd(end, name));
}
