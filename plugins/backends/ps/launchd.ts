/**
 * Which processes are jobs of launchd, as `launchctl` tells it. The output of `print` is "not API in
 * any sense at all" (launchctl(1)): what cannot be read there makes an answer unknown, never "none".
 *
 * @module
 */
import type { Tools } from "./run.ts";

const LAUNCHCTL = ["/bin/launchctl", "/usr/bin/launchctl"];

/** Jobs by pid, and whether everybody who is not among them is known to be none. */
export interface Jobs {
  readonly labels: ReadonlyMap<number, string>;
  readonly complete: boolean;
}

/** Asks launchd for the jobs of the system, and of this user's sessions. */
export function readJobs(tools: Tools, uid: number | string): Jobs {
  const launchctl = tools.find(LAUNCHCTL);
  const labels = new Map<number, string>();
  if (launchctl === undefined) return { labels, complete: false };
  const list = tools.run(launchctl, ["list"]);
  const listed = typeof list === "string" || list.status !== 0 ? new Map<number, string>() : parseList(list.text);
  let complete = listed.size > 0;
  for (const [pid, label] of listed) labels.set(pid, label);
  for (const domain of ["system", `gui/${uid}`, `user/${uid}`]) {
    const output = tools.run(launchctl, ["print", domain]);
    if (typeof output === "string") complete = false;
    else if (output.status === 0) {
      const services = parseServices(output.text);
      if (services === undefined) complete = false;
      for (const [pid, label] of services ?? []) labels.set(pid, label);
    } // Nobody has logged in at the screen: then there are no jobs of such a session.
    else if (domain === "system" || !/could not find|does not support/i.test(output.errors + output.text)) {
      complete = false;
    }
  }
  return { labels, complete };
}

/** `launchctl list`: pid or `-`, last status, label, with tabs between them. */
export function parseList(text: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const line of text.split("\n")) {
    const parts = /^(\d{1,10})\t\S+\t(\S[^\t]*)$/.exec(line);
    if (parts !== null && Number(parts[1]) > 0) found.set(Number(parts[1]), parts[2] as string);
  }
  return found;
}

/** The `services` of `launchctl print DOMAIN`: pid (0: not running), status, label. Undefined: there is no such part. */
export function parseServices(text: string): Map<number, string> | undefined {
  const lines = text.split("\n");
  const begin = lines.findIndex((line) => /^\s*services = \{\s*$/.test(line));
  if (begin < 0) return undefined;
  const found = new Map<number, string>();
  for (const line of lines.slice(begin + 1)) {
    if (/^\s*\}\s*$/.test(line)) return found;
    const parts = /^\s*(\d{1,10})\s+\S+\s+(\S.*?)\s*$/.exec(line);
    if (parts === null) return undefined;
    if (Number(parts[1]) > 0) found.set(Number(parts[1]), parts[2] as string);
  }
  return undefined;
}
