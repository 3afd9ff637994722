/**
 * What the descendants of `run` carry in their environment: who contains them, exactly. So a process
 * can be attributed from the table alone, whatever became of its parents. Pure.
 *
 *     AGENT_REAPER_RUN=4711.123456+4712.123460@9f86d081.4026531836
 *
 * Front and guardian, each pid and start, then the boot and the pid namespace that they are counted in;
 * a `~` at the end allows what it names to outlive both.
 *
 * @module
 */
import { isBeyond } from "./namespaces.ts";
import { type Identity, isZombie, type Process } from "../process.ts";
import type { Table } from "../table.ts";

/** The variable. */
export const RUN_VARIABLE = "AGENT_REAPER_RUN";

/** The session that a run belongs to, as its caller named it. */
export const SESSION_VARIABLE = "AGENT_REAPER_SESSION";

const BOOT_LETTERS = 8;
const FORM = /^(\d{1,10}\.\d{1,20}(?:\+\d{1,10}\.\d{1,20})*)@([\w-]{1,40})\.(\d{1,20})(~?)$/;

/** Who contains a process. */
export interface RunTag {
  /** Any of them alive, and the run is. */
  readonly keepers: readonly Identity[];
  /** The first letters of the boot's id. */
  readonly boot: string;
  readonly pidNamespace: string;
  /** What was detached on purpose may live on. */
  readonly detachOk: boolean;
}

/** The tag as text. */
export function formatRunTag({ keepers, boot, pidNamespace, detachOk }: RunTag): string {
  const named = keepers.map(({ pid, startToken }) => `${pid}.${startToken}`).join("+");
  return `${named}@${boot}.${pidNamespace}${detachOk ? "~" : ""}`;
}

/** What a tag names a boot by. */
export function bootName(bootId: string): string {
  return bootId.slice(0, BOOT_LETTERS);
}

/** Reads a tag; undefined for what is none. */
export function parseRunTag(text: string | undefined): RunTag | undefined {
  const found = text === undefined ? null : FORM.exec(text);
  if (found === null) return undefined;
  const [, keepers, boot, pidNamespace, mark] = found as unknown as [string, string, string, string, string];
  return {
    keepers: keepers.split("+").map((one) => {
      const [pid, startToken] = one.split(".") as [string, string];
      return { pid: Number(pid), startToken };
    }),
    boot,
    pidNamespace,
    detachOk: mark === "~",
  };
}

/** A run, and whether it is alive. */
export interface KnownRun extends RunTag {
  readonly fate: "alive" | "dead" | "unknown";
}

/** The run that a process belongs to, by what it carries. */
export function runOf(process: Process, table: Table): KnownRun | undefined {
  const tag = parseRunTag(process.env?.[RUN_VARIABLE]);
  if (tag === undefined) return undefined;
  const fate = runFate(tag, table);
  // A container that was given the variable is not contained by what it names.
  return { ...tag, fate: fate === "dead" && isBeyond(process, table) ? "unknown" : fate };
}

/** Whether a run is alive. Numbers of another boot or pid namespace say nothing here. */
function runFate(tag: RunTag, table: Table): "alive" | "dead" | "unknown" {
  const { bootId, pidNamespace } = table.host;
  if (/\d+/.exec(pidNamespace ?? "")?.[0] !== tag.pidNamespace) return "unknown";
  if (tag.boot !== bootName(bootId)) return "unknown";
  const fates = tag.keepers.map((keeper) => keeperFate(keeper, table));
  if (fates.includes("alive")) return "alive";
  return fates.includes("unknown") ? "unknown" : "dead";
}

function keeperFate(keeper: Identity, table: Table): "alive" | "dead" | "unknown" {
  const process = table.get(keeper.pid);
  if (process === undefined) return table.isAbsent(keeper.pid) === true ? "dead" : "unknown";
  if (process.startToken === undefined) return "unknown";
  return process.startToken === keeper.startToken && !isZombie(process) ? "alive" : "dead";
}
