/**
 * `reap`: the plan of `scan`, and then it acts. A person is asked; a script says `--yes`.
 *
 * @module
 */
import { fair, monotonicClock } from "../clock.ts";
import { isEnding } from "../classify.ts";
import { Complaint, EXIT, type ExitCode } from "../complaint.ts";
import type { Policy } from "../contract.ts";
import { isToldOnly, toldOnlyRule } from "../policy.ts";
import { isOverLimit, run, survey } from "../engine.ts";
import { explain } from "../explain.ts";
import { serverUrl } from "../fleet/address.ts";
import type { Told } from "../fleet/tell.ts";
import { limitsHere, sampleAfter } from "../health/measure.ts";
import { openJournal } from "../journal/open.ts";
import type { Entry } from "../registry/entry.ts";
import type { Quarantine } from "../quarantine/keep.ts";
import { openRegistry } from "../registry/open.ts";
import { type Report, STILL_THERE } from "../report.ts";
import { statePath } from "../state.ts";
import { withStaleSlots } from "../slots/report.ts";
import { ask, canAsk, interruption, isOnTerminal, print, printError, Progress, waitingFor } from "../terminal.ts";
import { visible } from "../text.ts";
import { type LookOptions, type PolicyOptions, type Stage, stage } from "./options.ts";
import { type OutputOptions, render, reporterName } from "./output.ts";

/** What `reap` takes. */
export interface ReapOptions extends Pick<LookOptions, "backend">, PolicyOptions, OutputOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly quarantine?: boolean;
}

/** Runs `reap`. */
export async function reap(pids: readonly number[], options: ReapOptions): Promise<ExitCode> {
  const acts = options.dryRun !== true;
  if (acts && options.yes !== true && !canAsk()) {
    throw new Complaint(
      "reap: there is no terminal to ask on: add --yes to end what scan shows, or --dry-run to only see it",
    );
  }
  const staged = stage(options, pids);
  const { machine, plugins, policy, settings } = staged;
  const record = await openRegistry(machine.viewer);
  try {
    // Read now: limits that are none, or a server that no client takes, are no trouble of a run that is over.
    const limits = limitsHere(settings);
    const isShared = acts && serverUrl(settings, process.env) !== undefined;
    const reporter = reporterName(options, plugins);
    const told = pids.length > 0 ? await tellOfPids(staged, await record?.registry.entries()) : undefined;

    const signal = acts ? interruption() : undefined;
    // Nobody is told that it takes long while they are being asked.
    let progress = options.yes === true ? new Progress("ending …") : undefined;
    let settled = 0;
    let declined = false;
    const confirm = async (plan: Report): Promise<boolean> => {
      const slots = { backends: plugins.backends, machine, policy, acts: false };
      // What is piped into a program is the result alone; and who is asked sees what about.
      const stream = reporter === "text" && isOnTerminal() ? "stdout" : "stderr";
      const shown = render(await withStaleSlots(plan, slots), "text", plugins, options, stream);
      await (stream === "stdout" ? print(shown) : printError(shown));
      const yes = await ask(`${question(plan, options)}?`, signal);
      declined = !yes;
      if (yes) progress = new Progress("ending …");
      return yes;
    };
    const quarantine = acts && options.quarantine === true ? await openQuarantine(staged) : undefined;
    const journal = acts ? openJournal(machine, "reap") : undefined;
    const done = await run({
      command: "reap",
      machine,
      plugins,
      policy,
      scope: "all",
      dryRun: !acts,
      clock: fair(monotonicClock),
      registry: record?.registry,
      progress: () => progress?.say(`ending … ${++settled} done`),
      journal,
      quarantine,
      signal,
      confirm: acts && options.yes !== true ? confirm : undefined,
    });
    await progress?.done();
    if (declined) {
      await printError("Nothing was touched.\n");
      return signal?.aborted === true ? EXIT.interrupted : EXIT.fine;
    }
    const report = await withStaleSlots(done, { backends: plugins.backends, machine, policy, acts });
    journal?.end(report, sampleAfter(machine, limits, report.results, policy, "at once"));
    await print(render(report, reporter, plugins, options));
    if (isShared && journal !== undefined && signal?.aborted === false) {
      await tellFleet(staged, signal);
    }
    if (signal?.aborted === true) return EXIT.interrupted;
    return told === "some stay" || isLeft(report, policy, acts) ? EXIT.somethingIsLeft : EXIT.fine;
  } finally {
    record?.close();
    machine.close();
  }
}

/** Nobody who wants to leave waits for a server that does not answer. */
async function tellFleet(told: Told, signal: AbortSignal): Promise<void> {
  const { tellServer } = await import("../fleet/tell.ts");
  const leaves = Promise.withResolvers<undefined>();
  signal.addEventListener("abort", () => leaves.resolve(undefined));
  const trouble = await waitingFor("telling the server …", Promise.race([tellServer(told), leaves.promise]));
  if (trouble !== undefined) await printError(`agent-reaper: ${trouble}\n`);
}

/** What nobody has asked for in a month makes room. */
async function openQuarantine({ machine: { viewer } }: Stage): Promise<Quarantine> {
  const { expire, Quarantine } = await import("../quarantine/keep.ts");
  const state = statePath(process.platform, viewer.home, process.env);
  expire(state, viewer);
  return new Quarantine(state, viewer);
}

function question({ plan }: Report, { quarantine }: ReapOptions): string {
  const parts: string[] = [];
  const { terminate, remove } = plan;
  if (terminate.length > 0) {
    parts.push(`End ${terminate.length === 1 ? "this process" : `these ${terminate.length} processes`}`);
  }
  if (remove.length > 0) {
    const what = remove.length === 1 ? "this leftover" : `these ${remove.length} leftovers`;
    const text = quarantine === true ? `move ${what} into quarantine` : `remove ${what}`;
    parts.push(parts.length === 0 ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text);
  }
  return parts.join(" and ");
}

function isLeft(report: Report, policy: Policy, acts: boolean): boolean {
  if (report.results.some((result) => STILL_THERE.has(result.outcome))) return true;
  const ending = report.findings.filter((finding) => isEnding(finding, policy));
  return acts && isOverLimit(ending, policy);
}

/** Says of each pid that stays what stands against ending it. */
async function tellOfPids(
  { machine, plugins, policy }: Stage,
  registered: readonly Entry[] | undefined,
): Promise<"some stay" | "all end"> {
  const { snapshot } = survey({ machine, plugins, policy, scope: "all", registered });
  let anyStays = false;
  const lines: string[] = [];
  for (const pid of policy.pids ?? []) {
    const explanation = explain(snapshot, pid, plugins, policy);
    if (explanation === undefined) {
      throw new Complaint(`${pid}: no such process: agent-reaper scan --all shows those of agents`);
    }
    const { finding, verdict, because } = explanation;
    if (finding !== undefined && isEnding(finding, policy)) continue;
    anyStays = true;
    const rule = finding !== undefined && isToldOnly(finding.matcher, policy)
      ? `; ${toldOnlyRule(finding.matcher)}`
      : "";
    const why = visible(`${because}${rule}`);
    lines.push(`agent-reaper: ${pid} stays (${verdict}): ${why}; more: agent-reaper explain ${pid}\n`);
  }
  await printError(lines.join(""));
  return anyStays ? "some stay" : "all end";
}
