/**
 * `explain`: why one process is judged as it is. Every gate, passed or not, and the facts they read.
 *
 * @module
 */
import { Complaint, EXIT, type ExitCode } from "../complaint.ts";
import type { Detail, Draft } from "../contract.ts";
import { look } from "../look.ts";
import { explain as explainPid } from "../explain.ts";
import { asTyped } from "../quote.ts";
import { clean } from "../redact/report.ts";
import { openRegistry } from "../registry/open.ts";
import { columns, isColoured, print, printError } from "../terminal.ts";
import { safeJson, visible } from "../text.ts";
import { explainJson } from "./explain/json.ts";
import { explainText } from "./explain/text.ts";
import { type LookOptions, type PolicyOptions, stage } from "./options.ts";
import type { OutputOptions } from "./output.ts";

/** What `explain` takes. */
export interface ExplainOptions extends LookOptions, PolicyOptions, Pick<OutputOptions, "json" | "color"> {}

/** Who a process is. */
const SHOWN: ReadonlySet<Detail> = new Set(["owner", "command", "executable"]);
const NO_VARIABLES: ReadonlySet<string> = new Set();

/** Runs `explain`. */
export async function explain(pid: number, options: ExplainOptions): Promise<ExitCode> {
  const { machine, plugins, policy } = stage(options);
  const record = machine.live ? await openRegistry(machine.viewer) : undefined;
  try {
    const registered = await record?.registry.entries();
    // Everything is judged under the ordinary policy; only the reading is widened to this pid's tree.
    const snapshot = look(machine, plugins, policy, { scope: "all", pids: [pid], registered });
    for (const warning of record?.registry.warnings ?? []) await printError(`agent-reaper: ${warning}\n`);
    const found = explainPid(snapshot, pid, plugins, policy);
    if (found === undefined) {
      const { from } = options;
      if (machine.live && machine.complete?.() === false && machine.exists?.(pid) !== false) {
        throw new Complaint(
          `${pid}: it may be there, and cannot be looked at: agent-reaper doctor shows what cannot be seen, and why`,
          EXIT.cannotWorkHere,
        );
      }
      throw new Complaint(
        from === undefined
          ? `${pid}: no such process: agent-reaper scan --all shows those of agents, agent-reaper history ${pid} what was done to it`
          : `${pid}: no such process in this snapshot: agent-reaper scan --all --from ${
            asTyped(visible(from))
          } shows those of agents`,
      );
    }
    // Of whom no matcher knows the name nothing was read; a person who asks wants to see who it is.
    if (machine.live && found.finding === undefined) machine.read(found.chain as Draft[], SHOWN, NO_VARIABLES);
    const explanation = clean(found) as typeof found;
    const context = { explanation, snapshot, machine, plugins, policy };
    if (options.json === true) {
      await print(`${safeJson(JSON.stringify(explainJson(context), undefined, 2))}\n`);
    } else {
      const format = { columns: columns(process.env), colour: isColoured(options.color, process.env), all: true };
      await print(explainText(context, format));
    }
    return EXIT.fine;
  } finally {
    record?.close();
    machine.close();
  }
}
