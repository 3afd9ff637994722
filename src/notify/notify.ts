/**
 * Tells others what a round did: once for all of it, not for each process. Whoever cannot be told is no
 * reason to do anything else.
 *
 * @module
 */
import { meaningOf } from "../complaint.ts";
import type { Backend, Desktop, Programs } from "../contract.ts";
import { redactText } from "../redact.ts";
import { visible } from "../text.ts";
import { version } from "../version.ts";
import { type Event, lineOf } from "../watch/lines.ts";
import type { NotifySettings } from "./settings.ts";
import { post } from "./webhook.ts";

/** What was done, for a program. */
export interface Message {
  readonly schemaVersion: 1;
  readonly version: string;
  /** Names the round: the same when it is sent again. */
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly host: string;
  readonly title: string;
  readonly events: readonly Event[];
}

const MOST_LINES = 5;
const PATIENCE_MS = 10_000;

/** What is told. */
export function messageOf(id: string, host: string, events: readonly Event[], at: number = Date.now()): Message {
  const [first] = events;
  const title = events.length === 1 && first !== undefined
    ? `agent-reaper: ${[first.what, first.family, first.pid].filter((part) => part !== undefined).join(" ")}`
    : `agent-reaper: ${events.length} things ${
      events.every(({ what }) => what === "planned") ? "would be" : "were"
    } done on ${host}`;
  return { schemaVersion: 1, version, id, at: new Date(at).toISOString(), host, title: visible(title), events };
}

/** What people can be told by. */
export interface Means {
  readonly programs?: Programs | undefined;
  readonly desktop?: Desktop | undefined;
}

/** What this platform has of it. */
export function meansOf(backend: Backend): Means {
  return { programs: backend.programs?.(), desktop: backend.desktop?.() };
}

/** Tells all who want to know; says of each that could not be told why. */
export async function notify(
  settings: NotifySettings,
  message: Message,
  means: Means,
  signal: AbortSignal,
): Promise<string[]> {
  const { desktop, webhook, webhookSecret, command } = settings;
  const body = JSON.stringify(message);
  const told = [
    ...(desktop === true ? [["desktop", onDesktop(message, means)] as const] : []),
    ...(webhook === undefined
      ? []
      : [["webhook", post({ url: webhook, secret: webhookSecret, id: message.id, body, signal })] as const]),
    ...(command === undefined ? [] : [["command", byProgram(command, body, means.programs)] as const]),
  ];
  const troubles = await Promise.all(told.map(async ([name, telling]) => {
    const trouble = await telling;
    return trouble === undefined ? [] : [`notify.${name}: ${trouble}`];
  }));
  return troubles.flat();
}

async function onDesktop(message: Message, { programs, desktop }: Means): Promise<string | undefined> {
  const lines = message.events.slice(0, MOST_LINES).map(lineOf);
  if (message.events.length > MOST_LINES) lines.push(`and ${message.events.length - MOST_LINES} more`);
  const text = lines.join("\n");
  const trouble = desktop === undefined ? "there is no program for it here" : desktop.show(message.title, text);
  if (trouble === undefined) return undefined;
  const argv = desktopCommand(process.platform, message.title, text, (name) => programs?.find(name));
  if (argv === undefined) return trouble;
  return await byProgram(argv, "", programs);
}

/** What shows it. The text is an argument, never part of a program's text. */
export function desktopCommand(
  platform: NodeJS.Platform,
  title: string,
  text: string,
  find: (name: string) => string | undefined,
): string[] | undefined {
  const named = (name: string, ...more: string[]) => {
    const path = find(name);
    return path === undefined ? undefined : [path, ...more];
  };
  if (platform === "darwin") {
    const script = ["on run argv", "display notification (item 2 of argv) with title (item 1 of argv)", "end run"];
    return named("osascript", ...script.flatMap((line) => ["-e", line]), title, text);
  }
  if (platform === "win32") return named("msg.exe", "*", "/TIME:30", `${title}\n${text}`);
  // The body is markup (Desktop Notifications Specification).
  const body = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return named("notify-send", "--app-name=agent-reaper", "--", title, body);
}

async function byProgram(
  argv: readonly string[],
  input: string,
  programs: Programs | undefined,
): Promise<string | undefined> {
  if (programs === undefined) return "no programs can be run here";
  const { status, errors } = await programs.later(argv, { input, patienceMs: PATIENCE_MS });
  if (status === 0) return undefined;
  const said = visible(errors.trim().split("\n").at(-1) ?? "");
  const why = said === "" ? `exit code ${status}` : meaningOf({ message: redactText(said) });
  return `${visible(argv[0] ?? "")}: ${why}`;
}
