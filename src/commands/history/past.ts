/**
 * Why something was ended: the evidence as it was then.
 *
 * @module
 */
import { paint } from "../../../plugins/reporters/text/paint.ts";
import type { Format } from "../../contract.ts";
import type { ActionRow } from "../../ledger/rows.ts";
import { clip, formatBytes, padEnd, visible, when, wrap } from "../../text.ts";

/** As long as the longest name of our own guards and proofs takes; those of others may be of any length. */
const LABELS = 17;

/** One page for each action. */
export function pastText(actions: readonly ActionRow[], format: Format): string {
  const style = paint(format.colour);
  const said = (label: string, text: string | undefined): string[] =>
    text === undefined || text === ""
      ? []
      : wrap(visible(text), format.columns - LABELS - 2).map((part, at) =>
        at === 0 ? `${style.faint(padEnd(clip(label, LABELS), LABELS))}  ${part}` : `${" ".repeat(LABELS + 2)}${part}`
      );
  const pages = actions.map((action) => [
    style.strong(visible(action.path ?? `${action.pid} ${action.name ?? ""}`)),
    ...said(
      "when",
      `${when(action.at)}, by ${action.command ?? "a run that is no longer known"}${
        action.host === undefined ? "" : ` on ${action.host}`
      }`,
    ),
    ...said("what was done", outcome(action)),
    ...said("command line", action.argv?.join(" ")),
    ...said("started", action.startedAt === undefined ? undefined : when(action.startedAt)),
    ...said("memory", action.rssBytes === undefined ? undefined : formatBytes(action.rssBytes)),
    ...said("claimed as", claim(action)),
    ...said(
      "verdict",
      action.verdict === undefined
        ? undefined
        : `${action.verdict}${action.confidence === undefined ? "" : ` (${action.confidence})`}`,
    ),
    ...said("because", action.because),
    ...(action.gates ?? []).flatMap(({ name, says }) => said(`  ${visible(name)}`, says)),
  ]);
  return pages.map((lines) => lines.map((text) => `${text}\n`).join("")).join("\n");
}

function outcome({ outcome, outcomeBecause, outcomeAt, attempts, grip }: ActionRow): string {
  if (outcome === undefined) return "it was begun; the run is at it, or was cut off";
  return [
    outcome,
    outcomeBecause === undefined ? "" : `: ${outcomeBecause}`,
    outcomeAt === undefined ? "" : ` (${when(outcomeAt)})`,
    attempts > 1 ? `, after ${attempts} runs` : "",
    grip === undefined ? "" : `, held by ${grip}`,
  ].join("");
}

function claim({ family, role, matcher, rootPid, pid }: ActionRow): string | undefined {
  if (family === undefined) return undefined;
  const tree = rootPid === undefined || rootPid === pid ? "" : `, in the tree of ${rootPid}`;
  return `${family}${role === undefined ? "" : ` ${role}`}${matcher === undefined ? "" : ` (${matcher})`}${tree}`;
}
