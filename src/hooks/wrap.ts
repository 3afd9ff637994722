/**
 * Shell functions that sweep first and then run the real command.
 *
 * @module
 */
import { QUOTES, type Shell } from "./shells.ts";
import { type Program, SWEEP, WAITED } from "./start.ts";

/** For an agent that is about to take memory: what nobody needs is gone first, so this one is waited for. */
export function wrapText(shell: Shell, commands: readonly string[], program: Program): string {
  const quote = QUOTES[shell];
  const sweep = `/bin/sh -c ${quote(WAITED)} agent-reaper ${quote(program.path)} ${SWEEP.join(" ")}`;
  return commands.map((command) => TEXTS[shell](command, sweep, quote(program.path))).join("");
}

const posix = (command: string, sweep: string): string =>
  `# Not where ${command} is an alias or a function already: then it stays what it is.
if ! alias ${command} >/dev/null 2>&1 && ! typeset -f ${command} >/dev/null 2>&1; then
  function ${command} {
    ${sweep} </dev/null >/dev/null 2>&1 || :
    command ${command} "$@"
  }
fi
`;

const TEXTS: Readonly<Record<Shell, (command: string, sweep: string, program: string) => string>> = {
  zsh: posix,
  bash: posix,
  fish: (command, sweep) =>
    `if not functions -q ${command}
    function ${command} --wraps ${command}
        ${sweep} </dev/null >/dev/null 2>&1
        command ${command} $argv
    end
end
`,
  powershell: (command, _, program) =>
    `if (-not (Get-Command ${command} -CommandType @('Alias', 'Function') -ErrorAction Ignore)) {
    function global:${command} {
        try { & ${program} ${SWEEP.join(" ")} *> $null } catch { }
        $real = Get-Command ${command} -CommandType @('Application', 'ExternalScript') -ErrorAction Stop | Select-Object -First 1
        if ($MyInvocation.ExpectingInput) { $input | & $real @args } else { & $real @args }
    }
}
`,
};
