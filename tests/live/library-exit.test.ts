import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type { Input, Told } from "../support/programs/library-exit.ts";

setDefaultTimeout(120_000);

const PROGRAM = join(import.meta.dir, "../support/programs/library-exit.ts");

test.each<Input["when"]>(["before it is held", "once it is held"])(
  "a host's child that becomes another program %s is looked at again, and ended by force",
  async (when) => {
    const told = await runInside<Told>(PROGRAM, { when } satisfies Input);
    expect(told).toEqual({ outcome: "killed", signal: "SIGKILL", holds: 2, onRecord: 0 });
  },
);
