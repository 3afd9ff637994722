/**
 * How it stands with each thing on this machine that a verdict may depend on.
 *
 * @module
 */
import { counted } from "../../../plugins/reporters/text/tree.ts";
import type { Judgement } from "../../classify.ts";
import { loadConfig } from "../../config.ts";
import type { Machine, Process, Table } from "../../contract.ts";
import { survey } from "../../engine.ts";
import { siteOf } from "../../hooks/site.ts";
import { hookStates } from "../../hooks/status.ts";
import type { Plugins } from "../../plugins.ts";
import { defaultPolicy } from "../../policy.ts";
import { isZombie } from "../../process.ts";
import { readRegistry } from "../../registry/open.ts";
import { statePath, stateTrouble } from "../../state.ts";
import { StoreTrouble } from "../../store/trouble.ts";
import { sweepHistory } from "../../sweep/history.ts";
import { isDisabled, pausedUntil } from "../../unattended.ts";
import { adopterKind } from "../../vocabulary/adopters.ts";
import { unclaimedAgents } from "../../warnings.ts";
import { when } from "../../text.ts";
import { withTheirs } from "../options.ts";

/** How it stands with one thing. */
export interface Note {
  readonly state: "good" | "worth knowing" | "bad";
  readonly about: string;
  readonly says: string;
  readonly remedy?: string;
}

/** All that there is to say of a machine that can be looked at. */
export async function notesOn(machine: Machine, plugins: Plugins): Promise<Note[]> {
  const { viewer } = machine;
  const { judgement } = survey({ machine, plugins, policy: defaultPolicy, scope: "all" });
  const { table } = judgement;
  return [
    viewerNote(machine),
    configNote(viewer),
    ...await stateNotes(viewer),
    ...restNotes(viewer),
    ...hookNotes(machine),
    tableNote(judgement),
    ...initNotes(table.get(1), table),
    ...unreadNotes(table.processes, viewer.uid),
    matcherNote(judgement),
    ...limitNotes(machine),
  ];
}

function viewerNote({ viewer, host }: Machine): Note {
  const where = [host.container === true ? "a container" : "", host.wsl === true ? "WSL" : ""].filter(Boolean).join(
    ", ",
  );
  return {
    state: "good",
    about: "viewer",
    says: `user ${viewer.uid}, home ${viewer.home}${viewer.elevated ? ", elevated" : ""}${
      where === "" ? "" : `, in ${where}`
    }`,
  };
}

/** What needs two looks has to remember the first. */
async function stateNotes({ home, uid }: Machine["viewer"]): Promise<Note[]> {
  const trouble = stateTrouble(statePath(process.platform, home, process.env), { uid });
  if (trouble === undefined) return await registryNotes({ home, uid });
  return [{
    state: "worth knowing",
    about: "state directory",
    says: trouble,
    remedy: "until then sweep, watch and hooks end nothing, and there is no history",
  }];
}

/** Who is on record may be answered for by somebody that no table shows. */
async function registryNotes(viewer: Pick<Machine["viewer"], "uid" | "home">): Promise<Note[]> {
  try {
    await readRegistry(viewer);
    return [];
  } catch (error) {
    if (!(error instanceof StoreTrouble)) throw error;
    return [{
      state: "worth knowing",
      about: "registry",
      says: error.message,
      remedy: "until then sweep, watch and hooks end nothing, and scan and reap go on without it",
    }];
  }
}

/** What keeps everything that works unattended from ending anything. */
function restNotes({ home }: Machine["viewer"]): Note[] {
  const notes: Note[] = [];
  const until = pausedUntil(statePath(process.platform, home, process.env), Date.now());
  if (until !== undefined) {
    notes.push({
      state: "worth knowing",
      about: "pause",
      says: `sweep, watch and hooks end nothing until ${when(until)}`,
      remedy: "agent-reaper resume",
    });
  }
  if (isDisabled(process.env)) {
    notes.push({
      state: "worth knowing",
      about: "AGENT_REAPER_DISABLE",
      says: "is set: sweep, watch and hooks do nothing",
      remedy: "unset it to let them work",
    });
  }
  return notes;
}

function tableNote({ table, findings }: Judgement): Note {
  const processes = table.processes.length;
  return processes > 1
    ? {
      state: "good",
      about: "processes",
      says: `${processes} seen, ${counted(findings.length, "tree of an agent", "trees of agents")} among them`,
    }
    : {
      state: "bad",
      about: "processes",
      says: `${processes} seen: others are hidden`,
      remedy: "run it where the agents run, or with sudo",
    };
}

function matcherNote(judgement: Judgement): Note {
  const blind = unclaimedAgents(judgement);
  return blind.length === 0
    ? { state: "good", about: "matchers", says: "every agent's executable that runs here is recognised" }
    : {
      state: "worth knowing",
      about: "matchers",
      says: `not recognised, although an agent's executable runs: pid ${
        blind.map(({ pid }) => pid).slice(0, 10).join(", ")
      }`,
      remedy: "agent-reaper explain PID, and report it with agent-reaper snapshot --redact",
    };
}

function limitNotes(machine: Machine): Note[] {
  return machine.limits().map(({ what, because, remedy }): Note => ({
    state: "worth knowing",
    about: "not seen",
    says: `${what} (${because})`,
    ...(remedy === undefined ? {} : { remedy }),
  }));
}

function configNote({ home, uid }: Machine["viewer"]): Note {
  try {
    const { path, found, settings: { plugins = [] } } = loadConfig(process.platform, home, process.env);
    withTheirs(plugins, uid);
    const more = plugins.length === 0 ? "" : `, with ${plugins.length} of your own plugins`;
    return {
      state: "good",
      about: "configuration",
      says: found ? `${path}${more}` : `${path}: not there, which is fine`,
    };
  } catch (error) {
    return {
      state: "bad",
      about: "configuration",
      says: (error as Error).message,
      remedy: "correct that: no command works until then",
    };
  }
}

/** Which hooks are on; what is not installed is for `hook status`. */
function hookNotes(machine: Machine): Note[] {
  const site = siteOf(machine);
  const swept = sweepHistory(site.state);
  const notes = hookStates(site, swept?.byHook).filter(({ state }) => state !== "off").map((
    { target, state, says },
  ): Note => ({
    state: state === "on" ? "good" : "worth knowing",
    about: "hook",
    says: `${target}: ${says}`,
  }));
  if (swept === undefined) return notes;
  return [...notes, {
    state: swept.last?.stopped === undefined ? "good" : "worth knowing",
    about: "sweep",
    says: swept.says,
  }];
}

function initNotes(first: Process | undefined, table: Table): Note[] {
  if (first === undefined || adopterKind(first, table) !== "unknown pid 1") return [];
  const name = first.exe ?? first.name ?? "?";
  return [{
    state: "worth knowing",
    about: "pid 1",
    says: `${name} is no known init: it may be a parent or an adopter, so only a strong proof ends its children`,
    remedy: "in a container start with an init (docker run --init)",
  }];
}

/** Which details of our own processes the system kept from us. */
function unreadNotes(processes: readonly Process[], uid: number | string): Note[] {
  const reasons = new Map<string, number>();
  for (const process of processes) {
    if (process.uid !== uid || isZombie(process)) continue;
    for (const [field, reason] of Object.entries(process.unread ?? {})) {
      const key = `${field}: ${reason}`;
      reasons.set(key, (reasons.get(key) ?? 0) + 1);
    }
  }
  return [...reasons].map(([key, count]): Note => ({
    state: "worth knowing",
    about: "unreadable",
    says: `${key}, for ${count} of your processes: unknown is never proof, so they are left alone more often`,
  }));
}
