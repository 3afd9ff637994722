/**
 * Which hooks are on, and what became of them: for `hook status` and `doctor`.
 *
 * @module
 */
import { statSync } from "node:fs";
import { Complaint } from "../complaint.ts";
import { formatDuration } from "../duration.ts";
import { asTyped } from "../quote.ts";
import { hookLookSays } from "../sweep/history.ts";
import type { ByHook, Last } from "../sweep/memory.ts";
import { markOf, type Site } from "./deed.ts";
import { plan } from "./plan.ts";
import { type Target, TARGETS } from "./targets.ts";

/** How it stands with one hook. */
export interface HookState {
  readonly target: Target;
  /** `outdated`: not as this program would write it. `unknown`: `says` tells what is in the way. */
  readonly state: "on" | "off" | "outdated" | "unknown";
  readonly says: string;
  /** Epoch milliseconds at which it last started a sweep. */
  readonly lastAt?: number;
  /** The last of those sweeps that looked: most find that one was at work just before, or that nobody new lost their parent. */
  readonly look?: Last;
}

/** All of them; with a project only those that projects have. `looks`: the last look that each started. */
export function hookStates(site: Site, looks: ByHook = {}): HookState[] {
  const targets = site.project === undefined
    ? TARGETS
    : TARGETS.filter((one) => ["git", "claude", "codex"].includes(one));
  const nowAt = Date.now();
  return targets.map((target) => {
    const { state, says } = stateOf(target, site);
    const lastAt = ranAt(markOf(site.state, target));
    if (lastAt === undefined) return { target, state, says: state === "on" ? `${says}; it has not run yet` : says };
    const look = looks[target];
    const looked = look === undefined ? "" : `; looked ${hookLookSays(look, nowAt)}`;
    return {
      target,
      state,
      // Also where it is off: somebody may have written it by hand, or into single repositories.
      says: `${says}; last ran ${formatDuration(Math.max(0, nowAt - lastAt))} ago${looked}`,
      lastAt: Math.round(lastAt),
      ...(look === undefined ? {} : { look }),
    };
  });
}

/** Where the state directory is none, nothing ran. */
function ranAt(mark: string): number | undefined {
  try {
    return statSync(mark, { throwIfNoEntry: false })?.mtimeMs;
  } catch {
    return undefined;
  }
}

/** How to install it, or what stands in the way of that. */
function howTo(target: Target, site: Site, isProject: string): string {
  try {
    plan(target, "install", site);
  } catch (error) {
    if (error instanceof Complaint) return error.message;
    throw error;
  }
  return `agent-reaper hook install ${target}${isProject}`;
}

function stateOf(target: Target, site: Site): Pick<HookState, "state" | "says"> {
  try {
    const out = plan(target, "uninstall", site);
    const isProject = site.project === undefined ? "" : ` --project ${asTyped(site.project)}`;
    if (out.changes.length === 0) return { state: "off", says: howTo(target, site, isProject) };
    const where = out.changes.filter(({ isOurs }) => isOurs !== true || target === "fish").map(({ path }) => path);
    if (site.program === "") return { state: "on", says: where.join(", ") };
    const { changes } = plan(target, "install", site);
    if (target !== "fish" && out.changes.every(({ isOurs }) => isOurs === true)) {
      const startup = changes.filter(({ isOurs }) => isOurs !== true).map(({ path }) => path).join(", ");
      const text = out.changes.map(({ path }) => path).join(", ");
      const other = "another start-up file may (--file)";
      return {
        state: "unknown",
        says: `${startup} does not read ${text}: ${other}; agent-reaper hook install ${target}`,
      };
    }
    return changes.length === 0
      ? { state: "on", says: where.join(", ") }
      : { state: "outdated", says: `agent-reaper hook install ${target}${isProject} would write it anew` };
  } catch (error) {
    if (error instanceof Complaint) return { state: "unknown", says: error.message };
    throw error;
  }
}
