import { expect, test } from "bun:test";
import { join } from "node:path";
import { decideColour } from "../../src/terminal.ts";

const onTerminal = (): boolean => true;
const inPipe = (): boolean => false;

test.each<[string, Parameters<typeof decideColour>, boolean]>([
  ["a terminal", ["auto", {}, onTerminal], true],
  ["a pipe", ["auto", {}, inPipe], false],
  ["NO_COLOR", ["auto", { NO_COLOR: "1" }, onTerminal], false],
  ["NO_COLOR that is empty counts as not set", ["auto", { NO_COLOR: "" }, onTerminal], true],
  ["NO_COLOR outdoes FORCE_COLOR", ["auto", { NO_COLOR: "1", FORCE_COLOR: "1" }, onTerminal], false],
  ["FORCE_COLOR", ["auto", { FORCE_COLOR: "1" }, inPipe], true],
  ["FORCE_COLOR that is empty", ["auto", { FORCE_COLOR: "" }, inPipe], true],
  ["FORCE_COLOR=0", ["auto", { FORCE_COLOR: "0" }, onTerminal], false],
  ["CLICOLOR_FORCE", ["auto", { CLICOLOR_FORCE: "1" }, inPipe], true],
  ["CLICOLOR_FORCE=0", ["auto", { CLICOLOR_FORCE: "0" }, inPipe], false],
  ["TERM=dumb", ["auto", { TERM: "dumb" }, onTerminal], false],
  ["FORCE_COLOR on a dumb terminal", ["auto", { TERM: "dumb", FORCE_COLOR: "1" }, onTerminal], true],
  ["--color always outdoes NO_COLOR", ["always", { NO_COLOR: "1" }, inPipe], true],
  ["--color never outdoes FORCE_COLOR", ["never", { FORCE_COLOR: "1" }, onTerminal], false],
])("decideColour(): %s", (_, [choice, variables, isTerminal], coloured) => {
  expect(decideColour(choice, variables, isTerminal)).toBe(coloured);
});

test("decideColour() does not look for a terminal where the answer is known", () => {
  const never = (): boolean => {
    throw new Error("looked");
  };
  expect(decideColour("never", {}, never)).toBe(false);
  expect(decideColour("auto", { NO_COLOR: "1" }, never)).toBe(false);
  expect(decideColour("auto", { TERM: "dumb" }, never)).toBe(false);
});

test("ask() does not wait for an answer of somebody who left before the question stood there", async () => {
  const terminal = JSON.stringify(join(import.meta.dir, "../../src/terminal.ts"));
  const asking = Bun.spawn(
    [
      process.execPath,
      "-e",
      `const { ask } = await import(${terminal}); process.exit(await ask("Well?", AbortSignal.abort()) ? 1 : 7)`,
    ],
    { stdin: "pipe", stderr: "pipe" },
  );
  expect(await asking.exited).toBe(7);
});
