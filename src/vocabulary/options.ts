/**
 * Options in front of what a program is given. Pure.
 *
 * @module
 */

/** Where the options end that begin at `from`: some take the next word. */
export function afterOptions(
  args: readonly string[],
  from: number,
  takesWord: (option: string) => boolean,
): number {
  let at = from;
  while (args[at]?.startsWith("-") === true) at += takesWord(args[at] as string) ? 2 : 1;
  return at;
}
