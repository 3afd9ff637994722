/**
 * `service`: what keeps it running when nobody types anything.
 *
 * @module
 */
import { Complaint, EXIT, type ExitCode } from "../complaint.ts";
import { chooseBackend, openWith } from "../machine.ts";
import { ownProgram } from "../ourselves.ts";
import { builtin } from "../plugins.ts";
import {
  cronLineOf,
  install,
  installedKinds,
  isInstalled,
  type Kind,
  managerOf,
  type Site,
  uninstall,
  usualKind,
} from "../services/managers.ts";
import { placesIn } from "../services/environment.ts";
import { cronLine, type ServiceText } from "../services/texts.ts";
import { readRegular } from "../regular-file.ts";
import { statePath } from "../state.ts";
import { print, printError } from "../terminal.ts";
import { visible } from "../text.ts";

/** What all of them take. */
export interface ServiceOptions {
  readonly kind?: Kind;
  readonly every?: number;
  readonly print?: boolean;
}

const EVERY_MS = 300_000;

interface Stage {
  readonly site: Site;
  readonly text: ServiceText;
}

/** Runs `service install`. */
export async function installService(options: ServiceOptions): Promise<ExitCode> {
  const { site, text: bare } = stage(options);
  const text = { ...bare, environment: placesIn(process.platform, site.home, process.env) };
  const kind = options.kind ?? usualKind(process.platform, site);
  if (options.print === true) {
    if (kind === "cron") await print(`${cronLine(text)}\n`);
    for (const [path, content] of managerOf(kind, site).files(text)) await print(`# ${visible(path)}\n${content}`);
    return EXIT.fine;
  }
  const files = install(kind, site, text);
  for (const path of files) await print(`wrote ${visible(path)}\n`);
  // Whether a cron daemon runs cannot be told: it need not be this user's to see.
  const now = kind === "cron" ? "it is in your crontab, for cron to start it" : "it runs";
  await print(
    `${kind}: ${now}; agent-reaper service status --kind ${kind} shows how, agent-reaper history what it did\n`,
  );
  if (kind.startsWith("systemd")) {
    await print("It runs while you are logged in; loginctl enable-linger lets it run without that.\n");
  }
  return EXIT.fine;
}

/** Runs `service uninstall`. */
export async function uninstallService(options: ServiceOptions): Promise<ExitCode> {
  const { site, text } = stage(options);
  for (const kind of kindsOf(options, site, text)) {
    const was = isInstalled(kind, site, text);
    const removed = uninstall(kind, site, text);
    for (const path of removed) await print(`removed ${visible(path)}\n`);
    await print(was || removed.length > 0 ? `${kind}: it is gone\n` : `${kind}: nothing was installed\n`);
  }
  return EXIT.fine;
}

/** Runs `service status`. */
export async function serviceStatus(options: ServiceOptions): Promise<ExitCode> {
  const { site, text } = stage(options);
  let code: ExitCode = EXIT.fine;
  for (const kind of kindsOf(options, site, text)) {
    if (!(await tellStatus(kind, site, text))) code = EXIT.somethingIsLeft;
  }
  return code;
}

/** Says how it is; whether it is installed and runs. */
async function tellStatus(kind: Kind, site: Site, text: ServiceText): Promise<boolean> {
  if (!isInstalled(kind, site, text)) {
    await print(`${kind}: not installed (agent-reaper service install --kind ${kind})\n`);
    return false;
  }
  if (kind === "cron") {
    await print(`cron: ${visible(cronLineOf(site) ?? "")}\n`);
    return true;
  }
  return await shown(site, managerOf(kind, site).status());
}

/** Runs `service logs`. */
export async function serviceLogs(options: ServiceOptions): Promise<ExitCode> {
  const { site, text } = stage(options);
  let code: ExitCode = EXIT.fine;
  for (const kind of kindsOf(options, site, text)) {
    if (kind === "cron") {
      await print("cron: sweep says nothing; agent-reaper history shows what it did\n");
      continue;
    }
    const argv = managerOf(kind, site).logs();
    if (argv === undefined) await print(logOf(text.log));
    else if (!(await shown(site, argv))) code = EXIT.cannotWorkHere;
  }
  return code;
}

/** What was asked for, else all that are installed, else what would be. */
function kindsOf({ kind }: ServiceOptions, site: Site, text: ServiceText): readonly Kind[] {
  if (kind !== undefined) return [kind];
  const installed = installedKinds(site, text);
  return installed.length > 0 ? installed : [usualKind(process.platform, site)];
}

/** Shows what a manager says; whether it succeeded. */
async function shown({ programs }: Site, argv: readonly string[]): Promise<boolean> {
  const { status, text, errors } = programs.run(argv);
  await print(text.split("\n").map(visible).join("\n"));
  await printError(errors.split("\n").map(visible).join("\n"));
  return status === 0;
}

function logOf(path: string): string {
  try {
    return readRegular(path).bytes.toString().split("\n").map(visible).join("\n");
  } catch (error) {
    if (error instanceof Complaint) throw error;
    return `${visible(path)}: nothing has been logged yet\n`;
  }
}

function stage({ every }: ServiceOptions): Stage {
  const backend = chooseBackend(builtin());
  const programs = backend.programs?.();
  if (programs === undefined) {
    throw new Complaint(`service: the backend ${backend.name} runs no programs`, EXIT.cannotWorkHere);
  }
  const machine = openWith(backend);
  try {
    const { home, uid } = machine.viewer;
    const site: Site = { programs, home, uid, variables: process.env };
    if (process.geteuid?.() === 0 && uid !== 0) {
      throw new Complaint("service: run it as yourself, without sudo: it is your own session's");
    }
    const state = statePath(process.platform, home, process.env);
    return {
      site,
      text: { program: ourProgram(), everyMs: every ?? EVERY_MS, log: `${state}/watch.log` },
    };
  } finally {
    machine.close();
  }
}

/** A manager starts it by its path; run from sources it has none. */
function ourProgram(): string {
  const path = ownProgram();
  if (path !== undefined) return path;
  throw new Complaint("service: run from sources there is no program to start: compile it with ./compile.sh");
}
