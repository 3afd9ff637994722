/**
 * How the program ends, also where code that is not ours, a plugin of the person's own, takes part.
 *
 * @module
 */

/** What the one tells the other. */
export interface Ending {
  /** Who ends the program before this is set is code that is not ours. */
  isOurs: boolean;
  /** Whoever hooks us into their own commands is not broken by what a plugin does: exit code 0, and not a word. */
  isForgiven: boolean;
  /** Told why the program fails, in the line that standard error gets. */
  told: (line: string) => void;
  /** Gives what that code left behind the moment to fail in. Without such code nobody waits. */
  settled: () => Promise<void>;
}

/** The one there is. */
export const ending: Ending = { isOurs: false, isForgiven: false, told() {}, settled: () => Promise.resolve() };
