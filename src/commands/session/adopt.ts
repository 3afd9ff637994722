/**
 * `session adopt` and `session release`: what a host started by itself comes onto the record, or off it.
 *
 * @module
 */
import { Complaint, EXIT, type ExitCode } from "../../complaint.ts";
import { adopterKind } from "../../vocabulary/adopters.ts";
import type { Machine } from "../../contract.ts";
import { openRegistryStore } from "../../registry/open.ts";
import { entryOf, isOthers, numberingOf } from "../../registry/record.ts";
import { sessionStanding } from "../../registry/standing.ts";
import { printError } from "../../terminal.ts";
import { visible } from "../../text.ts";
import { quote, stage } from "../options.ts";
import { tableOf } from "./start.ts";

/** What `session adopt` takes. */
export interface AdoptOptions {
  readonly session: string;
  readonly kind?: string;
  readonly detached?: boolean;
}

/** Runs `session adopt`. */
export async function adopt(pid: number, { session: id, kind, detached }: AdoptOptions): Promise<ExitCode> {
  const { machine } = stage({});
  try {
    const { store, close } = await openRegistryStore(machine.viewer);
    try {
      const session = (await store.sessions()).find((one) => one.id === id);
      if (session === undefined) {
        throw new Complaint(`--session ${quote(id)}: there is no such session: agent-reaper session start begins one`);
      }
      const { state, because } = sessionStanding(session, tableOf(machine));
      if (state !== "active") {
        throw new Complaint(`--session ${quote(id)}: ${because}: agent-reaper session start begins a new one`);
      }
      refuseWhatIsNobodys(pid, machine);
      const entry = entryOf(machine, pid, {
        originator: session.originator,
        session: id,
        ...(kind === undefined ? {} : { kind }),
        containment: detached === true ? "detached" : "contained",
      });
      await store.register(entry);
      await printError(`${pid} (${visible(entry.kind)}) belongs to ${visible(id)} now\n`);
    } finally {
      close();
    }
    return EXIT.fine;
  } finally {
    machine.close();
  }
}

/** Runs `session release`. */
export async function release(pid: number): Promise<ExitCode> {
  const { machine } = stage({});
  try {
    const { store, close } = await openRegistryStore(machine.viewer);
    try {
      const { bootId, pidNamespace } = numberingOf(machine);
      const entries = (await store.entries()).filter((entry) =>
        entry.pid === pid && entry.bootId === bootId && entry.pidNamespace === pidNamespace
      );
      if (entries.length === 0) {
        throw new Complaint(`${pid}: it is not on record: agent-reaper sessions shows what is`);
      }
      for (const entry of entries) await store.unregister(entry);
    } finally {
      close();
    }
    return EXIT.fine;
  } finally {
    machine.close();
  }
}

/** What would be ended with the session must be the person's own, and not what all others live below. */
function refuseWhatIsNobodys(pid: number, machine: Machine): void {
  const table = tableOf(machine);
  const process = table.get(pid);
  if (process !== undefined && (pid <= 1 || adopterKind(process, table) !== undefined)) {
    throw new Complaint(`${pid}: it takes in what others lost, and is never ended: name a process of the session`);
  }
  if (isOthers(machine, pid)) throw new Complaint(`${pid}: it belongs to another user: nothing is registered`);
}
