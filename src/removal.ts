/**
 * Removes a directory that a dead process left, and nothing else, whoever else writes there meanwhile.
 *
 * There is no openat(2) in node:fs, so a path with several parts could be bent between two calls. Here
 * no such path is ever walked: the directory is first moved into a private one, made for this removal
 * (mode 0700, ours), which is also the working directory meanwhile; every directory below is moved up
 * into the private one before it is opened. What is opened is always one name in a directory that only
 * we can write to. A move follows no symlink (rename(2)) and takes no mount point along (EBUSY), and
 * unlink(2) follows none either.
 *
 * What remains: others with our own user id can do what we can. After a kill -9 the private directory
 * stays behind, named `.agent-reaper-…`, beside where the directory was.
 *
 * @module
 */
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmdirSync,
  type Stats,
  statSync,
  unlinkSync,
} from "node:fs";
import { basename, dirname, isAbsolute, resolve } from "node:path";
// deno-lint-ignore house/no-current-directory -- it is changed to resolve names against one directory for certain, never trusted
import { chdir, cwd, platform } from "node:process";
import type { Leftover } from "./contract.ts";

const PRIVATE_PREFIX = ".agent-reaper-";

/** What became of something on disk. */
export interface Removal {
  readonly outcome: "removed" | "gone" | "replaced" | "denied" | "failed";
  readonly because?: string;
  /** Sizes of the regular files whose last name went; a file with another name elsewhere frees nothing. */
  readonly freedBytes?: number;
}

/**
 * Removes a leftover that is a directory.
 *
 * @param owner Whose it must be: the user id of the person that we work for.
 */
export function removeDirectory(leftover: Leftover, owner: number | string): Removal {
  const { path } = leftover;
  if (leftover.kind !== "directory") return { outcome: "failed", because: "it is not a directory" };
  if (!isAbsolute(path) || resolve(path) !== path || dirname(path) === path) {
    return { outcome: "failed", because: "its path is not an absolute and plain one" };
  }
  if (bentBySomebody(dirname(path), owner)) {
    return { outcome: "denied", because: "the way to it leads through a symlink of somebody else" };
  }
  const home = whereWeAre();
  try {
    chdir(dirname(path));
    return removeHere(basename(path), leftover, owner);
  } catch (error) {
    if (error instanceof Stop) return error.removal;
    return failure(error);
  } finally {
    goBack(home);
  }
}

/** An answer from further down. */
class Stop extends Error {
  readonly removal: Removal;
  constructor(outcome: Removal["outcome"], because: string) {
    super(because);
    this.removal = { outcome, because };
  }
}

/** Removes an entry of the working directory. */
function removeHere(name: string, leftover: Leftover, owner: number | string): Removal {
  const base = statSync(".");
  checkBase(base, owner);
  const judged = lstatSync(name);
  checkEntry(judged, leftover, owner);
  if (judged.dev !== base.dev) throw new Stop("failed", "another file system is mounted there");

  const room = mkdtempSync(PRIVATE_PREFIX);
  chdir(room);
  try {
    checkRoom();
    renameSync(`../${name}`, "0");
    const moved = lstatSync("0");
    if (moved.ino !== judged.ino || moved.dev !== judged.dev) {
      renameSync("0", `../${name}`);
      throw new Stop("replaced", "it was exchanged while it was being removed");
    }
    return { outcome: "removed", freedBytes: removeTree(moved, `../${name}`) };
  } finally {
    chdir("..");
    leave(room);
  }
}

function checkBase(base: Stats, owner: number | string): void {
  if (platform === "win32") return;
  if (base.uid !== owner && base.uid !== 0) throw new Stop("denied", "the directory it lies in is somebody else's");
  const sticky = (base.mode & 0o1000) !== 0;
  // A group named after its only user has that user's number on every distribution that makes such groups.
  const writable = (base.mode & 0o002) !== 0 || ((base.mode & 0o020) !== 0 && base.gid !== owner && base.gid !== 0);
  if (writable && !sticky) throw new Stop("denied", "others can write to the directory it lies in");
}

function checkEntry(entry: Stats, { modifiedAt, mode }: Leftover, owner: number | string): void {
  if (!entry.isDirectory()) throw new Stop("replaced", "it is no directory any more");
  if (platform === "win32") return;
  if (entry.uid !== owner) throw new Stop("denied", "it belongs to somebody else");
  const sameTime = modifiedAt === undefined || Math.trunc(modifiedAt) === Math.trunc(entry.mtimeMs);
  const sameMode = mode === undefined || (mode & 0o7777) === (entry.mode & 0o7777);
  if (!sameTime || !sameMode) throw new Stop("replaced", "it has changed since it was judged");
}

/** Whoever owns the base could have put another directory where ours was made. */
function checkRoom(): void {
  const room = lstatSync(".");
  const ours = platform === "win32" || (room.uid === process.geteuid?.() && (room.mode & 0o777) === 0o700);
  if (!ours || readdirSync(".").length > 0) throw new Stop("failed", "the private directory for it was exchanged");
}

function leave(room: string): void {
  try {
    rmdirSync(room);
  } catch {
    throw new Stop("failed", `what would not go is in ${room} beside it`);
  }
}

/** A directory on its way out. */
interface Frame {
  /** Its name in the private directory. */
  readonly slot: string;
  /** Where it was, and is put back when something below it will not go. */
  readonly from: string | Buffer;
  readonly mode: number;
  readonly entries: Buffer[];
}

/** Removes the tree in slot 0 and tells how many bytes that freed. */
function removeTree(root: Stats, from: string): number {
  let freed = 0;
  let slots = 1;
  const frames: Frame[] = [];
  try {
    frames.push(enter("0", from, root));
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const entry = frame.entries.pop();
      if (entry === undefined) {
        rmdirSync(frame.slot);
        frames.pop();
        continue;
      }
      const path = Buffer.concat([Buffer.from(`${frame.slot}/`), entry]);
      const found = lstatSync(path, { throwIfNoEntry: false });
      if (found === undefined) continue;
      if (found.isDirectory()) {
        const slot = String(slots++);
        // A directory that changes its parent must be writable itself (rename(2)).
        if ((found.mode & 0o700) !== 0o700) chmodSync(path, 0o700);
        renameSync(path, slot);
        const moved = lstatSync(slot);
        // Exchanged between the two: whatever came along is no directory to walk into.
        if (moved.isDirectory()) frames.push(enter(slot, path, found));
        else unlinkSync(slot);
      } else {
        unlinkSync(path);
        if (found.isFile() && found.nlink === 1) freed += found.size;
      }
    }
    return freed;
  } catch (error) {
    for (const frame of frames.reverse()) putBack(frame);
    throw error;
  }
}

/** From here on nobody else can write into it, not even through a working directory they have there. */
function enter(slot: string, from: string | Buffer, found: Stats): Frame {
  const mode = found.mode & 0o7777;
  try {
    if (mode !== 0o700) chmodSync(slot, 0o700);
    return { slot, from, mode, entries: readdirSync(slot, { encoding: "buffer" }) };
  } catch (error) {
    putBack({ slot, from, mode, entries: [] });
    throw error;
  }
}

function putBack({ slot, from, mode }: Frame): void {
  try {
    if (mode !== 0o700 && lstatSync(slot).isDirectory()) chmodSync(slot, mode);
    renameSync(slot, from);
  } catch {
    // What cannot be put back stays in the private directory, and the failure says that something stayed.
  }
}

/** Whether somebody else than the system or the owner has put a symlink on the way. */
function bentBySomebody(path: string, owner: number | string): boolean {
  if (platform === "win32") return false;
  for (let at = path; dirname(at) !== at; at = dirname(at)) {
    const found = lstatSync(at, { throwIfNoEntry: false });
    if (found?.isSymbolicLink() && found.uid !== owner && found.uid !== 0) return true;
  }
  return false;
}

function failure(error: unknown): Removal {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return { outcome: "gone", because: "it was gone already" };
  if (code === "EBUSY" || code === "EXDEV") return { outcome: "failed", because: "something is mounted inside it" };
  if (code === "EACCES" || code === "EPERM") return { outcome: "denied", because: `the system answers ${code}` };
  return { outcome: "failed", because: `the system answers ${code ?? "an unknown error"}` };
}

function whereWeAre(): string | undefined {
  try {
    return cwd();
  } catch {
    return undefined;
  }
}

function goBack(home: string | undefined): void {
  try {
    chdir(home ?? "/");
  } catch {
    chdir("/");
  }
}
