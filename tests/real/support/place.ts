/**
 * A place for real agents: packages from npm in a temporary directory, and a pid namespace in which they run with
 * homes of their own.
 *
 * @module
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Installs packages, runs a module again inside of a namespace as `MODULE inside PREFIX`, and removes all of it. */
export function insideWith(packages: readonly string[], module: string, options: { readonly net: boolean }): void {
  const prefix = realpathSync(mkdtempSync(join(tmpdir(), "real-")));
  try {
    for (const name of ["home", "work"]) mkdirSync(join(prefix, name));
    console.log(`installing ${packages.join(", ")}`);
    run(["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", prefix, ...packages]);
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

function run(command: readonly string[], env: Record<string, string | undefined> = process.env): void {
  const { exitCode } = Bun.spawnSync([...command], { env, stdin: "ignore", stdout: "inherit", stderr: "inherit" });
  if (exitCode !== 0) throw new Error(`${command[0]} ended with ${exitCode}`);
}
