/**
 * Splits a command line as CommandLineToArgvW does (shellapi.h). Windows hands a program one line;
 * what its arguments are is the reader's business, and this is the reading that nearly all share.
 *
 * The first argument obeys other rules than the rest: a backslash escapes nothing in it, and a
 * closing quote ends it even without a blank.
 */
export function splitCommandLine(line: string): string[] {
  if (line === "") return [];
  const [program, rest] = splitProgram(line);
  return [program, ...splitArguments(rest)];
}

function splitProgram(line: string): [program: string, rest: string] {
  if (line.startsWith('"')) {
    const end = line.indexOf('"', 1);
    return end < 0 ? [line.slice(1), ""] : [line.slice(1, end), line.slice(end + 1)];
  }
  const end = line.search(/[ \t]/);
  return end < 0 ? [line, ""] : [line.slice(0, end), line.slice(end)];
}

/**
 * `quotes` counts quotes in a row together with the one that is open: 1 is inside, 2 has just closed,
 * and a third stands for itself and begins anew. Microsoft documents that rule nowhere; Wine's tests do.
 */
function splitArguments(rest: string): string[] {
  const found: string[] = [];
  let at = skipBlanks(rest, 0);
  if (at >= rest.length) return found;
  let argument = "";
  let backslashes = 0;
  let quotes = 0;
  while (at < rest.length) {
    const letter = rest[at] as string;
    if (isBlank(letter) && quotes === 0) {
      found.push(argument);
      argument = "";
      backslashes = 0;
      at = skipBlanks(rest, at);
      if (at >= rest.length) return found;
    } else if (letter === "\\") {
      argument += letter;
      backslashes++;
      at++;
    } else if (letter === '"') {
      const escaped = backslashes % 2 === 1;
      argument = argument.slice(0, argument.length - Math.ceil(backslashes / 2));
      if (escaped) argument += '"';
      else quotes++;
      backslashes = 0;
      for (at++; rest[at] === '"'; at++) {
        if (++quotes === 3) {
          argument += '"';
          quotes = 0;
        }
      }
      if (quotes === 2) quotes = 0;
    } else {
      argument += letter;
      backslashes = 0;
      at++;
    }
  }
  found.push(argument);
  return found;
}

function isBlank(letter: string | undefined): boolean {
  return letter === " " || letter === "\t";
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (isBlank(text[at])) at++;
  return at;
}
