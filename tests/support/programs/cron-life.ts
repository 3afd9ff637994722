/**
 * Inside, with a spool of crontabs of its own: our line is installed by the program, run as cron runs it,
 * and taken out again.
 *
 * @module
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What was seen. */
export interface Told {
  readonly before: string;
  readonly after: string;
  readonly others: boolean;
  /** How often our line is in it after two installations. */
  readonly installed: number;
  readonly swept: boolean;
  readonly statusBefore: number;
  readonly statusAfter: number;
  /** What `status` says that cron has, and what it has. */
  readonly status: string;
  /** What `status` says without being told the kind, on a machine where systemd answers too. */
  readonly found: string;
  readonly line: string;
  /** Whether who had no crontab has none again. */
  readonly none: boolean;
}

/** How to try it. */
export interface Trial {
  readonly binary: string;
  /** Wait for Debian's cron to run it; else it is run here in the same way. */
  readonly daemon: boolean;
}

const THEIRS = "# theirs\n17 4 * * * /bin/true\n";

export default async function run({ binary, daemon }: Trial): Promise<Told> {
  const home = process.env["HOME"] as string;
  sh(
    "mount -t tmpfs tmpfs /var/spool/cron && mkdir -m 1730 /var/spool/cron/crontabs && chgrp crontab /var/spool/cron/crontabs",
  );
  sh(`printf '${THEIRS.replaceAll("\n", "\\n")}' | crontab -`);
  // A name that shell and cron would take apart.
  const odd = join(home, "50% of it's");
  mkdirSync(odd);
  const program = join(odd, "agent-reaper");
  sh(`cp '${binary}' "${program}"`);
  const ours = (...args: string[]) => Bun.spawnSync([program, "service", ...args, "--kind", "cron"]);
  const before = crontab();
  const statusBefore = ours("status").exitCode;
  for (let twice = 0; twice < 2; twice++) {
    const { exitCode, stderr } = ours("install", "--every", "1m");
    if (exitCode !== 0) throw new Error(stderr.toString());
  }
  const during = crontab();
  const after = ours("status");
  const statusAfter = after.exitCode;
  const status = lineOf(after.stdout);
  const other = join(home, "systemd");
  mkdirSync(other);
  writeFileSync(join(other, "systemctl"), "#!/bin/sh\n", { mode: 0o755 });
  const found = lineOf(
    Bun.spawnSync([program, "service", "status"], { env: { ...process.env, PATH: `${other}:/usr/bin:/bin` } }).stdout,
  );
  const line = during.split("\n").find((one) => one.includes("sweep")) ?? "";
  const memory = join(home, ".local/state/agent-reaper/sweep");
  if (daemon) {
    // cron gives its jobs the home of /etc/passwd.
    sh(`mount --bind '${home}' /root`);
    const cron = Bun.spawn(["cron", "-f"], { stdio: ["ignore", "ignore", "ignore"] });
    while (!existsSync(memory)) await Bun.sleep(200);
    cron.kill();
    await cron.exited;
  } else {
    // What cron does with a line (crontab(5)): five fields, and a percent sign only behind a backslash.
    const command = line.split(" ").slice(5).join(" ").replaceAll("\\%", "%");
    Bun.spawnSync(["/bin/sh", "-c", command], {
      env: { HOME: home, PATH: "/usr/bin:/bin", SHELL: "/bin/sh", LOGNAME: "root" },
    });
  }
  const swept = existsSync(memory);
  const { exitCode, stderr } = ours("uninstall");
  if (exitCode !== 0) throw new Error(stderr.toString());
  const left = crontab();
  sh("crontab -r");
  for (const command of ["install", "uninstall", "uninstall"]) {
    if (ours(command).exitCode !== 0) throw new Error(`${command} failed`);
  }
  const none = Bun.spawnSync(["crontab", "-l"]).exitCode === 1;
  return {
    before,
    after: left,
    others: during.startsWith(before),
    installed: during.split("sweep --quiet").length - 1,
    swept,
    statusBefore,
    statusAfter,
    status,
    found,
    line,
    none,
  };
}

function lineOf(stdout: Buffer): string {
  return stdout.toString().replace(/^cron: /, "").trim();
}

function crontab(): string {
  return Bun.spawnSync(["crontab", "-l"]).stdout.toString();
}

function sh(command: string): void {
  const { exitCode, stderr } = Bun.spawnSync(["sh", "-c", command]);
  if (exitCode !== 0) throw new Error(`${command}: ${stderr}`);
}
