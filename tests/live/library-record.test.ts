import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type { Told } from "../support/programs/library-record.ts";

setDefaultTimeout(120_000);

test("the library leaves whom a living host has on record, and touches nobody while it cannot tell who is", async () => {
  const told = await runInside<Told>(join(import.meta.dir, "../support/programs/library-record.ts"));
  const trouble = "STATE: it is damaged, or no database: move it away to begin a new one";
  expect(told).toEqual({
    onRecord: { verdicts: ["healthy"], ended: [], alive: true },
    unread: {
      said: `the registry cannot be read, so nobody is touched: ${trouble}`,
      warnings: [`the registry is left out: ${trouble}`],
      planned: 1,
    },
    rounds: {
      said: `a round failed, the next comes in 20 ms: the registry cannot be read, so nobody is touched: ${trouble}`,
      alive: true,
    },
    later: { alive: false, registered: ["own"] },
  });
});
