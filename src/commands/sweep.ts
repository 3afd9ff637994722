/**
 * `sweep`: one look at what lost its parent, and the next step with each: remembered at the first sight,
 * asked to end at the second, ended by force at the one after the grace. It never waits for them.
 *
 * @module
 */
import { Complaint, EXIT, type ExitCode } from "../complaint.ts";
import { isUnconfigured } from "../config-place.ts";
import type { Config } from "../config.ts";
import type { Backend, KeptFile, Machine, Policy } from "../contract.ts";
import procfs from "../../plugins/backends/procfs/index.ts";
import type { Plugins } from "../plugins.ts";
import { defaultPolicy } from "../policy.ts";
import type { BegunSweep } from "../sweep/begun.ts";
import { releaseSlots } from "../sweep/slots.ts";
import { Sweep } from "../sweep/sweep.ts";
import { askedFor, configStamp, isPausedOrRecent, MEMORY, statePath } from "../unattended.ts";

/** Runs `sweep`. What fails is thrown; a hook's caller forgives it. */
export async function sweep({ options, everyMs, kept: begun }: BegunSweep): Promise<ExitCode> {
  const backend = await backendHere();
  const machine = backend.open({});
  let kept: KeptFile | undefined = begun;
  try {
    if (kept === undefined) {
      const state = statePath(process.platform, machine.viewer.home, process.env);
      const { openMemory } = await import("../sweep/kept.ts");
      const opened = isPausedOrRecent(state, everyMs) ? "taken" : openMemory(state, machine.viewer, backend, options);
      if (opened === "taken") return EXIT.fine;
      kept = opened;
    }
    // As it was before it is read: what changes meanwhile is for the next.
    const asked = askedFor(options, configStamp(process.platform, machine.viewer.home, process.env));
    const { policy: configured, settings } = await configOf(machine);
    const policy: Policy = {
      ...defaultPolicy,
      ...configured,
      ...(options.minAgeMs === undefined ? {} : { minAgeMs: options.minAgeMs }),
      ...(options.graceMs === undefined ? {} : { graceMs: options.graceMs }),
      ...(options.confidence === undefined ? {} : { confidence: options.confidence }),
    };
    const theirs = await pluginsWith(settings.plugins, machine);
    if (policy.reportOnly !== undefined) await checkToldOnly(policy, theirs);
    const swept = new Sweep({ machine, theirs, policy, options, asked, kept });
    const exitCode = await swept.run();
    const told = swept.isLate ? swept.told : [...swept.told, ...await releaseSlots(backend, machine)];
    if (options.quiet !== true) await tell(told);
    if (!swept.isRemembered && options.now !== true) throw await forgotten(machine);
    return exitCode;
  } catch (error) {
    const { noteFailure } = await import("../sweep/kept.ts");
    noteFailure(kept, error);
    throw error;
  } finally {
    kept?.release();
    machine.close();
  }
}

/** Without its memory the next one begins anew: nobody would ever be seen twice. */
async function forgotten({ viewer }: Machine): Promise<Complaint> {
  const state = statePath(process.platform, viewer.home, process.env);
  const { visible } = await import("../text.ts");
  return new Complaint(
    `${
      visible(`${state}/${MEMORY}`)
    }: cannot be written to: make room on its disk, or name another place in AGENT_REAPER_STATE`,
    EXIT.cannotWorkHere,
  );
}

/** One line, and only when somebody was signalled or something taken away. */
async function tell(clauses: readonly string[]): Promise<void> {
  if (clauses.length === 0) return;
  const [{ printError }, { visible }] = await Promise.all([import("../terminal.ts"), import("../text.ts")]);
  await printError(`agent-reaper: ${visible(clauses.join("; "))}\n`);
}

/** What other systems are seen with is loaded there. */
async function backendHere(): Promise<Backend> {
  if (procfs.unavailable() === undefined) return procfs;
  const [{ chooseBackend }, { builtin }] = await Promise.all([import("../machine.ts"), import("../plugins.ts")]);
  return chooseBackend(builtin());
}

/** Most have none, and to read one takes longer than to look. */
async function configOf(machine: Machine): Promise<Pick<Config, "policy" | "settings">> {
  if (isUnconfigured(machine, process.env)) return { policy: {}, settings: {} };
  const { loadConfig } = await import("../config.ts");
  return loadConfig(process.platform, machine.viewer.home, process.env);
}

/** All plugins, with those of the person's own; undefined where there are none of these. */
async function pluginsWith(theirs: readonly string[] | undefined, { viewer }: Machine): Promise<Plugins | undefined> {
  if (theirs === undefined || theirs.length === 0) return undefined;
  const { withTheirs } = await import("./options.ts");
  return withTheirs(theirs, viewer.uid);
}

/** What checks it is loaded where there is such a rule. */
async function checkToldOnly(configured: Partial<Policy>, theirs: Plugins | undefined): Promise<void> {
  const [{ expectMatchers }, { builtin, onlyNames }] = await Promise.all([
    import("../config/judging.ts"),
    import("../plugins.ts"),
  ]);
  expectMatchers(configured, onlyNames(theirs ?? builtin()));
}
