/**
 * Inside, as root: we are the node, and start containers on it: each a pid, mount and network namespace.
 *
 * @module
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { appears, end, FED, Field, isAlive, parentOf } from "../orphans.ts";

/** What a stand-in in a container is called, and whether it is to end. */
export interface Told {
  /** Pids out here, by what they stand for. */
  readonly pids: Readonly<Record<string, number>>;
  readonly withoutFlag: readonly number[];
  /** Out of a snapshot that was taken before. */
  readonly replayed: readonly number[];
  readonly planned: readonly number[];
  readonly reaped: readonly number[];
  readonly grips: readonly (string | undefined)[];
  readonly alive: readonly string[];
  /** Why each of those that stay does. */
  readonly because: Readonly<Record<string, string>>;
}

/** Who looks and ends. */
export interface Viewer {
  readonly binary: string;
  /** What it is started with: `setpriv …`. */
  readonly prefix?: readonly string[];
}

/** How a container is made, where not as usual. */
interface Made {
  readonly stdin?: "ignore" | ReadableStream;
  readonly env?: Readonly<Record<string, string>>;
  readonly unshare?: readonly string[];
}

interface Container {
  readonly unshared: Bun.Subprocess;
  /** Where those in there say that they are ready. */
  readonly ready: string;
}

const PAIRS = join(import.meta.dir, "pairs-in-container.ts");

export default async function run(viewer: Viewer): Promise<Told> {
  const started: Bun.Subprocess[] = [];
  try {
    return await tell(viewer, started);
  } finally {
    for (const one of started) one.kill("SIGKILL");
  }
}

async function tell({ binary, prefix = [] }: Viewer, started: Bun.Subprocess[]): Promise<Told> {
  const field = new Field();
  const program = field.program("2.1.200");
  const pids: Record<string, number> = {};
  const homes = join(field.directory, "homes");

  for (const path of [dirname(field.directory), field.directory, join(field.directory, ".local")]) {
    chmodSync(path, 0o755);
  }
  const home = (name: string): string => {
    const path = join(homes, name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const container = (
    name: string,
    command: readonly string[],
    { stdin = "ignore", env = {}, unshare = ["unshare"] }: Made = {},
  ): Container => {
    // Numbers in there recur, and with them what is written aside before it is ready.
    const ready = join(field.readyDirectory, name);
    mkdirSync(ready);
    chmodSync(ready, 0o777);
    const unshared = Bun.spawn(
      [...unshare, "--pid", "--fork", "--kill-child", "--mount-proc", "--mount", "--net", "--", ...command],
      {
        env: {
          ...field.environment(),
          TEST_READY: ready,
          HOME: home("plain"),
          LAUNCH: field.launch,
          AGENT: program,
          ...env,
        },
        stdio: [stdin, "ignore", "ignore"],
      },
    );
    started.push(unshared);
    return { unshared, ready };
  };
  const script = (...lines: readonly string[]) => ["bash", "-c", ["sleep 1000 &", ...lines, "wait"].join("\n")];
  /** Once it is ready in there, its number out here. */
  const found = async (label: string, { unshared, ready }: Container): Promise<number> => {
    await appears(join(ready, label));
    const inner = Number(readFileSync(join(ready, label), "utf8"));
    const init = one((pid) => parentOf(pid) === unshared.pid) as number;
    const pid = one((pid) => namespaceOf(pid) === namespaceOf(init) && numbersOf(pid).at(-1) === inner);
    if (pid === undefined) throw new Error(`${label}: nobody out here is ${inner} in there`);
    pids[label] = pid;
    return pid;
  };
  const launch = (label: string, options = "") => `$LAUNCH ${options} ${label} $AGENT ${FED.join(" ")} &`;
  const orphaned = async (label: string, where: Container): Promise<number> => {
    const pid = await found(label, where);
    const parent = parentOf(pid);
    process.kill(parent, "SIGKILL");
    while (isAlive(parent)) await Bun.sleep(1);
    return pid;
  };

  // With an init: one whose agent died, one whose agent lives, one that only an owner's number speaks against.
  const HOSTILE = `HOME=${home("hostile")}`;
  const LISTED = `HOME=${home("listed")}`;
  const usual = container("usual", [
    ...["tini", "--"],
    ...script(
      launch("lost"),
      launch("healthy"),
      `CLAUDE_PID=4194000 ${launch("numbered", "-n")}`,
      `${HOSTILE} ${launch("hostile")}`,
      `${LISTED} ${launch("listed")}`,
      `AGENT_REAPER_KEEP=1 ${launch("kept")}`,
    ),
  ]);
  // What a container was started for, itself an agent that nobody feeds any more.
  const feeder = Bun.spawn(["sleep", "1000"], { stdio: ["ignore", "pipe", "ignore"] });
  started.push(feeder);
  const main = container("main", ["tini", "--", program, ...FED.slice(1)], {
    stdin: feeder.stdout,
    env: { TEST_LABEL: "main" },
  });
  // An application as pid 1: of its script's own session, and of another.
  const application = container("application", script(launch("script"), `setsid ${launch("session")}`));
  // As an ordinary user makes one: with users and clocks that count otherwise in there, where the system allows it.
  const user = ["setpriv", "--reuid=4242", "--regid=4242", "--clear-groups", "unshare", "--user", "--map-root-user"];
  const isAllowed = Bun.spawnSync([...user, "true"]).exitCode === 0;
  const rootless = isAllowed
    ? container("rootless", ["tini", "--", ...script(launch("rootless"))], {
      unshare: [...user, "--time", "--boottime", "100000"],
      env: { HOME: "/nowhere" },
    })
    : undefined;
  // Sockets, as Bun and Node give their children.
  const pairs = container("pairs", ["tini", "--", process.execPath, PAIRS], {
    env: { FED: JSON.stringify(FED) },
  });

  await Promise.all([found("healthy", usual), found("main", main), found("paired", pairs)]);
  await Promise.all(["lost", "numbered", "hostile", "listed", "kept"].map((label) => orphaned(label, usual)));
  await Promise.all([orphaned("script", application), orphaned("session", application), orphaned("cut", pairs)]);
  if (rootless !== undefined) await orphaned("rootless", rootless);
  await end(feeder);

  // Its vendor's files lead out of the container, to one that lists nobody.
  mkdirSync(join(homes, "elsewhere"));
  symlinkSync(join(homes, "elsewhere"), join(home("hostile"), ".claude"));
  // Its vendor lists it, by its number in there.
  mkdirSync(join(home("listed"), ".claude", "daemon"), { recursive: true });
  writeFileSync(
    join(home("listed"), ".claude", "daemon", "roster.json"),
    JSON.stringify({ workers: { a: { pid: numbersOf(pids["listed"] as number).at(-1), procStart: "1" } } }),
  );
  const told = (...args: string[]) => {
    const { stdout, stderr, exitCode } = Bun.spawnSync([...prefix, binary, ...args, "--min-age", "0s", "--json"], {
      stdin: "ignore",
    });
    if (exitCode > 1) throw new Error(`${args.join(" ")}: ${stderr}`);
    return JSON.parse(stdout.toString());
  };
  const withoutFlag: number[] = told("scan", "--all-users").plan.terminate;
  const recorded = join(field.directory, "node.json");
  const taken = Bun.spawnSync([...prefix, binary, "snapshot", "--all-users", "--host-namespaces", "-o", recorded]);
  if (taken.exitCode !== 0) throw new Error(taken.stderr.toString());
  const replayed: number[] = told("scan", "--all-users", "--host-namespaces", "--from", recorded).plan.terminate;
  const scan = told("scan", "--all-users", "--host-namespaces");
  const reap = told("reap", "--yes", "--all-users", "--host-namespaces");
  const verdicts = scan.findings as { pid: number; verdict: string; because: string }[];
  const because = Object.fromEntries(
    Object.entries(pids).map(([label, pid]) => {
      const one = verdicts.find((one) => one.pid === pid);
      return [label, one === undefined ? "not found" : `${one.verdict}: ${one.because}`];
    }),
  );
  const alive = Object.entries(pids).filter(([, pid]) => isAlive(pid)).map(([label]) => label).sort();
  return {
    pids,
    withoutFlag,
    replayed,
    planned: scan.plan.terminate,
    reaped: reap.plan.terminate,
    grips: reap.results.map((result: { grip?: string }) => result.grip),
    alive,
    because,
  };
}

/** The one of whom this is so; of whoever ends meanwhile it is not. */
function one(isMeant: (pid: number) => boolean): number | undefined {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).find((pid) => {
    try {
      return isAlive(pid) && isMeant(pid);
    } catch {
      return false;
    }
  });
}

function namespaceOf(pid: number): string {
  return readlinkSync(`/proc/${pid}/ns/pid`);
}

function numbersOf(pid: number): number[] {
  const line = /^NSpid:\t(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? "";
  return line.split("\t").map(Number);
}
