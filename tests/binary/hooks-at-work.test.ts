/** Hooks as they are installed, with the real program: what was left behind goes, and nothing else. */
import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type { Swept } from "../support/programs/hooks-at-work.ts";
import type { Seen } from "../support/programs/hooks-of-session.ts";

setDefaultTimeout(300_000);

const BINARY = join(import.meta.dir, "../../dist/agent-reaper");
const program = (name: string) => join(import.meta.dir, "../support/programs", name);
const SHELLS = ["zsh", "bash", "fish"] as const;

/** All at once: each waits ten seconds for its second look. */
let swept: readonly Swept[] = [];
let seen: Seen;
beforeAll(async () => {
  [seen, ...swept] = await Promise.all([
    runInside<Seen>(program("hooks-of-session.ts"), { binary: BINARY }),
    ...SHELLS.map((shell) => runInside<Swept>(program("hooks-at-work.ts"), { binary: BINARY, shell })),
  ]);
}, 300_000);

test.each([...SHELLS])("%s: an orphan is gone after two commands that are ten seconds apart", (shell) => {
  const { screen, ...rest } = swept[SHELLS.indexOf(shell)] as Swept;
  expect(rest).toMatchObject({ aliveAfterOne: true });
  expect(screen).not.toContain("agent-reaper");
  expect(rest.status).toMatch(/sweeps: last at work .*asked \d/);
});

describe("Claude Code", () => {
  test("its hooks succeed and say nothing, whatever they are told", () => {
    expect(new Set(seen.said)).toEqual(new Set(["0"]));
    expect(seen.said.length).toBe(9);
  });

  test("the session is on record, once, and the agent answers for it", () => {
    const { sessions } = JSON.parse(seen.sessionsDuring) as { sessions: { id: string; originator: { pid: number } }[] };
    expect(sessions.map(({ id, originator }) => ({ id, pid: originator.pid }))).toEqual([{
      id: "0b5d9a4e-7f0c-4f3b-9a52-1c2d3e4f5a6b",
      pid: seen.ownPid,
    }]);
    expect((JSON.parse(seen.sessionsAfter) as { sessions: unknown[] }).sessions).toEqual([]);
  });

  test("its end ends what the session left, and nothing else", () => {
    expect(seen.alive).toEqual({ left: false, ofAnother: true, kept: true, young: true, ofLivingParent: true });
  });
});
