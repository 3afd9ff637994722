/** Slots of a server, kept for scripts on several machines. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
setDefaultTimeout(110_000);
const binary = join(import.meta.dir, "../../dist/agent-reaper");
for (const p of ["slots-kept", "slots-refused"]) {
  test(p, async () => {
    const told = await runInside<unknown>(join(import.meta.dir, `../support/programs/${p}.ts`), { binary }, {
      prefix: () => ["unshare", "--net", "--mount", "--"],
    });
    await Bun.write(`/tmp/pgslots-${p}.json`, JSON.stringify(told, null, 1));
    expect(told).toBeDefined();
  });
}
