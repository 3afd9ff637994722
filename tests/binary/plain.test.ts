import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { runInNamespace } from "../support/namespace.ts";

const binary = join(import.meta.dir, "../../dist/agent-reaper");

/** What the program says, without what differs from run to run. */
function said(args: readonly string[]): Promise<string> {
  return runInNamespace(
    () => [binary, ...args],
    {},
    ({ stdout, stderr, exitCode }) => {
      const same = stdout.replace(/"(?:capturedAt|home|hostname|pidNamespace)": "[^"]*"/g, "").replace(
        /"pid": \d+/g,
        "",
      );
      return `${exitCode}\n${stderr}\n${same}`;
    },
  );
}

describe("what is typed most goes past the command-line library, and says the same", () => {
  // A flag that changes nothing takes the long way.
  for (
    const [short, long] of [[[], ["scan", "--color", "auto"]], [["scan"], ["scan", "--color", "auto"]], [["--json"], [
      "scan",
      "--json",
      "--color",
      "auto",
    ]], [["scan", "--json"], ["scan", "--json", "--color", "auto"]]] as const
  ) {
    test(short.join(" ") || "(nothing)", async () => {
      const [one, other] = [await said(short), await said(long)];
      expect(one.length).toBeGreaterThan(20);
      expect(one).toBe(other);
    });
  }
});
