/**
 * `doctor`: what this machine lets us see, and what we would miss.
 *
 * @module
 */
import { type Paint, paint } from "../../plugins/reporters/text/paint.ts";
import { adopterKind } from "../vocabulary/adopters.ts";
import { EXIT, type ExitCode } from "../complaint.ts";
import { loadConfig } from "../config.ts";
import { withTheirs } from "./options.ts";
import type { Backend, Machine, Process } from "../contract.ts";
import { survey } from "../engine.ts";
import { siteOf } from "../hooks/site.ts";
import { hookStates } from "../hooks/status.ts";
import { chooseBackend, openMachine } from "../machine.ts";
import { sweepHistory } from "../sweep/history.ts";
import { isDisabled, pausedUntil } from "../unattended.ts";
import { builtin } from "../plugins.ts";
import type { Plugins } from "../plugins.ts";
import { defaultPolicy } from "../policy.ts";
import { isZombie } from "../process.ts";
import { redactText } from "../redact.ts";
import { statePath } from "../state.ts";
import { columns, isColoured, print } from "../terminal.ts";
import { padEnd, safeJson, visible, wrap } from "../text.ts";
import { version } from "../version.ts";
import { unclaimedAgents } from "../warnings.ts";
import { when } from "./history/text.ts";
import type { OutputOptions } from "./output.ts";

/** What `doctor` takes. */
export interface DoctorOptions extends Pick<OutputOptions, "json" | "color"> {
  readonly backend?: string;
}

/** How it stands with one thing. */
interface Note {
  readonly state: "good" | "worth knowing" | "bad";
  readonly about: string;
  readonly says: string;
  readonly remedy?: string;
}

/** Runs `doctor`. */
export async function doctor(options: DoctorOptions): Promise<ExitCode> {
  const plugins = builtin();
  const notes: Note[] = [{
    state: "good",
    about: "version",
    says: `agent-reaper ${version}, ${process.platform} ${process.arch}`,
  }];
  const machine = openOrTell(plugins, options.backend, notes);
  if (machine !== undefined) {
    try {
      lookAround(machine, plugins, notes);
    } finally {
      machine.close();
    }
  }
  const told = notes.map((note): Note => ({ ...note, says: redactText(note.says) }));
  if (options.json === true) await print(`${safeJson(JSON.stringify({ version, notes: told }, undefined, 2))}\n`);
  else await print(page(told, columns(process.env), paint(isColoured(options.color, process.env))));
  return notes.some((note) => note.state === "bad") ? EXIT.cannotWorkHere : EXIT.fine;
}

function openOrTell(plugins: Plugins, wanted: string | undefined, notes: Note[]): Machine | undefined {
  const live = plugins.backends.filter((backend) => backend.name !== "replay");
  const others = (chosen?: Backend) =>
    live.filter((backend) => backend !== chosen).map((backend) => `${backend.name}: ${whyNot(backend)}`).join("; ");
  try {
    const chosen = chooseBackend(plugins, wanted);
    const machine = openMachine(plugins, { backend: chosen.name });
    notes.push({
      state: "good",
      about: "backend",
      says: `${chosen.name} (${chosen.summary}); others: ${others(chosen)}`,
    });
    return machine;
  } catch (error) {
    notes.push({
      state: "bad",
      about: "backend",
      says: `${(error as Error).message}; ${others()}`,
      remedy: "judge a snapshot of another machine: agent-reaper scan --from FILE",
    });
    return undefined;
  }
}

function whyNot(backend: Backend): string {
  if (!backend.platforms.some((platform) => platform === process.platform)) return "not for this platform";
  return backend.unavailable() ?? `works too (--backend ${backend.name})`;
}

function lookAround(machine: Machine, plugins: Plugins, notes: Note[]): void {
  const { viewer, host } = machine;
  const where = [host.container === true ? "a container" : "", host.wsl === true ? "WSL" : ""].filter(Boolean).join(
    ", ",
  );
  notes.push({
    state: "good",
    about: "viewer",
    says: `user ${viewer.uid}, home ${viewer.home}${viewer.elevated ? ", elevated" : ""}${
      where === "" ? "" : `, in ${where}`
    }`,
  });
  notes.push(configNote(viewer));
  const until = pausedUntil(statePath(process.platform, viewer.home, process.env), Date.now());
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

  notes.push(...hookNotes(machine));

  const { judgement } = survey({ machine, plugins, policy: defaultPolicy, scope: "all" });
  const { table, findings } = judgement;
  const processes = table.processes.length;
  notes.push(
    processes > 1
      ? { state: "good", about: "processes", says: `${processes} seen, ${findings.length} trees of agents among them` }
      : {
        state: "bad",
        about: "processes",
        says: `${processes} seen: others are hidden`,
        remedy: "run it where the agents run, or with sudo",
      },
  );
  notes.push(...initNotes(table.get(1), table));
  notes.push(...unreadNotes(table.processes, viewer.uid));
  const blind = unclaimedAgents(judgement);
  notes.push(
    blind.length === 0
      ? { state: "good", about: "matchers", says: "every agent's executable that runs here is recognised" }
      : {
        state: "worth knowing",
        about: "matchers",
        says: `not recognised, although an agent's executable runs: pid ${
          blind.map(({ pid }) => pid).slice(0, 10).join(", ")
        }`,
        remedy: "agent-reaper explain PID, and report it with agent-reaper snapshot --redact",
      },
  );
  for (const { what, because, remedy } of machine.limits()) {
    notes.push({
      state: "worth knowing",
      about: "not seen",
      says: `${what} (${because})`,
      ...(remedy === undefined ? {} : { remedy }),
    });
  }
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
  const notes = hookStates(site).filter(({ state }) => state !== "off").map(({ target, state, says }): Note => ({
    state: state === "on" ? "good" : "worth knowing",
    about: "hook",
    says: `${target}: ${says}`,
  }));
  const swept = sweepHistory(site.state);
  if (swept === undefined) return notes;
  return [...notes, {
    state: swept.last?.stopped === undefined ? "good" : "worth knowing",
    about: "sweep",
    says: swept.says,
  }];
}

function initNotes(first: Process | undefined, table: Parameters<typeof adopterKind>[1]): Note[] {
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

function page(notes: readonly Note[], columns: number, style: Paint): string {
  const marks = { good: style.green("ok "), "worth knowing": style.yellow("?? "), bad: style.red("!! ") };
  const labels = Math.min(22, Math.max(...notes.map(({ about }) => about.length)));
  const lines: string[] = [];
  for (const { state, about, says, remedy } of notes) {
    const text = [...wrap(visible(says), columns - labels - 6)];
    if (remedy !== undefined) text.push(...wrap(`→ ${visible(remedy)}`, columns - labels - 6));
    text.forEach((line, at) =>
      lines.push(
        `${at === 0 ? `${marks[state]} ${style.strong(padEnd(about, labels))}` : " ".repeat(labels + 4)}  ${line}`,
      )
    );
  }
  return lines.map((line) => `${line}\n`).join("");
}
