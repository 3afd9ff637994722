/**
 * macOS and other systems with a POSIX `ps`; on Linux by choice. See docs/backend-ps.md for what it
 * can tell and what not.
 *
 * macOS was not at hand when this was written: its columns are after the sources of Apple's ps and
 * lsof. So it checks itself at every look (see table.ts), and does nothing where it finds itself wrong.
 *
 * @module
 */
import type { Backend, Limit, Machine, Viewer } from "../../../src/contract.ts";
import { conceals } from "../_disk/conceals.ts";
import { type Disk, findLeftovers, limitsOf as limitsOfDisk, readLeftover } from "../_disk/leftovers.ts";
import { nodeDisk } from "../_disk/node.ts";
import { exists } from "../_posix/exists.ts";
import { readAgain } from "./again.ts";
import type { Dialect } from "./columns.ts";
import { Details } from "./details.ts";
import { readText } from "./files.ts";
import { PS, whyNot } from "./found.ts";
import { hold } from "./hold.ts";
import { readHost, readViewer } from "./host.ts";
import { limitsOf } from "./limits.ts";
import { listened } from "./lsof.ts";
import { SYSTEM, type Tools } from "./run.ts";
import { identify } from "./starts.ts";
import { type Look, look } from "./table.ts";
import { readVitals } from "./vitals.ts";

const backend: Backend = {
  name: "ps",
  summary: "macOS, and any system with a POSIX ps; lsof and launchctl where they are",
  platforms: ["darwin", "linux"],
  unavailable: () => whyNot(process.platform, SYSTEM.find(PS)),
  open: () => openWith(SYSTEM, process.platform),
  locks: () => (require("./locks.ts") as typeof import("./locks.ts")).locks(),
  commands: () => (require("./locks.ts") as typeof import("./locks.ts")).commands(),
  programs: () => (require("../_posix/programs.ts") as typeof import("../_posix/programs.ts")).programs,
};
export default backend;

/** The machine that these tools show. */
export function openWith(tools: Tools, platform: string, viewer: Viewer = readViewer()): Machine {
  const ps = tools.find(PS);
  const reason = whyNot(platform, ps);
  if (ps === undefined || reason !== undefined) throw new Error(reason);
  const dialect: Dialect = platform === "darwin" ? "darwin" : "procps";
  const host = readHost(tools, platform);
  const details = new Details(tools, host, viewer);
  const again = readAgain(tools, ps, dialect);
  const disk: Disk = { ...nodeDisk, ports: () => listened(tools) };
  let refused = new Map<string, string>();
  let takenAt: number | undefined;
  let last: Look | undefined;

  return {
    backend: backend.name,
    host,
    viewer,
    live: true,
    variables: process.env,
    now: () => takenAt ?? Date.now(),
    // Both scopes are the whole table: one call has told everything anyway.
    list() {
      details.begin();
      takenAt = Date.now();
      last = look(tools, ps, dialect);
      return last.drafts;
    },
    read: (drafts, wanted) => details.read(drafts, wanted),
    exists,
    identify(pid) {
      if (dialect === "procps") return identify(pid);
      const now = again.now(pid);
      return typeof now === "object" ? now.draft : undefined;
    },
    file: (path) => readText(path),
    conceals: (path) => conceals(path, viewer.elevated),
    leftovers: (places) => findLeftovers(disk, places, refused = new Map()),
    leftover: (path, places) => readLeftover(disk, path, places),
    hold: (judged) => hold(judged, last?.commands.get(judged.pid), again),
    vitals: () => readVitals(tools, platform, last?.drafts.length),
    // Where processes of others are hidden (hidepid), the first one is too.
    complete: () => last !== undefined && last.unreadable === 0 && last.twice.length === 0 && last.commands.has(1),
    limits: (): readonly Limit[] => [...limitsOf(dialect, last, details.trouble), ...limitsOfDisk(refused)],
    close() {},
  };
}
