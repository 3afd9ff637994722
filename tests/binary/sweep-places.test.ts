import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type { Places } from "../support/programs/sweep-places.ts";

setDefaultTimeout(120_000);

const binary = join(import.meta.dir, "../../dist/agent-reaper");

test("of containers that share a home each rests on its own look, and keeps what it saw while others look", async () => {
  const program = join(import.meta.dir, "../support/programs/sweep-places.ts");
  const { looked, seen: [first, last] } = await runInside<Places>(program, { binary }, { silentInit: true });
  expect(looked).toEqual([true, true, true, false]);
  expect(first).toHaveLength(1);
  expect(last?.[0]).toMatchObject({ pid: first?.[0]?.pid, firstMs: first?.[0]?.firstMs });
});
