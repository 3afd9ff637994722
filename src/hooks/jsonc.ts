/**
 * JSON with comments and trailing commas, with the place of every value: to change a few bytes of a
 * file and leave all others as they are. Pure.
 *
 * @module
 */
import { Complaint } from "../complaint.ts";

/** A value and where it stands. */
export interface Node {
  readonly kind: "object" | "array" | "string" | "other";
  readonly start: number;
  readonly end: number;
  /** Of an object; the last of two with one name counts, as everywhere. */
  readonly members: readonly Member[];
  /** Of an array. */
  readonly items: readonly Node[];
}

/** A member of an object. */
export interface Member {
  readonly name: string;
  readonly start: number;
  readonly value: Node;
}

/**
 * Reads a text.
 *
 * @throws {Complaint} With line and column, when it is none.
 */
export function parseJsonc(text: string, path: string): Node {
  const reader = new Reader(text, path);
  const node = reader.value();
  reader.blank();
  if (reader.at < text.length) reader.refuse("something stands after the end");
  return node;
}

/** What a node means; of characters beyond ASCII, as the text has them. */
export function valueOf(text: string, { kind, start, end, members, items }: Node): unknown {
  if (kind === "object") return Object.fromEntries(members.map(({ name, value }) => [name, valueOf(text, value)]));
  if (kind === "array") return items.map((item) => valueOf(text, item));
  const written = text.slice(start, end);
  try {
    return JSON.parse(written);
  } catch {
    // Others than JSON takes as well, `01` or a tab in a text: they stand for themselves.
    return written;
  }
}

const WORD = /true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\\n]|\\.)*"/y;
/** A byte order mark, read as bytes, counts as blank. */
const BLANK = /(?:[\s\ufeff]|\u00ef\u00bb\u00bf|\/\/[^\n]*|\/\*[^]*?\*\/)+/y;

class Reader {
  at = 0;
  readonly #text: string;
  readonly #path: string;

  constructor(text: string, path: string) {
    this.#text = text;
    this.#path = path;
  }

  refuse(what: string): never {
    const before = this.#text.slice(0, this.at).split("\n");
    throw new Complaint(
      `${this.#path}:${before.length}:${(before.at(-1) as string).length + 1}: ${what}: correct the file first`,
    );
  }

  blank(): void {
    BLANK.lastIndex = this.at;
    this.at += BLANK.exec(this.#text)?.[0].length ?? 0;
  }

  value(): Node {
    this.blank();
    const start = this.at;
    const first = this.#text[start];
    if (first === "{" || first === "[") {
      const [members, items] = this.#inside(first);
      return { kind: first === "{" ? "object" : "array", start, end: this.at, members, items };
    }
    const isString = first === '"';
    if (this.#token(isString ? STRING : WORD) === undefined) this.refuse("this is no JSON");
    return { kind: isString ? "string" : "other", start, end: this.at, members: [], items: [] };
  }

  #inside(open: "{" | "["): [Member[], Node[]] {
    const close = open === "{" ? "}" : "]";
    const members: Member[] = [];
    const items: Node[] = [];
    this.at++;
    for (;;) {
      this.blank();
      if (this.#text[this.at] === close) break;
      if (open === "[") items.push(this.value());
      else members.push(this.#member());
      this.blank();
      if (this.#text[this.at] === ",") this.at++;
      else if (this.#text[this.at] !== close) this.refuse(`expected , or ${close}`);
    }
    this.at++;
    return [members, items];
  }

  #member(): Member {
    const start = this.at;
    const key = this.#token(STRING);
    if (key === undefined) this.refuse('expected a name in "…"');
    this.blank();
    if (this.#text[this.at] !== ":") this.refuse("expected :");
    this.at++;
    let name: string;
    try {
      name = JSON.parse(key) as string;
    } catch {
      this.refuse("this is no JSON");
    }
    return { name, start, value: this.value() };
  }

  #token(form: RegExp): string | undefined {
    form.lastIndex = this.at;
    const token = form.exec(this.#text)?.[0];
    this.at += token?.length ?? 0;
    return token;
  }
}
