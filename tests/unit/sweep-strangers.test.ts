/**
 * A stranger to the first glance is one whom no look would claim: on every recorded table, whatever of it is unknown.
 */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { words } from "../../plugins/words.ts";
import type { Matcher, Process, Snapshot } from "../../src/contract.ts";
import { worthAskingIn } from "../../src/judge/sieve.ts";
import { builtin } from "../../src/plugins.ts";
import { isStranger } from "../../src/sweep/strangers.ts";
import { Table } from "../../src/table.ts";
import { cases, without } from "../corpus/cases.ts";
import { ordinary, world } from "../support/world.ts";

const { matchers } = builtin();

/** As the kernel has it: each argument and variable ends with a NUL. */
function said({ argv, exe, env }: Process) {
  const texts = (all: readonly string[]) => all.map((text) => `${text}\0`).join("");
  return {
    command: `${exe ?? ""}\0${texts(argv ?? [])}`,
    environment: texts(["PATH=/usr/bin", ...Object.entries(env ?? {}).map(([name, value]) => `${name}=${value}`)]),
  };
}

const none: Snapshot = world([]);

/** Whom a look would ask about it, as the child of an adopter that says nothing. */
function asked(process: Process): readonly Matcher[] {
  const alone = { ...process, ppid: 1 };
  const init = ordinary(1, { ppid: 0, argv: ["/sbin/init"], exe: "/usr/lib/systemd/systemd" });
  return worthAskingIn(new Table({ ...none, processes: [init, alone] }), matchers)(alone);
}

describe("isStranger()", () => {
  test.each(cases.map(({ name, snapshot }) => [name, snapshot] as const))(
    "of %s nobody whom a look asks about",
    (_, snapshot) => {
      for (const process of snapshot.processes) {
        for (const seen of [process, without(process, "exe"), without(process, "argv")]) {
          if (asked(seen).length > 0) expect(isStranger(said(seen))).toBe(false);
        }
      }
    },
  );

  test("most are", () => {
    const all = cases.flatMap(({ snapshot }) => snapshot.processes);
    expect(all.filter((process) => isStranger(said(process))).length / all.length).toBeGreaterThan(0.5);
  });

  test("of any text that a matcher has a word for, in whatever case and place", () => {
    const known = matchers.flatMap(({ words = [] }) => words);
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.string(), fc.string(), fc.boolean(), (word, before, after, upper) => {
        const process = ordinary(9, { argv: ["x", `${before}${upper ? word.toUpperCase() : word}${after}`] });
        expect(asked(process)).not.toBeEmpty();
        expect(isStranger(said(process))).toBe(false);
      }),
    );
  });

  test("a variable that marks is one of that name, set to anything", () => {
    const marked = (name: string) => isStranger(said(ordinary(9, { argv: ["sleep", "9"], env: { [name]: "" } })));
    expect(marked("CLAUDE_PID")).toBe(false);
    expect(marked("AGENT_REAPER_RUN")).toBe(false);
    expect(marked("NOT_CLAUDE_PID")).toBe(true);
    expect(marked("CLAUDE_PID_FILE")).toBe(true);
  });

  test("a user's manager is none: it adopts others", () => {
    const exe = "/usr/lib/systemd/systemd";
    expect(isStranger(said(ordinary(9, { exe, argv: [exe, "--user"] })))).toBe(false);
  });

  test("every matcher that comes with the program has words or marks", () => {
    for (const { name, words, marks } of matchers) {
      expect({ name, told: words !== undefined || marks !== undefined }).toEqual({ name, told: true });
    }
    expect(words().every((word) => word === word.toLowerCase())).toBe(true);
  });
});
