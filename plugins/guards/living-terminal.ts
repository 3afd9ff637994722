import { baseName, byPid, hasEnded } from "../../src/process.ts";
import { perTable } from "../../src/vocabulary/per-table.ts";
import { tells } from "../../src/vocabulary/told.ts";
import type { Context, Guard, Objection, Process, Stdio, Table } from "../../src/contract.ts";

/** From a console's start until Windows Terminal has taken it over. */
const HANDING_OVER_MS = 5000;

/**
 * Terminals are told from the file descriptors, for pts numbers recur. The kernel's own word for
 * "in the foreground" is the terminal's process group: a terminal that hung up has none.
 */
const livingTerminal: Guard = {
  name: "living-terminal",
  summary: "processes with a terminal that is open",
  asks: "every member",
  needs: ["stdio"],
  object(process, context) {
    const { table, registered } = context;
    // One that was to end with its originator may have been left with the originator's terminal, which somebody
    // else uses now. Only what that somebody sees and types into is in its foreground.
    const isOnRecord = registered?.state === "orphan";
    const open = isOnRecord
      ? undefined
      : process.stdio?.find((stream) => stream.kind === "tty" && stream.peer === "live");
    if (open !== undefined) return { stands: "spare", because: `${nameOf(open)} is open` };
    if (process.tty !== null && process.tpgid !== undefined && process.tpgid > 0 && process.tpgid === process.pgid) {
      return { stands: "spare", because: `it is in the foreground of ${process.tty ?? "its terminal"}` };
    }
    if (table.host.platform === "win32") {
      return shownByTerminal(process, table) ?? (isOnRecord ? undefined : shownByItself(process, context));
    }
    return untoldForeground(process) ?? (isOnRecord ? undefined : untoldStreams(process, context));
  },
};

/**
 * Windows 11 hands a console of a program's own (`start claude`) over to Windows Terminal: the program stays whose child it
 * was, with its console host, and an OpenConsole of COM's shows it for as long as it lasts.
 */
function shownByTerminal(process: Process, table: Table): Objection | undefined {
  if (!mayBeCalled(process, "conhost.exe")) return undefined;
  const shown = handedOver(table).find((one) => {
    const afterMs = (one.startedAt ?? NaN) - (process.startedAt ?? NaN);
    return !(afterMs < 0 || afterMs > HANDING_OVER_MS);
  });
  return shown && { stands: "unsure", because: `Windows Terminal (pid ${shown.pid}) may show its console` };
}

/**
 * Where consoles have windows of their own (Windows 10, whoever chose so on 11) `start claude` opens one, which closes with
 * it and it with that. Who is talked to through pipes has nobody who looks there.
 */
function shownByItself(process: Process, { table, lifeline }: Context): Objection | undefined {
  if (lifeline !== "terminal" && lifeline !== "output") return undefined;
  const { consoleShown, unread } = process;
  if (consoleShown === true) return { stands: "spare", because: "the window of its console is open" };
  if (consoleShown === false || (unread?.["consoleShown"] === undefined && !tells(table, "consoleShown"))) {
    return undefined;
  }
  // Its own, or the one of whoever started it (`start /b claude`).
  const mayHave = table.processes.some((one) =>
    (one.ppid === process.pid || one.ppid === process.ppid) && one !== process && mayBeCalled(one, "conhost.exe")
  );
  return mayHave ? { stands: "unsure", because: "whether the window of its console is open is unknown" } : undefined;
}

/** Those of a tab are children of the terminal, those of an editor of the editor. */
const handedOver = perTable((table): readonly Process[] =>
  table.processes.filter((one) => {
    if (!mayBeCalled(one, "openconsole.exe") || hasEnded(one)) return false;
    const parent = table.parent(one);
    return (parent === undefined || mayBeCalled(parent, "svchost.exe")) &&
      one.argv?.some((word) => /^-embedding$/i.test(word)) !== false;
  }).sort(byPid)
);

/** Whoever has no name that is known may have any. */
function mayBeCalled({ name, exe, argv }: Process, called: string): boolean {
  const names = [name, exe, argv?.[0]].filter((text) => typeof text === "string");
  return names.length === 0 || names.some((text) => baseName(text).toLowerCase() === called);
}

/** What would matter and is not known. */
function untoldForeground(process: Process): Objection | undefined {
  return process.tty !== null && (process.pgid === undefined || process.tpgid === undefined)
    ? { stands: "unsure", because: "whether it is in the foreground of a terminal is unknown" }
    : undefined;
}

function untoldStreams(process: Process, { table, root, claim, lifeline }: Context): Objection | undefined {
  if (process.stdio === undefined) {
    if (table.host.platform === "linux") {
      return { stands: "unsure", because: "its standard streams could not be read" };
    }
    // `(claude -p review &)`: it prints where its shell prompts, and that one need not wait for it.
    const isHeard = lifeline === "output" || claim.role === "shell";
    if (process === root && isHeard && process.tty !== null) {
      return { stands: "unsure", because: `whether somebody reads it on ${process.tty ?? "a terminal"} is unknown` };
    }
  }
  const terminal = process.stdio?.find((stream) => stream.kind === "tty" && stream.peer === undefined);
  return terminal === undefined
    ? undefined
    : { stands: "unsure", because: `whether ${nameOf(terminal)} is open cannot be told` };
}

function nameOf({ path }: Stdio): string {
  return path === undefined ? "its terminal" : `its terminal ${path}`;
}

export default livingTerminal;
