/**
 * Windows' Explorer, by whose starts is told whether it may have started somebody. Pure.
 *
 * @module
 */
import { baseName, type Process } from "../process.ts";

/** Whether it is one, by whatever is known of it: of most only the name is. */
export function isExplorer({ name, exe, argv }: Pick<Process, "name" | "exe" | "argv">): boolean {
  return [name, exe, argv?.[0]].some((text) => typeof text === "string" && /^explorer\.exe$/i.test(baseName(text)));
}
