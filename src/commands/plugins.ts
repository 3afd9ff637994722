/**
 * `plugins`: all that takes part in a verdict, and what it is for.
 *
 * @module
 */
import { paint } from "../../plugins/reporters/text/paint.ts";
import { EXIT, type ExitCode } from "../complaint.ts";
import { CannotWorkHere } from "../machine.ts";
import { builtin, type Plugins } from "../plugins.ts";
import { columns, isColoured, print } from "../terminal.ts";
import { padEnd, safeJson, visible, wrap } from "../text.ts";
import { type LookOptions, stage } from "./options.ts";
import type { OutputOptions } from "./output.ts";

/** What `plugins` takes. */
export type PluginsOptions = Pick<OutputOptions, "json" | "color"> & Pick<LookOptions, "plugin">;

interface Listed {
  readonly kind: string;
  readonly name: string;
  readonly summary: string;
}

/** Runs `plugins`. */
export async function plugins(options: PluginsOptions): Promise<ExitCode> {
  const listed = list(everyPlugin(options));
  if (options.json === true) {
    await print(`${safeJson(JSON.stringify(listed, undefined, 2))}\n`);
    return EXIT.fine;
  }
  const style = paint(isColoured(options.color, process.env));
  const names = Math.max(...listed.map(({ name }) => name.length));
  const room = columns(process.env) - names - 4;
  const lines: string[] = [];
  let kind = "";
  for (const plugin of listed) {
    if (plugin.kind !== kind) {
      kind = plugin.kind;
      lines.push(...(lines.length === 0 ? [] : [""]), style.strong(`${kind}s`));
    }
    wrap(visible(plugin.summary), room).forEach((line, at) =>
      lines.push(`  ${at === 0 ? style.cyan(padEnd(visible(plugin.name), names)) : " ".repeat(names)}  ${line}`)
    );
  }
  await print(lines.map((line) => `${line}\n`).join(""));
  return EXIT.fine;
}

/** Where no machine can be looked at there is still something to list. */
function everyPlugin(options: PluginsOptions): Plugins {
  try {
    const { machine, plugins } = stage(options);
    machine.close();
    return plugins;
  } catch (error) {
    if (error instanceof CannotWorkHere) return builtin();
    throw error;
  }
}

function list(all: Plugins): Listed[] {
  const kinds: readonly (readonly [string, readonly { name: string; summary: string }[]])[] = [
    ["backend", all.backends],
    ["matcher", all.matchers],
    ["leftover matcher", all.leftoverMatchers],
    ["guard", all.guards],
    ["proof", all.proofs],
    ["action", all.actions],
    ["reporter", all.reporters],
  ];
  return kinds.flatMap(([kind, plugins]) => plugins.map(({ name, summary }) => ({ kind, name, summary })));
}
