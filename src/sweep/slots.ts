/**
 * Slots that dead holders left are given back by every sweep. Whoever never took one pays for two
 * questions to the file system.
 *
 * @module
 */
import type { Backend, Machine } from "../contract.ts";
import { slotsRoot, sqliteGraphragPlace } from "../slots/paths.ts";
import { statePath } from "../unattended.ts";

/** Releases them and says which, in a clause. What cannot be looked at is `doctor`'s and `slots status`'s to tell. */
export async function releaseSlots(backend: Backend, machine: Machine): Promise<readonly string[]> {
  const { viewer } = machine;
  const { home } = viewer;
  const variables = process.env;
  const ours = slotsRoot(statePath(process.platform, home, variables));
  const isNothing = machine.lacks ?? lacks;
  if (isNothing(ours) && isNothing(sqliteGraphragPlace(home, variables).directory)) return [];
  const { releaseStaleSlots } = await import("../slots/stale.ts");
  const { slots } = await releaseStaleSlots(backend, viewer, variables);
  if (slots.length === 0) return [];
  return [`released ${slots.map(({ name, slot, because }) => `slot ${slot} of ${name} (${because})`).join(", ")}`];
}

/** Where the machine has no shorter way. */
function lacks(path: string): boolean {
  return !process.getBuiltinModule("node:fs").existsSync(path);
}
