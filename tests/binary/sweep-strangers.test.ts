import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type { Told } from "../support/programs/strangers.ts";

setDefaultTimeout(120_000);

const binary = join(import.meta.dir, "../../dist/agent-reaper");
let told: Told;

beforeAll(async () => {
  const program = join(import.meta.dir, "../support/programs/strangers.ts");
  told = await runInside<Told>(program, { binary }, { silentInit: true });
});

describe("sweep, where somebody lost their parent since its last look", () => {
  test("looks again for whoever may be an agent's or becomes one, and for no stranger", () => {
    expect(told.byWords).toBe(true);
    expect(told.looked).toEqual({
      "nobody": false,
      "a stranger": false,
      "the same stranger, once more": false,
      "one that waits": false,
      "what it became": true,
      "one that an agent marked": true,
      "seventeen strangers": true,
      "an orphan": true,
    });
  });
});
