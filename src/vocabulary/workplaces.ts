/**
 * Where people work and start programs, for as long as they please: in a browser or an editor on another machine, in editors,
 * in terminals and what keeps their sessions. Pure.
 *
 * @module
 */
import { commandOf, withoutExe } from "./command.ts";
import { isMultiplexer } from "./multiplexers.ts";
import { sameOwner } from "../process.ts";
import type { Process } from "../process.ts";
import type { Table } from "../table.ts";
import { isWorkedIn } from "./windowed.ts";

/**
 * Where a person works from afar, in a browser, on a desktop or in an editor on another machine, or out of an editor in a
 * sandbox (Flatpak): shells, agents and all that they start lie in the one service, as they would in the scope of a login.
 */
const FROM_AFAR =
  /[\\/](code-server|openvscode-server|code-tunnel|jupyter(?:-lab|-notebook|-server|hub-singleuser)?|coder|ttyd|chrome-remote-desktop|flatpak-session-helper)(?:[\\/](?:out|lib)[\\/].+)?$/;
/** What keeps a terminal for whoever comes back to it. tmux and screen leave their number to all that is started in them. */
const SESSIONS: ReadonlySet<string> = new Set([
  ...["zellij", "dtach", "abduco", "shpool", "zmx", "mosh-server", "etterminal", "ttyd", "gotty", "sshx", "tmate"],
  "upterm",
]);
/** IDEs on Java's own windows. */
const OF_JETBRAINS = "com.intellij.idea.Main";
/** What the kernel calls those, or what may run them, in small letters (macOS says Python): it keeps fifteen of a name. */
const CALLED =
  /^(?:node|mainthread|python|pypy|java|jupyter|openvscode-ser|gnome-|wezterm-|chrome-remote-|flatpak-sessio|coder$)|-mainthread$/;

/** Whether it is what a person works in from afar. */
export function isWorkplace(process: Process): boolean {
  const { path = "", script = "", args = [] } = commandOf(process) ?? {};
  const found = FROM_AFAR.exec(script === "" ? path : script);
  return found !== null && (found[1] !== "coder" || args[0] === "agent");
}

/**
 * Those whose name says nothing against a person starting programs from them; of most processes that is all that is read.
 * Names are few where processes are many: each is asked once. With a `uid`, whoever may be that person's.
 */
export function mayBeWorkplaces(processes: readonly Process[], uid?: Process["uid"]): Process[] {
  const asked = new Map<string | undefined, boolean>();
  const found: Process[] = [];
  for (const process of processes) {
    const { name, uid: other } = process;
    if (other !== uid && other !== undefined && uid !== undefined && !sameOwner(other, uid)) continue;
    let answer = asked.get(name);
    if (answer === undefined) asked.set(name, answer = mayBeWorkedInByName(name));
    if (answer && process.argv !== null) found.push(process);
  }
  return found;
}

function mayBeWorkedInByName(name: string | undefined): boolean {
  if (name === undefined) return true;
  const small = withoutExe(name).toLowerCase();
  return isWorkedIn(small) || SESSIONS.has(small) || CALLED.test(small);
}

/**
 * Whoever has a child that leads a session on a terminal of its own: a window with shells in it, whatever it is called. Those
 * of tmux and screen say so in what they start.
 */
export function keepersOfTerminals(table: Table, uid?: Process["uid"]): Process[] {
  // Elsewhere nobody's session is told.
  if (table.host.platform !== "linux") return [];
  const found = new Set<Process>();
  for (const one of table.processes) {
    if (one.tty === null || (one.sid ?? one.pid) !== one.pid) continue;
    const keeper = table.parent(one);
    const isItsToo = one.tty !== undefined && keeper?.tty === one.tty;
    if (keeper === undefined || isItsToo || isMultiplexer(keeper)) continue;
    const { uid: other } = keeper;
    if (other === uid || other === undefined || uid === undefined || sameOwner(other, uid)) found.add(keeper);
  }
  return [...found];
}

/** Whether a person may start programs from one of these: what could not be read of it may be what tells. */
export function mayBeWorkedInBy(process: Process): boolean {
  const command = commandOf(process);
  if (command === undefined || command.argumentsUnknown === true) return true;
  const { program, interpreter, args } = command;
  return SESSIONS.has(program) || isWorkedIn(program) || isWorkplace(process) ||
    (interpreter === "java" && args.includes(OF_JETBRAINS));
}
