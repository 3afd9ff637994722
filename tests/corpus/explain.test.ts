import { describe, expect, test } from "bun:test";
import { classify } from "../../src/classify.ts";
import { explain } from "../../src/explain.ts";
import { builtin } from "../../src/plugins.ts";
import { canBeSignalled } from "../../src/process.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { cases } from "./cases.ts";

const plugins = builtin();

describe("explain() tells of every process of a recorded table what scan decided", () => {
  for (const { name, snapshot } of cases) {
    if (snapshot.processes.length > 200) continue;
    test(name, () => {
      const ended = new Set(classify(snapshot, plugins, defaultPolicy).plan.terminate);
      for (const process of snapshot.processes) {
        const told = explain(snapshot, process.pid, plugins, defaultPolicy);
        expect(told?.because.length).toBeGreaterThan(5);
        expect(told?.chain[0]?.pid).toBe(process.pid);
        expect({ pid: process.pid, ends: told?.verdict === "orphan" && canBeSignalled(process) }).toEqual({
          pid: process.pid,
          ends: ended.has(process.pid),
        });
      }
    });
  }
});
