/**
 * The usual form of `run`, read without the command-line library: the command waits for nothing else.
 * What is not understood here is that library's to read, and to refuse.
 *
 * @module
 */
import { parseDuration, parseLimit } from "../../duration.ts";
import type { RunOptions } from "../run.ts";

/** Options with a value, and how it is read. */
const VALUED: Readonly<Record<string, (value: string) => RunOptions>> = {
  "--backend": (backend) => ({ backend }),
  "--session": (session) => ({ session }),
  "--timeout": (value) => ({ timeout: parseLimit(value) }),
  "--grace": (value) => ({ grace: parseDuration(value) }),
};

const FLAGS: Readonly<Record<string, RunOptions>> = {
  "--slot": { slot: true },
  "--detach-ok": { detachOk: true },
};

/** What was typed after `run`; undefined when it is not of the usual form. */
export function plainRun(
  args: readonly string[],
): { readonly words: readonly string[]; readonly options: RunOptions } | undefined {
  const end = args.indexOf("--");
  if (end < 0 || end === args.length - 1) return undefined;
  let options: RunOptions = {};
  try {
    for (let at = 0; at < end; at++) {
      const [name, joined] = split(args[at] as string);
      const valued = Object.hasOwn(VALUED, name) ? VALUED[name] : undefined;
      if (valued === undefined) {
        if (joined !== undefined || !Object.hasOwn(FLAGS, name)) return undefined;
        options = { ...options, ...FLAGS[name] };
        continue;
      }
      const value = joined ?? args[++at];
      if (value === undefined || at >= end) return undefined;
      options = { ...options, ...valued(value) };
    }
  } catch {
    // A duration that is none, or no limit.
    return undefined;
  }
  return { words: args.slice(end + 1), options };
}

function split(option: string): [string, string | undefined] {
  const at = option.indexOf("=");
  return at < 0 ? [option, undefined] : [option.slice(0, at), option.slice(at + 1)];
}
