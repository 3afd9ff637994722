/**
 * Inside: a host is killed with -9 in the middle of its spawns, and one `reap` follows.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What is left. */
export interface Told {
  readonly started: number;
  readonly registeredBefore: number;
  /** Processes of the host's after one `reap`, by their command lines. */
  readonly alive: string[];
  readonly registeredAfter: number;
  readonly exitCode: number;
  readonly stderr: string;
  readonly outcomes: string[];
}

const ROOT = join(import.meta.dir, "..", "..", "..");
const main = join(ROOT, "src/main.ts");
/** Of the shell that waits with a program that has not begun (_spawn/gated.ts). */
const GATE = "read -r _ <&3";

export default async function run(input: { readonly killAfter: number }): Promise<Told> {
  const directory = process.env["HOME"] as string;
  const host = Bun.spawn([process.execPath, join(import.meta.dir, "host.ts"), directory], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, TEST_MARK: "of-the-host" },
  });
  const started = join(directory, "started");
  while (count(started) < input.killAfter) await Bun.sleep(1);
  host.kill("SIGKILL");
  await host.exited;

  // What is not on record waits at its gate, hears that nobody will let it begin, and ends.
  while (alive().some((line) => line.includes(GATE))) await Bun.sleep(5);
  const registeredBefore = registered().length;
  const { exitCode, stdout, stderr } = Bun.spawnSync([
    process.execPath,
    main,
    "reap",
    "--yes",
    "--json",
    "--grace",
    "300ms",
  ]);
  const report = JSON.parse(stdout.toString() || "{}") as { results?: { outcome: string }[] };
  return {
    started: count(started),
    registeredBefore,
    alive: alive(),
    registeredAfter: registered().length,
    exitCode,
    stderr: stderr.toString(),
    outcomes: [...new Set(report.results?.map(({ outcome }) => outcome) ?? [])].sort(),
  };
}

function count(path: string): number {
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0;
}

function registered(): unknown[] {
  const { stdout } = Bun.spawnSync([process.execPath, main, "scan", "--json"]);
  return (JSON.parse(stdout.toString()) as { registered: unknown[] }).registered;
}

/** By what only the host's processes have in their environment: also those that nobody has on record. */
function alive(): string[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      const isOfHost = readFileSync(`/proc/${pid}/environ`, "latin1").includes("TEST_MARK=of-the-host");
      return isOfHost ? [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")}`] : [];
    } catch {
      return [];
    }
  });
}
