/**
 * Where slots are kept. Ours lie below the state directory and not in XDG_RUNTIME_DIR: cron, services,
 * sudo and a terminal must find the same ones (docs/decisions/slots-lie-in-the-state-directory.md).
 *
 * @module
 */

type Variables = Readonly<Record<string, string | undefined>>;

/** The directory of one name's slots. */
export interface SlotPlace {
  readonly directory: string;
  /** Undefined: ours. Else whose directory and habits these are. */
  readonly compat?: "sqlite-graphrag";
  /** The state directory, which holds ours. */
  readonly state?: string;
}

/** Slots of our own. */
export function ownPlace(state: string, name: string): SlotPlace {
  return { directory: `${slotsRoot(state)}/${name}`, state };
}

/** The directory that holds a directory for each name. */
export function slotsRoot(state: string): string {
  return `${state}/slots`;
}

/** Slots that are shared with sqlite-graphrag: its directory, its format, its habits. */
export function sqliteGraphragPlace(home: string, variables: Variables): SlotPlace {
  const named = [variables["XDG_RUNTIME_DIR"], variables["SQLITE_GRAPHRAG_CACHE_DIR"]].find((value) =>
    // A relative path would lead into the current directory, which is never trusted.
    value !== undefined && (value.startsWith("/") || /^[A-Za-z]:[\\/]/.test(value))
  );
  return { directory: `${named ?? `${home}/.local/share`}/sqlite-graphrag/llm-slots`, compat: "sqlite-graphrag" };
}
