/**
 * Whether those who lost their parent since the last look are strangers: they say nothing of themselves that would make
 * any matcher worth asking about them, so a look would claim none of them. It is the sieve's question (src/judge/sieve.ts),
 * asked of a few without the matchers.
 *
 * @module
 */
import { type Said, saidBy } from "../../plugins/backends/procfs/glance.ts";
import { marks, words } from "../../plugins/words.ts";

/** More than these are looked at. */
const MOST_NEW = 16;

/** Whether none of these processes, by number, is worth a look. They are asked again by the next sweep, for they may run something else by then. */
export function areStrangers(pids: readonly string[], uid: number): boolean {
  if (pids.length > MOST_NEW) return false;
  for (let at = 0; at < pids.length; at++) {
    const said = saidBy(pids[at] as string, uid);
    if (said === undefined || (said !== "not theirs" && !isStranger(said))) return false;
  }
  return true;
}

/** Pure. */
export function isStranger({ command, environment }: Said): boolean {
  // Letters that are small forms of ASCII ones become these, too: it finds at least what the sieve's pattern does.
  const small = command.toLowerCase();
  const known = words();
  for (let at = 0; at < known.length; at++) if (small.includes(known[at] as string)) return false;
  const variables = `\0${environment}`;
  const marked = marks();
  for (let at = 0; at < marked.length; at++) if (variables.includes(`\0${marked[at]}=`)) return false;
  return !isManager(small);
}

/** Those whom it has as children have lost their parent, too (src/vocabulary/adopters.ts). */
function isManager(command: string): boolean {
  return command.includes("systemd") && command.includes("--user");
}
