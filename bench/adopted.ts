/**
 * The look that hooks and watchers take: only what has lost its parent, its details, judged. Prints what it found.
 *
 * @module
 */
import { survey } from "../src/engine.ts";
import { openMachine } from "../src/machine.ts";
import { builtin } from "../src/plugins.ts";
import { defaultPolicy } from "../src/policy.ts";
import { print } from "../src/terminal.ts";

const plugins = builtin();
const machine = openMachine(plugins);
const { snapshot, judgement } = survey({ machine, plugins, policy: defaultPolicy, scope: "adopted" });
machine.close();
await print(`${snapshot.processes.length} processes, ${judgement.findings.length} trees\n`);
process.exit(0);
