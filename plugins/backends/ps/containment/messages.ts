/**
 * What front and guardian tell each other: lines of JSON, each in one direction of its own. Whose end
 * closes has ended.
 *
 * @module
 */

/** Whom the guardian is to look after, and how; the first thing that it is told. */
export interface Orders {
  readonly front: { readonly pid: number; readonly startToken: string };
  /** Children that the front had before. */
  readonly without: readonly (readonly [pid: number, startToken: string])[];
  readonly pgid: number;
  readonly sid: number | undefined;
  readonly graceMs: number;
  readonly detachOk: boolean;
}

/** To the guardian. */
export type Told =
  | { readonly orders: Orders }
  /** What all that belongs carries in its environment. */
  | { readonly tag: string }
  /** The command is over, or is to be: end what there is. */
  | { readonly end: true }
  /** Nobody wants to wait for the grace period any more. */
  | { readonly hurry: true };

/** From the guardian. */
export type Said =
  /** It sees itself and the front. `startToken`: its own. */
  | { readonly ready: { readonly startToken: string; readonly seesTags: boolean } }
  /** It cannot do its work here. */
  | { readonly cannot: string }
  /** Nothing is left but these, which may stay. */
  | { readonly over: { readonly detached: readonly number[]; readonly survived: boolean } };

/** Puts pieces of a stream together into lines, and reads each. */
export class Lines<T> {
  #rest = "";
  readonly #decoder = new TextDecoder();

  take(piece: Uint8Array): T[] {
    const lines = `${this.#rest}${this.#decoder.decode(piece, { stream: true })}`.split("\n");
    this.#rest = lines.pop() as string;
    return lines.map((line) => JSON.parse(line) as T);
  }
}

/** One message as it goes over. */
export function lineOf(message: Told | Said): string {
  return `${JSON.stringify(message)}\n`;
}
