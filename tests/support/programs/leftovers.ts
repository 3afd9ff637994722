/**
 * Inside: lays out every family, looks two days later, takes away what the plan says.
 *
 * @module
 */
import { lstatSync } from "node:fs";
import { run } from "../../../src/engine.ts";
import { monotonicClock } from "../../../src/clock.ts";
import type { Machine } from "../../../src/contract.ts";
import { openMachine } from "../../../src/machine.ts";
import { builtin } from "../../../src/plugins.ts";
import { defaultPolicy } from "../../../src/policy.ts";
import type { Report } from "../../../src/report.ts";
import { formatSnapshot, parseSnapshot } from "../../../src/snapshot/file.ts";
import { look } from "../../../src/look.ts";
import { classify } from "../../../src/classify.ts";
import { redactSnapshot } from "../../../src/redact/report.ts";
import { type Expected, Ground, layOut } from "../leftovers.ts";

const TWO_DAYS_MS = 2 * 24 * 60 * 60 * 1000;

/** One path, as it was expected and as it came. */
export interface Seen extends Expected {
  readonly verdict: string;
  readonly said: string;
  readonly planned: boolean;
  readonly outcome?: string;
  readonly freedBytes?: number;
  readonly bytes?: number;
  readonly isThere: boolean;
}

/** What the test asserts on. */
export interface Told {
  readonly seen: readonly Seen[];
  readonly others: readonly string[];
  readonly isUntouched: boolean;
  readonly replayed: boolean;
  readonly tokens: number;
  readonly again: readonly string[];
  readonly asked: readonly string[];
}

/** As if it looked later than the files were made: no file's change time can be set back. */
function later(machine: Machine): Machine {
  return { ...machine, host: machine.host, now: () => machine.now() + TWO_DAYS_MS };
}

export default async function inside(): Promise<Told> {
  const ground = new Ground();
  layOut(ground);
  const plugins = builtin();
  const machine = later(openMachine(plugins, {}));
  const reap = (only: string): Promise<Report> =>
    run({
      command: "reap",
      machine,
      plugins,
      policy: { ...defaultPolicy, only: [only] },
      scope: "all",
      dryRun: false,
      clock: monotonicClock,
    });
  try {
    const policy = { ...defaultPolicy, only: ["leftovers"] };
    const text = formatSnapshot(redactSnapshot(look(machine, plugins, policy, { scope: "all" })));
    const replayed = classify(parseSnapshot(text, "file"), plugins, policy);
    const report = await reap("leftovers");
    const verdicts = (leftovers: Report["leftovers"]) =>
      JSON.stringify(leftovers.map(({ leftover, verdict, because }) => [leftover.path, verdict, because]));
    const seen = ground.expected.map((expected): Seen => {
      const finding = report.leftovers.find(({ leftover }) => leftover.path === expected.path);
      const result = report.results.find(({ path }) => path === expected.path);
      return {
        ...expected,
        verdict: finding?.verdict ?? "unseen",
        said: finding?.because ?? "unseen",
        planned: report.plan.remove.includes(expected.path),
        ...(result === undefined ? {} : { outcome: result.outcome }),
        ...(result?.freedBytes === undefined ? {} : { freedBytes: result.freedBytes }),
        ...(finding?.leftover.bytes === undefined ? {} : { bytes: finding.leftover.bytes }),
        isThere: lstatSync(expected.path, { throwIfNoEntry: false }) !== undefined,
      };
    });
    const known = new Set(ground.expected.map(({ path }) => path));
    return {
      seen,
      others: report.leftovers.map(({ leftover }) => leftover.path).filter((path) => !known.has(path)),
      isUntouched: ground.isUntouched(),
      replayed: verdicts(replayed.leftovers) === verdicts(report.leftovers),
      tokens: text.split("0123456789abcdef").length - 1,
      again: (await reap("leftovers")).plan.remove,
      asked: (await reap("git-worktree-lock")).results.map(({ path, outcome }) => `${outcome} ${path}`),
    };
  } finally {
    machine.close();
    await ground.leave();
  }
}
