/**
 * A pid namespace of its own for whatever sends signals: nothing inside can see, name or signal a
 * process of the machine, and nothing inside outlives it (the kernel kills all when its pid 1 ends).
 *
 * @module
 */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Shorter than a test may take. */
const LONGEST_MS = 280_000;

/** How to build the namespace. */
export interface NamespaceOptions {
  /** What is put before the program inside: `strace …`, `setpriv …`. */
  readonly prefix?: (directory: string) => readonly string[];
  /** Run the program itself as pid 1, no init: an application as pid 1. */
  readonly withoutInit?: boolean;
  /** The init's own arguments say nothing of what runs inside: whomever it adopts would inherit their words. */
  readonly silentInit?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** What came back from a program in a namespace. */
export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  /** Private to the run and gone after it: HOME, TMPDIR and XDG_* lie in it. */
  readonly directory: string;
}

/**
 * Runs a program under tini in a pid namespace with a /proc, a home and a temporary directory of its
 * own. An ordinary user gets a user namespace for it, where the system allows one.
 */
export async function runInNamespace<T>(
  command: (directory: string) => readonly string[],
  options: NamespaceOptions,
  use: (ran: Ran) => T | Promise<T>,
): Promise<T> {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "namespace-")));
  try {
    for (const name of ["home", "tmp", "run"]) mkdirSync(join(directory, name), { mode: 0o700 });
    const user = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
    const init = options.withoutInit === true ? [] : ["tini", "-s", "--"];
    const child = Bun.spawn(
      [
        "unshare",
        ...user,
        ...["--pid", "--fork", "--kill-child", "--mount-proc", "--"],
        ...init,
        ...options.prefix?.(directory) ?? [],
        ...options.silentInit === true ? started(directory, command(directory)) : command(directory),
      ],
      {
        cwd: directory,
        env: environment(directory, options.env),
        stdin: "ignore",
        stdout: "pipe",
        stderr: "pipe",
      },
    );
    // A stand-in that never becomes ready must not be waited for by the next day's run either.
    let late = "";
    const timer = setTimeout(() => {
      late = `it did not end within ${LONGEST_MS} ms; these were there:\n${descendants(child.pid).join("\n")}\n`;
      child.kill("SIGKILL");
    }, LONGEST_MS);
    const [stdout, stderr, exitCode] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    clearTimeout(timer);
    return await use({ stdout, stderr: stderr + late, exitCode, directory });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * Runs the default export of a module, `(input) => output`, inside a namespace.
 *
 * @throws {Error} With all it printed, when it fails.
 */
export function runInside<T>(module: string, input: unknown = {}, options: NamespaceOptions = {}): Promise<T> {
  const runner = join(import.meta.dir, "programs", "inside.ts");
  return runInNamespace(
    (directory) => [process.execPath, runner, module, join(directory, "output.json"), JSON.stringify(input)],
    options,
    ({ stdout, stderr, exitCode, directory }) => {
      if (exitCode !== 0) throw new Error(`${module} failed inside with ${exitCode}:\n${stdout}${stderr}`);
      return JSON.parse(readFileSync(join(directory, "output.json"), "utf8")) as T;
    },
  );
}

/** The same, from a file: a shell that is told by its descriptor becomes it. */
function started(directory: string, command: readonly string[]): readonly string[] {
  const words = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  writeFileSync(join(directory, "start"), `exec ${words.join(" ")}\n`);
  return ["sh", "./start"];
}

/** All below a process, as lines that tell who they are, in what state, and where in the kernel they wait. */
function descendants(pid: number): string[] {
  const read = (name: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${name}`, "latin1");
    } catch {
      return "";
    }
  };
  const state = /^State:\t(.*)$/m.exec(read("status"))?.[1] ?? "gone";
  const line = `${pid} ${state} ${read("wchan")} ${read("cmdline").replaceAll(/[\0\n]+/g, " ").slice(0, 300)}`;
  const children = read(`task/${pid}/children`).split(" ").filter(Boolean).map(Number);
  return [line, ...children.flatMap(descendants)];
}

function environment(directory: string, extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const home = join(directory, "home");
  return {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    LC_ALL: "C",
    HOME: home,
    TMPDIR: join(directory, "tmp"),
    XDG_RUNTIME_DIR: join(directory, "run"),
    XDG_CONFIG_HOME: join(home, ".config"),
    XDG_CACHE_HOME: join(home, ".cache"),
    XDG_DATA_HOME: join(home, ".local", "share"),
    XDG_STATE_HOME: join(home, ".local", "state"),
    // Nobody outside writes to the directories above, so a pid that nobody has inside is dead.
    AGENT_REAPER_OWN_FILES: "1",
    ...extra,
  };
}
