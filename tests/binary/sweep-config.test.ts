import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type { Looks } from "../support/programs/sweep-config.ts";

setDefaultTimeout(120_000);

const binary = join(import.meta.dir, "../../dist/agent-reaper");

test("a configuration that was written, changed or taken away ends a sweep's rest, and nothing else of it does", async () => {
  const program = join(import.meta.dir, "../support/programs/sweep-config.ts");
  const looks = await runInside<Looks>(program, { binary }, { silentInit: true });
  expect(looks).toEqual({
    "nothing": [true, false],
    "an empty directory": [false, false],
    "a new file": [true, false],
    "other text": [true, false],
    "another time": [true, false],
    "another file in its place": [true, false],
    "another that the environment names": [true, false],
    // That look breaks off, and nothing rests on it.
    "one that is named wrongly": [true, true],
    "no file": [true, false],
  });
});
