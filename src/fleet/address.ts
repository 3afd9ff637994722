/**
 * What names a PostgreSQL: `postgres://user@host/database`.
 *
 * @module
 */

/** Whether it does. Of what it cannot read, the client says so only when it connects, and calls it a mistake of ours. */
export function isServerUrl(text: string): boolean {
  try {
    const { protocol, hostname, username, password, pathname, search } = new URL(text);
    for (const part of [username, password, pathname, search]) decodeURIComponent(part);
    return ["postgres:", "postgresql:"].includes(protocol) && hostname !== "";
  } catch {
    return false;
  }
}
