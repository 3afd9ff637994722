/**
 * The machine that Windows shows.
 *
 * @module
 */
import type {
  Detail,
  Draft,
  Hold,
  Host,
  Leftover,
  LeftoverPlace,
  Limit,
  Machine,
  Process,
  Refusal,
  Uptime,
  Viewer,
  Vitals,
} from "../../../src/contract.ts";
import { conceals } from "../_disk/conceals.ts";
import { findLeftovers, readLeftover } from "../_disk/leftovers.ts";
import { nodeDisk } from "../_disk/node.ts";
import { Details } from "./details.ts";
import { epochMs } from "./filetime.ts";
import { readText } from "./files.ts";
import { isAlive } from "./handle.ts";
import { hold } from "./hold.ts";
import { Owners, readSelf } from "./owner.ts";
import { readBootId } from "./boot.ts";
import { readTable, systemTime } from "./table.ts";
import { readUptime } from "./uptime.ts";
import { readVitals } from "./vitals.ts";
import { type Win32, win32 } from "./win32.ts";

/** This machine. */
export function open(): Machine {
  return new WindowsMachine(win32());
}

class WindowsMachine implements Machine {
  readonly backend = "toolhelp";
  readonly live = true;
  readonly variables: Readonly<Record<string, string | undefined>> = process.env;
  readonly host: Host;
  readonly viewer: Viewer;
  readonly #win: Win32;
  readonly #details: Details;
  #takenAt: number | undefined;
  #startsUnknown = 0;

  constructor(win: Win32) {
    const self = readSelf(win);
    // Imported, it would be loaded on other systems too: their backends come in one piece with this one.
    const { homedir, hostname } = process.getBuiltinModule("node:os");
    this.#win = win;
    this.#details = new Details(win, new Owners(win, self));
    this.host = {
      platform: "win32",
      hostname: hostname(),
      bootId: readBootId(win),
      utcOffsetMinutes: -new Date().getTimezoneOffset(),
    };
    this.viewer = { pid: process.pid, uid: self.name, home: homedir(), elevated: self.elevated };
  }

  now(): number {
    return this.#takenAt ?? epochMs(systemTime(this.#win));
  }

  /**
   * Both scopes are the whole table. Nothing is ever adopted on Windows: every tree, also the one of
   * the desktop, begins with a process whose creator is dead, so "those without a parent and all below
   * them" is everybody; and one query has told everything anyway.
   */
  list(): Draft[] {
    this.#details.begin();
    this.#takenAt = epochMs(systemTime(this.#win));
    const drafts = readTable(this.#win);
    this.#startsUnknown = drafts.filter(({ pid, startToken }) => pid !== 0 && startToken === undefined).length;
    return drafts;
  }

  read(drafts: readonly Draft[], details: ReadonlySet<Detail>, variables: ReadonlySet<string>): void {
    for (const draft of drafts) this.#details.read(draft, details, variables);
  }

  file(path: string): string | undefined {
    return readText(path);
  }

  conceals(path: string): boolean {
    return conceals(path, this.viewer.elevated);
  }

  exists(pid: number): boolean | undefined {
    return isAlive(this.#win, pid);
  }

  leftovers(places: readonly LeftoverPlace[]): readonly Leftover[] {
    return findLeftovers(nodeDisk, places);
  }

  leftover(path: string, places: readonly LeftoverPlace[]): Leftover | undefined {
    return readLeftover(nodeDisk, path, places);
  }

  hold(process: Process): Hold | Refusal {
    return hold(this.#win, process, this.viewer.pid);
  }

  vitals(): Vitals {
    return readVitals(this.#win);
  }

  uptime(): Uptime {
    return readUptime(this.#win);
  }

  complete(): boolean {
    return true;
  }

  limits(): readonly Limit[] {
    const limits: Limit[] = [{
      what: "whether anyone still reads or writes a process's standard streams",
      because: "Windows does not tell it; a dead or younger creator is the only sign of an orphan",
    }];
    if (!this.viewer.elevated) {
      limits.push({
        what: "owner, command line and executable of other users' and of elevated processes",
        because: "this program is not elevated; such processes are left alone",
        remedy: "run it from an elevated terminal",
      });
    }
    if (this.#startsUnknown > 0) {
      limits.push({
        what: `the start of ${this.#startsUnknown} processes`,
        because: "Windows did not tell it; they are left alone",
      });
    }
    if (this.#details.servicesUnread !== undefined) {
      limits.push({
        what: "which processes are services",
        because: `the service manager did not answer (${this.#details.servicesUnread})`,
      });
    }
    return limits;
  }

  close(): void {
    // The libraries are the system's own and stay mapped; every handle is closed where it was opened.
  }
}
