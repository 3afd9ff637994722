/**
 * Errors that a person can act on.
 *
 * @module
 */

/**
 * Text from outside that is not what it should be. The message names the place, what was found
 * there and what helps; it is shown as it is, without a stack.
 */
export class ParseError extends Error {
  /** Always `ParseError`. */
  override readonly name: string = "ParseError";
}
