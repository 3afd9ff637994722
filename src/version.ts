/**
 * The version, the same as in `deno.json` (a test compares them).
 *
 * @module
 */

/** This program's version. */
export const version: string = "0.1.0";
