/**
 * The adopted-only snapshot and nothing else: what the operating system tells of those who lost their parent. It says no
 * word, as the empty program says none.
 *
 * @module
 */
import { openTable } from "../plugins/backends/procfs/table.ts";

const drafts = openTable("/proc", process.env).list("adopted");
process.exit(drafts.length > 0 ? 0 : 1);
