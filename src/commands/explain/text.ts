/**
 * An explanation for people: the verdict first, then what it rests on.
 *
 * @module
 */
import { type Paint, paint } from "../../../plugins/reporters/text/paint.ts";
import { commandLine } from "../../../plugins/reporters/text/tree.ts";
import { lifelineOf } from "../../judge/claims.ts";
import type { Format, Process } from "../../contract.ts";
import { isToldOnly, toldOnlyRule } from "../../policy.ts";
import type { Gate, Verdict } from "../../report.ts";
import { clipMiddle, padEnd, padStart, visible, wrap } from "../../text.ts";
import { type ExplainContext, type Fact, factsOf, gatePlugin } from "./facts.ts";

/** A command line or a value of 100 kB is cut to this many lines. */
const MOST_LINES = 4;

/** Label and text: as one table through the whole page. */
export type Row = readonly [label: string, text: string, style?: (text: string) => string];

/** The page. */
export function explainText(context: ExplainContext, format: Format): string {
  const { explanation, snapshot, machine, policy } = context;
  const style = paint(format.colour);
  const { process, root, verdict, because, finding } = explanation;
  const { home } = snapshot.viewer;
  const lines: string[] = [];
  const section = (title: string, rows: readonly Row[]) => {
    if (rows.length === 0) return;
    lines.push("", ...wrap(title, format.columns).map(style.strong), ...table(rows, format.columns, style));
  };

  const command = clipMiddle(commandLine(process, home), Math.max(10, format.columns - String(process.pid).length - 2));
  const sure = finding?.confidence === undefined ? "" : ` (${finding.confidence})`;
  lines.push(`${style.strong(String(process.pid))}  ${command}`);
  const judgement: Row[] = [
    [verdict, `${because}${sure}`, (text) => style.strong(byVerdict(verdict, style)(text))],
  ];
  if (finding !== undefined && isToldOnly(finding.matcher, policy)) {
    judgement.push(["only told", `${toldOnlyRule(finding.matcher)}: it is never ended`]);
  }
  lines.push(...table(judgement, format.columns, style));

  section("who is responsible", chainRows(context));
  if (finding === undefined) {
    const last = "As far as can be told it is no agent's, so nothing more is asked.";
    lines.push("", ...wrap(last, format.columns));
  } else {
    const other = root === undefined || root === process ? "" : ` (asked of ${root.pid}, the topmost of its chain)`;
    section(`guards: is it one of these? then it stays${other}`, gateRows(context, "guard", style));
    section("proofs: does something say that nobody is there?", gateRows(context, "proof", style));
  }
  const judged = root ?? process;
  const all = factsOf(judged, Date.parse(snapshot.capturedAt));
  // Where nothing is asked most is not read: that would look as if it could not be.
  const facts = finding === undefined ? all.filter((fact) => (fact.value ?? fact.unread) !== undefined) : all;
  section(`facts about ${judged.pid}, as ${machine.backend} read them`, factRows(facts, style));
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

/** Rows in two columns. */
export function table(rows: readonly Row[], columns: number, style: Paint): string[] {
  const labels = Math.min(24, Math.max(...rows.map(([label]) => label.length)));
  return rows.flatMap(([label, text, paintLabel]) => {
    const shown = wrap(visible(text), Math.max(20, columns - labels - 4));
    const cut = shown.length > MOST_LINES ? [...shown.slice(0, MOST_LINES), style.faint("…")] : shown;
    const head = padEnd(visible(label), labels);
    return cut.map((line, at) => `  ${at === 0 ? (paintLabel ?? style.faint)(head) : " ".repeat(labels)}  ${line}`);
  });
}

function chainRows({ explanation, snapshot }: ExplainContext): Row[] {
  const { chain, process, claimed, root, responsible } = explanation;
  const rows: Row[] = chain.map((one: Process) => {
    const marks: string[] = [];
    if (one === process && claimed !== undefined) {
      marks.push(
        `${claimed.claim.family} ${claimed.claim.role}, claimed by ${claimed.matcher}: ${claimed.claim.because}`,
      );
      marks.push(`its lifeline is ${lifelineOf(claimed.claim)}`);
    }
    if (one.pid === root?.pid && one !== process) marks.push("topmost of its chain: judged for all below it");
    const line = clipMiddle(commandLine(one, snapshot.viewer.home), 60);
    return [padStart(String(one.pid), 7), [line, ...marks].join(" · ")];
  });
  if (responsible !== undefined) rows.push([responsible.who, responsible.because]);
  return rows;
}

function gateRows({ explanation, plugins }: ExplainContext, kind: Gate["kind"], style: Paint): Row[] {
  return explanation.gates.filter((gate) => gate.kind === kind).map((gate): Row => {
    const plugin = gatePlugin(gate, plugins);
    const reads = plugin === undefined || plugin.needs.length === 0 ? "" : ` [${plugin.needs.join(", ")}]`;
    const whom = gate.pid === (explanation.root ?? explanation.process).pid ? "" : ` (pid ${gate.pid})`;
    if (gate.objection !== undefined) {
      const word = gate.objection.stands === "spare" ? "yes" : "cannot tell";
      return [gate.name, `${word}${whom}: ${gate.objection.because}${reads}`, style.yellow];
    }
    if (gate.evidence !== undefined) {
      return [gate.name, `yes, ${gate.evidence.strength}: ${gate.evidence.because}${reads}`, style.red];
    }
    return [gate.name, `no (would be: ${plugin?.summary ?? ""})${reads}`];
  });
}

function factRows(facts: readonly Fact[], style: Paint): Row[] {
  return facts.map(({ detail, field, value, unread }): Row => {
    const label = detail === "table" || detail === field ? field : `${detail}: ${field}`;
    if (value !== undefined) return [label, value];
    return [label, unread === undefined ? "not known" : `not known: ${unread}`, style.yellow];
  });
}

/** The colour of a verdict. */
export function byVerdict(verdict: Verdict, style: Paint): (text: string) => string {
  if (verdict === "orphan" || verdict === "leftover") return style.red;
  return verdict === "stale" || verdict === "unsure" ? style.yellow : style.green;
}
