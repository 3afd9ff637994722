import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type { Told } from "../support/programs/report-only.ts";

setDefaultTimeout(120_000);

const binary = join(import.meta.dir, "../../dist/agent-reaper");

describe("what report-only names", () => {
  let told: Told;
  beforeAll(async () => {
    told = await runInside<Told>(join(import.meta.dir, "../support/programs/report-only.ts"), { binary });
  });

  test("is told by scan without being asked, with the rule", () => {
    const { scan, json, explain } = told.named;
    expect(scan.stdout).toMatch(/^orphan +claude agent · \w+ · .*only told$/m);
    expect(scan.stdout).toContain("1 tree is only told of: the configuration names claude in report-only.");
    expect(scan.stdout).not.toContain("agent-reaper reap");
    expect(explain.stdout).toContain("report-only in the configuration names claude: it is never ended");
    expect(JSON.parse(json.stdout)).toMatchObject({
      plan: { terminate: [] },
      policy: { reportOnly: ["claude"] },
      findings: [{ pid: told.pid, verdict: "orphan" }],
    });
  });

  test("is ended by nobody: reap, reap PID, sweep, watch", () => {
    const { dry, reap, pid, sweep } = told.named;
    expect(JSON.parse(dry.stdout)).toMatchObject({ plan: { terminate: [] }, results: [] });
    expect(Object.values(told.named).map(({ alive }) => alive)).toEqual(Object.values(told.named).map(() => true));
    expect([reap.exitCode, sweep.exitCode]).toEqual([0, 0]);
    expect(told.watched).toEqual({ exitCode: 0, alive: true });
    expect(sweep.stderr).toBe("");
    expect(pid.stderr).toContain(`${told.pid} stays (orphan)`);
    expect(pid.stderr).toContain("report-only in the configuration names claude");
  });

  test("is refused when it is no matcher's name: a rule that is lost ends somebody", () => {
    const says = "report-only in the configuration: cluade: there is no such name";
    for (const { exitCode, stderr, alive } of Object.values(told.misspelt)) {
      expect([exitCode, alive]).toEqual([2, true]);
      expect(stderr).toContain(says);
    }
  });

  test("is ended again once the rule is taken back", () =>
    expect(told.after).toMatchObject({ exitCode: 0, alive: false }));
});
