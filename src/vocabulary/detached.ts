/**
 * What a script says of itself that was put in the background to stay there, past whoever started it. Pure.
 *
 * @module
 */
import type { Command } from "./command.ts";

/** What a package starts for itself and does not wait for says so in its name, or by where it lies. */
const IN_NAME = /(?:^|[-_.])(?:daemon|broker|worker|watcher|background)(?:[-_.]|$)|[a-z]Daemon(?:[-_.]|$)/;
const IN_PLACE = /[\\/]daemon[\\/][^\\/]+$/;
/** Or it was told so, or notes its number for whoever is next. */
const OPTION = /^--(?:pid-?file(?:=|$)|detach(?:ed)?$)/;

/** Whether it was detached by its own words: that its parent is gone says nothing. */
export function saysDetached({ script = "", scriptName = "", args }: Command): boolean {
  return IN_NAME.test(scriptName) || IN_PLACE.test(script) || args.some((argument) => OPTION.test(argument));
}
