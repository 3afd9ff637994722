/**
 * `hook print` and `wrap`: text for a shell to read, for whoever keeps their start-up files themselves.
 *
 * @module
 */
import { basename } from "node:path";
import { Complaint, EXIT, type ExitCode } from "../../complaint.ts";
import { handlersOf } from "../../hooks/agents.ts";
import { programOf } from "../../hooks/deed.ts";
import type { Target } from "../../hooks/targets.ts";
import { hookText, isShell, type Shell, SHELLS } from "../../hooks/shells.ts";
import { needProgram, onSite } from "../../hooks/site.ts";
import { sweepLine } from "../../hooks/start.ts";
import { wrapText } from "../../hooks/wrap.ts";
import { print } from "../../terminal.ts";
import { quote } from "../options.ts";

/** Runs `hook print`. */
export function printHook(target: Target): Promise<ExitCode> {
  needProgram();
  return onSite({}, async (site) => {
    const program = programOf(site, target);
    if (isShell(target)) await print(hookText(target, program));
    else if (target === "git") await print(`${sweepLine(program)}\n`);
    else {
      const hooks = Object.fromEntries(
        Object.entries(handlersOf(target, program, site.host.platform)).map((
          [event, handler],
        ) => [event, [{ hooks: [handler] }]]),
      );
      await print(`${JSON.stringify({ hooks }, undefined, 2)}\n`);
    }
    return EXIT.fine;
  });
}

/** What `wrap` takes. */
export interface WrapOptions {
  readonly shell?: Shell;
}

/** Not an option, and the same word in every shell. */
const COMMAND = /^[A-Za-z0-9_][\w.+-]*$/;

/** Runs `wrap`. */
export function wrap(commands: readonly string[], { shell = loginShell() }: WrapOptions): Promise<ExitCode> {
  for (const command of commands) {
    if (!COMMAND.test(command)) throw new Complaint(`wrap ${quote(command)}: name a command, for example claude`);
  }
  needProgram();
  return onSite({}, async (site) => {
    await print(wrapText(shell, commands, programOf(site, shell)));
    return EXIT.fine;
  });
}

function loginShell(): Shell {
  if (process.platform === "win32") return "powershell";
  const name = basename(process.env["SHELL"] ?? "");
  const found = SHELLS.find((shell) => shell === name || (shell === "powershell" && name === "pwsh"));
  return found ?? "bash";
}
