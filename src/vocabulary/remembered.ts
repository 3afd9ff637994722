/**
 * What was found out about a text, for all who ask later. Pure.
 *
 * @module
 */

/** What a watcher remembers stays small, whatever processes call themselves. */
const MOST_REMEMBERED = 4096;
const LONGEST_REMEMBERED = 4096;

/** Notes what was found out about a text. */
export function remember<T>(known: Map<string, T>, text: string, found: T): void {
  if (text.length > LONGEST_REMEMBERED) return;
  if (known.size >= MOST_REMEMBERED) known.clear();
  known.set(text, found);
}
