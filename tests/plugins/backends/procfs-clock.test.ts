import { afterEach, beforeEach, describe, expect, spyOn, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readClock } from "../../../plugins/backends/procfs/clock.ts";
import { libc } from "../../../plugins/backends/procfs/libc.ts";
import { openTable } from "../../../plugins/backends/procfs/table.ts";

const HOUR_MS = 3_600_000;
/** Above the largest number there is: nobody has these. */
const PARENT = 5_000_000;
const CHILD = 5_000_001;

describe.skipIf(process.platform !== "linux")("a wall clock that is put forward between two looks", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "clock-"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const make = (pid: number, ppid: number, start: number): void => {
    const times = `0 0 0 0 20 0 1 0 ${start} 1000000 512`;
    put(`${pid}/stat`, `${pid} (node) S ${ppid} ${pid} ${pid} 0 -1 0 0 0 0 0 ${times} 0 0\n`);
    put(`${pid}/task/${pid}/children`, pid === PARENT ? `${CHILD} ` : "");
  };

  test("a child that is too young for its start to name it is one all the same", () => {
    make(PARENT, 1, 1000);
    const startToken = readClock(libc()).tick + 1000;
    make(CHILD, PARENT, startToken);
    const table = openTable(root, { HOME: "/home/ada" });
    const nowMs = Date.now();
    const forward = spyOn(Date, "now").mockImplementation(() => nowMs + HOUR_MS);
    try {
      expect(table.below([PARENT])).toMatchObject([{ pid: CHILD }]);
    } finally {
      forward.mockRestore();
      table.files.close(table.mount);
    }
    expect(table.newborns?.identity({ pid: CHILD, ppid: PARENT, startToken: String(startToken) })).toBe("unknown");
  });
});
