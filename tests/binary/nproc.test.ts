import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNamespace, runInside } from "../support/namespace.ts";
import type { Told } from "../support/programs/sweep-nproc.ts";

setDefaultTimeout(300_000);

const binary = join(import.meta.dir, "../../dist/agent-reaper");
const isRoot = process.getuid?.() === 0;

/** An ordinary user whose processes are all he may have; root is exempt (setrlimit(2)). */
const limited = (processes: number, output: string) => [
  ...[
    "sh",
    "-c",
    'chmod 777 . && exec setpriv --reuid 65532 --regid 65532 --clear-groups prlimit --nproc="$1" timeout 200 "$2" scan --json >"$3" 2>&1',
    "sh",
  ],
  ...[String(processes), binary, output],
];

describe("the binary, where hardly a thread can be made", () => {
  // Only root can become somebody whose limit is used up; on other machines there is nothing to define.
  for (const processes of isRoot ? [2, 3, 6, 9] : []) {
    test(`scans, into a file, with ${processes} processes allowed`, async () => {
      await runInNamespace((directory) => limited(processes, join(directory, "report.json")), {
        env: { HOME: "/nonexistent", XDG_CONFIG_HOME: "/nonexistent", XDG_DATA_HOME: "/nonexistent" },
      }, ({ exitCode, stderr, directory }) => {
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
        expect(JSON.parse(readFileSync(join(directory, "report.json"), "utf8")).schemaVersion).toBe(1);
      });
    });
  }

  if (isRoot) {
    test("sweeps, remembers and ends, with 1, 2, 3, 6 and 9 processes allowed", async () => {
      const limits = [1, 2, 3, 6, 9];
      const told = await runInside<Told[]>(join(import.meta.dir, "../support/programs/sweep-nproc.ts"), {
        binary,
        limits,
      });
      expect(told).toEqual(limits.map((allowed) => ({
        allowed,
        exits: [0, 0, 0, 0],
        output: "agent-reaper: asked to end claude N: nobody is responsible for them any more\n",
        alive: false,
      })));
    });
  }

  test("the same program scans without a limit", async () => {
    await runInNamespace(
      () => [binary, "scan", "--json"],
      {},
      ({ stdout }) => expect(JSON.parse(stdout).command).toBe("scan"),
    );
  });
});
