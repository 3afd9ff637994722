/**
 * Service managers: where each keeps what it is told, and how it is asked.
 *
 * @module
 */
import { lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { Complaint, EXIT, meaningOf } from "../complaint.ts";
import type { ProgramEnd, Programs } from "../contract.ts";
import { discard } from "../discard.ts";
import { readRegular } from "../regular-file.ts";
import { visible } from "../text.ts";
import {
  crontabWith,
  launchdPlist,
  lineInCrontab,
  MARK,
  type ServiceText,
  systemdOneshot,
  systemdService,
  systemdTimer,
  windowsTask,
} from "./texts.ts";

/** The names of them. */
export const KINDS = ["systemd", "systemd-timer", "launchd", "task", "cron"] as const;
/** One of them. */
export type Kind = (typeof KINDS)[number];

const UNIT = "agent-reaper";
const LABEL = "dev.agent-reaper.watch";

/** What a manager works with. */
export interface Site {
  readonly programs: Programs;
  readonly home: string;
  readonly uid: number | string;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** One manager. */
export interface Manager {
  /** Files that are written, by path. Cron's is a command's input, and has none. */
  files(text: ServiceText): ReadonlyMap<string, string>;
  /** What is run after they were written; all must succeed. */
  start(text: ServiceText): readonly (readonly string[])[];
  /** What is run before they are removed. */
  stop(): readonly (readonly string[])[];
  /** Files that another kind leaves beside them: both would start the same program. */
  readonly rivals?: readonly string[];
  /** Asks how it is. */
  status(): readonly string[];
  /** Shows its log; undefined: it has none. */
  logs(): readonly string[] | undefined;
}

/** The manager of a kind. */
export function managerOf(kind: Kind, site: Site): Manager {
  switch (kind) {
    case "systemd":
    case "systemd-timer":
      return systemd(site, kind);
    case "launchd":
      return launchd(site);
    case "task":
      return task(site);
    case "cron":
      return cron(site);
  }
}

/** The one that works here. */
export function usualKind(platform: NodeJS.Platform, { programs }: Site): Kind {
  if (platform === "darwin") return "launchd";
  if (platform === "win32") return "task";
  const systemctl = programs.find("systemctl");
  if (systemctl !== undefined && programs.run([systemctl, "--user", "show-environment"]).status === 0) return "systemd";
  if (programs.find("crontab") !== undefined) return "cron";
  throw new Complaint(
    "service: neither the systemd of your session answers nor is there a crontab: let agent-reaper watch run as you let other programs",
    EXIT.cannotWorkHere,
  );
}

function systemd({ programs, home, variables }: Site, kind: "systemd" | "systemd-timer"): Manager {
  const systemctl = need(programs, "systemctl");
  const base = variables["XDG_CONFIG_HOME"];
  const directory = `${base?.startsWith("/") === true ? base : `${home}/.config`}/systemd/user`;
  const service = `${directory}/${UNIT}.service`;
  const timer = `${directory}/${UNIT}.timer`;
  const unit = kind === "systemd" ? `${UNIT}.service` : `${UNIT}.timer`;
  const journalctl = programs.find("journalctl");
  return {
    files: (text) =>
      kind === "systemd"
        ? new Map([[service, systemdService(text)]])
        : new Map([[service, systemdOneshot(text)], [timer, systemdTimer(text)]]),
    start: () => [[systemctl, "--user", "daemon-reload"], [systemctl, "--user", "enable", "--now", unit]],
    // The one-shot of the timer and what goes on have one name.
    stop: () => [timer, service].map((path) => [systemctl, "--user", "disable", "--now", basename(path)]),
    rivals: kind === "systemd" ? [timer] : [],
    status: () => [systemctl, "--user", "--no-pager", "status", unit],
    logs: () =>
      journalctl === undefined ? undefined : [journalctl, "--user", "--no-pager", "-n", "200", "-u", `${UNIT}.service`],
  };
}

function launchd({ programs, home, uid }: Site): Manager {
  const launchctl = need(programs, "launchctl");
  const plist = `${home}/Library/LaunchAgents/${LABEL}.plist`;
  return {
    files: (text) => new Map([[plist, launchdPlist(text, LABEL)]]),
    start: () => [[launchctl, "bootstrap", `gui/${uid}`, plist]],
    stop: () => [[launchctl, "bootout", `gui/${uid}/${LABEL}`]],
    status: () => [launchctl, "print", `gui/${uid}/${LABEL}`],
    logs: () => undefined,
  };
}

function task({ programs, home }: Site): Manager {
  const schtasks = need(programs, "schtasks.exe");
  const file = `${home}\\AppData\\Local\\agent-reaper\\task.xml`;
  return {
    files: (text) => new Map([[file, windowsTask(text)]]),
    start: () => [
      [schtasks, "/Create", "/F", "/TN", UNIT, "/XML", file],
      [schtasks, "/Run", "/TN", UNIT],
    ],
    stop: () => [[schtasks, "/End", "/TN", UNIT], [schtasks, "/Delete", "/F", "/TN", UNIT]],
    status: () => [schtasks, "/Query", "/V", "/FO", "LIST", "/TN", UNIT],
    logs: () => undefined,
  };
}

function cron({ programs }: Site): Manager {
  const crontab = need(programs, "crontab");
  return {
    files: () => new Map(),
    start: () => [[crontab, "-"]],
    // Who had none before has none again.
    stop: () => [[crontab, "-"], [crontab, "-r"]],
    status: () => [crontab, "-l"],
    logs: () => undefined,
  };
}

function need(programs: Programs, name: string): string {
  const path = programs.find(name);
  if (path === undefined) {
    throw new Complaint(`service: there is no ${name} here: choose another with --kind`, EXIT.cannotWorkHere);
  }
  return path;
}

/** Puts it there and starts it. Another's file under our name is not touched. */
export function install(kind: Kind, site: Site, text: ServiceText): string[] {
  const manager = managerOf(kind, site);
  const files = manager.files(text);
  for (const path of files.keys()) checkOurs(path);
  const rivals = (manager.rivals ?? []).filter((path) => isOurs(path));
  const fresh = [...files.keys()].filter((path) => lstatSync(path, { throwIfNoEntry: false }) === undefined);
  try {
    // What runs already goes on as it was told before, and launchd takes nothing twice.
    if (kind !== "cron" && fresh.length < files.size) {
      for (const argv of manager.stop()) site.programs.run(argv);
    }
    for (const path of rivals) remove(path);
    for (const [path, content] of files) write(path, content, kind);
    for (const argv of manager.start(text)) {
      must(site.programs, argv, kind === "cron" ? crontabNow(site, text) : undefined);
    }
  } catch (error) {
    // What nobody starts is not left behind, to be started some day.
    for (const path of fresh) discard(path);
    throw error;
  }
  return [...files.keys()];
}

/** Stops it and takes it away. */
export function uninstall(kind: Kind, site: Site, text: ServiceText): string[] {
  const manager = managerOf(kind, site);
  const files = [...manager.files(text).keys()];
  if (kind === "cron") {
    if (!isInstalled(kind, site, text)) return [];
    const left = crontabNow(site, undefined);
    const [argv, empty] = manager.stop() as [readonly string[], readonly string[]];
    must(site.programs, left === "" ? empty : argv, left === "" ? undefined : left);
    return [];
  }
  const there = files.filter((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined);
  for (const path of there) checkOurs(path);
  there.push(...(manager.rivals ?? []).filter((path) => isOurs(path)));
  // What does not run cannot be stopped, and is no failure.
  for (const argv of manager.stop()) site.programs.run(argv);
  for (const path of there) remove(path);
  return there;
}

/** Whether it is installed. */
export function isInstalled(kind: Kind, site: Site, text: ServiceText): boolean {
  if (kind === "cron") return cronLineOf(site) !== undefined;
  const manager = managerOf(kind, site);
  return [...manager.files(text).keys()].every(isOurs) && !(manager.rivals ?? []).some(isOurs);
}

/** All that are installed. A manager that is not there, or not for this user, keeps nothing of ours running. */
export function installedKinds(site: Site, text: ServiceText): Kind[] {
  return KINDS.filter((kind) => {
    try {
      return isInstalled(kind, site, text);
    } catch (error) {
      if (error instanceof Complaint) return false;
      throw error;
    }
  });
}

/** The line that cron has. */
export function cronLineOf(site: Site): string | undefined {
  return lineInCrontab(crontabOf(site));
}

function crontabNow(site: Site, text: ServiceText | undefined): string {
  return crontabWith(crontabOf(site), text);
}

/** Without one crontab(1) says so and exits with 1; any other failure must not lose what is in it. */
function crontabOf({ programs }: Site): string {
  const end = programs.run([need(programs, "crontab"), "-l"]);
  if (end.status === 0) return end.text;
  if (end.status === 1 && /no crontab/i.test(end.errors)) return "";
  throw failed("crontab -l", end);
}

function must(programs: Programs, argv: readonly string[], input: string | undefined): void {
  const end = programs.run(argv, input === undefined ? {} : { input });
  if (end.status !== 0) throw failed(argv.join(" "), end);
}

function failed(command: string, { status, errors }: ProgramEnd): Complaint {
  // Some say why in the first line, and what they make of it in the last.
  const said = visible(errors.split("\n").map((line) => line.trim()).filter((line) => line !== "").join("; "));
  return new Complaint(
    `service: ${visible(command)}: ${said === "" ? `exit code ${status}` : said}: correct that, and try again`,
    EXIT.cannotWorkHere,
  );
}

function isOurs(path: string): boolean {
  try {
    const { bytes } = readRegular(path);
    return bytes.toString("utf8").includes(MARK) || bytes.toString("utf16le").includes(MARK);
  } catch {
    return false;
  }
}

function checkOurs(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined || isOurs(path)) return;
  throw new Complaint(`${visible(path)}: somebody else wrote it: move it away`, EXIT.cannotWorkHere);
}

function write(path: string, content: string, kind: Kind): void {
  const beside = `${path}.${process.pid}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    // schtasks reads the encoding that the file says it has.
    const bytes = kind === "task" ? Buffer.from(`\ufeff${content}`, "utf16le") : Buffer.from(content);
    writeFileSync(beside, bytes, { flag: "wx", mode: 0o644 });
    renameSync(beside, path);
  } catch (error) {
    discard(beside);
    throw notWritable(path, error);
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    throw notWritable(path, error);
  }
}

function notWritable(path: string, error: unknown): Complaint {
  return new Complaint(`${visible(path)}: ${meaningOf(error)}: make its directory writable`, EXIT.cannotWorkHere);
}
