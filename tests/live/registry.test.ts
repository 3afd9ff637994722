import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type { Told as ToldOfHost } from "../support/programs/registry-host.ts";
import type { Told as ToldOfReplaced } from "../support/programs/registry-replaced.ts";

setDefaultTimeout(120_000);

const program = (name: string) => join(import.meta.dir, "..", "support", "programs", `${name}.ts`);

describe("what a host leaves", () => {
  test.each([1, 23, 49])(
    "killed with -9 at its spawn %i: one reap ends all of it, and the registry is empty",
    async (at) => {
      const told = await runInside<ToldOfHost>(program("registry-host"), { killAfter: at });
      expect(told.stderr).toBe("");
      expect(told.started).toBeGreaterThanOrEqual(at);
      expect(told.alive).toEqual([]);
      expect({ registeredAfter: told.registeredAfter, exitCode: told.exitCode }).toEqual({
        registeredAfter: 0,
        exitCode: 0,
      });
      if (at > 1) expect(told.registeredBefore).toBeGreaterThan(0);
    },
  );
});

describe("an entry whose process is gone, and whose pid is another's", () => {
  test("is reported replaced, taken off, and whoever has the pid today gets no signal", async () => {
    const told = await runInside<ToldOfReplaced>(program("registry-replaced"));
    expect(told).toEqual({
      verdicts: { "edited start": "replaced", "earlier boot": "dead" },
      outcomes: ["unregistered", "unregistered"],
      registeredAfter: 0,
      alive: true,
      handled: [],
      sent: [],
      exitCode: 0,
    });
  });
});
