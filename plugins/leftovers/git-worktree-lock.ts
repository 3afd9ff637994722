import { fieldsOf, leftoverFamily, pidOf, type Whose } from "../../src/leftovers/remains.ts";
import type { Leftover, LeftoverMatcher, Surroundings } from "../../src/contract.ts";

/** Of those that somebody worked in for years there may be thousands. */
const MOST_PROJECTS = 500;
/** The reason that Claude locks with; git keeps reasons as they are (git-worktree(1), lock). */
const REASON = /\bclaude\b[^\n]*?\bpid[ :=#]*(\d+)/i;

function whose({ content }: Leftover): Whose {
  const pid = pidOf(REASON.exec(content ?? "")?.[1]);
  // Others lock worktrees too, for reasons of their own.
  return pid === undefined ? undefined : { pid };
}

/** The projects that Claude has worked in, by its own list. */
function projects({ host, viewer, file }: Surroundings): string[] {
  const home = viewer.home;
  const list = fieldsOf(file(host.platform === "win32" ? `${home}\\.claude.json` : `${home}/.claude.json`))
    ?.["projects"];
  const isAbsolute = host.platform === "win32" ? /^[A-Za-z]:[\\/]/ : /^\/./;
  return Object.keys(typeof list === "object" && list !== null ? list : {})
    .filter((path) => isAbsolute.test(path) && !path.includes("\0"))
    .map((path) => path.replace(/[\\/]+$/, ""))
    .slice(0, MOST_PROJECTS);
}

/**
 * Claude locks the worktrees that it makes, so that nobody prunes them. Whoever unlocks one hands it over to
 * `git worktree prune`: so it is told of, and unlocked only when asked by name.
 */
const gitWorktreeLock: LeftoverMatcher = leftoverFamily({
  name: "git-worktree-lock",
  summary: "locks of git worktrees that name a Claude that is dead; removed only with --only git-worktree-lock",
  family: "claude",
  onlyWhenNamed: true,
  lairs: [{
    under: "home",
    at: ".git/worktrees",
    in: /^[^/\\]+$/,
    entry: /^locked$/,
    kind: "file",
    reads: [{ text: "itself" }],
  }],
  listed: projects,
  whose,
});

export default gitWorktreeLock;
