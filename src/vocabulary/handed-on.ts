/**
 * Environments that came by way of somebody who lives: an agent has tmux started, dies, and a person goes on in there. What
 * is started in its windows bears the dead agent's marks, and is the person's own. Pure.
 *
 * @module
 */
import { hasEnded } from "../process.ts";
import type { Process } from "../process.ts";
import type { Table } from "../table.ts";

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

/** Whether one who lives may have handed this on. What an orphan has counts as little as the orphan. */
export function mayBeHandedOn(
  process: Process,
  variable: string,
  table: Table,
  isNobody: (pid: number) => boolean,
): boolean {
  // Windows has no such sessions.
  if (process.sid === undefined && table.host.platform !== "win32") return true;
  return handers(process).some((pid) => {
    const hander = table.get(pid);
    if (hander === undefined) return table.isAbsent(pid) !== true;
    if (hasEnded(hander) || isNobody(pid) || isYounger(hander, process)) return false;
    return hander.env === undefined || hander.env[variable] === process.env?.[variable];
  });
}

function isYounger(one: Process, other: Process): boolean {
  return one.startedAt !== undefined && other.startedAt !== undefined && one.startedAt > other.startedAt;
}
