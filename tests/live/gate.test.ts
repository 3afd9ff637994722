import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type { Told } from "../support/programs/gated.ts";

setDefaultTimeout(300_000);

test("a program at its gate begins when it is let, as the process that it was, and not when its host is gone", async () => {
  const { opened, shut, absent } = await runInside<Told>(join(import.meta.dir, "../support/programs/gated.ts"));
  expect(opened).toEqual({ samePid: true, sameStart: true, fds: ["0", "1", "2"], stdin: "asked", exitCode: 7 });
  expect(shut).toEqual({ began: false, left: 0 });
  expect(absent).toBe("ENOENT");
});
