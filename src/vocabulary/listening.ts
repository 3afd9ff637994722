/**
 * On what a process serves others. Pure.
 *
 * @module
 */
import type { Process } from "../process.ts";

/** Where a session of Claude Code takes messages of other sessions, since 2.1.224: nobody is served there. */
const INBOX = /[\\/]cc-socks[\\/](\d+)\.sock$/;

/** The ports and sockets on which it serves others; undefined where it is not known whether it listens. */
export function servedOn({ listening, pid }: Process): readonly (number | string)[] | undefined {
  return listening?.filter((place) => typeof place === "number" || INBOX.exec(place)?.[1] !== String(pid));
}

/** Whether it serves others; whose clients are told does so, wherever. */
export function mayServeOthers(process: Process): boolean {
  return servedOn(process)?.length !== 0 && (process.listening ?? process.clients) !== undefined;
}
