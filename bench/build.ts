/**
 * Builds what is compared, all with the flags of the product: a difference is then one of the programs.
 *
 * @module
 */
import { copyFileSync, linkSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";

const BENCH = import.meta.dir;
const ROOT = join(BENCH, "..");
/** Short names of the crowd (crowd.c). */
const CROWD_NAMES = [
  ...["chrome", "node", "python3", "postgres", "cc1", "docker-proxy", "nginx", "containerd-shim", "sshd", "sh", "bash"],
  "claude",
];

/** Paths of what was built. */
export interface Built {
  readonly floor: string;
  readonly measure: string;
  readonly crowd: string;
  /** One program under many names. */
  readonly sleepers: string;
  readonly product: string;
  readonly empty: string;
  readonly snapshot: string;
  readonly adopted: string;
  readonly judge: string;
}

/** Builds everything into a directory. */
export function build(directory: string): Built {
  const c = (name: string, ...flags: readonly string[]): string => {
    const program = join(directory, name);
    must(["gcc", "-O2", ...flags, "-o", program, join(BENCH, `${name}.c`)]);
    return program;
  };
  const flags = productFlags();
  const compiled = (name: string, source: string): string => {
    const program = join(directory, name);
    must([process.execPath, "build", source, "--outfile", program, ...flags]);
    return program;
  };

  const sleepers = join(directory, "crowd-of");
  mkdirSync(sleepers);
  // Static: eight thousand of them share what little they need.
  const sleeper = c("sleeper", "-static");
  for (const name of CROWD_NAMES) linkSync(sleeper, join(sleepers, name));
  return {
    floor: c("floor"),
    measure: c("measure"),
    crowd: c("crowd"),
    sleepers,
    product: compiled("agent-reaper", join(ROOT, "src", "main.ts")),
    empty: compiled("empty", join(BENCH, "empty.ts")),
    snapshot: compiled("adopted-snapshot", join(BENCH, "snapshot.ts")),
    adopted: compiled("adopted-judged", join(BENCH, "adopted.ts")),
    judge: compiled("judge", join(BENCH, "judge.ts")),
  };
}

/**
 * Writes the programs anew. What a start costs depends on how its file happens to lie in memory: the same bytes, written
 * twice, differ by a twentieth and more. So small differences are told by the middle of several copies.
 */
export function renew({ product, empty }: Built): void {
  for (const program of [product, empty]) {
    copyFileSync(program, `${program}.new`);
    renameSync(`${program}.new`, program);
  }
}

/** As compile.sh has them: there they are decided. */
function productFlags(): readonly string[] {
  const script = readFileSync(join(ROOT, "compile.sh"), "utf8");
  const call = /build src\/main\.ts((?:.*\\\n)*.*)/.exec(script)?.[1] ?? "";
  const flags: readonly string[] = (call.match(/--[\w=-]+/g) ?? []).filter((flag) =>
    flag !== "--outfile" && !flag.startsWith("--target")
  );
  if (!flags.includes("--compile")) throw new Error("compile.sh no longer says how src/main.ts is built");
  return flags;
}

function must(command: readonly string[]): void {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], { cwd: ROOT, stdin: "ignore" });
  if (exitCode !== 0) throw new Error(`${command.join(" ")}:\n${stdout}${stderr}`);
}
