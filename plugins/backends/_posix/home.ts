/**
 * Whose home is where.
 *
 * @module
 */

/** The home of a user as passwd(5) has it. */
export function parseHome(text: string, uid: number): string | undefined {
  for (const line of text.split("\n")) {
    const fields = line.split(":");
    if (fields[2] === String(uid) && fields[5]?.startsWith("/") === true) return fields[5];
  }
  return undefined;
}
