/**
 * The adopted-only snapshot and nothing else: what the operating system tells of those who lost their parent. Prints how
 * many there are.
 *
 * @module
 */
import procfs from "../plugins/backends/procfs/index.ts";

const machine = procfs.open({});
const drafts = machine.list("adopted");
machine.close();
await Bun.write(Bun.stdout, `${drafts.length} processes\n`);
process.exit(0);
