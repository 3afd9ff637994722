/**
 * The person's registry, opened where there is one. A machine on which nobody registers anything pays for
 * one question to the file system.
 *
 * @module
 */
import type { Viewer } from "../contract.ts";
import { statePath } from "../state.ts";
import { hasStore } from "../store/file.ts";
import type { Entry, RegistryStore, Session } from "./entry.ts";
import { Registry, type Unreadable } from "./registry.ts";

/** A scan would rather go on without the registry than wait long for whoever has locked it. */
const SCAN_PATIENCE_MS = 1_000;

/** A registry that is open, and how to close it. */
export interface OpenRegistry {
  readonly registry: Registry;
  close(): void;
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The registry for a look at this machine; undefined where there is none.
 *
 * @throws {Complaint} When it cannot be read, and that stops whoever looks.
 */
export async function openRegistry(
  viewer: Pick<Viewer, "uid" | "home">,
  unreadable: Unreadable = "warns",
  variables: Variables = process.env,
): Promise<OpenRegistry | undefined> {
  const directory = statePath(process.platform, viewer.home, variables);
  if (!hasStore(directory)) return undefined;
  let opened: Awaited<ReturnType<typeof openRegistryStore>>;
  try {
    opened = await openToLook(viewer, variables);
  } catch (error) {
    return { registry: Registry.unopened(error, unreadable), close() {} };
  }
  const { store, close } = opened;
  return { registry: new Registry(store, unreadable), close };
}

/**
 * The registry for whoever writes to it: made where there is none.
 *
 * @throws {StoreTrouble} When it cannot be used.
 */
export async function openRegistryStore(
  viewer: Pick<Viewer, "uid" | "home">,
  variables: Variables = process.env,
  patienceMs?: number,
  briefly = false,
): Promise<{ readonly store: RegistryStore; close(): void }> {
  const [{ Store }, { StoredRegistry }] = await Promise.all([import("../store/store.ts"), import("./stored.ts")]);
  const store = new Store({
    directory: statePath(process.platform, viewer.home, variables),
    viewer,
    briefly,
    ...(patienceMs === undefined ? {} : { patienceMs }),
  });
  return { store: new StoredRegistry(store), close: () => store.close() };
}

function openToLook(viewer: Pick<Viewer, "uid" | "home">, variables: Variables): ReturnType<typeof openRegistryStore> {
  return openRegistryStore(viewer, variables, SCAN_PATIENCE_MS, true);
}

/**
 * All that is on record, read at once; nothing where there is no registry.
 *
 * @throws {StoreTrouble} When it cannot be read.
 */
export async function readRegistry(
  viewer: Pick<Viewer, "uid" | "home">,
  variables: Variables = process.env,
): Promise<{ readonly entries: readonly Entry[]; readonly sessions: readonly Session[] }> {
  if (!hasStore(statePath(process.platform, viewer.home, variables))) return { entries: [], sessions: [] };
  const { store, close } = await openToLook(viewer, variables);
  try {
    return { entries: await store.entries(), sessions: await store.sessions() };
  } finally {
    close();
  }
}
