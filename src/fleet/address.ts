/**
 * What names a PostgreSQL: `postgres://user@host/database`.
 *
 * @module
 */
import { Complaint } from "../complaint.ts";

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

type Variables = Readonly<Record<string, string | undefined>>;

/** The one that the person's configuration or environment names; undefined where everything stays on this machine. */
export function serverUrl(settings: { readonly store?: string }, variables: Variables): string | undefined {
  const told = variables["AGENT_REAPER_STORE"];
  if (told === undefined || told === "") return settings.store;
  if (isServerUrl(told)) return told;
  throw new Complaint(
    "AGENT_REAPER_STORE: expected the address of a PostgreSQL, for example postgres://db.example/agents",
  );
}
