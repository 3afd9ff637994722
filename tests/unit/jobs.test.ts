import { describe, expect, test } from "bun:test";
import { classify } from "../../src/classify.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { changed, ordinary, ORPHAN, world } from "../support/world.ts";

const verdict = (name: string, ...between: readonly string[]) => {
  const chain = [name, ...between].map((name, at) =>
    ordinary(600 + at, { ppid: at === 0 ? 1 : 599 + at, name, argv: [name], exe: `/usr/sbin/${name}` })
  );
  const lost = changed({ ppid: 600 + between.length, env: { CLAUDE_PID: "77" } });
  return classify(world([...chain, ...lost]), builtin(), defaultPolicy).findings.find(({ root }) => root.pid === ORPHAN)
    ?.verdict;
};

describe("who runs jobs is responsible for them, whatever owner a job has on record", () => {
  for (const name of ["cron", "crond", "CRON", "anacron", "atd"]) {
    test(name, () => expect(verdict(name)).toBe("owned"));
    test(`${name}, through a shell`, () => expect(verdict(name, name, "sh")).toBe("owned"));
  }
  test("another living program may have adopted it", () => expect(verdict("hostd")).toBe("orphan"));
});
