/**
 * What lies on disk: by family, the largest first, each with its reason; of many the first few.
 *
 * @module
 */
import {
  formatBytes,
  isLeftoverToldOnly,
  type LeftoverFinding,
  padStart,
  type Report,
  type Verdict,
  visible,
  wrap,
} from "../../../src/contract.ts";
import { coloured, headed } from "./headed.ts";
import { counted, type Page, tilde } from "./tree.ts";

const FEW = 3;
const SIZE = 8;

const ORDER: readonly Verdict[] = ["leftover", "unsure", "spared", "owned"];
const MANY: Readonly<Record<string, string>> = { directory: "directories", file: "files", symlink: "symlinks" };

/** Those that `reap` would take away, or all. */
export function leftoverLines(report: Report, page: Page, all: boolean): string[] {
  const planned = new Set(report.plan.remove);
  const told = new Set(report.leftovers.filter((finding) => isOnlyTold(finding, report)));
  const groups = new Map<string, LeftoverFinding[]>();
  for (const finding of report.leftovers) {
    const isPlanned = planned.has(finding.leftover.path);
    if (!all && !isPlanned && !told.has(finding)) continue;
    const key = [ORDER.indexOf(finding.verdict), isPlanned ? 0 : 1, finding.matcher, finding.leftover.kind].join(" ");
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, group]) =>
    groupLines(group, group.every((finding) => told.has(finding)), page, all)
  );
}

/** Whether it would be taken away, were its matcher not named by `report-only`. */
function isOnlyTold({ verdict, matcher }: LeftoverFinding, { policy }: Report): boolean {
  return verdict === "leftover" && isLeftoverToldOnly(matcher, policy);
}

function groupLines(group: readonly LeftoverFinding[], isTold: boolean, page: Page, all: boolean): string[] {
  const { verdict, family, leftover: { kind } } = group[0] as LeftoverFinding;
  const shown = group.toSorted((a, b) => (b.leftover.bytes ?? 0) - (a.leftover.bytes ?? 0) || byPath(a, b)).slice(
    0,
    all ? group.length : FEW,
  );
  const what = `${visible(family)} · ${counted(group.length, kind, MANY[kind] ?? kind)}${sizeOf(group)}`;
  const head = isTold ? `${what} · only told` : what;
  const lines = headed(coloured(verdict, page), verdict, head, page, page.paint.strong);
  for (const { leftover, because } of shown) {
    const size = leftover.bytes === undefined || leftover.kind === "symlink" ? "" : formatBytes(leftover.bytes);
    const text = [visible(tilde(leftover.path, page.home)), visible(because)];
    text.flatMap((line, at) => wrap(line, page.columns - SIZE - 2).map((part) => [part, at] as const))
      .forEach(([part, of], at) =>
        lines.push(`${padStart(at === 0 ? size : "", SIZE)}  ${of === 0 ? part : page.paint.faint(part)}`)
      );
  }
  const rest = group.length - shown.length;
  if (rest > 0) lines.push(`${" ".repeat(SIZE + 2)}${page.paint.faint(`… and ${rest} more; to see them: --all`)}`);
  return lines;
}

function byPath(a: LeftoverFinding, b: LeftoverFinding): number {
  return a.leftover.path < b.leftover.path ? -1 : 1;
}

function sizeOf(group: readonly LeftoverFinding[]): string {
  const sizes = group.flatMap(({ leftover }) => leftover.kind === "symlink" ? [] : leftover.bytes ?? []);
  return sizes.length === 0 ? "" : `, ${formatBytes(sizes.reduce((sum, bytes) => sum + bytes, 0))}`;
}

/** One sentence about all that goes. */
export function leftoverTotal({ plan, leftovers }: Report): string | undefined {
  if (plan.remove.length === 0) return undefined;
  const planned = new Set(plan.remove);
  const going = leftovers.filter(({ leftover }) => planned.has(leftover.path));
  return `${counted(plan.remove.length, "leftover", "leftovers")} on disk${sizeOf(going)}.`;
}

/** What stays though it looks like something of a dead agent's. */
export function stayingLeftovers({ leftovers, plan }: Report, page: Page, all: boolean): string[] {
  const planned = new Set(plan.remove);
  const of = (verdict: Verdict) => leftovers.filter((finding) => finding.verdict === verdict);
  const doubtful = (["unsure", "spared"] as const).map((verdict) => [verdict, of(verdict).length] as const)
    .filter(([, count]) => count > 0);
  const lines: string[] = [];
  if (doubtful.length > 0 && !all) {
    const count = doubtful.reduce((sum, [, count]) => sum + count, 0);
    const counts = doubtful.map(([verdict, count]) => `${count} ${verdict}`).join(", ");
    lines.push(`${counted(count, "leftover on disk stays", "leftovers on disk stay")} (${counts}); to see why: --all`);
  }
  const byName = of("leftover").filter((finding) => finding.onlyWhenNamed && !planned.has(finding.leftover.path));
  for (const matcher of new Set(byName.map((finding) => finding.matcher))) {
    const count = byName.filter((finding) => finding.matcher === matcher).length;
    lines.push(`${count} more of a dead agent's ${count === 1 ? "goes" : "go"} only by name: --only ${matcher}`);
  }
  return lines.flatMap((line) => wrap(line, page.columns)).map(page.paint.faint);
}
