/**
 * `hook status`: which hooks are on, where, and when each last ran.
 *
 * @module
 */
import { paint } from "../../../plugins/reporters/text/paint.ts";
import { EXIT, type ExitCode } from "../../complaint.ts";
import { projectOf } from "../../hooks/deed.ts";
import { onSite, type SiteOptions } from "../../hooks/site.ts";
import { type HookState, hookStates } from "../../hooks/status.ts";
import { type SweepHistory, sweepHistory } from "../../sweep/history.ts";
import { columns, isColoured, print } from "../../terminal.ts";
import { padEnd, safeJson, visible, when, wrap } from "../../text.ts";
import { pausedUntil } from "../../unattended.ts";
import { version } from "../../version.ts";
import type { OutputOptions } from "../output.ts";

/** What `hook status` takes. */
export interface StatusOptions extends SiteOptions, Pick<OutputOptions, "json" | "color"> {}

/** Runs `hook status`. */
export function status(options: StatusOptions): Promise<ExitCode> {
  return onSite(options, async (site) => {
    if (site.project !== undefined) projectOf(site.project);
    const swept = sweepHistory(site.state);
    const hooks = hookStates(site, swept?.byHook);
    const until = pausedUntil(site.state, Date.now());
    if (options.json === true) {
      await print(`${safeJson(JSON.stringify(statusJson(hooks, swept, until), undefined, 2))}\n`);
      return EXIT.fine;
    }
    const style = paint(isColoured(options.color, process.env));
    const marks: Readonly<Record<HookState["state"], string>> = {
      on: style.green("on      "),
      off: "off     ",
      outdated: style.yellow("outdated"),
      unknown: style.yellow("unknown "),
    };
    const width = Math.max(...hooks.map(({ target }) => target.length));
    const { home } = site.viewer;
    // Between quotes no shell would know the sign.
    const short = (says: string) =>
      home.length > 1
        ? says.split(`'${home}/`).map((part) => part.replaceAll(`${home}/`, "~/")).join(`'${home}/`)
        : says;
    const lines = hooks.flatMap(({ target, state, says }) =>
      wrap(visible(short(says)), columns(process.env) - width - 13).map((text, at) =>
        at === 0
          ? `${style.strong(padEnd(target, width))}  ${marks[state]}  ${text}`
          : `${" ".repeat(width + 12)}${text}`
      )
    );
    if (until !== undefined) {
      const says = `paused until ${when(until)}: they end nothing; agent-reaper resume ends that`;
      lines.push("", ...wrap(says, columns(process.env)).map(style.yellow));
    }
    if (swept !== undefined) lines.push("", ...wrap(visible(`sweeps: ${swept.says}`), columns(process.env)));
    await print(lines.map((line) => `${line.trimEnd()}\n`).join(""));
    return EXIT.fine;
  });
}

function statusJson(hooks: readonly HookState[], swept: SweepHistory | undefined, until: number | undefined) {
  // Each hook tells its own look.
  const { byHook: _, ...sweeps } = swept ?? { byHook: {} };
  return {
    schemaVersion: 1,
    version,
    command: "hook status",
    hooks,
    ...(swept === undefined ? {} : { sweeps }),
    ...(until === undefined ? {} : { pausedUntil: until }),
  };
}
