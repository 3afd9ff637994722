/**
 * What each service manager is told, as text. Pure: tested with the managers' own checkers.
 *
 * Nothing here may hide what a reaper must see: no PrivateTmp, ProtectHome, ProtectProc, PrivatePIDs; in
 * user units systemd makes a user namespace of such options (systemd issue 25233).
 *
 * @module
 */

import { Complaint } from "../complaint.ts";
import { writeDuration } from "../duration.ts";
import { forShell } from "../quote.ts";
import { visible } from "../text.ts";
import type { Variable } from "./environment.ts";

/** What is to be run, and how often. */
export interface ServiceText {
  /** The program, by its absolute path. */
  readonly program: string;
  readonly everyMs: number;
  /** Where the log goes, for managers that keep none. */
  readonly log: string;
  /** What has to hold there of the person's environment. */
  readonly environment?: readonly Variable[];
}

/** What a file of ours begins with: another's under the same name is not touched. */
export const MARK = "Written by agent-reaper service install";

const DESCRIPTION = "agent-reaper: ends what AI coding agents left behind";

/** A systemd user unit that goes on. */
export function systemdService({ program, everyMs, environment }: ServiceText): string {
  return `# ${MARK}
[Unit]
Description=${DESCRIPTION}

[Service]
Type=exec
${systemdEnvironment(environment)}ExecStart=${systemdWord(program)} watch --every ${duration(everyMs)}
Restart=on-failure
RestartSec=30s
# A wrong configuration, or another watch, is no better in half a minute.
RestartPreventExitStatus=2 3
# The manager for the one that ends: told once, it ends at once.
TimeoutStopSec=10s
Nice=10
IOSchedulingClass=idle
NoNewPrivileges=yes
LockPersonality=yes

[Install]
WantedBy=default.target
`;
}

/** A systemd user unit for one look, started by a timer. */
export function systemdOneshot({ program, environment }: ServiceText): string {
  return `# ${MARK}
[Unit]
Description=${DESCRIPTION}

[Service]
Type=oneshot
${systemdEnvironment(environment)}ExecStart=${systemdWord(program)} sweep --strict --leftovers
TimeoutStartSec=60s
Nice=10
IOSchedulingClass=idle
NoNewPrivileges=yes
LockPersonality=yes
`;
}

/** Its timer. The next look is counted from the end of the last. */
export function systemdTimer({ everyMs }: ServiceText): string {
  return `# ${MARK}
[Unit]
Description=${DESCRIPTION}

[Timer]
OnStartupSec=2min
OnUnitInactiveSec=${duration(everyMs)}
RandomizedDelaySec=10s
AccuracySec=30s

[Install]
WantedBy=timers.target
`;
}

/** A launchd agent. Its log is watch's own, which stays small; launchd's would grow for ever. */
export function launchdPlist({ program, everyMs, log, environment = [] }: ServiceText, label: string): string {
  const variables = environment.map(([name, value]) =>
    `    <key>${xml(name)}</key>\n    <string>${xml(value)}</string>\n`
  );
  const argv = [program, "watch", "--every", duration(everyMs), "--log", log];
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- ${MARK} -->
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${xml(label)}</string>
  <key>ProgramArguments</key>
  <array>
${argv.map((word) => `    <string>${xml(word)}</string>\n`).join("")}  </array>
  <key>EnvironmentVariables</key>
  <dict>
${variables.join("")}  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ThrottleInterval</key>
  <integer>30</integer>
  <key>ProcessType</key>
  <string>Background</string>
  <key>LowPriorityIO</key>
  <true/>
  <key>Nice</key>
  <integer>10</integer>
  <key>StandardOutPath</key>
  <string>/dev/null</string>
  <key>StandardErrorPath</key>
  <string>/dev/null</string>
</dict>
</plist>
`;
}

/** A task for Windows' Task Scheduler. A console program flashes a window unless conhost is asked not to show one. */
export function windowsTask({ program, everyMs, log }: ServiceText): string {
  const parameters = ["--headless", quoted(program), "watch", "--every", duration(everyMs), "--log", quoted(log)].join(
    " ",
  );
  return `<?xml version="1.0" encoding="UTF-16"?>
<!-- ${MARK} -->
<Task version="1.3" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>${xml(DESCRIPTION)}</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Hidden>true</Hidden>
    <Priority>7</Priority>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>10</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>conhost.exe</Command>
      <Arguments>${xml(parameters)}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
}

const CRON_BEGIN = `# ${MARK}: from here`;
const CRON_END = "# agent-reaper: to here";
const MINUTE_MS = 60_000;

/** A crontab with our line in it, in the place of an older one of ours; without a program, without it. */
export function crontabWith(crontab: string, text: ServiceText | undefined): string {
  const lines = crontab === "" ? [] : crontab.replace(/\n$/, "").split("\n");
  const from = lines.indexOf(CRON_BEGIN);
  const to = from < 0 ? -1 : lines.indexOf(CRON_END, from);
  if (to >= 0) lines.splice(from, to - from + 1);
  if (text !== undefined) lines.push(CRON_BEGIN, cronLine(text), CRON_END);
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

/** Our line, where it is in it. */
export function lineInCrontab(crontab: string): string | undefined {
  const lines = crontab.split("\n");
  const from = lines.indexOf(CRON_BEGIN);
  return from < 0 ? undefined : lines[from + 1] ?? "";
}

/** Minutes and hours after which cron can start something again and again: an hour or a day is made of them. */
const CRON_MINUTES: readonly number[] = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1440];
const HOUR = 60;
const DAY = 1440;

/**
 * The line: cron looks once a minute, has hardly an environment, and mails what is said.
 *
 * @throws {Complaint} When cron knows no such interval.
 */
export function cronLine({ program, everyMs, environment = [] }: ServiceText): string {
  const minutes = everyMs / MINUTE_MS;
  if (!CRON_MINUTES.includes(minutes)) {
    const near = [CRON_MINUTES.findLast((one) => one < minutes), CRON_MINUTES.find((one) => one > minutes)];
    const written = near.flatMap((one) => one === undefined ? [] : writeDuration(one * MINUTE_MS));
    throw new Complaint(
      `--every ${writeDuration(everyMs)}: cron has no such interval, only even parts of an hour and of a day: write ${
        written.join(" or ")
      }`,
    );
  }
  const when = minutes < HOUR ? `*/${minutes} * * * *` : minutes < DAY ? `0 */${minutes / HOUR} * * *` : "0 0 * * *";
  const words = [...environment.map(([name, value]) => `${name}=${forShell(value)}`), forShell(program)];
  // To cron a percent sign is the end of the line (crontab(5)).
  return `${when} ${words.join(" ").replaceAll("%", "\\%")} sweep --quiet --leftovers`;
}

function systemdEnvironment(environment: readonly Variable[] = []): string {
  return environment.map(([name, value]) => `Environment=${systemdWord(`${name}=${value}`)}\n`).join("");
}

/**
 * The first word of ExecStart, or a variable: quoted, and with no specifier; variables are not looked for in them
 * (systemd.service(5), systemd.exec(5)).
 */
function systemdWord(word: string): string {
  if (/["'\\]/.test(word)) {
    throw new Complaint(`${visible(word)}: systemd takes no path with quotes or backslashes in it: move it`);
  }
  return `"${word.replaceAll("%", "%%")}"`;
}

function xml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** For CommandLineToArgvW: a path on Windows has no quotes in it. */
function quoted(path: string): string {
  return `"${path}"`;
}

function duration(ms: number): string {
  return `${Math.max(1, Math.round(ms / 1000))}s`;
}
