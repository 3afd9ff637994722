/**
 * One of many that write to the registry at once: registry-writer.ts DIRECTORY NAME COUNT LOG
 *
 * Registers COUNT processes (0: without end) and takes every second one off again. What was confirmed is
 * appended to LOG: `+N` and `-N`.
 *
 * @module
 */
import { appendFileSync } from "node:fs";
import { StoredRegistry } from "../../../src/registry/stored.ts";
import { Store } from "../../../src/store/store.ts";
import { entry } from "../registered.ts";

const [directory, name, count, log] = process.argv.slice(2) as [string, string, string, string];
const store = new Store({ directory, viewer: { uid: process.geteuid?.() ?? 0 }, patienceMs: 200_000 });
const registry = new StoredRegistry(store);
const most = count === "0" ? Infinity : Number(count);
for (let number = 1; number <= most; number++) {
  const one = entry({ pid: number, startToken: name, kind: name });
  registry.register(one);
  appendFileSync(log, `+${number}\n`);
  if (number % 2 === 0) continue;
  registry.unregister(one);
  appendFileSync(log, `-${number}\n`);
}
store.close();
