/**
 * `session start`: a name for what belongs together, and who answers for it.
 *
 * @module
 */
import { randomUUID } from "node:crypto";
import { Complaint, EXIT, type ExitCode } from "../../complaint.ts";
import type { Machine, Process } from "../../contract.ts";
import { openRegistryStore } from "../../registry/open.ts";
import { numberingOf, originatorOf } from "../../registry/record.ts";
import { sessionStanding } from "../../registry/standing.ts";
import { Table } from "../../table.ts";
import { print } from "../../terminal.ts";
import { quote, stage } from "../options.ts";

/** What `session start` takes. */
export interface StartOptions {
  readonly id?: string;
  readonly forPid?: number;
  readonly tool?: string;
  readonly kind: string;
}

/** What a shell and a table take as one word. */
const NAME = /^[\w.:@/+-]{1,200}$/;

/** Runs `session start`. */
export async function start({ id = randomUUID(), forPid, tool, kind }: StartOptions): Promise<ExitCode> {
  for (const [option, value] of [["--id", id], ["--kind", kind], ["--tool", tool ?? "x"]] as const) {
    if (!NAME.test(value)) {
      throw new Complaint(`${option} ${quote(value)}: write letters, digits and . _ : @ / + -, for example pr-42`);
    }
  }
  const { machine } = stage({});
  try {
    const originator = originatorOf(machine, forPid ?? whoRunsUs(machine), tool);
    const { store, close } = await openRegistryStore(machine.viewer);
    try {
      const before = (await store.sessions()).find((session) => session.id === id);
      if (before !== undefined && sessionStanding(before, tableOf(machine)).state === "active") {
        throw new Complaint(
          `--id ${quote(id)}: this session is active: end it (agent-reaper session end ${id}), or take another name`,
        );
      }
      await store.startSession({ ...numberingOf(machine), id, kind, originator, startedAt: Date.now() });
    } finally {
      close();
    }
    await print(`${id}\n`);
    return EXIT.fine;
  } finally {
    machine.close();
  }
}

/** A table for a question about two processes. */
export function tableOf(machine: Machine): Table {
  return new Table({
    format: "agent-reaper/snapshot@1",
    capturedAt: new Date().toISOString(),
    host: machine.host,
    viewer: machine.viewer,
    processes: machine.list("all"),
    ...(machine.complete?.() === false ? { partial: true } : {}),
  });
}

/**
 * Our parent. A shell that forked itself for `$(…)`, or that was started for this one command (`sh -c` in
 * another program), is gone with us, and what it answered for would be orphaned at once: it is passed over.
 */
function whoRunsUs(machine: Machine): number {
  const table = tableOf(machine);
  const self = table.get(machine.viewer.pid);
  const chain: Process[] = self === undefined ? [] : table.ancestors(self);
  machine.read(chain, new Set(["command", "executable"]), new Set());
  const at = chain.findIndex((process, at) => !isCopy(process, chain[at + 1]) && !isForUsAlone(process));
  const found = chain[at];
  if (found === undefined || found.pid <= 1) {
    throw new Complaint("session start: who runs this cannot be told: name the program with --for-pid PID");
  }
  return found.pid;
}

function isCopy(process: Process, parent: Process | undefined): boolean {
  return typeof process.exe === "string" && process.exe === parent?.exe && process.argv !== undefined &&
    JSON.stringify(process.argv) === JSON.stringify(parent.argv);
}

function isForUsAlone({ argv }: Process): boolean {
  const [, flags, command] = argv ?? [];
  return /^-[a-z]*c$/.test(flags ?? "") && /^[^;&|\n]*\bsession start\b[^;&|\n]*$/.test(command ?? "");
}
