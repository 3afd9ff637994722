/**
 * `sessions`: what hosts have registered, with trees, age and memory.
 *
 * @module
 */
import { shapeProcess } from "../../plugins/reporters/_shape.ts";
import { headed } from "../../plugins/reporters/text/headed.ts";
import { type Paint, paint } from "../../plugins/reporters/text/paint.ts";
import { counted, type Page, sizeOf, treeHead, treeLines } from "../../plugins/reporters/text/tree.ts";
import { EXIT, type ExitCode } from "../complaint.ts";
import { formatDuration } from "../duration.ts";
import { look } from "../look.ts";
import { readRegistry } from "../registry/open.ts";
import { sessionsOf, type SessionView } from "../registry/sessions.ts";
import { clean } from "../redact/report.ts";
import { SCHEMA_VERSION } from "../report.ts";
import { Table } from "../table.ts";
import { columns, isColoured, print } from "../terminal.ts";
import { safeJson, visible, wrap } from "../text.ts";
import { version } from "../version.ts";
import { stage } from "./options.ts";
import type { OutputOptions } from "./output.ts";

/** What `sessions` takes. */
export interface SessionsOptions extends Pick<OutputOptions, "json" | "color"> {
  readonly backend?: string;
}

/** Runs `sessions`. */
export async function sessions(options: SessionsOptions): Promise<ExitCode> {
  const { machine, plugins, policy } = stage(options);
  try {
    const { entries, sessions } = await readRegistry(machine.viewer);
    const pids = entries.map(({ pid }) => pid);
    const table = new Table(look(machine, plugins, policy, { scope: "all", registered: entries, pids }));
    const views = (clean(sessionsOf(sessions, table), new Set(["env"])) as SessionView[]).filter(isWorthTelling);
    if (options.json === true) {
      const document = { schemaVersion: SCHEMA_VERSION, version, command: "sessions", sessions: shapes(views, table) };
      await print(`${safeJson(JSON.stringify(document, undefined, 2))}\n`);
    } else {
      const style = paint(isColoured(options.color, process.env));
      const { takenAt, viewer } = table;
      await print(page(views, { columns: columns(process.env), paint: style, takenAt, home: viewer.home }));
    }
    return EXIT.fine;
  } finally {
    machine.close();
  }
}

/** What is without a session and has ended is for `reap` to take off the record. */
function isWorthTelling({ id, trees }: SessionView): boolean {
  return id !== undefined || trees.length > 0;
}

function shapes(views: readonly SessionView[], { takenAt }: Table): object[] {
  return views.map(({ id, session, standing, trees, entries }) => {
    const members = trees.flatMap((tree) => tree.members);
    const startedAt = startOf({ session, entries });
    return {
      id,
      kind: session?.kind,
      state: standing.state,
      because: standing.because,
      cwd: session?.cwd,
      originator: session?.originator,
      startedAt,
      ageMs: startedAt === undefined ? undefined : Math.max(0, takenAt - startedAt),
      processes: members.map((member) => shapeProcess(member, takenAt)),
      rssBytes: sumOf(members.map(({ rss }) => rss)),
      endedEntries: entries.filter(({ state }) => state === "dead" || state === "replaced").length,
    };
  });
}

function startOf(
  { session, entries }: Pick<SessionView, "entries"> & { session?: SessionView["session"] | undefined },
) {
  return session?.startedAt ?? entries.map(({ entry }) => entry.registeredAt).sort((a, b) => a - b)[0];
}

/** Of what is known; nothing known is no zero. */
function sumOf(sizes: readonly (number | undefined)[]): number | undefined {
  const known = sizes.filter((size) => size !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, size) => sum + size, 0);
}

function page(views: readonly SessionView[], page: Page): string {
  if (views.length === 0) {
    const text = "No sessions. Hosts register what they start with agent-reaper session start, or with the library.";
    return `${wrap(text, page.columns).join("\n")}\n`;
  }
  // A session that was begun inside of another is part of both.
  const all = [...new Set(views.flatMap(({ trees }) => trees.flatMap(({ members }) => members)))];
  const lines = [
    ...(all.length === 0 ? [] : [treeHead(page)]),
    ...views.flatMap((view) => [...viewLines(view, page), ""]),
    page.paint.strong(`${counted(views.length, "session", "sessions")}: ${sizeOf(all)}.`),
  ];
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

function viewLines(view: SessionView, page: Page): string[] {
  const { id, session, standing, trees, entries } = view;
  const startedAt = startOf(view);
  const facts = [
    id ?? "without a session",
    ...(session === undefined || session.kind === "session" ? [] : [session.kind]),
    ...(startedAt === undefined ? [] : [formatDuration(Math.max(0, page.takenAt - startedAt))]),
    trees.length === 0 ? "nothing of it runs" : sizeOf(trees.flatMap(({ members }) => members)),
  ];
  const ended = entries.filter(({ state }) => state === "dead" || state === "replaced").length;
  const more = ended === 0 ? "" : `; ${counted(ended, "entry", "entries")} of processes that have ended`;
  return [
    ...headed(
      coloured(standing.state, page.paint),
      standing.state,
      facts.map(visible).join(" · "),
      page,
      page.paint.strong,
    ),
    ...wrap(visible(standing.because + more), page.columns - 2).map((line) => `  ${line}`),
    ...trees.flatMap((tree) => treeLines(tree, page, 1_000)),
  ];
}

function coloured(state: SessionView["standing"]["state"], { strong, green, yellow, red }: Paint): string {
  return strong(state === "active" ? green(state) : state === "over" ? red(state) : yellow(state));
}
