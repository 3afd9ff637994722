import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { classify } from "../../src/classify.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import type { Snapshot } from "../../src/contract.ts";
import { baselines, endedBy } from "./baselines.ts";
import { cases } from "./cases.ts";

interface Score {
  readonly name: string;
  readonly found: number;
  readonly wrong: number;
  readonly rightTables: number;
}

const all = cases.reduce((sum, one) => sum + one.label.reap.length, 0);

/** Where the tables come from, by their labels, in the README's words. */
function origins(): string[] {
  const sources = cases.map(({ label }) => label.source);
  const real = sources.filter((source) => source.some((one) => /^(?:real|tried:) /.test(one)));
  const reported = sources.filter((source) => !real.includes(source) && source.some((one) => /#\d/.test(one)));
  const rest = cases.length - real.length - reported.length;
  expect(real.length).toBe(6);
  return [
    `On the ${cases.length} tables in \`tests/corpus/cases\`, of which ${reported.length} name the public reports`,
    `six are of real programs`,
    `${rest} are written from the facts alone`,
  ];
}

function score(name: string, ends: (snapshot: Snapshot) => readonly number[]): Score {
  let found = 0, wrong = 0, rightTables = 0;
  for (const { snapshot, label } of cases) {
    const ended = ends(snapshot);
    const right = ended.filter((pid) => label.reap.includes(pid)).length;
    found += right;
    wrong += ended.length - right;
    if (right === label.reap.length && ended.length === right) rightTables++;
  }
  return { name, found, wrong, rightTables };
}

test("finds all and harms none, which no rule it replaces does", () => {
  const plugins = builtin();
  const ours = score("agent-reaper", (snapshot) => classify(snapshot, plugins, defaultPolicy).plan.terminate);
  const theirs = baselines.map((baseline) => score(baseline.name, (snapshot) => endedBy(baseline, snapshot)));
  const rows = [ours, ...theirs].map(({ name, found, wrong, rightTables }) =>
    `| ${name} | ${found} of ${all} (${
      Math.round((found / all) * 100)
    } %) | ${wrong} | ${rightTables} of ${cases.length} |`
  );
  console.log(
    ["| rule | orphans found | wrong kills | tables right |", "| --- | --- | --- | --- |", ...rows].join("\n"),
  );

  expect(ours).toEqual({ name: "agent-reaper", found: all, wrong: 0, rightTables: cases.length });
  for (const their of theirs) expect(their.found).toBeLessThan(all);
  expect(theirs.some((their) => their.wrong > 0)).toBe(true);
  // Slot files look at no process: their row says nothing to readers.
  const shown = readFileSync(join(import.meta.dir, "../../README.md"), "utf8").replace(/ +/g, " ");
  const wanted = [...rows.slice(0, -1), ...origins()];
  expect(wanted.filter((text) => !shown.includes(text))).toEqual([]);
});
