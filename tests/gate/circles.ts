/**
 * Modules that import each other, in whatever form: what is in a circle can only be read, moved and tested as a whole.
 *
 * @module
 */
import { posix } from "node:path";

/** By what each file names another: statements, types, and what is loaded when it is wanted. */
const IMPORTS = [
  /^(?:import|export)\b[^;"'`]*?\bfrom\s*"(\.[^"]+)"/gm,
  /^import\s*"(\.[^"]+)"/gm,
  /\bimport\(\s*"(\.[^"]+)"\s*\)/g,
];

/** The files that a source names, as paths like its own. */
export function importsOf(path: string, source: string): string[] {
  const named = IMPORTS.flatMap((form) => [...source.matchAll(form)].map(([, name]) => name as string));
  return [...new Set(named.map((name) => posix.join(posix.dirname(path), name)))].sort();
}

/** Every circle among these files, the paths of each sorted (Tarjan's strongly connected components). */
export function circles(sources: ReadonlyMap<string, string>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  const visit = (path: string): number => {
    const own = order.size;
    order.set(path, own);
    lowest.set(path, own);
    open.push(path);
    const named = importsOf(path, sources.get(path) as string);
    let isOwn = false;
    for (const other of named) {
      if (!sources.has(other)) continue;
      isOwn ||= other === path;
      if (!order.has(other)) lowest.set(path, Math.min(lowest.get(path) as number, visit(other)));
      else if (open.includes(other)) lowest.set(path, Math.min(lowest.get(path) as number, order.get(other) as number));
    }
    if (lowest.get(path) === own) {
      const circle = open.splice(open.indexOf(path)).sort();
      if (circle.length > 1 || isOwn) found.push(circle);
    }
    return lowest.get(path) as number;
  };
  for (const path of sources.keys()) if (!order.has(path)) visit(path);
  return found.sort((a, b) => (a[0] as string) < (b[0] as string) ? -1 : 1);
}
