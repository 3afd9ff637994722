/**
 * Windows programs on Linux, each run in a pid namespace of its own: Wine's processes are real ones,
 * and nothing of a run outlives it, its wineserver neither.
 *
 * @module
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** What a program left behind. */
export interface WineResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** How to run it. */
export interface WineOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** Commands run before it in the same namespace, each a Windows program with its arguments. */
  readonly before?: readonly (readonly string[])[];
  /**
   * Whether it shares this machine's network. Wine shows Linux's own listeners too and cannot say whose
   * they are, and then nobody is known not to listen; without them it is like a Windows.
   */
  readonly sharesNetwork?: boolean;
}

/** A throw-away Windows. */
export interface Wine {
  /** The directory that is `C:\` inside. */
  readonly drive: string;
  /** Where to put what is built for it; inside it is `Z:` and the path. */
  readonly directory: string;
  /** Puts a copy of a file at a path below `C:\` (written with slashes) and tells its Windows path. */
  install(file: string, path: string): string;
  /** The Windows path of a file of this machine. */
  windowsPath(file: string): string;
  runInWine(exe: string, args?: readonly string[], options?: WineOptions): Promise<WineResult>;
  close(): void;
}

const SUPPORT = import.meta.dir;
const NEEDED = ["wine", "wineserver", "x86_64-w64-mingw32-gcc", "unshare"];
const PACKAGES = "wine wine64 gcc-mingw-w64-x86-64 util-linux";
const SETUP_TIMEOUT_MS = 280_000;
const RUN_TIMEOUT_MS = 280_000;

/** Sets up a Windows. Takes some ten seconds: once per test file, in `beforeAll`. */
export async function openWine(): Promise<Wine> {
  const missing = NEEDED.filter((tool) => Bun.which(tool) === null);
  if (missing.length > 0) {
    throw new Error(`tests of the Windows program need ${missing.join(", ")}: apt-get install ${PACKAGES}`);
  }
  const directory = mkdtempSync(join(tmpdir(), "reaper-wine-"));
  try {
    for (const name of ["prefix", "home", "tmp", "built"]) mkdirSync(join(directory, name));
    const wine = new Namespaced(directory);
    await wine.setUp();
    return wine;
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

class Namespaced implements Wine {
  readonly directory: string;
  readonly drive: string;
  readonly #root: string;
  readonly #prefix: string;
  /** Two wineservers of one prefix in two namespaces would not know of each other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(root: string) {
    this.#root = root;
    this.#prefix = join(root, "prefix");
    this.directory = join(root, "built");
    this.drive = join(this.#prefix, "drive_c");
  }

  async setUp(): Promise<void> {
    const set = await this.#inNamespace("wine wineboot -i && wineserver -w", [], { timeoutMs: SETUP_TIMEOUT_MS });
    if (set.exitCode !== 0) throw new Error(`Wine could not set up a prefix: ${set.stderr}`);
    const library = join(this.drive, "windows/system32/bcryptprimitives.dll");
    await compileC(join(SUPPORT, "wine/bcryptprimitives.c"), library, ["-shared", "-ladvapi32"]);
  }

  install(file: string, path: string): string {
    const target = join(this.drive, path);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(file, target);
    return `C:\\${path.replaceAll("/", "\\")}`;
  }

  windowsPath(file: string): string {
    return `Z:${resolve(file).replaceAll("/", "\\")}`;
  }

  runInWine(exe: string, args: readonly string[] = [], options: WineOptions = {}): Promise<WineResult> {
    const commands = [...options.before ?? [], [exe, ...args]];
    // Each command takes its own number of arguments off the list.
    const script = commands.map((command, index) => {
      const taken = commands.slice(0, index).reduce((sum, { length }) => sum + length, 0);
      const own = command.map((_, at) => `"\${${taken + at + 1}}"`).join(" ");
      return `wine ${own}${index < commands.length - 1 ? " || exit 125" : ""}`;
    }).join("\n");
    const run = this.#turn.then(() => this.#inNamespace(`${this.#begin()}\n${script}`, commands.flat(), options));
    this.#turn = run.catch(() => undefined);
    return run;
  }

  /**
   * Wine's own services begin with the first program, have its standard streams, and end with the last. What they say, and
   * how they end, is theirs alone: a program of nobody's comes first, and they stay until the namespace ends.
   */
  #begin(): string {
    const said = join(this.#root, "services");
    return `wineserver -p && wine cmd /c exit >"${said}" 2>&1 || { cat "${said}" >&2; exit 124; }`;
  }

  close(): void {
    // Wine keeps its server's socket outside the prefix, in a directory named after the prefix's inode.
    const { dev, ino } = statSync(this.#prefix);
    const server = `/tmp/.wine-${process.getuid?.()}/server-${dev.toString(16)}-${ino.toString(16)}`;
    rmSync(server, { recursive: true, force: true });
    rmSync(this.#root, { recursive: true, force: true });
  }

  async #inNamespace(
    script: string,
    args: readonly string[],
    { env = {}, timeoutMs = RUN_TIMEOUT_MS, sharesNetwork = false }: WineOptions,
  ): Promise<WineResult> {
    const network = sharesNetwork ? [] : ["--net"];
    const user = process.getuid?.() === 0 ? [] : ["--user", "--map-current-user"];
    const child = Bun.spawn(
      [
        "unshare",
        ...user,
        ...network,
        "--pid",
        "--fork",
        "--kill-child",
        "--mount-proc",
        "sh",
        "-c",
        script,
        "sh",
        ...args,
      ],
      {
        cwd: this.directory,
        stdin: "ignore",
        stdout: "pipe",
        stderr: "pipe",
        timeout: timeoutMs,
        killSignal: "SIGKILL",
        env: {
          PATH: process.env.PATH ?? "/usr/bin:/bin",
          HOME: join(this.#root, "home"),
          TMPDIR: join(this.#root, "tmp"),
          XDG_RUNTIME_DIR: join(this.#root, "tmp"),
          WINEPREFIX: this.#prefix,
          WINEDEBUG: "-all",
          // No .NET, no browser engine and no desktop entries: their set-up asks and takes long.
          WINEDLLOVERRIDES: "mscoree,mshtml,winemenubuilder.exe=",
          ...env,
        },
      },
    );
    const [stdout, stderr, exitCode] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    if (child.signalCode === "SIGKILL") throw new Error(`Wine did not end within ${timeoutMs} ms: ${stderr}`);
    return { stdout, stderr, exitCode };
  }
}

/** Compiles C for Windows. */
export async function compileC(source: string, target: string, flags: readonly string[] = []): Promise<void> {
  await must(["x86_64-w64-mingw32-gcc", "-O1", "-s", "-o", target, resolve(source), ...flags], dirname(target));
}

/** Compiles TypeScript to a Windows program, with the product's own build flags. */
export async function compileForWindows(entry: string, target: string): Promise<void> {
  await must([
    process.execPath,
    "build",
    "--compile",
    "--minify",
    "--bytecode",
    "--format=esm",
    "--compile-jit-policy=1000",
    "--target=bun-windows-x64-baseline",
    "--no-compile-autoload-dotenv",
    "--no-compile-autoload-bunfig",
    "--no-compile-autoload-tsconfig",
    "--no-compile-autoload-package-json",
    `--outfile=${target}`,
    resolve(entry),
  ], dirname(target));
}

async function must(command: readonly string[], directory: string): Promise<void> {
  // Bun writes beside what it builds and into the current directory; the checkout need not be ours to write to.
  const child = Bun.spawn([...command], { cwd: directory, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  if (await child.exited !== 0) throw new Error(`${command.join(" ")} failed: ${stdout}${stderr}`);
}
