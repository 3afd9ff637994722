/**
 * One watch for each user: the kernel's lock on a file in the state directory, which is given back
 * however its holder ends.
 *
 * @module
 */
import { Complaint, EXIT } from "../complaint.ts";
import type { Backend, LockFile, Viewer } from "../contract.ts";
import { giveOver, notKept, prepareState } from "../state.ts";
import { visible, when } from "../text.ts";

const NAME = "watch.lock";
const LONGEST_NOTE = 200;

/**
 * Takes the lock for as long as we live.
 *
 * @throws {Complaint} When somebody has it: who that is.
 */
export function lockWatch(state: string, viewer: Viewer, backend: Backend): LockFile | undefined {
  prepareState(state, viewer);
  // Where there are no locks (no backend of this platform has them) two may run: each judges in full, so that is slower and no worse.
  const file = opened(`${state}/${NAME}`, viewer, backend);
  if (file === undefined) return undefined;
  if (!locked(file, `${state}/${NAME}`)) {
    const note = visible(file.read().split("\n", 1)[0] ?? "").slice(0, LONGEST_NOTE);
    file.close();
    throw new Complaint(
      `watch: another one runs already${note === "" ? "" : ` (${note})`}: end that first, or leave it at that`,
      EXIT.cannotWorkHere,
    );
  }
  try {
    file.write(`pid ${viewer.pid}, since ${when(Date.now())}\n`);
  } catch {
    // A full disk: the lock holds without the note.
  }
  return file;
}

function locked(file: LockFile, path: string): boolean {
  try {
    return file.tryLock("alone");
  } catch (error) {
    file.close();
    throw notKept(path, error);
  }
}

function opened(path: string, viewer: Viewer, backend: Backend): LockFile | undefined {
  try {
    const file = backend.locks?.().open(path, "make");
    if (file !== undefined) giveOver(file, viewer);
    return file;
  } catch (error) {
    throw notKept(path, error);
  }
}
