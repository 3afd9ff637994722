/**
 * Whether it is the program itself that ends.
 *
 * @module
 */

/** Who ends it before this is set is code that is not ours. */
export const ending = { isOurs: false };
