/**
 * One command line out of words: Windows hands a program a single text, which its C library takes apart
 * again (CommandLineToArgvW and the rules of the Microsoft C runtime).
 *
 * @module
 */

/** What cmd.exe would act upon: a batch file's arguments pass through it, and no quoting keeps them all. */
const ACTED_UPON = /["%!^&|<>()\r\n]/;

/** The words as one text. */
export function commandLine(words: readonly string[]): string {
  return words.map(quoted).join(" ");
}

/** Why these words cannot be handed to this program as they are, or undefined. */
export function whyNot(path: string, words: readonly string[]): string | undefined {
  if (words.some((word) => word.includes("\0"))) return "an argument has a NUL in it";
  if (!/\.(?:bat|cmd)$/i.test(path)) return undefined;
  const odd = words.slice(1).find((word) => ACTED_UPON.test(word));
  return odd === undefined ? undefined : "it is a batch file, and cmd.exe would act upon one of its arguments";
}

function quoted(word: string): string {
  if (word !== "" && !/[\s"]/.test(word)) return word;
  // Backslashes mean themselves unless a quote follows.
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, "$1$1")}"`;
}
