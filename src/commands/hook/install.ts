/**
 * `hook install` and `hook uninstall`: shows what changes, asks, keeps the old text, writes.
 *
 * @module
 */
import { paint } from "../../../plugins/reporters/text/paint.ts";
import { Complaint, EXIT, type ExitCode } from "../../complaint.ts";
import { diff } from "../../hooks/diff.ts";
import type { Deed, Plan } from "../../hooks/deed.ts";
import type { Target } from "../../hooks/targets.ts";
import { plans } from "../../hooks/plan.ts";
import { needProgram, onSite, type SiteOptions } from "../../hooks/site.ts";
import { type Change, isAsShown, keep, write } from "../../hooks/touch.ts";
import { prepareState } from "../../state.ts";
import {
  ask,
  canAsk,
  type ColourChoice,
  columns,
  isColoured,
  isOnTerminal,
  print,
  printError,
} from "../../terminal.ts";
import { visible, wrap } from "../../text.ts";

/** What they take. */
export interface InstallOptions extends SiteOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly color: ColourChoice;
}

/** Runs `hook install`. */
export function install(targets: readonly Target[], options: InstallOptions): Promise<ExitCode> {
  needProgram();
  return carryOut("install", targets, options);
}

/** Runs `hook uninstall`. */
export function uninstall(targets: readonly Target[], options: InstallOptions): Promise<ExitCode> {
  return carryOut("uninstall", targets, options);
}

function carryOut(deed: Deed, targets: readonly Target[], options: InstallOptions): Promise<ExitCode> {
  return onSite(options, async (site, { viewer }) => {
    // All of them before the first is touched: one that cannot be done stops the others.
    const planned = plans(targets, deed, site);
    const changes = planned.flatMap(({ changes }) => changes);
    const asks = changes.length > 0 && options.dryRun !== true && options.yes !== true;
    // Who is asked sees what about, also where stdout is a pipe.
    const stream = asks && canAsk() && !isOnTerminal() ? "stderr" : "stdout";
    const style = paint(isColoured(options.color, process.env, stream));
    for (const one of planned) await (stream === "stdout" ? print : printError)(shown(one, deed, style));
    if (changes.length === 0) return EXIT.fine;
    if (options.dryRun === true) return EXIT.fine;
    if (asks) {
      if (!canAsk()) {
        throw new Complaint(
          `hook ${deed}: there is no terminal to ask on: add --yes to write what is shown, or --dry-run to only see it`,
        );
      }
      if (!await ask(changes.length === 1 ? "Write this change?" : `Write these ${changes.length} changes?`)) {
        await printError("Nothing was touched.\n");
        return EXIT.fine;
      }
    }
    const other = changes.find((change) => !isAsShown(change));
    if (other !== undefined) throw new Complaint(`${visible(other.path)}: has changed meanwhile: try again`);
    prepareState(site.state, viewer);
    const kept = changes.map((change) => change.isOurs === true ? undefined : keep(change, site.state));
    writeAll(changes);
    const names = kept.filter((path) => path !== undefined);
    await print(
      `Done.${names.length === 0 ? "" : ` As it was: ${names.map(visible).join(", ")}`}\n` +
        planned.flatMap(({ target, notes, changes }) =>
          changes.length === 0 ? [] : notes.map((note) => `${target}: ${note}`)
        )
          .flatMap((note) => wrap(note, columns(process.env))).map((line) => `${line}\n`).join(""),
    );
    return EXIT.fine;
  });
}

/** All of them or none: what was written before one that cannot be is taken back. */
function writeAll(changes: readonly Change[]): void {
  const written: Change[] = [];
  try {
    for (const change of changes) {
      write(change);
      written.push(change);
    }
  } catch (error) {
    for (const { path, before, after } of written.toReversed()) write({ path, before: after, after: before });
    throw error;
  }
}

type Style = ReturnType<typeof paint>;

function shown({ target, changes, advice }: Plan, deed: Deed, style: Style): string {
  if (changes.length > 0) return changes.map((change) => `${shownChange(target, change, style)}\n`).join("");
  if (advice !== undefined) {
    return `${style.strong(target)}: nothing is written. ${advice.map((line) => `${visible(line)}\n`).join("")}`;
  }
  return `${style.strong(target)}: ${
    deed === "install" ? "installed already" : "there is no hook of ours"
  }, nothing changes\n`;
}

function shownChange(target: Target, { path, before, after, isOurs }: Change, style: Style): string {
  const head = `${style.strong(target)}: ${visible(path)}`;
  const deed = before === undefined ? "is made" : after === undefined ? "is removed" : "is written anew";
  if (isOurs === true) return `${head} ${deed}${after === undefined ? "" : `: see agent-reaper hook print ${target}`}`;
  const lines = diff(before?.toString("utf8") ?? "", after?.toString("utf8") ?? "").map((line) => {
    // A tab at the start of a line is no control character that anybody hides.
    const text = `  ${visible(line.replaceAll("\t", "    "))}`;
    return line.startsWith("+") ? style.green(text) : line.startsWith("-") ? style.red(text) : text;
  });
  return [before !== undefined && after !== undefined ? head : `${head} ${deed}`, ...lines].join("\n");
}
