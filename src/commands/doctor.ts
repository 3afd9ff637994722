/**
 * `doctor`: what this machine lets us see, and what we would miss.
 *
 * @module
 */
import { type Paint, paint } from "../../plugins/reporters/text/paint.ts";
import { EXIT, type ExitCode } from "../complaint.ts";
import type { Backend, Machine } from "../contract.ts";
import { chooseBackend, openMachine } from "../machine.ts";
import { builtin } from "../plugins.ts";
import type { Plugins } from "../plugins.ts";
import { redactText } from "../redact.ts";
import { SCHEMA_VERSION } from "../report.ts";
import { columns, isColoured, print } from "../terminal.ts";
import { padEnd, safeJson, visible, wrap } from "../text.ts";
import { version } from "../version.ts";
import { type Note, notesOn } from "./doctor/notes.ts";
import { checkBackend, liveBackends } from "./options.ts";
import type { OutputOptions } from "./output.ts";

/** What `doctor` takes. */
export interface DoctorOptions extends Pick<OutputOptions, "json" | "color"> {
  readonly backend?: string;
}

/** Runs `doctor`. */
export async function doctor(options: DoctorOptions): Promise<ExitCode> {
  const plugins = builtin();
  const notes: Note[] = [{
    state: "good",
    about: "version",
    says: `agent-reaper ${version}, ${process.platform} ${process.arch}`,
  }];
  checkBackend(plugins, options.backend);
  const machine = openOrTell(plugins, options.backend, notes);
  if (machine !== undefined) {
    try {
      notes.push(...await notesOn(machine, plugins));
    } finally {
      machine.close();
    }
  }
  const told = notes.map((note): Note => ({ ...note, says: redactText(note.says) }));
  const document = { schemaVersion: SCHEMA_VERSION, version, command: "doctor", notes: told };
  if (options.json === true) await print(`${safeJson(JSON.stringify(document, undefined, 2))}\n`);
  else await print(page(told, columns(process.env), paint(isColoured(options.color, process.env))));
  return notes.some((note) => note.state === "bad") ? EXIT.cannotWorkHere : EXIT.fine;
}

function openOrTell(plugins: Plugins, wanted: string | undefined, notes: Note[]): Machine | undefined {
  const live = liveBackends(plugins);
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
