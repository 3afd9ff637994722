/**
 * `scan`: what nobody is responsible for. Touches nothing.
 *
 * @module
 */
import { monotonicClock } from "../clock.ts";
import { EXIT, type ExitCode } from "../complaint.ts";
import { run } from "../engine.ts";
import { openRegistry } from "../registry/open.ts";
import { withStaleSlots } from "../slots/report.ts";
import { print } from "../terminal.ts";
import { type LookOptions, type PolicyOptions, stage } from "./options.ts";
import { type OutputOptions, render, reporterName } from "./output.ts";

/** What `scan` takes. */
export interface ScanOptions extends LookOptions, PolicyOptions, OutputOptions {
  readonly exitCode?: boolean;
}

/** Runs `scan`. */
export async function scan(options: ScanOptions): Promise<ExitCode> {
  const { machine, plugins, policy } = stage(options);
  const record = machine.live ? await openRegistry(machine.viewer) : undefined;
  try {
    const reporter = reporterName(options, plugins);
    const judged = await run({
      command: "scan",
      machine,
      plugins,
      policy,
      scope: "all",
      dryRun: false,
      clock: monotonicClock,
      registry: record?.registry,
    });
    const report = await withStaleSlots(judged, { backends: plugins.backends, machine, policy, acts: false });
    await print(render(report, reporter, plugins, options));
    const found = report.plan.terminate.length + report.plan.remove.length > 0;
    return options.exitCode === true && found ? EXIT.somethingIsLeft : EXIT.fine;
  } finally {
    record?.close();
    machine.close();
  }
}
