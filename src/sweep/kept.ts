/**
 * The memory of sweeps where the first steps did not open it: it is not there yet, or the platform has a
 * longer way.
 *
 * @module
 */
import { Complaint, EXIT } from "../complaint.ts";
import type { Backend, KeptFile, LockFile, Viewer } from "../contract.ts";
import { errorText } from "../errors.ts";
import { giveOver, notKept, prepareState } from "../state.ts";
import { visible } from "../text.ts";
import type { SweepOptions } from "./arguments.ts";
import { MEMORY } from "../unattended.ts";
import { byHookAfter, formatMemory, type Last, parseMemory } from "./memory.ts";

/**
 * Opens it for us alone. Undefined where nothing can be remembered and that does not matter.
 *
 * @throws {Complaint} Without it nobody would ever be seen twice.
 */
export function openMemory(
  state: string,
  viewer: Viewer,
  backend: Backend,
  options: SweepOptions,
): KeptFile | "taken" | undefined {
  try {
    prepareState(state, viewer);
    return keep(`${state}/${MEMORY}`, viewer, backend);
  } catch (error) {
    if (options.now !== true) throw error;
    return undefined;
  }
}

/** Why the last one did not get to its end, for `doctor`; a hook tells nobody. What was seen before stays seen. */
export function noteFailure(kept: KeptFile | undefined, error: unknown): void {
  const { rest: _, ...before } = parseMemory(kept?.text ?? "");
  const stopped = errorText(error);
  const last: Last = {
    at: Date.now(),
    tookMs: Math.round(performance.now()),
    orphans: 0,
    asked: 0,
    forced: 0,
    stopped,
  };
  kept?.write(formatMemory({ ...before, last, ...byHookAfter(before.byHook, last) }));
}

/** The same lock as procfs/kept-file.ts takes. */
function keep(path: string, viewer: Viewer, backend: Backend): KeptFile | "taken" {
  let file: LockFile | undefined;
  let trouble: unknown;
  try {
    file = backend.locks?.().open(path, "make");
    if (file?.tryLock("alone") === false) {
      file.close();
      return "taken";
    }
    if (file !== undefined && isOurs(file, viewer)) return new LockedFile(file);
  } catch (error) {
    trouble = error;
  }
  file?.close();
  throw notOpened(path, trouble);
}

/** What the system answers where a directory, a link or a FIFO lies there. */
const IN_THE_WAY: ReadonlySet<unknown> = new Set(["EISDIR", "ELOOP", "ENXIO"]);

function notOpened(path: string, trouble: unknown): Complaint {
  const { code } = (trouble ?? {}) as { readonly code?: unknown };
  if (code !== undefined && !IN_THE_WAY.has(code)) return notKept(path, trouble);
  return new Complaint(
    `${visible(path)}: is no file of yours alone that can be locked: move it away`,
    EXIT.cannotWorkHere,
  );
}

function isOurs(file: LockFile, viewer: Viewer): boolean {
  const { isFile, mode = 0 } = file.facts();
  if (!isFile || (mode & 0o022) !== 0) return false;
  giveOver(file, viewer);
  return [undefined, viewer.uid].includes(file.facts().uid);
}

/** A lock file as it is kept. */
class LockedFile implements KeptFile {
  readonly text: string;
  readonly #file: LockFile;

  constructor(file: LockFile) {
    this.#file = file;
    this.text = file.read();
  }

  write(text: string): boolean {
    try {
      this.#file.write(text);
      return true;
    } catch {
      return false;
    }
  }

  release(): void {
    this.#file.close();
  }
}
