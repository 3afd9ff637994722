/**
 * Terminal multiplexers: a person's sessions live in them. Pure.
 *
 * @module
 */
import { commandOf } from "./command.ts";
import type { Process } from "../process.ts";

/** What the kernel calls their servers: tmux's own says so, screen's is in capitals. */
const NAMES: ReadonlySet<string> = new Set(["tmux: server", "SCREEN", "screen"]);
const PROGRAMS: ReadonlySet<string> = new Set(["tmux", "screen", "SCREEN", "zellij", "dtach", "abduco"]);

/** Whether it is one, by its name or its program. */
export function isMultiplexer(process: Process): boolean {
  return NAMES.has(process.name ?? "") || PROGRAMS.has(commandOf(process)?.program ?? "");
}
