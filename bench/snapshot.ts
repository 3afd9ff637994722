/**
 * The adopted-only snapshot and nothing else: what the operating system tells of those who lost their parent. It says no
 * word, as the empty program says none.
 *
 * @module
 */
import procfs from "../plugins/backends/procfs/index.ts";

const machine = procfs.open({});
const drafts = machine.list("adopted");
process.exit(drafts.length > 0 ? 0 : 1);
