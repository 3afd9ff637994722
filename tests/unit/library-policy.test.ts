import { describe, expect, test } from "bun:test";
import { createReaper, defaultPolicy, scan } from "../../mod.ts";
import { policyWith } from "../../src/library/policy.ts";
import { builtin } from "../../src/plugins.ts";
import type { Policy } from "../../src/contract.ts";

const plugins = builtin();
/** As JavaScript has it, where nobody checks types. */
const read = (wanted: unknown) => policyWith(wanted as Partial<Policy>, plugins);

describe("a host's policy", () => {
  test("is the default with what it says", () =>
    expect(read({ confidence: "proven", only: ["registered"], limit: 3 })).toEqual({
      ...defaultPolicy,
      confidence: "proven",
      only: ["registered"],
      limit: 3,
    }));

  test("takes what is undefined for left out: it would end more", () =>
    expect(read({ confidence: undefined, minAgeMs: undefined, protect: undefined, only: undefined })).toEqual(
      defaultPolicy,
    ));

  for (
    const [wanted, says] of [
      [{ confidence: "sure" }, 'policy.confidence = "sure": expected adopted, likely or proven'],
      [{ minAgeMs: -1 }, "policy.minAgeMs = -1: expected a number of milliseconds, not negative"],
      [{ minAgeMs: Number.NaN }, "policy.minAgeMs"],
      [{ maxAgeMs: 0 }, "policy.maxAgeMs = 0: expected a number of milliseconds, more than 0"],
      [{ graceMs: "5s" }, 'policy.graceMs = "5s": expected a number of milliseconds'],
      [{ limit: 0 }, "policy.limit"],
      [{ pids: [0] }, "policy.pids = [0]: expected a list of process ids"],
      [{ protect: "mine" }, 'policy.protect = "mine": expected a list of texts'],
      [{ allUsers: "no" }, "policy.allUsers"],
      [{ only: ["nosuch"] }, 'policy.only: "nosuch": there is no such name, known are '],
      [{ reportOnly: ["nosuch"] }, 'policy.reportOnly: "nosuch": there is no such name, known are '],
      [{ minAge: 5 }, "policy.minAge: there is no such field, known are confidence, minAgeMs"],
      [{ toString: 5 }, "policy.toString: there is no such field"],
    ] as const
  ) {
    test(`is refused when it is ${JSON.stringify(wanted)}`, () => expect(() => read(wanted)).toThrow(says));
  }

  test("is read before anything is looked at", async () => {
    const policy = { confidence: "sure" } as unknown as Policy;
    expect(() => createReaper({ policy })).toThrow("policy.confidence");
    expect(await scan({ policy }).catch((error: Error) => error.name)).toBe("ParseError");
  });
});

test("rounds without a pause are refused", () => {
  const reaper = createReaper({ tool: "t" });
  for (const every of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => reaper.startReaper(() => [], { every })).toThrow(
      `startReaper.every = ${every}: expected milliseconds, more than 0: rounds without a pause`,
    );
  }
  reaper.startReaper(() => [], { every: 60_000 })();
  reaper.close();
});
