/**
 * Slots that dead holders left are given back by every sweep. Whoever never took one pays for two
 * questions to the file system.
 *
 * @module
 */
import { existsSync } from "node:fs";
import type { Backend, Machine } from "../contract.ts";
import { slotsRoot, sqliteGraphragPlace } from "../slots/paths.ts";
import { statePath } from "../unattended.ts";

/** Releases them and says which, in a clause. What cannot be looked at is `doctor`'s and `slots status`'s to tell. */
export async function releaseSlots(backend: Backend, { viewer }: Machine): Promise<readonly string[]> {
  const { home } = viewer;
  const variables = process.env;
  const ours = slotsRoot(statePath(process.platform, home, variables));
  if (!existsSync(ours) && !existsSync(sqliteGraphragPlace(home, variables).directory)) return [];
  const { releaseStaleSlots } = await import("../slots/stale.ts");
  const { slots } = await releaseStaleSlots(backend, viewer, variables);
  if (slots.length === 0) return [];
  return [`released ${slots.map(({ name, slot, because }) => `slot ${slot} of ${name} (${because})`).join(", ")}`];
}
