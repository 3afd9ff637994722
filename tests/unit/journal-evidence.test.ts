import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunJournal } from "../../src/journal/journal.ts";
import { readSpool, spoolPath } from "../../src/journal/spool.ts";
import type { Finding } from "../../src/report.ts";
import { orphan } from "../support/fake-machine.ts";
import { ordinary } from "../support/world.ts";

const uid = process.getuid?.() ?? 0;
let state: string;
beforeEach(() => {
  state = join(mkdtempSync(join(tmpdir(), "evidence-")), "state");
});
afterEach(() => rmSync(join(state, ".."), { recursive: true, force: true }));

test("what is about to be done is written down with what spoke for it and against it", () => {
  const one = ordinary(4200);
  const gates: Finding["gates"] = [
    { kind: "guard", name: "too-young", pid: 4200, objection: { because: "it is two seconds old" } as never },
    { kind: "proof", name: "lifeline", pid: 4200, evidence: { because: "its stdin is gone" } as never },
    { kind: "proof", name: "terminal", pid: 4200 },
  ];
  const finding: Finding = { ...orphan([one]), gates, confidence: "proven", because: "nobody is there" };
  const host = { bootId: "boot", hostname: "box" };
  const complain = (line: string) => expect(line).toBe("");
  const journal = new RunJournal({ state, command: "reap", host, viewer: { uid, pid: 77 }, complain });
  journal.intend([{ pid: 4200, startToken: "1", bootId: "boot", action: "terminate", process: one, finding }]);
  const records = [...readSpool(spoolPath(state), new Map())].flatMap(({ records }) => records);
  expect(records.find(({ type }) => type === "intent")).toMatchObject({
    rootPid: 4200,
    matcher: "claude",
    verdict: "orphan",
    confidence: "proven",
    because: "nobody is there",
    gates: [{ name: "too-young", says: "it is two seconds old" }, { name: "lifeline", says: "its stdin is gone" }],
  });
});
