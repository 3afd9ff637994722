/**
 * Inside: what happens between the look and the hold, and holds of other kinds.
 *
 * @module
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { hold } from "../../../plugins/backends/procfs/hold.ts";
import procfs from "../../../plugins/backends/procfs/index.ts";
import terminate from "../../../plugins/actions/terminate.ts";
import type { Draft, Machine } from "../../../src/contract.ts";
import { execute } from "../../../src/execute.ts";
import type { Result } from "../../../src/report.ts";
import { ManualClock } from "../clock.ts";
import { orphan } from "../fake-machine.ts";
import { appears, Field, goesOn, isAlive, plainOrphan, stateOf } from "../orphans.ts";

/** What became of one process. */
export interface Told {
  readonly result: Result | undefined;
  readonly alive: boolean;
  readonly state: string | undefined;
  /** Signals it handled, by number. */
  readonly handled: string[];
}

const GRACE_MS = 10_000;
const DETAILS = new Set(["owner", "executable", "command"] as const);

export default async function run(
  kind: "exec" | "exec while noted" | "denied" | "by start" | "interrupted",
): Promise<Told> {
  const field = new Field();
  const onTerm = kind === "interrupted" ? "ignores" : "ends";
  const env: Record<string, string> = kind === "denied"
    ? { TEST_USER: "65534" }
    : { TEST_EXEC: field.programAt("bin/innocent") };
  const { pids: [pid] } = await plainOrphan(field, { onTerm, env });
  if (pid === undefined) throw new Error("no orphan");
  let machine: Machine = procfs.open({});
  const targets = machine.list("all").filter((draft) => draft.pid === pid);
  machine.read(targets, DETAILS, new Set());

  const execd = join(field.readyDirectory, "execd");
  if (kind === "exec") {
    process.kill(pid, "SIGUSR1");
    await appears(execd);
  }
  const intend = () => {
    if (kind !== "exec while noted") return;
    process.kill(pid, "SIGUSR1");
    while (!existsSync(execd)) Bun.sleepSync(2);
  };
  if (kind === "by start") machine = byStart(machine);
  const abort = new AbortController();
  const results = await execute([orphan(targets)], machine, {
    action: terminate,
    policy: { graceMs: GRACE_MS },
    clock: new ManualClock(async (now) => {
      await Bun.sleep(now > GRACE_MS ? 50 : 1);
      // Time enough for whoever was asked, however long it has to wait for a processor.
      while (kind === "by start" && isAlive(pid)) await Bun.sleep(2);
      if (kind !== "interrupted") return;
      // Not before its handler told of the TERM.
      await appears(join(field.logDirectory, `${pid}.15`));
      abort.abort();
    }),
    abort: abort.signal,
    journal: { intend, settle: () => {} },
  });
  const alive = goesOn(pid);
  const handled = readdirSync(field.logDirectory).filter((name) => name.startsWith(`${pid}.`));
  return {
    result: results[0],
    alive,
    state: alive ? stateOf(pid) : undefined,
    handled: handled.map((name) => name.slice(name.indexOf(".") + 1)),
  };
}

/** The same machine where the kernel has no pidfds. */
export function byStart(machine: Machine): Machine {
  const again = (pid: number): Draft | undefined => {
    const draft = machine.list("all").find((draft) => draft.pid === pid);
    if (draft !== undefined) machine.read([draft], DETAILS, new Set());
    return draft;
  };
  return { ...machine, hold: (process) => hold(process, again, { pidfds: undefined }) };
}
