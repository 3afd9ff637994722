/**
 * A place for real agents: packages from npm in a temporary directory, and a pid namespace in which they run with
 * homes of their own.
 *
 * @module
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What there is besides the packages. */
export interface PlaceOptions {
  readonly net: boolean;
  /** Older packages, each in a prefix of its own by this name below the prefix. */
  readonly older?: Readonly<Record<string, string>>;
}

/** Installs packages, runs a module again inside of a namespace as `MODULE inside PREFIX`, and removes all of it. */
export function insideWith(packages: readonly string[], module: string, options: PlaceOptions): void {
  const prefix = realpathSync(mkdtempSync(join(tmpdir(), "real-")));
  try {
    for (const name of ["home", "work"]) mkdirSync(join(prefix, name));
    install(prefix, packages);
    for (const [name, older] of Object.entries(options.older ?? {})) install(join(prefix, name), [older]);
    const net = options.net ? [] : ["--net"];
    run(
      [
        "unshare",
        ...net,
        "--pid",
        "--fork",
        "--kill-child",
        "--mount-proc",
        "tini",
        "-s",
        "--",
        process.execPath,
        module,
        "inside",
        prefix,
      ],
      {
        ...process.env,
        HOME: join(prefix, "home"),
        XDG_CONFIG_HOME: join(prefix, "home/.config"),
        XDG_DATA_HOME: join(prefix, "home/.local/share"),
        XDG_STATE_HOME: join(prefix, "home/.local/state"),
      },
    );
  } finally {
    rmSync(prefix, { recursive: true, force: true });
  }
}

function install(prefix: string, packages: readonly string[]): void {
  console.log(`installing ${packages.join(", ")}`);
  mkdirSync(prefix, { recursive: true });
  run(["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", prefix, ...packages]);
}

function run(command: readonly string[], env: Record<string, string | undefined> = process.env): void {
  const { exitCode } = Bun.spawnSync([...command], { env, stdin: "ignore", stdout: "inherit", stderr: "inherit" });
  if (exitCode !== 0) throw new Error(`${command[0]} ended with ${exitCode}`);
}
