/**
 * Where people work and start programs, for as long as they please: in a browser or an editor on another machine, in editors,
 * in terminals and what keeps their sessions. Pure.
 *
 * @module
 */
import { commandOf } from "./command.ts";
import type { Process } from "../process.ts";
import { isWorkedIn } from "./windowed.ts";

/**
 * Where a person works from afar, in a browser, on a desktop or in an editor on another machine, or out of an editor in a
 * sandbox (Flatpak): shells, agents and all that they start lie in the one service, as they would in the scope of a login.
 */
const FROM_AFAR =
  /[\\/](code-server|openvscode-server|code-tunnel|jupyter(?:-lab|-notebook|-server|hub-singleuser)?|coder|ttyd|chrome-remote-desktop|flatpak-session-helper)(?:[\\/](?:out|lib)[\\/].+)?$/;
/** What keeps a terminal for whoever comes back to it. tmux and screen leave their number to all that is started in them. */
const SESSIONS = /^(?:zellij|dtach|abduco|shpool|zmx|mosh-server|etterminal|ttyd|gotty|sshx|tmate|upterm)$/;
/** IDEs on Java's own windows. */
const OF_JETBRAINS = "com.intellij.idea.Main";
/** What the kernel calls those, or what may run them: it keeps fifteen letters of a name. */
const CALLED =
  /^(?:node|MainThread|python|java|jupyter|openvscode-ser|gnome-|wezterm-|chrome-remote-|flatpak-sessio)|-MainThread$/;

/** Whether it is what a person works in from afar. */
export function isWorkplace(process: Process): boolean {
  const { path = "", script = "", args = [] } = commandOf(process) ?? {};
  const found = FROM_AFAR.exec(script === "" ? path : script);
  return found !== null && (found[1] !== "coder" || args[0] === "agent");
}

/** Whether its name says nothing against a person starting programs from it; of most processes that is all that is read. */
export function mayBeWorkedInByName({ name }: Process): boolean {
  return name === undefined || CALLED.test(name) || SESSIONS.test(name) || isWorkedIn(withoutEnding(name));
}

/** Whether a person may start programs from it: what could not be read of it may be what tells. */
export function mayBeWorkedInBy(process: Process): boolean {
  if (!mayBeWorkedInByName(process)) return false;
  const command = commandOf(process);
  if (command === undefined || command.argumentsUnknown === true) return true;
  const { program, interpreter, args } = command;
  return SESSIONS.test(program) || isWorkedIn(program) || isWorkplace(process) ||
    (interpreter === "java" && args.includes(OF_JETBRAINS));
}

function withoutEnding(name: string): string {
  return name.replace(/\.exe$/i, "");
}
