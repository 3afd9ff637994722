/**
 * What strace wrote down of signals.
 *
 * @module
 */

/**
 * The lines of a trace (`strace -f -o`), without those by which the program's runtime signals its own threads: it stops
 * them so when it collects garbage.
 */
export function linesToOthers(trace: string): string[] {
  const lines = trace.split("\n");
  const own = new Set(lines.map((line) => /^\d+/.exec(line)?.[0]));
  return lines.filter((line) => {
    const group = /\btgkill\((\d+)/.exec(line)?.[1];
    return group === undefined || !own.has(group);
  });
}
