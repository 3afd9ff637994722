/**
 * Linux: the kernel's own files, read through libc.
 *
 * @module
 */
import type { Backend, BackendOptions, Draft, Machine } from "../../../src/contract.ts";
import { errorText } from "../../../src/errors.ts";
import { readClock, readUptime } from "./clock.ts";
import { Details } from "./details.ts";
import { AT_FDCWD, O_PATH } from "./files.ts";
import { readSmall } from "./small-file.ts";
import { openTable, reach, unopened } from "./table.ts";
import { readStat } from "./single.ts";

const FILE_BYTES = 1024 * 1024;
const ENOENT = 2;
const EACCES = 13;
const ENOTDIR = 20;
const IDENTITY: ReadonlySet<"owner" | "command" | "executable"> = new Set(["owner", "command", "executable"] as const);
const NO_VARIABLES: ReadonlySet<string> = new Set();
const NOTHING: ReadonlyMap<string, ReadonlySet<number>> = new Map();

/**
 * Everything that a look at who is adopted does not take, loaded when it is asked for; the first `require` alone costs as
 * much as reading twenty processes. Nobody but Bun comes this far (see libc.ts), and its `require` answers at once.
 */
const parts = {
  exists: () => require("./exists.ts") as typeof import("./exists.ts"),
  hold: () => require("./hold.ts") as typeof import("./hold.ts"),
  inside: () => require("./inside.ts") as typeof import("./inside.ts"),
  disk: () => require("./leftovers.ts") as typeof import("./leftovers.ts"),
  leftovers: () => require("../_disk/leftovers.ts") as typeof import("../_disk/leftovers.ts"),
  limits: () => require("./limits.ts") as typeof import("./limits.ts"),
  locks: () => require("./locks.ts") as typeof import("./locks.ts"),
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
    if (mount < 0) return mount === -ENOENT ? "there is no /proc" : unopened("/proc", mount);
    const own = files.open(mount, "self/stat", O_PATH);
    if (own >= 0) files.close(own);
    files.close(mount);
    if (own >= 0) return undefined;
    return own === -ENOENT ? "/proc is not mounted (mount -t proc proc /proc)" : unopened("/proc/self/stat", own);
  },
  open,
  locks: () => parts.locks().linuxLocks(),
  commands: () => parts.locks().linuxCommands(),
  programs: () => (require("../_posix/programs.ts") as typeof import("../_posix/programs.ts")).programs,
};

export default procfs;

function open(options: BackendOptions): Machine {
  const root = options.root ?? "/proc";
  const variables = process.env;
  const table = openTable(root, variables);
  const { files, mount, host, viewer } = table;
  let detailed: Details | undefined;
  const details = (): Details => detailed ??= new Details(files, mount);
  let refused = new Map<string, string>();

  const again = (pid: number): Draft | undefined => {
    const draft = readStat(files, mount, `${pid}/stat`, table.clock);
    if (draft !== undefined) details().read([draft], IDENTITY, NO_VARIABLES);
    return draft;
  };

  return {
    backend: "procfs",
    host,
    viewer,
    live: true,
    variables,
    now: () => table.clock.nowMs,
    list: (scope) => table.list(scope),
    below: (pids) => table.below(pids),
    read: (drafts, wanted, names) => details().read(drafts, wanted, names),
    exists: (pid) => parts.exists().exists(files, mount, pid),
    identify(pid) {
      const began = readClock(files.libc);
      const draft = again(pid);
      if (draft !== undefined) table.note([draft], began);
      return draft;
    },
    lacks: (path) => files.owner(AT_FDCWD, path) === -ENOENT,
    conceals(path) {
      const owner = files.owner(AT_FDCWD, path);
      return owner !== -ENOENT && owner !== -ENOTDIR && (owner !== -EACCES || viewer.elevated);
    },
    file: (path) => readSmall(files, path, FILE_BYTES),
    fileInside: (process, path) => parts.inside().readInside(files, mount, process, path, FILE_BYTES),
    leftovers: (places) => parts.leftovers().findLeftovers(parts.disk().diskOf(files), places, refused = new Map()),
    leftover: (path, places) => parts.leftovers().readLeftover(parts.disk().diskOf(files), path, places),
    hold(process) {
      const { newborns } = table;
      return parts.hold().hold(process, again, { root, ...(newborns === undefined ? {} : { newborns }) });
    },
    vitals: () => parts.vitals().readVitals(files, root),
    uptime: () => readUptime(files.libc),
    complete: () => table.complete,
    limits: () => [
      ...parts.limits().findLimits(files, mount, root, host, viewer, table.met, detailed?.failed ?? NOTHING),
      ...refused.size === 0 ? [] : parts.leftovers().limitsOf(refused),
    ],
    close() {
      detailed?.close();
      files.close(mount);
    },
  };
}
