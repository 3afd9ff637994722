/**
 * git with our hook and without: two repositories alike, what is said in both, and whether the hook fired.
 *
 * @module
 */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";

/** What our hook is called at. */
export const EVENTS: readonly string[] = ["post-checkout", "post-commit", "post-merge", "post-rewrite"];

/**
 * What both are run with: the hook starts the program and it leaves at once, so nothing of this machine is looked at;
 * the same commit has the same name.
 */
export function alikeIn(home: string): Record<string, string> {
  return {
    HOME: home,
    LC_ALL: "C.UTF-8",
    AGENT_REAPER_DISABLE: "1",
    GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
    GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
    GIT_EDITOR: "true",
  };
}

/** Somebody who commits. */
export const AS_LEA: readonly string[] = ["-c", "user.name=Lea", "-c", "user.email=lea@example.org"];

/** The file that says when the hook last ran. */
export function markIn(home: string): string {
  return join(home, ".local/state/agent-reaper/ran-git");
}

/** Whether the hook fired, which works in the background. */
export async function fired(mark: string, mostMs: number): Promise<boolean> {
  const until = performance.now() + mostMs;
  while (!existsSync(mark) && performance.now() < until) await Bun.sleep(5);
  return existsSync(mark);
}

/** Both repositories, each with one commit and then set up; into one our hook is to go. */
export function twins(
  directory: string,
  git: (at: string, ...args: readonly string[]) => unknown,
  setUp: (at: string) => void,
): readonly [without: string, hooked: string] {
  const [without, hooked] = ["without", "hooked"].map((kind) => {
    const at = join(directory, kind, "repository");
    mkdirSync(at, { recursive: true });
    git(at, "init", "--quiet", "--initial-branch=main");
    git(at, "commit", "--allow-empty", "--quiet", "-m", "zero");
    setUp(at);
    return at;
  }) as [string, string];
  return [without, hooked];
}

/** What was said, the same in both: they are told apart by their names alone. */
export function saidAlike(said: string): string {
  return said.replaceAll(/\b(?:without|hooked)\b/g, "REPO");
}
