/**
 * Our hooks in an agent's settings: `{"hooks": {EVENT: [{"hooks": [HANDLER]}]}}`, as Claude Code and Codex
 * both have them. Everything else in the file stays to the byte, and what is put in comes out again. Pure.
 *
 * What was there already is told from what we made by how we write: inside of something that was there and
 * empty ours comes after one blank, elsewhere it begins a line, or stands where we wrote it all on one.
 *
 * @module
 */
import { Complaint } from "../complaint.ts";
import { isDeepStrictEqual } from "node:util";
import { asBytes } from "./bytes.ts";
import { type Node, parseJsonc, valueOf } from "./jsonc.ts";

/** What runs at which event. */
export type Handlers = Readonly<Record<string, object>>;

/** The text with our hooks; undefined: there is no file yet. As it is, when they are in it, however they are written. */
export function withHandlers(text: string | undefined, handlers: Handlers, path: string): string {
  if (text !== undefined && isThere(text, handlers, path)) return text;
  const groups = Object.entries(handlers).map(([event, handler]) => [event, { hooks: [handler] }] as const);
  const whole = Object.fromEntries(groups.map(([event, group]) => [event, [group]]));
  let result = text === undefined ? undefined : withoutHandlers(text, path);
  if (result === undefined) return `${asBytes(JSON.stringify({ hooks: whole }, undefined, 2))}\n`;
  const hooks = child(rootOf(result, path), "hooks");
  if (hooks === undefined) return insert(result, rootOf(result, path), "hooks", whole);
  if (hooks.kind !== "object") throw new Complaint(`${path}: "hooks" is no object: correct the file first`);
  if (hooks.members.length === 0) {
    const members = asBytes(JSON.stringify(whole).slice(1, -1));
    return `${result.slice(0, hooks.start + 1)} ${members}${result.slice(hooks.start + 1)}`;
  }
  // The first event last: each goes in front of the others.
  for (const [event, group] of groups.toReversed()) {
    const now = child(rootOf(result, path), "hooks") as Node;
    const there = child(now, event);
    if (there === undefined) result = insert(result, now, event, [group]);
    else if (there.kind !== "array") throw new Complaint(`${path}: "${event}" is no list: correct the file first`);
    // Behind those of others: Codex knows a hook that was trusted by its place in the list.
    else if (there.items.length > 0) result = append(result, there, group);
    else result = insert(result, there, undefined, group);
  }
  return result;
}

/** The text without them; undefined when the file was made for them. */
export function withoutHandlers(text: string, path: string): string | undefined {
  if (text.trim() === "") return text;
  let result = text;
  for (;;) {
    const next = withoutOne(result, path);
    if (next === undefined) break;
    result = next;
  }
  return result === "{\n}\n" && result !== text && isMade(text, rootOf(text, path)) ? undefined : result;
}

/** Each of them once, and none of another time. */
function isThere(text: string, handlers: Handlers, path: string): boolean {
  const hooks = child(rootOf(text, path), "hooks");
  const found = (hooks?.members ?? []).flatMap(({ name, value }) =>
    value.items.flatMap((group) => ownIn(text, group)).map((handler) => [name, handler] as const)
  );
  return found.length === Object.keys(handlers).length &&
    found.every(([event, handler]) =>
      isDeepStrictEqual(valueOf(text, handler), JSON.parse(asBytes(JSON.stringify(handlers[event] ?? null))))
    );
}

function rootOf(text: string, path: string): Node {
  if (text.trim() === "") throw new Complaint(`${path}: is empty: write {} into it, or remove it`);
  const root = parseJsonc(text, path);
  if (root.kind !== "object") throw new Complaint(`${path}: is no JSON object: correct the file first`);
  return root;
}

function child(node: Node, name: string): Node | undefined {
  return node.members.findLast((member) => member.name === name)?.value;
}

/** Handlers of a group that are ours: they run `hook run AGENT session-…`. */
function ownIn(text: string, group: Node): Node[] {
  const list = child(group, "hooks");
  return (list?.items ?? []).filter(({ start, end }) =>
    /\bhook(?: |",\s*")run(?: |",\s*")\w+(?: |",\s*")session-(?:start|end)\b/.test(text.slice(start, end))
  );
}

/** One of ours less, with what was made around it; undefined when there is none. */
function withoutOne(text: string, path: string): string | undefined {
  const root = rootOf(text, path);
  const hooks = child(root, "hooks");
  for (const { value: groups } of hooks?.members ?? []) {
    for (const group of groups.items) {
      const own = ownIn(text, group);
      if (own.length === 0) continue;
      const handlers = child(group, "hooks") as Node;
      if (own.length < handlers.items.length) return without(text, handlers, own[0] as Node);
      // Outwards, as long as we made what would be empty.
      const around: readonly (readonly [Node, Node])[] = [[groups, group], [hooks as Node, groups], [
        root,
        hooks as Node,
      ]];
      for (const [container, element] of around) {
        const siblings = container.kind === "object" ? container.members.length : container.items.length;
        if (siblings > 1 || container === root || !isMade(text, container)) return without(text, container, element);
      }
    }
  }
  return undefined;
}

function isMade(text: string, container: Node): boolean {
  return /^(?:\s*\n|\S)/.test(text.slice(container.start + 1));
}

/** Takes an element out, with its comma and the blanks that we put before it. */
function without(text: string, container: Node, element: Node): string {
  const start = container.members.find(({ value }) => value === element)?.start ?? element.start;
  const between = text.slice(container.start + 1, start);
  const comma = /^\s*,/.exec(text.slice(element.end))?.[0].length;
  if (between.trim() === "") {
    // The blank tells of the next one too that the container was there.
    const from = between === " " && comma !== undefined ? start : container.start + 1;
    return text.slice(0, from) + text.slice(element.end + (comma ?? 0));
  }
  // Somebody put others in front of it.
  const before = /,\s*$/.exec(text.slice(0, start))?.[0].length ?? 0;
  return text.slice(0, start - before) + text.slice(element.end);
}

/** Puts an element in front of the others. */
function insert(text: string, container: Node, name: string | undefined, value: unknown): string {
  const at = container.start + 1;
  const label = name === undefined ? "" : `${JSON.stringify(name)}: `;
  if (container.members.length + container.items.length === 0) {
    return `${text.slice(0, at)} ${label}${asBytes(JSON.stringify(value))}${text.slice(at)}`;
  }
  return `${text.slice(0, at)}${ownLine(text, container, label, value)},${text.slice(at)}`;
}

/** Puts an element behind the others of a list. */
function append(text: string, container: Node, value: unknown): string {
  const { end } = container.items.at(-1) as Node;
  return `${text.slice(0, end)},${ownLine(text, container, "", value)}${text.slice(end)}`;
}

/** An element on a line of its own, one step further in than what it belongs to. */
function ownLine(text: string, container: Node, label: string, value: unknown): string {
  const line = text.slice(text.lastIndexOf("\n", container.start) + 1, container.start);
  const step = stepOf(text);
  const inner = (/\r\n/.test(text) ? "\r\n" : "\n") + (/^[ \t]*/.exec(line)?.[0] ?? "") + step;
  return inner + (label + asBytes(JSON.stringify(value, undefined, step))).replaceAll("\n", inner);
}

/** How far this file moves in. */
function stepOf(text: string): string {
  return /^\s*\{\s*?\n([ \t]+)\S/.exec(text)?.[1] ?? "  ";
}
