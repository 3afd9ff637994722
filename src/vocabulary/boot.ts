/**
 * What a boot is named by. Pure.
 *
 * @module
 */

/** What backends say where the system names no boot: a stand-in, which a clock that is set changes. */
export function isGuessedBoot(bootId: string): boolean {
  return bootId === "unknown" || bootId.startsWith("boot-minute-");
}
