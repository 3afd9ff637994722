/**
 * What sweeps cost, from measurements to what is printed.
 *
 * @module
 */
import type { Fifty, Sweeps, Way } from "./sweep.ts";
import type { Took } from "./inside.ts";
import { median, shown } from "./table.ts";

const NAMES: Readonly<Record<Exclude<Way, "empty">, string>> = {
  throttled: "`sweep --every 60s`, one ran just now",
  resting: "`sweep`, nobody new lost their parent",
  stranger: "`sweep`, somebody new did who is no agent's",
  looking: "`sweep`, a whole look (the first, then for an agent's, and every ten minutes)",
};
const AIMS: Readonly<Record<Exclude<Way, "empty">, number>> = {
  throttled: 1.1,
  resting: 1.3,
  stranger: 1.3,
  looking: 1.3,
};
const AIM_FIFTY = 1.15;
const AIM_MEMORY_MB = 36;
const KIB_PER_MB = 1024;

/** Ratios to the empty program as a Markdown table. */
export function sweepTable(all: readonly Sweeps[]): string {
  const lines = [
    `| ÷ empty program | ${
      all.map(({ count }) => `${count.toLocaleString("en")} processes`).join(" | ")
    } | peak memory | aim |`,
    `|---|${all.map(() => "---").join("|")}|---|---|`,
  ];
  for (const [way, name] of Object.entries(NAMES) as [Exclude<Way, "empty">, string][]) {
    const ratios = all.map((one) => ({ wall: ratio(one, way, "wallMs"), cpu: ratio(one, way, "cpuMs") }));
    const peakMb = Math.max(...all.map(({ rounds }) => median(rounds.map((round) => round[way].peakKiB)))) / KIB_PER_MB;
    const isReached = peakMb <= AIM_MEMORY_MB && ratios.every(({ wall, cpu }) => Math.max(wall, cpu) <= AIMS[way]);
    lines.push(
      `| ${name} | ${ratios.map(({ wall, cpu }) => `${shown(wall)} · ${shown(cpu)}`).join(" | ")} | ${
        peakMb.toFixed(0)
      } MB | ≤ ${AIMS[way]}, ≤ ${AIM_MEMORY_MB} MB: ${isReached ? "reached" : "missed"} |`,
    );
  }
  const crowded = all.map((one) => ({ wall: crowd(one, "wallMs"), cpu: crowd(one, "cpuMs") }));
  lines.push(
    `| fifty at once ÷ fifty empty programs at once | ${
      crowded.map(({ wall, cpu }) => `${shown(wall)} · ${shown(cpu)}`).join(" | ")
    } | | ≤ ${AIM_FIFTY}: ${
      crowded.every(({ wall, cpu }) => Math.max(wall, cpu) <= AIM_FIFTY) ? "reached" : "missed"
    } |`,
  );
  return `What \`sweep\` costs, wall · processor:\n\n${lines.join("\n")}`;
}

function ratio({ rounds }: Sweeps, way: Way, of: keyof Took): number {
  return median(rounds.map((round) => round[way][of] / round.empty[of]));
}

function crowd({ crowds }: Sweeps, of: keyof Fifty): number {
  return median(crowds.map((round) => round.sweeps[of] / round.empty[of]));
}
