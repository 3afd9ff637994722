/**
 * Colours, where there are any.
 *
 * @module
 */

/** Colours of one place; each leaves text as it is where there are none. */
export interface Paint {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

/** The sixteen colours that people choose for themselves: they can be read on any background. */
export function paint(colour: boolean): Paint {
  const style = (on: number, off: number) => (text: string) =>
    colour && text !== "" ? `\x1b[${on}m${text}\x1b[${off}m` : text;
  return {
    strong: style(1, 22),
    faint: style(2, 22),
    red: style(31, 39),
    green: style(32, 39),
    yellow: style(33, 39),
    cyan: style(36, 39),
  };
}
