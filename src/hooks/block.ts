/**
 * A marked block of lines in somebody else's text. What is put in comes out again to the last byte:
 * the text is one of bytes (`latin1`), whatever they mean. Pure.
 *
 * @module
 */
import { Complaint } from "../complaint.ts";
import { visible } from "../text.ts";

const BEGIN = "# >>> agent-reaper >>>";
const END = "# <<< agent-reaper <<<";
const HALVES = /# (?:>>> agent-reaper >>>|<<< agent-reaper <<<)/g;
/** Where nothing but the block was put into a file that was not there. */
const ALONE = "# The whole file is agent-reaper's.";

const BLOCK = /^# >>> agent-reaper >>>(\r?\n)[^]*?^# <<< agent-reaper <<</m;

/** Where in a text a block goes. A file made for one after the first line is a script; what a shell reads has its line ends. */
export type Place = "end" | "end of a start-up file" | "after the first line";

/** The text with this block in it, in place of what was there of ours. Undefined: there is no file yet. */
export function withBlock(
  text: string | undefined,
  lines: readonly string[],
  path: string,
  place: Place = "end",
): string {
  if (text === undefined) {
    return [...(place === "after the first line" ? ["#!/bin/sh"] : []), BEGIN, ALONE, ...lines, END, ""].join("\n");
  }
  const found = blockOf(text, path);
  if (found !== null) {
    const kept = found[0].includes(ALONE) ? [ALONE] : [];
    const block = [BEGIN, ...kept, ...lines, END].join(found[1] as string);
    // Where two start-up files were put together there are two.
    return text.slice(0, found.index) + block + (withoutBlock(text.slice(found.index + found[0].length), path) ?? "");
  }
  // To a shell the carriage return belongs to the word before it: `fi` with one ends nothing.
  const newline = place === "end" && /\r\n/.test(text) && !/(^|[^\r])\n/.test(text) ? "\r\n" : "\n";
  const block = [BEGIN, ...lines, END].join(newline);
  const firstEnd = text.indexOf("\n") + 1;
  if (place === "after the first line" && firstEnd > 0) {
    return text.slice(0, firstEnd) + block + newline + text.slice(firstEnd);
  }
  if (text === "" || text.endsWith("\n")) return text + block + (text === "" ? "" : newline);
  return text + newline + block;
}

/** The text without any; undefined when the file was made for it. */
export function withoutBlock(text: string, path: string): string | undefined {
  const found = blockOf(text, path);
  if (found === null) return text;
  const newline = found[1] as string;
  let before = text.slice(0, found.index);
  let after = text.slice(found.index + found[0].length);
  if (after.startsWith(newline)) after = after.slice(newline.length);
  else if (before.endsWith(newline)) before = before.slice(0, -newline.length);
  const rest = before + after;
  if (found[0].includes(ALONE) && (rest === "" || rest === "#!/bin/sh\n")) return undefined;
  return withoutBlock(rest, path);
}

/** Half a block: somebody's editor took the other half. Where it would begin or end nobody knows. */
function blockOf(text: string, path: string): RegExpExecArray | null {
  const halves = text.match(HALVES) ?? [];
  const odd = halves.findIndex((half, at) => half !== (at % 2 === 0 ? BEGIN : END));
  if (halves[odd] === END) {
    throw new Complaint(
      `${
        visible(path)
      }: has a line "${END}" without "${BEGIN}": take it out by hand, and the lines of agent-reaper above it`,
    );
  }
  const found = BLOCK.exec(text);
  if (odd === -1 && halves.length % 2 === 0 && (found !== null || halves.length === 0)) return found;
  throw new Complaint(`${visible(path)}: has a line "${BEGIN}" without "${END}": take it out by hand`);
}
