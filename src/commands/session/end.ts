/**
 * `session end`: asks its processes to end, waits, ends the rest by force, makes sure, and takes them
 * off the record.
 *
 * @module
 */
import { shapePlan, shapeResult } from "../../../plugins/reporters/_shape.ts";
import { act } from "../../act.ts";
import { fair, monotonicClock } from "../../clock.ts";
import { Complaint, EXIT, type ExitCode } from "../../complaint.ts";
import type { Judgement } from "../../classify.ts";
import type { Finding, Result } from "../../contract.ts";
import { planned } from "../../execute.ts";
import { openJournal } from "../../journal/open.ts";
import { look } from "../../look.ts";
import { judgeEnding, pluginsForEnding } from "../../registry/ending.ts";
import { openRegistryStore } from "../../registry/open.ts";
import { Registry } from "../../registry/registry.ts";
import { sessionsOf } from "../../registry/sessions.ts";
import { type Report, SCHEMA_VERSION, STILL_THERE } from "../../report.ts";
import { Table } from "../../table.ts";
import { interruption, print, Progress } from "../../terminal.ts";
import { safeJson, visible } from "../../text.ts";
import { version } from "../../version.ts";
import { warningsOf } from "../../warnings.ts";
import { quote, type Stage, stage } from "../options.ts";
import { type OutputOptions, render } from "../output.ts";

/** What `session end` takes. */
export interface EndOptions extends Pick<OutputOptions, "json" | "color"> {
  readonly backend?: string;
  readonly grace?: number;
  readonly dryRun?: boolean;
  /** Say nothing: an agent's hook would show it to its model. */
  readonly quiet?: boolean;
}

/** What came of it. */
interface Ended {
  readonly results: readonly Result[];
  readonly interrupted: boolean;
}

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
    const { findings } = judgement;
    const { results, interrupted } = options.dryRun === true
      ? { results: planned(findings), interrupted: false }
      : await endAll(judgement, { machine, plugins, policy }, new Registry(store));
    const stays = findings.filter(({ verdict }) => verdict === "spared");
    const isLeft = stays.length > 0 || results.some(({ outcome }) => STILL_THERE.has(outcome));
    if (options.dryRun !== true && !isLeft && !interrupted && view.session !== undefined) {
      await store.endSession(view.session);
    }
    // Quiet, the exit code tells.
    if (options.quiet !== true) {
      await (options.json === true
        ? tellPrograms(id, judgement, results, stays, options.dryRun === true)
        : tellPeople(id, judgement, results, stays, { machine, plugins, policy, table }, options));
    }
    if (interrupted) return EXIT.interrupted;
    return isLeft ? EXIT.somethingIsLeft : EXIT.fine;
  } finally {
    close();
    machine.close();
  }
}

async function endAll(judgement: Judgement, how: Omit<Stage, "settings">, registry: Registry): Promise<Ended> {
  const signal = interruption();
  const progress = new Progress("ending …");
  const journal = openJournal(how.machine, "session end");
  const results = await act(judgement.findings, judgement, {
    ...how,
    ...{ clock: fair(monotonicClock), plan: judgement.plan, registry, signal, journal },
  });
  await progress.done();
  return { results, interrupted: signal.aborted };
}

async function tellPrograms(
  session: string,
  { plan }: Judgement,
  results: readonly Result[],
  stays: readonly Finding[],
  dryRun: boolean,
): Promise<void> {
  const document = {
    ...{ schemaVersion: SCHEMA_VERSION, version, command: "session end", dryRun, session },
    plan: shapePlan({ plan }),
    results: results.map(shapeResult),
    stays: stays.map(({ root, because }) => ({ pid: root.pid, because })),
  };
  await print(`${safeJson(JSON.stringify(document, undefined, 2))}\n`);
}

async function tellPeople(
  session: string,
  judgement: Judgement,
  results: readonly Result[],
  stays: readonly Finding[],
  { machine, plugins, policy, table }: Omit<Stage, "settings"> & { readonly table: Table },
  options: EndOptions,
): Promise<void> {
  const { findings, plan, registered } = judgement;
  if (findings.length + plan.unregister.length === 0) {
    return print(`Session ${visible(session)} is over; nothing of it was running.\n`);
  }
  const report: Report = {
    ...{ schemaVersion: SCHEMA_VERSION, version, command: "reap", dryRun: options.dryRun === true },
    ...{ capturedAt: table.snapshot.capturedAt, backend: machine.backend, host: table.host, viewer: table.viewer },
    ...{ policy, seen: table.processes.length, findings, leftovers: [], registered, plan, results, limits: [] },
    warnings: [
      ...stays.map(({ root, because }) => `${root.pid} stays: ${because}`),
      ...warningsOf(judgement, policy),
    ],
  };
  // What stays is shown where nothing was done: there is no `--all` here to ask for it.
  const all = results.every(({ outcome }) => outcome === "planned");
  await print(render(report, "text", plugins, { ...options, all }));
}
