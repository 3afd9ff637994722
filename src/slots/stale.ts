/**
 * What every sweep does about slots: frees what dead holders left, of all names, and in the directory
 * that is shared with sqlite-graphrag. A person who never took a slot pays for two questions to the
 * file system.
 *
 * @module
 */
import { existsSync, readdirSync } from "node:fs";
import type { Backend, Viewer } from "../contract.ts";
import { errorText } from "../errors.ts";
import { statePath } from "../unattended.ts";
import { ownPlace, type SlotPlace, slotsRoot, sqliteGraphragPlace } from "./paths.ts";
import type { StaleSlot } from "./store.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** A stale slot, and where it is. */
export interface PlacedSlot extends StaleSlot {
  /** The name that its slots go by, or whose they are. */
  readonly name: string;
  /** Its file. */
  readonly path: string;
}

/** What was found, or freed. */
export interface StaleSlots {
  readonly slots: readonly PlacedSlot[];
  /** What could not be looked at, and why: one line each. The rest was. */
  readonly problems: readonly string[];
}

/** Finds stale slots; touches none. */
export function findStaleSlots(
  backend: Pick<Backend, "locks">,
  viewer: Pick<Viewer, "uid" | "home">,
  variables: Variables = process.env,
): Promise<StaleSlots> {
  return everywhere(backend, viewer, variables, async (store) => (await store.look()).stale);
}

/** Frees stale slots and says which. */
export function releaseStaleSlots(
  backend: Pick<Backend, "locks">,
  viewer: Pick<Viewer, "uid" | "home">,
  variables: Variables = process.env,
): Promise<StaleSlots> {
  return everywhere(backend, viewer, variables, async (store) => (await store.releaseStale()).slots);
}

type Stores = typeof import("./file-store.ts");

async function everywhere(
  backend: Pick<Backend, "locks">,
  viewer: Pick<Viewer, "uid" | "home">,
  variables: Variables,
  each: (store: InstanceType<Stores["FileSlots"]>) => Promise<readonly StaleSlot[]>,
): Promise<StaleSlots> {
  const slots: PlacedSlot[] = [];
  const problems: string[] = [];
  for (const [name, place] of places(viewer, variables)) {
    try {
      const locks = backend.locks?.();
      if (locks === undefined) break;
      const { FileSlots } = await import("./file-store.ts");
      const found = await each(new FileSlots({ locks, place, viewer }));
      slots.push(...found.map((one) => ({ ...one, name, path: `${place.directory}/slot-${one.slot}.lock` })));
    } catch (error) {
      problems.push(errorText(error));
    }
  }
  return { slots, problems };
}

function places({ home }: Pick<Viewer, "home">, variables: Variables): (readonly [name: string, place: SlotPlace])[] {
  const state = statePath(process.platform, home, variables);
  const found: (readonly [string, SlotPlace])[] = names(slotsRoot(state)).map((name) => [name, ownPlace(state, name)]);
  const theirs = sqliteGraphragPlace(home, variables);
  return existsSync(theirs.directory) ? [...found, ["sqlite-graphrag", theirs]] : found;
}

function names(root: string): string[] {
  try {
    return readdirSync(root).filter((name) => !name.startsWith(".")).sort();
  } catch {
    // None was ever taken, or it is not ours to read: whoever wants a slot is told why.
    return [];
  }
}
