/**
 * From measurements to what is printed.
 *
 * @module
 */
import type { Contestant, Measured, Took } from "./inside.ts";

/** What a ratio is to stay below, at a size. */
interface Aim {
  readonly count: number;
  readonly what: Contestant;
  readonly against: Contestant;
  readonly most: number;
}

const AIMED_AT = 2000;
const AIMS: readonly Aim[] = [
  { count: AIMED_AT, what: "scan", against: "floor", most: 1.8 },
  { count: AIMED_AT, what: "scan", against: "ps", most: 0.45 },
  { count: AIMED_AT, what: "snapshot", against: "empty", most: 1.3 },
];
const NAMES: Readonly<Record<Contestant, string>> = {
  floor: "C floor",
  ps: "`ps`",
  empty: "empty program",
  scan: "`scan --json`",
  snapshot: "adopted-only snapshot",
  adopted: "adopted-only look, judged",
};
const ROWS: readonly (readonly [what: Contestant, against: Contestant])[] = [
  ["scan", "floor"],
  ["scan", "ps"],
  ["scan", "empty"],
  ["snapshot", "floor"],
  ["snapshot", "ps"],
  ["snapshot", "empty"],
  ["adopted", "floor"],
  ["adopted", "ps"],
  ["adopted", "empty"],
];

/** The middle one. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[half] as number)
    : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
}

/** The median of the ratios of each round: what slowed a round down slowed down both. */
export function ratio(measured: Measured, what: Contestant, against: Contestant, of: keyof Took): number {
  return median(measured.rounds.map((round) => round[what][of] / round[against][of]));
}

/** Ratios as a Markdown table: wall, processor, peak memory. */
export function table(all: readonly Measured[]): string {
  const lines = [
    `| | ${all.map(({ count }) => `${count.toLocaleString("en")} processes`).join(" | ")} | aim at ${
      AIMED_AT.toLocaleString("en")
    } |`,
    `|---|${all.map(() => "---").join("|")}|---|`,
  ];
  for (const [what, against] of ROWS) {
    const cells = all.map((measured) =>
      (["wallMs", "cpuMs", "peakKiB"] as const).map((of) => shown(ratio(measured, what, against, of))).join(" · ")
    );
    lines.push(`| ${NAMES[what]} ÷ ${NAMES[against]} | ${cells.join(" | ")} | ${aimOf(all, what, against)} |`);
  }
  return `Wall · processor · peak memory, medians of paired ratios:\n\n${lines.join("\n")}`;
}

function aimOf(all: readonly Measured[], what: Contestant, against: Contestant): string {
  const aim = AIMS.find((one) => one.what === what && one.against === against);
  const measured = all.find(({ count }) => count === aim?.count);
  if (aim === undefined || measured === undefined) return "";
  const reached = ratio(measured, what, against, "wallMs") <= aim.most;
  return `wall ≤ ${aim.most}: ${reached ? "reached" : "missed"}`;
}

/** How the time for one more process changes from one size to the next: 1 is linear. */
export function growth(all: readonly Measured[]): string {
  const [small, middle, large] = all as readonly [Measured, Measured, Measured];
  const lines = (["scan", "floor", "ps"] as const).map((what) => {
    const early = perProcess(what, small, middle);
    const late = perProcess(what, middle, large);
    return `- ${NAMES[what]}: ${shown(late / early)}`;
  });
  const flat = (["snapshot", "adopted"] as const).map((what) =>
    `- ${NAMES[what]}: at ${large.count} it takes ${
      shown(wall(what, large) / wall(what, small))
    } times what it takes at ${small.count} (1 is no growth)`
  );
  return [
    `Growth: wall time for one more process between ${middle.count} and ${large.count}, divided by that between ${small.count} and ${middle.count} (1 is linear):`,
    "",
    ...lines,
    ...flat,
  ].join("\n");
}

function perProcess(what: Contestant, from: Measured, to: Measured): number {
  return (wall(what, to) - wall(what, from)) / (to.count - from.count);
}

function wall(what: Contestant, measured: Measured): number {
  return median(measured.rounds.map((round) => round[what].wallMs));
}

/** Two digits behind the point. */
export function shown(number: number): string {
  return number.toFixed(2);
}
