/**
 * What will change in a text, as lines that people read. Pure.
 *
 * @module
 */

/** Lines of context around a change. */
const AROUND = 2;
/** More lines than these are not compared one by one. */
const MOST = 2_000;

type Line = readonly [mark: " " | "+" | "-", text: string];

/** Lines that begin with `+`, `-` or a blank; `…` where others are left out. */
export function diff(before: string, after: string): string[] {
  const [old, now] = [lines(before), lines(after)];
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const middle = compare(old.slice(head, old.length - tail), now.slice(head, now.length - tail));
  const all: Line[] = [
    ...old.slice(0, head).map((text): Line => [" ", text]),
    ...middle,
    ...old.slice(old.length - tail).map((text): Line => [" ", text]),
  ];
  const shown: string[] = [];
  let leftOut = false;
  for (const [at, [mark, text]] of all.entries()) {
    const isNear = all.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(([near]) => near !== " ");
    if (isNear) shown.push(`${mark} ${text}`);
    else if (!leftOut) shown.push("…");
    leftOut = !isNear;
  }
  return shown;
}

function lines(text: string): string[] {
  const parts = text.split("\n");
  if (parts.at(-1) === "") parts.pop();
  return parts.map((line) => line.replace(/\r$/, ""));
}

/** The longest common lines stay. */
function compare(old: readonly string[], now: readonly string[]): Line[] {
  if (old.length * now.length > MOST * MOST) {
    return [...old.map((text): Line => ["-", text]), ...now.map((text): Line => ["+", text])];
  }
  const common = Array.from({ length: old.length + 1 }, () => new Uint32Array(now.length + 1));
  const at = (i: number, j: number): number => (common[i] as Uint32Array)[j] as number;
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      (common[i] as Uint32Array)[j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const result: Line[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      result.push([" ", old[i++] as string]);
      j++;
    } else if (i < old.length && (j === now.length || at(i + 1, j) >= at(i, j + 1))) {
      result.push(["-", old[i++] as string]);
    } else result.push(["+", now[j++] as string]);
  }
  return result;
}
