/** What a hold promises, on every live backend that works here; inside a pid namespace, for it signals. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type { Told } from "../support/programs/hold-contract.ts";

setDefaultTimeout(300_000);

const GRIPS: Readonly<Record<string, string>> = {
  procfs: "pidfd",
  "procfs without pidfds": "start time, read again before each signal",
  "proc-files": "start time, read again before each signal",
  ps: "start time, read again before each signal",
};

for (const [backend, grip] of Object.entries(GRIPS)) {
  describe(`a hold by ${backend}`, () => {
    test("signals whom it was taken of and nobody else; without a signal it leaves no trace", async () => {
      const told = await runInside<Told>(join(import.meta.dir, "../support/programs/hold-contract.ts"), { backend });
      expect(told).toEqual({
        grip,
        signals: ["TERM", "CONT", "STOP", "KILL"],
        alive: true,
        untouched: "S",
        twiceReleased: "S",
        afterRelease: "unknown",
        leaks: false,
        wrongStart: "replaced",
        withoutStart: "unknown",
        ended: "gone",
        zombie: "gone",
        ownSelf: "denied",
        init: "denied",
        otherParent: "replaced",
        otherProgram: "replaced",
        changed: ["the same", "replaced", "gone"],
        stopped: ["T", "S"],
        term: { answer: "sent", signal: "SIGTERM", alive: false, again: "gone" },
        givenAway: ["gone", "gone", "gone", false, "S"],
        survivors: true,
      });
    });
  });
}
