/**
 * Linux: the kernel's own files, read through libc.
 *
 * @module
 */
import type { Backend, BackendOptions, Draft, Machine, Scope } from "../../../src/contract.ts";
import { errorText } from "../../../src/errors.ts";
import { adopted, below } from "./adopted.ts";
import { type Clock, readClock, readUptime } from "./clock.ts";
import { Details } from "./details.ts";
import { AT_FDCWD, Files, O_DIRECTORY, O_PATH } from "./files.ts";
import { readHost, readViewer } from "./host.ts";
import type { Met } from "./limits.ts";
import type { Newborns } from "./newborns.ts";
import { readSmall } from "./small-file.ts";
import { readStat, walk } from "./walk.ts";

const FILE_BYTES = 1024 * 1024;
const ENOENT = 2;
const IDENTITY: ReadonlySet<"executable" | "owner"> = new Set(["executable", "owner"] as const);
const NO_VARIABLES: ReadonlySet<string> = new Set();

/**
 * Everything that a look at who is adopted does not take, loaded when it is asked for; the first `require` alone costs as
 * much as reading twenty processes. Nobody but Bun comes this far (see libc.ts), and its `require` answers at once.
 */
const parts = {
  hold: () => require("./hold.ts") as typeof import("./hold.ts"),
  inside: () => require("./inside.ts") as typeof import("./inside.ts"),
  disk: () => require("./leftovers.ts") as typeof import("./leftovers.ts"),
  leftovers: () => require("../_disk/leftovers.ts") as typeof import("../_disk/leftovers.ts"),
  limits: () => require("./limits.ts") as typeof import("./limits.ts"),
  locks: () => require("./locks.ts") as typeof import("./locks.ts"),
  newborns: () => require("./newborns.ts") as typeof import("./newborns.ts"),
  vitals: () => require("./vitals.ts") as typeof import("./vitals.ts"),
};

const procfs: Backend = {
  name: "procfs",
  summary: "Linux, from /proc",
  platforms: ["linux"],
  unavailable() {
    if (process.platform !== "linux") return "there is no /proc on this system";
    let reached: ReturnType<typeof reach>;
    try {
      reached = reach("/proc");
    } catch (error) {
      return errorText(error);
    }
    const { files, mount } = reached;
    if (mount < 0) return "there is no /proc";
    const own = files.open(mount, "self/stat", O_PATH);
    if (own >= 0) files.close(own);
    files.close(mount);
    return own >= 0 ? undefined : "/proc is not mounted (mount -t proc proc /proc)";
  },
  open,
  locks: () => parts.locks().linuxLocks(),
  commands: () => parts.locks().linuxCommands(),
  programs: () => (require("../_posix/programs.ts") as typeof import("../_posix/programs.ts")).programs,
};

export default procfs;

function reach(root: string): { readonly files: Files; readonly mount: number } {
  const files = new Files();
  return { files, mount: files.open(AT_FDCWD, root, O_PATH | O_DIRECTORY) };
}

function open(options: BackendOptions): Machine {
  const root = options.root ?? "/proc";
  const { files, mount } = reach(root);
  if (mount < 0) throw new Error(`${root} cannot be opened: is it mounted?`);
  const variables = process.env;
  const host = readHost(files, root, variables);
  const viewer = readViewer(files, variables);
  let detailed: Details | undefined;
  const details = (): Details => detailed ??= new Details(files, mount);
  let refused = new Map<string, string>();
  let newborns: Newborns | undefined;
  let clock: Clock = readClock(files.libc);
  let met: Met = { refused: new Map(), fellBack: false };
  let complete = false;

  /** Those whose start does not name them (see newborns.ts). */
  const noteNewborns = (drafts: readonly Draft[], began: Clock): void => {
    const first = began.bootMs + ((began.tick - 1) * 1000) / began.ticksPerSecond;
    const young: Draft[] = [];
    for (const draft of drafts) if ((draft.startedAt as number) >= first) young.push(draft);
    leaveOutUs(young, viewer.pid);
    if (young.length > 0) (newborns ??= new (parts.newborns().Newborns)()).note(young, began.tick);
  };

  const list = (scope: Scope): Draft[] => {
    clock = readClock(files.libc);
    const short = scope === "adopted" ? adopted(files, mount, clock, host, viewer) : undefined;
    const whole = short === undefined ? walk(files, mount, clock) : undefined;
    const drafts = short ?? whole?.drafts ?? [];
    met = { refused: whole?.refused ?? new Map(), fellBack: scope === "adopted" && short === undefined };
    complete = whole !== undefined && met.refused.size === 0 && !parts.limits().hides(files, mount, root);
    noteNewborns(drafts, clock);
    return drafts;
  };

  const again = (pid: number): Draft | undefined => {
    const draft = readStat(files, mount, `${pid}/stat`, clock);
    if (draft !== undefined) details().read([draft], IDENTITY, NO_VARIABLES);
    return draft;
  };

  return {
    backend: "procfs",
    host,
    viewer,
    live: true,
    variables,
    now: () => clock.nowMs,
    list,
    below(pids) {
      const began = readClock(files.libc);
      const drafts = below(files, mount, clock, pids);
      noteNewborns(drafts, began);
      return drafts;
    },
    read: (drafts, wanted, names) => details().read(drafts, wanted, names),
    exists: (pid) => parts.limits().ownNumber(files, mount) === viewer.pid ? exists(pid) : undefined,
    identify(pid) {
      const began = readClock(files.libc);
      const draft = again(pid);
      if (draft !== undefined) noteNewborns([draft], began);
      return draft;
    },
    lacks: (path) => files.owner(AT_FDCWD, path) === -ENOENT,
    file: (path) => readSmall(files, path, FILE_BYTES),
    fileInside: (process, path) => parts.inside().readInside(files, mount, process, path, FILE_BYTES),
    leftovers: (places) => parts.leftovers().findLeftovers(parts.disk().diskOf(files), places, refused = new Map()),
    leftover: (path, places) => parts.leftovers().readLeftover(parts.disk().diskOf(files), path, places),
    hold: (process) => parts.hold().hold(process, again, { root, ...(newborns === undefined ? {} : { newborns }) }),
    vitals: () => parts.vitals().readVitals(files, root),
    uptime: () => readUptime(files.libc),
    complete: () => complete,
    limits: () => [
      ...parts.limits().findLimits(files, mount, root, host, viewer, met),
      ...refused.size === 0 ? [] : parts.leftovers().limitsOf(refused),
    ],
    close() {
      detailed?.close();
      files.close(mount);
    },
  };
}

/**
 * Ourselves, and those above us, are never held; whoever starts us has mostly been started for it. Most looks see nobody
 * else who is as young, so this goes without the runtime's own searches: each is compiled for its first use.
 */
function leaveOutUs(young: Draft[], us: number): void {
  let pid = us;
  for (let at = 0; at < young.length; at++) {
    const draft = young[at] as Draft;
    if (draft.pid !== pid) continue;
    young.splice(at, 1);
    pid = draft.ppid;
    at = -1;
  }
  if (pid === us && young.length > 0 && process.ppid !== us) leaveOutUs(young, process.ppid);
}

/** Asked by number, of the kernel: also those that a mount hides. Signal 0 is none. */
function exists(pid: number): boolean | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ESRCH" ? false : code === "EPERM" ? true : undefined;
  }
}
