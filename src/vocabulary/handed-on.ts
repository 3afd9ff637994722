/**
 * Environments that came by way of somebody who lives: an agent has tmux, an editor or a notebook's server started, dies, and
 * a person goes on in there. What is started in their windows bears the dead agent's marks, and is the person's own. Pure.
 *
 * @module
 */
import { hasEnded } from "../process.ts";
import type { Process } from "../process.ts";
import type { Table } from "../table.ts";
import { perTable } from "./per-table.ts";
import { keepersOfTerminals, mayBeWorkedInBy, mayBeWorkplaces } from "./workplaces.ts";

/** In which terminal multiplexer a process was started: tmux and screen leave their server's number. */
export const MULTIPLEXER_VARIABLES: readonly string[] = ["TMUX", "STY"];

/** By whom an environment may have been handed on: the leader of its session, and the multiplexer that it was started in. */
export function handers({ pid, sid, env }: Process): readonly number[] {
  const tmux = /,(\d+),\d+$/.exec(env?.["TMUX"] ?? "")?.[1];
  const screen = /^(\d+)\./.exec(env?.["STY"] ?? "")?.[1];
  return [sid, Number(tmux), Number(screen)].filter((one): one is number =>
    one !== undefined && Number.isSafeInteger(one) && one > 1 && one !== pid
  );
}

/** By whose they are. */
const workplaces = perTable(() => new Map<Process["uid"], readonly Process[]>());

/** Where this process's person works, as far as is told: by no number does what is started there say where it comes from. */
function workplacesOf({ uid }: Process, table: Table): readonly Process[] {
  const known = workplaces(table);
  let found = known.get(uid);
  if (found === undefined) {
    const named = mayBeWorkplaces(table.processes, uid).filter(mayBeWorkedInBy);
    known.set(uid, found = [...named, ...keepersOfTerminals(table, uid)]);
  }
  return found;
}

/** Whether one who lives may have handed this on. What an orphan has counts as little as the orphan. */
export function mayBeHandedOn(
  process: Process,
  variable: string,
  table: Table,
  isNobody: (pid: number) => boolean,
): boolean {
  // Windows has no such sessions.
  if (process.sid === undefined && table.host.platform !== "win32") return true;
  const mayHand = (hander: Process): boolean => {
    if (hasEnded(hander) || isNobody(hander.pid) || isYounger(hander, process)) return false;
    return hander.env === undefined || hander.env[variable] === process.env?.[variable];
  };
  const isOfHander = handers(process).some((pid) => {
    const hander = table.get(pid);
    return hander === undefined ? table.isAbsent(pid) !== true : mayHand(hander);
  });
  // In a directory that has been deleted nobody goes on.
  if (isOfHander || process.cwdDeleted === true) return isOfHander;
  return workplacesOf(process, table).some((one) => one !== process && mayHand(one));
}

function isYounger(one: Process, other: Process): boolean {
  return one.startedAt !== undefined && other.startedAt !== undefined && one.startedAt > other.startedAt;
}
