/**
 * What was found: each tree with the reason in one sentence, and the sum of it.
 *
 * @module
 */
import {
  defaultPolicy,
  type Finding,
  isToldOnly,
  type RegisteredFinding,
  type Report,
  type Verdict,
  visible,
  wrap,
  writeDuration,
} from "../../../src/contract.ts";
import { coloured, headed } from "./headed.ts";
import { leftoverLines, leftoverTotal, stayingLeftovers } from "./leftovers.ts";
import { counted, type Page, sizeOf, treeHead, treeLines } from "./tree.ts";

const FEW = 12;
const ALL = 1_000;

const ORDER: readonly Verdict[] = [
  "orphan",
  "stale",
  "leftover",
  "dead",
  "replaced",
  "unsure",
  "spared",
  "owned",
  "healthy",
  "untouched",
];

/** Whether `reap` would end it. */
function isPlanned(finding: Finding, report: Report): boolean {
  const pids = new Set(report.plan.terminate);
  return finding.members.some((member) => pids.has(member.pid));
}

/** Whether it would be ended, were its matcher not named by `report-only`. */
function isOnlyTold({ verdict, matcher }: Finding, { policy }: Report): boolean {
  return (verdict === "orphan" || verdict === "stale") && isToldOnly(matcher, policy);
}

/** Everything that was found, and what could be done about it. */
export function findingLines(report: Report, page: Page, all: boolean): string[] {
  const asked = report.policy.pids;
  const shown = report.findings.filter((finding) =>
    all || isPlanned(finding, report) || isOnlyTold(finding, report) ||
    (asked !== undefined && finding.members.some((member) => asked.includes(member.pid)))
  ).toSorted((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict) || a.root.pid - b.root.pid);

  const lines: string[] = [];
  if (shown.length > 0) lines.push(treeHead(page));
  for (const finding of shown) lines.push(...treeOf(finding, report, page, all), "");
  const leftovers = leftoverLines(report, page, all);
  lines.push(...leftovers);
  const records = report.registered.filter((finding) => isOffRecord(finding));
  for (const finding of records) lines.push(...recordLines(finding, page));
  if (leftovers.length + records.length > 0) lines.push("");
  lines.push(...totals(report, page, all));
  return lines;
}

function treeOf(finding: Finding, report: Report, page: Page, all: boolean): string[] {
  const { claim, confidence, members } = finding;
  const facts = [`${claim.family} ${claim.role}`, ...(confidence === undefined ? [] : [confidence])];
  if (isOnlyTold(finding, report)) facts.push("only told");
  if (members.length > 1) facts.push(sizeOf(members));
  return [
    ...headed(
      coloured(finding.verdict, page),
      finding.verdict,
      facts.map(visible).join(" · "),
      page,
      page.paint.strong,
    ),
    ...wrap(visible(finding.because), page.columns - 2).map((line) => `  ${line}`),
    ...treeLines(finding, page, all ? ALL : FEW),
  ];
}

/** Its process is gone; what is there is shown as a tree. */
function isOffRecord({ verdict }: RegisteredFinding): boolean {
  return verdict === "dead" || verdict === "replaced";
}

function recordLines({ entry, verdict, because }: RegisteredFinding, page: Page): string[] {
  const session = entry.session === undefined ? "" : `, session ${entry.session}`;
  const text = `${entry.kind} ${entry.pid} of ${entry.originator.tool} (pid ${entry.originator.pid})${session}`;
  return [
    ...headed(coloured(verdict, page), verdict, visible(text), page, page.paint.strong),
    ...wrap(visible(because), page.columns - 2).map((line) => `  ${line}`),
  ];
}

function totals(report: Report, page: Page, all: boolean): string[] {
  const { plan, findings } = report;
  const ending = findings.filter((finding) => isPlanned(finding, report));
  const told = findings.filter((finding) => isOnlyTold(finding, report));
  const staying = findings.filter((finding) => !ending.includes(finding) && !told.includes(finding));
  const sentences: string[] = [];
  if (ending.length > 0) {
    const processes = ending.flatMap((finding) => finding.members);
    sentences.push(
      `${counted(ending.length, "tree", "trees")} that nobody is responsible for: ${sizeOf(processes)}.`,
    );
  }
  if (told.length > 0) {
    const trees = counted(told.length, "tree is", "trees are");
    sentences.push(`${trees} only told of: the configuration names ${names(told)} in report-only.`);
  }
  const onDisk = leftoverTotal(report);
  if (onDisk !== undefined) sentences.push(onDisk);
  if (plan.unregister.length > 0) {
    const entries = counted(plan.unregister.length, "entry of the registry is", "entries of the registry are");
    sentences.push(`${entries} of processes that are gone.`);
  }
  const slots = report.slots ?? [];
  if (slots.length > 0) {
    const which = slots.map(({ name, slot }) => `${slot} of ${visible(name)}`).join(", ");
    sentences.push(`${counted(slots.length, "slot is", "slots are")} left by dead holders (${which}).`);
  }
  if (sentences.length === 0) sentences.push(nothing(report));
  else if (plan.terminate.length + plan.remove.length === 0) sentences.push("Nothing else to reap.");
  else if (report.command === "scan" && report.backend !== "replay") {
    const deed = plan.terminate.length > 0 ? "end" : "remove";
    const which = ending.length + plan.remove.length === 1 ? "it" : "them";
    sentences.push(`To ${deed} ${which}: ${reaping(report, page)}`);
  } else if (report.dryRun) sentences.push("A dry run: nothing was touched.");
  const lines = wrap(sentences.join(" "), page.columns).map(page.paint.strong);
  if (staying.length > 0) lines.push(...stayingLines(staying, report, page, all));
  lines.push(...stayingLeftovers(report, page, all));
  return lines;
}

/** What ends exactly these: how one looked has to be said again. */
function reaping({ policy }: Report, { again = [] }: Page): string {
  const { allUsers, hostNamespaces, minAgeMs, maxAgeMs, confidence, only } = policy;
  return [
    "agent-reaper reap",
    ...(minAgeMs === defaultPolicy.minAgeMs ? [] : [`--min-age ${writeDuration(minAgeMs)}`]),
    ...(maxAgeMs === undefined ? [] : [`--max-age ${writeDuration(maxAgeMs)}`]),
    ...(allUsers === true || confidence === defaultPolicy.confidence ? [] : [`--confidence ${confidence}`]),
    ...(only === undefined ? [] : [`--only ${only.join(",")}`]),
    ...(allUsers === true ? ["--all-users"] : []),
    ...(hostNamespaces === true ? ["--host-namespaces"] : []),
    ...again.map(visible),
  ].join(" ");
}

function names(findings: readonly Finding[]): string {
  return [...new Set(findings.map(({ matcher }) => visible(matcher)))].sort().join(", ");
}

function nothing({ findings, seen }: Report): string {
  if (findings.length === 0) return `Nothing to reap: no agents among ${counted(seen, "process", "processes")}.`;
  if (findings.length === 1) return "Nothing to reap: the one tree of an agent here stays.";
  return `Nothing to reap: all ${findings.length} trees of agents here stay.`;
}

function stayingLines(staying: readonly Finding[], { policy }: Report, page: Page, all: boolean): string[] {
  const isNarrowed = policy.only !== undefined || policy.pids !== undefined;
  const counts = ORDER.map((verdict) =>
    [verdict, staying.filter((finding) => finding.verdict === verdict).length] as const
  )
    .filter(([, count]) => count > 0).map(([verdict, count]) =>
      `${count} ${verdict}${isNarrowed && (verdict === "orphan" || verdict === "stale") ? " not asked for" : ""}`
    );
  const how = all ? "" : `; to see ${staying.length === 1 ? "it" : "them"}: --all`;
  const text = `${counted(staying.length, "tree of an agent stays", "trees of agents stay")} (${
    counts.join(", ")
  })${how}`;
  return wrap(text, page.columns).map(page.paint.faint);
}
