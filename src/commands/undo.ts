/**
 * `undo`: what was taken into quarantine, put back, shown, or removed for good.
 *
 * @module
 */
import { tilde } from "../../plugins/reporters/text/tree.ts";
import { type Paint, paint } from "../../plugins/reporters/text/paint.ts";
import { Complaint, EXIT, type ExitCode, meaningOf } from "../complaint.ts";
import type { Viewer } from "../contract.ts";
import { formatDuration } from "../duration.ts";
import { openMachine } from "../machine.ts";
import { builtin } from "../plugins.ts";
import { discard } from "../quarantine/keep.ts";
import { type Batch, batches, forget, type Kept, unrecorded } from "../quarantine/manifest.ts";
import { putBack } from "../quarantine/put-back.ts";
import { asPerson } from "../leftovers/removal/directory.ts";
import { clean } from "../redact/report.ts";
import { prepareState, statePath } from "../state.ts";
import { ask, canAsk, columns, isColoured, print, printError } from "../terminal.ts";
import { formatBytes, padStart, safeJson, visible, wrap } from "../text.ts";
import { SCHEMA_VERSION } from "../report.ts";
import { version } from "../version.ts";
import { quote } from "./options.ts";
import type { OutputOptions } from "./output.ts";

/** What `undo` takes. */
export interface UndoOptions extends Pick<OutputOptions, "json" | "color"> {
  readonly list?: boolean;
  readonly empty?: boolean;
  readonly yes?: boolean;
}

/** What became of one thing. */
interface Settled {
  readonly path: string;
  readonly outcome: string;
  readonly because?: string;
  readonly freedBytes?: number;
}

const HEAD = { schemaVersion: SCHEMA_VERSION, version, command: "undo" };
const DONE: ReadonlySet<string> = new Set(["put back", "removed"]);

/** Runs `undo`. */
export async function undo(id: string | undefined, options: UndoOptions): Promise<ExitCode> {
  const viewer = whoAsks();
  const state = statePath(process.platform, viewer.home, process.env);
  const all = read(state, viewer);
  // Nobody else would ever hear of it: there is nothing to put back, and --empty takes what is on record.
  const lost = unrecorded(state);
  for (const at of lost) {
    await printError(
      `agent-reaper: ${visible(at)}: where it was is not on record any more: move it there, or remove it\n`,
    );
  }
  const chosen = choose(all, id);
  if (options.list === true) {
    const shown = id === undefined ? all : chosen;
    await show(
      options,
      { batches: shown.map(shapeBatch) },
      (width, style) => shown.length === 0 ? [none(lost)] : list(shown, viewer, width, style),
    );
    return EXIT.fine;
  }
  const wanted = options.empty === true && id === undefined ? all : chosen;
  if (wanted.length === 0) {
    await show(options, { results: [] }, () => [none(lost)]);
    return lost.length === 0 ? EXIT.fine : EXIT.somethingIsLeft;
  }
  if (options.empty === true && !(await mayEmpty(wanted, options))) return EXIT.fine;

  const results = asPerson(viewer.uid, () => wanted.flatMap((batch) => settle(batch, state, viewer, options)));
  await show(options, { results }, (width, style) => told(results, viewer, width, style));
  return results.every(({ outcome }) => DONE.has(outcome)) ? EXIT.fine : EXIT.somethingIsLeft;
}

function none(lost: readonly string[]): string {
  return `There is nothing ${lost.length === 0 ? "" : "else "}in quarantine.`;
}

function settle({ id, kept }: Batch, state: string, { uid }: Viewer, { empty }: UndoOptions): Settled[] {
  if (empty === true) {
    return discard(state, id, kept, uid).map((removal, at) => ({ path: (kept[at] as Kept).from, ...removal }));
  }
  const done = kept.map((one) => ({ path: one.from, ...putBack(one, uid) }));
  forget(state, id, kept);
  return done;
}

function whoAsks(): Viewer {
  const machine = openMachine(builtin(), {});
  machine.close();
  return machine.viewer;
}

/** Whatever is in quarantine was put there by us, if the state directory is the person's alone. */
function read(state: string, viewer: Viewer): Batch[] {
  try {
    const all = batches(state).filter(({ kept }) => kept.length > 0);
    if (all.length > 0) prepareState(state, viewer);
    return all;
  } catch (error) {
    if (error instanceof Complaint) throw error;
    throw new Complaint(
      `${visible(state)}: ${meaningOf(error)}: run it as the one who quarantined`,
      EXIT.cannotWorkHere,
    );
  }
}

function choose(all: readonly Batch[], id: string | undefined): readonly Batch[] {
  if (id === undefined) return all.slice(0, 1);
  const found = all.filter((batch) => batch.id === id);
  if (found.length === 0) {
    throw new Complaint(`${quote(id)}: nothing of that run is in quarantine: agent-reaper undo --list shows what is`);
  }
  return found;
}

async function mayEmpty(wanted: readonly Batch[], { yes }: UndoOptions): Promise<boolean> {
  if (yes === true) return true;
  if (!canAsk()) throw new Complaint("undo --empty: there is no terminal to ask on: add --yes to remove it for good");
  const count = wanted.reduce((sum, { kept }) => sum + kept.length, 0);
  const isWanted = await ask(`Remove ${count === 1 ? "it" : `these ${count} leftovers`} for good (${weight(wanted)})?`);
  if (!isWanted) await printError("Nothing was touched.\n");
  return isWanted;
}

function weight(wanted: readonly Batch[]): string {
  return formatBytes(wanted.flatMap(({ kept }) => kept).reduce((sum, { bytes }) => sum + (bytes ?? 0), 0));
}

function shapeBatch({ id, takenAt, kept }: Batch): object {
  return {
    id,
    takenAt,
    leftovers: kept.map(({ from, at, kind, bytes, family, because }) => ({
      path: from,
      at,
      kind,
      bytes,
      family,
      because,
    })),
  };
}

async function show(
  { json, color }: UndoOptions,
  document: object,
  lines: (width: number, style: Paint) => readonly string[],
): Promise<void> {
  if (json === true) return await print(`${safeJson(JSON.stringify(clean({ ...HEAD, ...document }), undefined, 2))}\n`);
  const style = paint(isColoured(color, process.env));
  await print(lines(columns(process.env), style).map((line) => `${line.trimEnd()}\n`).join(""));
}

function list(all: readonly Batch[], viewer: Viewer, width: number, style: Paint): string[] {
  return all.flatMap((batch) => [
    style.strong(`${batch.id}  ${formatDuration(Math.max(0, Date.now() - batch.takenAt))} ago, ${weight([batch])}`),
    ...batch.kept.flatMap(({ from, bytes }) =>
      wrap(visible(tilde(from, viewer.home)), width - 10).map((part, at) =>
        `${padStart(at === 0 && bytes !== undefined ? formatBytes(bytes) : "", 8)}  ${part}`
      )
    ),
  ]);
}

function told(results: readonly Settled[], viewer: Viewer, width: number, style: Paint): string[] {
  const left = results.filter(({ outcome }) => !DONE.has(outcome));
  const done = results.length - left.length;
  const what = results.find(({ outcome }) => DONE.has(outcome))?.outcome ?? "put back";
  return [
    ...left.flatMap(({ path, outcome, because }) =>
      wrap(
        `${outcome}  ${visible(tilde(path, viewer.home))}${because === undefined ? "" : `: ${visible(because)}`}`,
        width,
      )
        .map(style.yellow)
    ),
    style.strong(`${what === "removed" ? "Removed" : "Put back"} ${done} ${done === 1 ? "leftover" : "leftovers"}.`),
  ];
}
