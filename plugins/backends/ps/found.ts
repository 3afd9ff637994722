/**
 * Which `ps` there is, and whether it can serve.
 *
 * @module
 */
import { manyInOne } from "./run.ts";

export const PS: readonly string[] = ["/bin/ps", "/usr/bin/ps"];

/** Why this `ps` cannot serve. */
export function whyNot(platform: string, ps: string | undefined): string | undefined {
  if (platform === "win32") return "Windows has no ps";
  if (platform !== "darwin" && platform !== "linux") return `the columns of ps on ${platform} are not known to us`;
  if (ps === undefined) return `no ps that can be run is at ${PS.join(" or ")}`;
  const box = manyInOne(ps);
  if (box === undefined) return undefined;
  return `${ps} is ${box}'s, which tells no start times, so no process could be told from another that got ` +
    "its number; use the procfs backend, or install procps";
}
