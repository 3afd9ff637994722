import { expect, test } from "bun:test";
import type { Event } from "../../src/watch/lines.ts";
import { Telling } from "../../src/watch/telling.ts";

const event = (pid: number): Event => ({ what: "ended", pid, because: "it ended" });

/** One who is told, and answers when we say so. */
function listener(signal: AbortSignal = new AbortController().signal) {
  const told: [run: string, pids: readonly (number | undefined)[]][] = [];
  const answers: PromiseWithResolvers<readonly string[]>[] = [];
  const troubles: string[] = [];
  const telling = new Telling({
    send: (run, events) => {
      told.push([run, events.map(({ pid }) => pid)]);
      const answer = Promise.withResolvers<readonly string[]>();
      answers.push(answer);
      return answer.promise;
    },
    trouble: (line) => Promise.resolve(void troubles.push(line)),
    signal,
  });
  return { telling, told, answers, troubles };
}

test("what happens while somebody is being told is told together, afterwards, as of the last round", async () => {
  const { telling, told, answers } = listener();
  telling.tell("one", [event(1)]);
  telling.tell("two", [event(2), event(3)]);
  telling.tell("three", [event(4)]);
  telling.tell("four", []);
  expect(told).toEqual([["one", [1]]]);
  answers[0]?.resolve([]);
  await Bun.sleep(0);
  expect(told).toEqual([["one", [1]], ["three", [2, 3, 4]]]);
  answers[1]?.resolve([]);
  await Bun.sleep(0);
  telling.tell("five", [event(5)]);
  expect(told.at(-1)).toEqual(["five", [5]]);
});

test("of what waits for ever the latest is kept", async () => {
  const { telling, told, answers } = listener();
  for (let pid = 0; pid <= 1_500; pid++) telling.tell("run", [event(pid)]);
  answers[0]?.resolve([]);
  await Bun.sleep(0);
  const pids = told[1]?.[1] ?? [];
  expect([pids.length, pids[0], pids.at(-1)]).toEqual([1_000, 501, 1_500]);
});

test("who could not be told, and why, is said, and the next is told all the same", async () => {
  const { telling, told, answers, troubles } = listener();
  telling.tell("one", [event(1)]);
  telling.tell("two", [event(2)]);
  answers[0]?.reject(new Error("away"));
  await Bun.sleep(0);
  answers[1]?.resolve(["busy"]);
  await Bun.sleep(0);
  expect([told.length, troubles]).toEqual([2, ["away", "busy"]]);
});

test("nobody is told anything more when we are to end", async () => {
  const end = new AbortController();
  const { telling, told, answers, troubles } = listener(end.signal);
  telling.tell("one", [event(1)]);
  telling.tell("two", [event(2)]);
  end.abort();
  answers[0]?.resolve(["too late"]);
  await Bun.sleep(0);
  expect([told.length, troubles]).toEqual([1, []]);
});
