/**
 * Puts back what was taken into quarantine, and overwrites nothing.
 *
 * @module
 */
import { dirname } from "node:path";
import { fromHere } from "../leftovers/removal.ts";
import { answerTo, inDirectory, realDirectory, Stop } from "../leftovers/removal/directory.ts";
import { place } from "../leftovers/removal/place.ts";
import { isThere, type Kept } from "./manifest.ts";

/** What became of one thing. */
export interface PutBack {
  readonly outcome: "put back" | "gone" | "denied" | "failed";
  readonly because?: string;
}

/** Puts one back to where it was. */
export function putBack(kept: Kept, owner: number | string): PutBack {
  if (!isThere(kept)) return { outcome: "gone", because: "it is in quarantine no more" };
  try {
    return inDirectory(dirname(kept.from), owner, () => {
      const now = realDirectory(dirname(kept.from));
      if (now !== kept.inside) {
        const because = `it lay in ${kept.inside}, and the way there leads to ${now} now: it stays as ${kept.at}`;
        throw new Stop("failed", because);
      }
      place(kept.at, kept.kind, fromHere(kept.from));
      return { outcome: "put back" };
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" || code === "ENOTEMPTY") {
      return { outcome: "failed", because: "something else is there now: move that away first" };
    }
    if (code === "ENOENT") {
      return { outcome: "failed", because: "the directory that it lay in is gone: make it first" };
    }
    const answer = answerTo(error);
    return {
      outcome: answer.outcome === "denied" ? "denied" : "failed",
      ...(answer.because === undefined ? {} : { because: answer.because }),
    };
  }
}
