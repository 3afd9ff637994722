/**
 * Real trees of stand-in agents, really orphaned: their parent is ended by `kill -9`. To be used
 * inside a namespace (see namespace.ts) only.
 *
 * @module
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, watch } from "node:fs";
import { dirname, join } from "node:path";
import { compileC } from "./c-programs.ts";

/** What must become of a tree when orphans are reaped. */
export interface Tree {
  readonly name: string;
  /** `ends`: nobody is responsible for it. `stays`: somebody is, or wants what it writes. */
  readonly fate: "ends" | "stays";
  /** The stand-ins of the tree, root first. */
  readonly pids: readonly number[];
}

/** How one stand-in is started. */
export interface Stand {
  readonly argv?: readonly string[];
  /** Base name of the executable in Claude's version store. */
  readonly version?: string;
  readonly onTerm?: "ends" | "ignores" | "forks";
  readonly env?: Readonly<Record<string, string>>;
}

/** A stream-json agent, which somebody must feed and read. */
export const FED = ["claude", "-p", "--input-format", "stream-json", "--output-format", "stream-json"] as const;

/** Where trees are grown. */
export class Field {
  readonly directory: string;
  readonly launch: string;
  /** A file per process that is ready, with its pid in it. */
  readonly readyDirectory: string;
  /** A file PID.SIGNAL per signal that a stand-in handled. */
  readonly logDirectory: string;
  readonly #agent: string;
  readonly #versions: string;
  #labels = 0;

  constructor(directory: string = process.env["HOME"] as string) {
    this.directory = directory;
    this.readyDirectory = join(directory, "ready");
    this.logDirectory = join(directory, "log");
    this.#versions = join(directory, ".local", "share", "claude", "versions");
    for (const path of [this.readyDirectory, this.logDirectory, this.#versions, join(directory, "bin")]) {
      mkdirSync(path, { recursive: true });
    }
    this.launch = compileC("launch", directory);
    this.#agent = compileC("agent", directory);
    symlinkSync(this.program("2.1.200"), join(directory, "bin", "claude"));
  }

  /** The stand-in under another name in the version store. */
  program(version: string): string {
    const path = join(this.#versions, version);
    if (!existsSync(path)) copyFileSync(this.#agent, path);
    return path;
  }

  /** The stand-in at any path below the field. */
  programAt(path: string): string {
    const whole = join(this.directory, path);
    mkdirSync(dirname(whole), { recursive: true });
    if (!existsSync(whole)) copyFileSync(this.#agent, whole);
    return whole;
  }

  label(name: string): string {
    return `${name}-${++this.#labels}`;
  }

  environment(stand: Stand = {}): Record<string, string> {
    return {
      ...process.env as Record<string, string>,
      PATH: `${join(this.directory, "bin")}:${process.env["PATH"]}`,
      TEST_READY: this.readyDirectory,
      TEST_LOG: this.logDirectory,
      ...(stand.onTerm === undefined ? {} : { TEST_TERM: stand.onTerm }),
      ...stand.env,
    };
  }

  /** Waits for a process to say that it is ready, and tells its pid. */
  async ready(label: string): Promise<number> {
    await appears(join(this.readyDirectory, label));
    return Number(readFileSync(join(this.readyDirectory, label), "utf8"));
  }

  /** Starts `launch …` with a stand-in as its child and waits until that is ready. */
  async launched(options: readonly string[], stand: Stand = {}): Promise<{ parent: Bun.Subprocess; pid: number }> {
    const label = this.label("agent");
    const program = this.program(stand.version ?? "2.1.200");
    const parent = Bun.spawn([this.launch, ...options, label, program, ...stand.argv ?? FED], {
      env: this.environment(stand),
      stdio: ["ignore", "ignore", "ignore"],
    });
    return { parent, pid: await this.ready(label) };
  }
}

/** kill -9; when it is collected its children have their new parent. */
export async function end(parent: Bun.Subprocess): Promise<void> {
  parent.kill("SIGKILL");
  await parent.exited;
}

/** Waits for a file by the directory's events. */
export function appears(path: string): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!existsSync(path)) return;
      watcher.close();
      resolve();
    };
    const watcher = watch(dirname(path), look);
    look();
  });
}

/** The plain case: an agent whose parent was killed, now with the namespace's init. */
export async function plainOrphan(field: Field, stand: Stand = {}, name = "plain parent"): Promise<Tree> {
  const { parent, pid } = await field.launched([], stand);
  await end(parent);
  return { name, fate: "ends", pids: [pid] };
}

/** Many at once, each with a parent of its own. */
export function plainOrphans(field: Field, count: number, stand: Stand = {}): Promise<Tree[]> {
  return Promise.all(Array.from({ length: count }, () => plainOrphan(field, stand)));
}

/** Adopted by a living subreaper; only the recorded owner and the pipes tell. */
async function subreaperOrphan(field: Field): Promise<Tree> {
  const label = field.label("below-subreaper");
  const middle = ["launch", "-e", "CLAUDE_PID", label, field.program("2.1.200"), ...FED];
  const reaper = Bun.spawn([field.launch, "-s", "-n", "middle", field.launch, ...middle], {
    env: field.environment(),
    stdio: ["ignore", "ignore", "ignore"],
  });
  const pid = await field.ready(label);
  const parent = parentOf(pid);
  process.kill(parent, "SIGKILL");
  await appears(join(field.readyDirectory, `gone-${parent}`));
  if (parentOf(pid) !== reaper.pid) throw new Error("the subreaper did not get the orphan");
  return { name: "subreaper", fate: "ends", pids: [pid] };
}

/** The root of the tree was adopted; the parent of the one below it is alive: it is that root. */
async function wrapperOrphan(field: Field): Promise<Tree> {
  const label = field.label("below-wrapper");
  const { parent, pid } = await field.launched([], { env: { TEST_CHILD: label } });
  const child = await field.ready(label);
  await end(parent);
  return { name: "wrapper", fate: "ends", pids: [pid, child] };
}

/** An agent that does as it is asked, and below it a program that no matcher knows and that does not. */
export async function stubbornTool(
  field: Field,
  stand: Stand = {},
  whileOwned: () => Promise<void> = () => Promise.resolve(),
): Promise<{ root: number; tool: number }> {
  const label = field.label("tool");
  const { parent, pid: root } = await field.launched([], {
    ...stand,
    env: { TEST_CHILD: label, TEST_CHILD_AS: field.programAt("bin/tool"), TEST_CHILD_TERM: "ignores" },
  });
  const tool = await field.ready(label);
  await whileOwned();
  await end(parent);
  return { root, tool };
}

/** Stopped before its parent died: TERM stays pending until somebody sends CONT. */
async function stoppedOrphan(field: Field): Promise<Tree> {
  const { parent, pid } = await field.launched([]);
  process.kill(pid, "SIGSTOP");
  await end(parent);
  return { name: "stopped", fate: "ends", pids: [pid] };
}

/** Names that break parsers and terminals. */
function hostileOrphans(field: Field): Promise<Tree[]> {
  const hostile: readonly (readonly [string, Stand])[] = [
    ["a parenthesis and a state in its name", { version: "2.1.200) Z 1 (" }],
    ["a newline in its name", { version: "2.1.201\nx 1 (S" }],
    ["a terminal's codes in its arguments", { argv: [...FED, "\x1b]0;owned\x07\x1b[2J\x1b[31m"] }],
    ["100 kB of arguments", { argv: [...FED, "--append-system-prompt", "x".repeat(100_000)] }],
    ["a newline in its arguments", { argv: [...FED, "one\ntwo\r\n1 (systemd) S 0"] }],
  ];
  return Promise.all(hostile.map(([name, stand]) => plainOrphan(field, stand, name)));
}

/** An agent and a sibling of it, both with their parent alive. */
export async function siblings(field: Field): Promise<Tree[]> {
  const trees = await Promise.all([field.launched([]), field.launched([], { onTerm: "ignores" })]);
  return trees.map(({ pid }, index) => ({ name: `living parent ${index + 1}`, fate: "stays", pids: [pid] }));
}

/** Detached on purpose: somebody will read the file. */
export async function wantedOnes(field: Field): Promise<Tree[]> {
  const out = join(field.directory, "out");
  const lines: readonly (readonly [string, string])[] = [
    ["prompt through a pipe, output into a file", `echo p | claude -p > ${out}-1 &`],
    ["disowned, output into a file", `claude -p x > ${out}-2 & disown`],
    ["in a subshell, output into a file", `(claude -p </dev/null > ${out}-3 &)`],
    ["nohup", `nohup claude -p hello > ${out}-4 2>&1 &`],
  ];
  return await Promise.all(lines.map(async ([name, line]) => {
    const label = field.label("wanted");
    const shell = Bun.spawn(["bash", "-c", line], {
      env: { ...field.environment(), TEST_LABEL: label },
      stdio: ["ignore", "ignore", "ignore"],
    });
    const pid = await field.ready(label);
    await shell.exited;
    return { name, fate: "stays", pids: [pid] } as const;
  }));
}

/** In a tmux session that nobody looks at: its server is no orphan's parent but a living terminal. */
async function inTmux(field: Field): Promise<Tree> {
  const label = field.label("tmux");
  const tmux = ["tmux", "-L", label, "-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "claude"];
  const client = Bun.spawn(tmux, {
    env: { ...field.environment(), TEST_LABEL: label, TMUX_TMPDIR: field.directory, TERM: "screen", SHELL: "/bin/sh" },
    stdio: ["ignore", "ignore", "ignore"],
  });
  await client.exited;
  return { name: "tmux", fate: "stays", pids: [await field.ready(label)] };
}

/** All kinds together. */
export async function allKinds(field: Field): Promise<Tree[]> {
  const plain = await plainOrphan(field);
  const stubborn = await plainOrphan(field, { onTerm: "ignores" }, "ignores TERM");
  const forking = await plainOrphan(field, { onTerm: "forks" }, "forks on TERM");
  return [
    plain,
    stubborn,
    forking,
    await subreaperOrphan(field),
    await wrapperOrphan(field),
    await stoppedOrphan(field),
    ...await hostileOrphans(field),
    ...await siblings(field),
    ...await wantedOnes(field),
    await inTmux(field),
  ];
}

/** The parent of a pid, from the kernel. */
export function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

/** Whether a pid is there and no zombie. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat[stat.lastIndexOf(")") + 2] !== "Z";
  } catch {
    return false;
  }
}

/**
 * Whether it goes on: asked once it has taken every signal that was sent to it so far, or is gone. Whoever was signalled
 * and has not had a processor since is neither.
 */
export function goesOn(pid: number): boolean {
  for (; isAlive(pid); Bun.sleepSync(2)) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, "latin1");
      if (/^State:\tS/m.test(status) && /^SigPnd:\t0+\nShdPnd:\t0+$/m.test(status)) return true;
    } catch {
      // It went meanwhile.
    }
  }
  return false;
}

/** The state letter of a pid: `T` when it is stopped. */
export function stateOf(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return stat[stat.lastIndexOf(")") + 2];
}
