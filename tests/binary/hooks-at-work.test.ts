/** Hooks as they are installed, with the real program: what was left behind goes, and nothing else. */
import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import type { Agent } from "../../src/hooks/agents.ts";
import { runInside } from "../support/namespace.ts";
import type { Swept } from "../support/programs/hooks-at-work.ts";
import type { Seen } from "../support/programs/hooks-of-session.ts";

setDefaultTimeout(300_000);

const BINARY = join(import.meta.dir, "../../dist/agent-reaper");
const program = (name: string) => join(import.meta.dir, "../support/programs", name);
const SHELLS = ["zsh", "bash", "fish"] as const;

/** All at once: each waits ten seconds for its second look. */
let swept: readonly Swept[] = [];
const seen: Partial<Record<Agent, Seen>> = {};
beforeAll(async () => {
  [seen.claude, seen.codex, ...swept] = await Promise.all([
    runInside<Seen>(program("hooks-of-session.ts"), { binary: BINARY, agent: "claude" }),
    runInside<Seen>(program("hooks-of-session.ts"), { binary: BINARY, agent: "codex" }),
    ...SHELLS.map((shell) => runInside<Swept>(program("hooks-at-work.ts"), { binary: BINARY, shell })),
  ]);
}, 300_000);

test.each([...SHELLS])("%s: an orphan is gone after two commands that are ten seconds apart", (shell) => {
  const { screen, ...rest } = swept[SHELLS.indexOf(shell)] as Swept;
  expect({ ...rest, screen }).toMatchObject({ aliveAfterOne: true, gone: true });
  expect(screen).not.toContain("agent-reaper");
  expect(rest.status).toMatch(/sweeps: last at work .*asked \d/);
  expect(rest.hook).toMatchObject({ target: shell, look: { orphans: 1, asked: 1, forced: 0 } });
  expect(rest.hook?.says).toMatch(/last ran .* ago; looked .* ago, in \d+ ms: 1 orphan, asked 1$/);
});

describe.each(["claude", "codex"] as const)("%s", (agent) => {
  test("its hooks succeed and say nothing, whatever they are told", () => {
    expect(new Set(seen[agent]?.said)).toEqual(new Set(["0"]));
    expect(seen[agent]?.said.length).toBe(9);
  });

  test("the session is on record, once, and the agent answers for it", () => {
    const { sessionsDuring = "", sessionsAfter = "", ownPid } = seen[agent] ?? {};
    const { sessions } = JSON.parse(sessionsDuring) as { sessions: { id: string; originator: { pid: number } }[] };
    expect(sessions.map(({ id, originator }) => ({ id, pid: originator.pid as number | undefined }))).toEqual([{
      id: "0b5d9a4e-7f0c-4f3b-9a52-1c2d3e4f5a6b",
      pid: ownPid,
    }]);
    expect((JSON.parse(sessionsAfter) as { sessions: unknown[] }).sessions).toEqual([]);
  });

  test("its end ends what the session left, and nothing else", () => {
    const byThread = agent === "claude" ? {} : { leftByOlder: false, threadOfAnother: true };
    const stays = { ofAnother: true, kept: true, young: true, ofLivingParent: true };
    expect(seen[agent]?.alive as unknown).toEqual({ left: false, ...stays, ...byThread });
  });
});
