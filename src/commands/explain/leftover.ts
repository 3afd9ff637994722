/**
 * `explain PATH`: why something on disk is judged as it is, and what was read of it.
 *
 * @module
 */
import { paint } from "../../../plugins/reporters/text/paint.ts";
import { shapeLeftover } from "../../../plugins/reporters/_shape.ts";
import { classify } from "../../classify.ts";
import { Complaint, EXIT, type ExitCode } from "../../complaint.ts";
import type { Leftover } from "../../contract.ts";
import { formatDuration } from "../../duration.ts";
import { placesOf } from "../../leftovers/judge.ts";
import { look } from "../../look.ts";
import { clean } from "../../redact/report.ts";
import { type LeftoverFinding, SCHEMA_VERSION } from "../../report.ts";
import { columns, isColoured, print } from "../../terminal.ts";
import { formatBytes, safeJson, visible } from "../../text.ts";
import { version } from "../../version.ts";
import type { ExplainOptions } from "../explain.ts";
import { stage } from "../options.ts";
import { byVerdict, type Row, table } from "./text.ts";

/** Runs `explain` for a path. */
export async function explainLeftover(typed: string, options: ExplainOptions): Promise<ExitCode> {
  const path = typed.replace(/(?<=.)[/\\]+$/, "");
  const { machine, plugins, policy } = stage(options);
  try {
    const snapshot = look(machine, plugins, policy, { scope: "all" });
    const { leftovers } = classify(snapshot, plugins, policy);
    const found = leftovers.find(({ leftover }) => leftover.path === path);
    if (found === undefined) {
      throw new Complaint(
        `${visible(path)}: nothing that a known agent leaves lies there: agent-reaper scan --all shows what does`,
      );
    }
    const finding = clean(found) as LeftoverFinding;
    const takenAt = Date.parse(snapshot.capturedAt);
    if (options.json === true) {
      const document = {
        schemaVersion: SCHEMA_VERSION,
        version,
        command: "explain",
        capturedAt: snapshot.capturedAt,
        backend: machine.backend,
        ...shapeLeftover(finding),
        facts: finding.leftover,
      };
      await print(`${safeJson(JSON.stringify(document, undefined, 2))}\n`);
      return EXIT.fine;
    }
    const summary = plugins.leftoverMatchers.find(({ name }) => name === finding.matcher)?.summary ?? "";
    const from = placesOf(machine, plugins.leftoverMatchers).find((place) => path.startsWith(`${place.base}/`))?.from;
    await print(page(finding, summary, from, takenAt, options));
    return EXIT.fine;
  } finally {
    machine.close();
  }
}

function page(
  { leftover, verdict, because, matcher, onlyWhenNamed }: LeftoverFinding,
  summary: string,
  from: string | undefined,
  takenAt: number,
  { color }: ExplainOptions,
): string {
  const style = paint(isColoured(color, process.env));
  const width = columns(process.env);
  const rows: Row[] = [
    ["known by", `${matcher}: ${summary}`],
    ...(from === undefined ? [] : [["found by", `the variable ${from}`] as const]),
    ...(onlyWhenNamed === true ? [["goes", `only with --only ${matcher}`] as const] : []),
    ...factRows(leftover, takenAt),
  ];
  const lines = [
    style.strong(visible(leftover.path)),
    ...table([[verdict, because, (text) => style.strong(byVerdict(verdict, style)(text))]], width, style),
    "",
    style.strong("what was read of it"),
    ...table(rows, width, style),
  ];
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

function factRows(leftover: Leftover, takenAt: number): Row[] {
  const {
    kind,
    uid,
    gid,
    mode,
    base,
    identity,
    modifiedAt,
    changedAt,
    bytes,
    lock,
    port,
    content,
    inside,
    names,
    target,
  } = leftover;
  const owner = (of: { uid?: number; gid?: number; mode?: number }) =>
    `user ${of.uid ?? "?"}, group ${of.gid ?? "?"}, mode ${
      of.mode === undefined ? "?" : (of.mode & 0o7777).toString(8)
    }`;
  const time = (at: number) => `${new Date(at).toISOString()} (${formatDuration(Math.max(0, takenAt - at))} before)`;
  const known: readonly (readonly [string, string | undefined])[] = [
    ["kind", kind],
    [
      "owner",
      uid === undefined
        ? undefined
        : owner({ uid, ...(gid === undefined ? {} : { gid }), ...(mode === undefined ? {} : { mode }) }),
    ],
    ["directory around it", base === undefined ? undefined : owner(base)],
    ["device and inode", identity],
    ["last written", modifiedAt === undefined ? undefined : time(modifiedAt)],
    ["last change below", changedAt === undefined ? undefined : time(changedAt)],
    ["size", bytes === undefined ? undefined : formatBytes(bytes)],
    ["lock", lock],
    ["port", port],
    ["text", content === undefined ? undefined : JSON.stringify(content)],
    ...Object.entries(inside ?? {}).map(([name, text]) => [name, JSON.stringify(text)] as const),
    ["names in it", names?.join(", ")],
    ["leads to", target],
    ["mounted", leftover.mounted === true ? "something is mounted on it or in it" : undefined],
    ["shared", leftover.shared === true ? "other machines mount its file system" : undefined],
  ];
  return known.flatMap(([label, text]): Row[] => text === undefined ? [] : [[label, text]]);
}
