/**
 * `session end`: asks its processes to end, waits, ends the rest by force, makes sure, and takes them
 * off the record.
 *
 * @module
 */
import { shapePlan, shapeResult } from "../../../plugins/reporters/_shape.ts";
import { act } from "../../act.ts";
import { monotonicClock } from "../../clock.ts";
import { Complaint, EXIT, type ExitCode } from "../../complaint.ts";
import type { Outcome, Result } from "../../contract.ts";
import { planned } from "../../execute.ts";
import { openJournal } from "../../journal/open.ts";
import { look } from "../../look.ts";
import { judgeEnding, pluginsForEnding } from "../../registry/ending.ts";
import { openRegistryStore } from "../../registry/open.ts";
import { Registry } from "../../registry/registry.ts";
import { sessionsOf } from "../../registry/sessions.ts";
import { type Report, SCHEMA_VERSION } from "../../report.ts";
import { Table } from "../../table.ts";
import { interruption, print, Progress } from "../../terminal.ts";
import { safeJson, visible } from "../../text.ts";
import { version } from "../../version.ts";
import { warningsOf } from "../../warnings.ts";
import { quote, stage } from "../options.ts";
import { type OutputOptions, render } from "../output.ts";

/** What `session end` takes. */
export interface EndOptions extends Pick<OutputOptions, "json" | "color"> {
  readonly backend?: string;
  readonly grace?: number;
  readonly dryRun?: boolean;
  /** Say nothing: an agent's hook would show it to its model. */
  readonly quiet?: boolean;
}

/** Of these something is still there. */
const LEFT: ReadonlySet<Outcome> = new Set(["denied", "survived", "respawned", "failed"]);

/** Runs `session end`. */
export async function end(id: string, options: EndOptions): Promise<ExitCode> {
  const { machine, policy, ...staged } = stage(options);
  const plugins = pluginsForEnding(staged.plugins);
  const { store, close } = await openRegistryStore(machine.viewer);
  try {
    const [registered, sessions] = [await store.entries(), await store.sessions()];
    const pids = registered.filter(({ session }) => session === id).map(({ pid }) => pid);
    const table = new Table(look(machine, staged.plugins, policy, { scope: "all", registered, pids }));
    const view = sessionsOf(sessions, table).find((one) => one.id === id);
    if (view === undefined) {
      throw new Complaint(`${quote(id)}: there is no such session: agent-reaper sessions shows what there is`);
    }
    const judgement = judgeEnding(view, table, plugins, policy);
    const { findings, plan } = judgement;

    let results: readonly Result[];
    let interrupted = false;
    if (options.dryRun === true) results = planned(findings);
    else {
      const signal = interruption();
      const progress = new Progress("ending …");
      const registry = new Registry(store);
      const journal = openJournal(machine, "session end");
      results = await act(findings, judgement, {
        ...{ machine, plugins, policy, clock: monotonicClock, plan, registry, signal, journal },
      });
      await progress.done();
      interrupted = signal.aborted;
    }
    const stays = findings.filter(({ verdict }) => verdict === "spared");
    const isLeft = stays.length > 0 || results.some(({ outcome }) => LEFT.has(outcome));
    if (options.dryRun !== true && !isLeft && !interrupted && view.session !== undefined) {
      await store.endSession(view.session);
    }

    if (options.quiet === true) {
      // The exit code tells.
    } else if (options.json === true) {
      const document = {
        ...{
          schemaVersion: SCHEMA_VERSION,
          version,
          command: "session end",
          dryRun: options.dryRun === true,
          session: id,
        },
        plan: shapePlan({ plan }),
        results: results.map(shapeResult),
        stays: stays.map(({ root, because }) => ({ pid: root.pid, because })),
      };
      await print(`${safeJson(JSON.stringify(document, undefined, 2))}\n`);
    } else {
      const report: Report = {
        ...{ schemaVersion: SCHEMA_VERSION, version, command: "reap", dryRun: options.dryRun === true },
        ...{ capturedAt: table.snapshot.capturedAt, backend: machine.backend, host: table.host, viewer: table.viewer },
        ...{ policy, seen: table.processes.length, findings, leftovers: [], registered: judgement.registered, plan },
        results,
        limits: [],
        warnings: [
          ...stays.map(({ root, because }) => `${root.pid} stays: ${because}`),
          ...warningsOf(judgement, policy),
        ],
      };
      const nothing = `Session ${visible(id)} is over; nothing of it was running.\n`;
      await print(findings.length + plan.unregister.length === 0 ? nothing : render(report, "text", plugins, options));
    }
    if (interrupted) return EXIT.interrupted;
    return isLeft ? EXIT.somethingIsLeft : EXIT.fine;
  } finally {
    close();
    machine.close();
  }
}
