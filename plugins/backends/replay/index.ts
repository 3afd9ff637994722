/**
 * A machine out of a snapshot file: what was seen there can be judged here, by anybody, again and
 * again. Nothing of the machine that it runs on is read, and nothing can be signalled.
 *
 * @module
 */
import type { Backend, BackendOptions, Draft, LeftoverPlace, Machine } from "../../../src/contract.ts";
import { parseSnapshot } from "../../../src/snapshot/file.ts";
import type { Leftover, Snapshot } from "../../../src/snapshot.ts";

const backend: Backend = {
  name: "replay",
  summary: "judges a machine from a snapshot file (--from); touches nothing",
  platforms: ["linux", "darwin", "win32"],
  unavailable: () => undefined,
  open,
};
export default backend;

/** @throws {ParseError} when the file is no valid snapshot. */
function open(options: BackendOptions): Machine {
  if (options.snapshot === undefined) throw new Error("the replay backend needs a snapshot file: scan --from FILE");
  return machineFrom(parseSnapshot(options.snapshot.text, options.snapshot.name));
}

/** The machine that a snapshot shows. */
export function machineFrom(snapshot: Snapshot): Machine {
  return {
    backend: backend.name,
    host: snapshot.host,
    viewer: snapshot.viewer,
    live: false,
    recorded: snapshot,
    // Places of leftovers are those of the machine that was looked at, never of this one.
    variables: {},
    now: () => Date.parse(snapshot.capturedAt),
    list: () => snapshot.processes.map((process): Draft => ({ ...process })),
    read() {},
    exists: (pid) => existed(snapshot, pid),
    file(path) {
      const files = snapshot.files ?? {};
      return Object.hasOwn(files, path) ? files[path] : undefined;
    },
    leftovers: (places) =>
      (snapshot.leftovers ?? []).filter((leftover) => places.some((place) => liesIn(leftover, place))),
    hold: () => ({ refused: "denied", because: "a table from a file cannot be signalled" }),
    complete: () => snapshot.partial !== true,
    limits: () => [],
    close() {},
  };
}

function existed(snapshot: Snapshot, pid: number): boolean | undefined {
  if (snapshot.processes.some((process) => process.pid === pid)) return true;
  if (snapshot.partial !== true) return false;
  return snapshot.absent?.includes(pid) === true ? false : undefined;
}

/** Directly in the place, of its kind, with a name that matches. */
function liesIn(leftover: Leftover, place: LeftoverPlace): boolean {
  if (leftover.kind !== place.kind) return false;
  const base = place.base.replace(/[/\\]+$/, "");
  const { path } = leftover;
  const separator = path[base.length];
  if (!path.startsWith(base) || (separator !== "/" && separator !== "\\")) return false;
  const name = path.slice(base.length + 1);
  // On Linux a backslash is a letter of a name; a slash ends one everywhere.
  if (name === "" || name.includes("/") || (separator === "\\" && name.includes("\\"))) return false;
  return name.search(place.entry) !== -1;
}
