/**
 * Options on a command line, and those in front of what a program is given. Pure.
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

/** Whether an option is given, alone, with `=value`, or as two words. */
export function hasOption(args: readonly string[], option: string): boolean {
  const [name, value] = option.split(" ") as [string, string | undefined];
  return args.some((argument, at) => {
    if (value !== undefined) return argument === `${name}=${value}` || (argument === name && args[at + 1] === value);
    return argument === name || argument.startsWith(`${name}=`);
  });
}
