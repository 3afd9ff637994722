/**
 * What agents leave on disk, really laid out: for each family what must go, what must stay, and what is
 * hostile. Everything lies in the home and the temporary directory of a namespace (see namespace.ts).
 *
 * @module
 */
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";

/** What is expected of one path. */
export interface Expected {
  readonly path: string;
  /** Whose judgement it is. */
  readonly family: string;
  readonly fate: "goes" | "stays";
  /** Part of the reason, or `unseen`: it is of no family. */
  readonly because: string;
}

const SESSION = "123e4567-e89b-12d3-a456-42661417400";
const SOMEBODY = 4242;

/** Where the fixtures are laid out, and whom they can belong to. */
export class Ground {
  readonly home: string = process.env["HOME"] as string;
  readonly temporary: string = process.env["TMPDIR"] as string;
  /** What no removal may ever reach. */
  readonly precious: string = join(this.home, "precious");
  readonly expected: Expected[] = [];
  readonly #children: { kill(signal: "SIGKILL"): void; exited: Promise<number> }[] = [];
  /** Ended and collected. */
  readonly dead: number;
  readonly alive: number;

  constructor() {
    mkdirSync(this.precious, { recursive: true });
    writeFileSync(join(this.precious, "work"), "a year's");
    const { pid } = Bun.spawnSync(["true"]);
    this.dead = pid;
    this.alive = this.start("sleep", "1000");
  }

  /** A process that lives until the ground is left. */
  start(...command: readonly string[]): number {
    const child = Bun.spawn([...command], { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
    this.#children.push(child);
    return child.pid;
  }

  async leave(): Promise<void> {
    for (const child of this.#children) child.kill("SIGKILL");
    await Promise.all(this.#children.map((child) => child.exited));
  }

  /** Until a file holds this text. */
  waitFor(path: string, text: string): void {
    while (!existsSync(path) || readFileSync(path, "utf8") !== text) Bun.sleepSync(2);
  }

  /** Until a process has become this program. */
  waitUntilRuns(name: string, pid: number): void {
    while (readFileSync(`/proc/${pid}/comm`, "utf8") !== `${name}\n`) Bun.sleepSync(2);
  }

  directory(path: string, files: Readonly<Record<string, string>> = {}, mode = 0o700): string {
    mkdirSync(path, { recursive: true, mode });
    chmodSync(path, mode);
    for (const [name, text] of Object.entries(files)) this.file(join(path, name), text);
    return path;
  }

  file(path: string, text: string): string {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, text);
    return path;
  }

  link(path: string, target: string): string {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    symlinkSync(target, path);
    return path;
  }

  mount(path: string): string {
    mkdirSync(path, { recursive: true });
    const { exitCode, stderr } = Bun.spawnSync(["mount", "--bind", this.precious, path]);
    if (exitCode !== 0) throw new Error(`mount --bind ${path}: ${stderr}`);
    return path;
  }

  goes(family: string, path: string, because = "is gone"): void {
    this.expected.push({ path, family, fate: "goes", because });
  }

  stays(family: string, path: string, because: string): void {
    this.expected.push({ path, family, fate: "stays", because });
  }

  isUntouched(): boolean {
    return existsSync(join(this.precious, "work")) && readFileSync(join(this.precious, "work"), "utf8") === "a year's";
  }
}

/** A process with a pid of choice: the namespace's next one. A thread of ours that is born in between may get it first. */
export function startAs(pid: number, command: readonly string[]): Bun.Subprocess {
  for (let tries = 0; tries < 50; tries++) {
    const file = openSync("/proc/sys/kernel/ns_last_pid", "w");
    try {
      writeSync(file, String(pid - 1));
    } finally {
      closeSync(file);
    }
    const child = Bun.spawn([...command], { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
    if (child.pid === pid) return child;
    child.kill("SIGKILL");
  }
  throw new Error(`the namespace never gave out pid ${pid}`);
}

/** Lays out every family. */
export function layOut(ground: Ground): void {
  const { home, temporary, dead, alive, precious } = ground;
  const inTemporary = (name: string) => join(temporary, name);

  const auth = { "auth.json": "{}" };
  const codexHome = (path: string, files: Readonly<Record<string, string>> = auth) => ground.directory(path, files);
  ground.goes("codex-home", codexHome(join(home, ".local/share/sqlite-graphrag", `codex-home-${dead}`)));
  const linked = codexHome(inTemporary(`sqlite-graphrag-codex-home-${dead}`));
  ground.goes("codex-home", linked);
  ground.link(join(linked, "up"), precious);
  ground.goes("codex-home", codexHome(inTemporary(`acme-codex-home-${dead}-3`)));
  ground.stays("codex-home", codexHome(inTemporary(`sqlite-graphrag-codex-home-${alive}`)), "is alive");
  ground.stays("codex-home", codexHome(inTemporary("acme-codex-home-20260811")), "no process can have the number");
  ground.stays(
    "codex-home",
    codexHome(inTemporary(`mine-codex-home-${dead}`), { notes: "" }),
    "nothing in it is Codex's",
  );
  ground.stays(
    "codex-home",
    codexHome(inTemporary(`git-codex-home-${dead}`), { ...auth, ".git": "" }),
    "git repository",
  );
  ground.stays("codex-home", ground.link(inTemporary(`linked-codex-home-${dead}`), precious), "unseen");
  const foreign = codexHome(inTemporary(`foreign-codex-home-${dead}`));
  chownSync(foreign, SOMEBODY, SOMEBODY);
  ground.stays("codex-home", foreign, "another user");
  ground.stays("codex-home", ground.directory(inTemporary(`open-codex-home-${dead}`), auth, 0o777), "others can write");
  ground.stays("codex-home", ground.mount(inTemporary(`mounted-codex-home-${dead}`)), "mounted");
  const mountedInside = codexHome(inTemporary(`deep-codex-home-${dead}`));
  ground.mount(join(mountedInside, "sessions", "x"));
  ground.stays("codex-home", mountedInside, "mounted");
  const lived = codexHome(inTemporary(`lived-codex-home-${dead}`));
  ground.waitUntilRuns("sleep", ground.start("env", `CODEX_HOME=${lived}`, "sleep", "1000"));
  ground.stays("codex-home", lived, "has it as its home");

  // In a container that shares the directory the pid is somebody's.
  const contained = codexHome(inTemporary("sqlite-graphrag-codex-home-30001"));
  const inner = "echo 30000 >/proc/sys/kernel/ns_last_pid; sleep 1000 & echo $! >&3; wait";
  const ready = join(home, "contained");
  ground.start("sh", "-c", `exec 3>${ready}; exec unshare --pid --fork --kill-child --mount-proc sh -c '${inner}'`);
  ground.waitFor(ready, "30001\n");
  ground.stays("codex-home", contained, "in a namespace of its own");

  const spawn = (name: string) => ground.directory(inTemporary(`sqlite-graphrag-spawn-${name}`), { log: "" });
  ground.goes("graphrag-spawn", spawn(String(dead)));
  ground.stays("graphrag-spawn", spawn(String(alive)), "is alive");
  ground.stays("graphrag-spawn", spawn(`0${dead}`), "unseen");
  ground.stays("graphrag-spawn", spawn("99999999999999999999"), "unseen");
  ground.stays("graphrag-spawn", spawn("9999999"), "no process can have the number");

  const broker = (name: string, pid: string, files: Readonly<Record<string, string>> = {}) =>
    ground.directory(inTemporary(`cxc-${name}`), { "broker.pid": pid, "broker.log": "x", ...files });
  ground.goes("codex-broker", broker("aaaaa1", `${dead}\n`));
  ground.stays("codex-broker", broker("aaaaa2", `${alive}\n`), "is alive");
  ground.stays("codex-broker", broker("aaaaa3", ""), "is empty");
  ground.stays("codex-broker", broker("aaaaa4", `${dead} or so\n`), "holds no pid");
  ground.stays("codex-broker", broker("aaaaa5", `${dead}\n`, { thesis: "" }), "not the broker's: thesis");
  const pidElsewhere = ground.directory(inTemporary("cxc-aaaaa6"));
  ground.link(join(pidElsewhere, "broker.pid"), ground.file(join(home, "elsewhere.pid"), `${dead}\n`));
  ground.stays("codex-broker", pidElsewhere, "no broker.pid");
  const named = broker("aaaaa7", `${dead}\n`);
  ground.start("sh", "-c", `sleep 1000; : ${named}/broker.sock`);
  ground.stays("codex-broker", named, "names it");

  const arg0 = (name: string, files: Readonly<Record<string, string>>) =>
    ground.directory(join(home, ".codex/tmp/arg0", `codex-arg0${name}`), files);
  const goes = arg0("aaaaa1", { ".pid": String(dead), ".lock": "" });
  ground.link(join(goes, "apply_patch"), join(precious, "work"));
  ground.goes("codex-arg0", goes);
  ground.stays("codex-arg0", arg0("aaaaa2", { ".pid": String(alive), ".lock": "" }), "is alive");
  const locked = arg0("aaaaa3", { ".pid": String(dead), ".lock": "" });
  const { exitCode } = Bun.spawnSync(["sh", "-c", `flock -n ${locked}/.lock true`]);
  if (exitCode !== 0) throw new Error("flock");
  // It runs the command when it has the lock.
  const held = join(home, "held");
  ground.start("flock", join(locked, ".lock"), "sh", "-c", `echo held >${held}; sleep 1000`);
  ground.waitFor(held, "held\n");
  ground.stays("codex-arg0", locked, "holds its lock");
  ground.stays("codex-arg0", arg0("aaaaa4", { ".lock": "" }), "no .pid");
  ground.stays("codex-arg0", arg0("aaaaa5", { ".pid": String(dead) }), "cannot be told");

  const profiles = join(home, ".cache", "ms-playwright");
  const lock = (profile: string, target: string) => ground.link(join(profile, "SingletonLock"), target);
  ground.goes("browser-lock", lock(join(profiles, "mcp-chrome-1"), `${hostname()}-${dead}`));
  ground.goes("browser-lock", lock(inTemporary("puppeteer_dev_chrome_profile-aB3"), `${hostname()}-${dead}`));
  ground.stays("browser-lock", lock(join(profiles, "mcp-chrome-2"), `${hostname()}-${alive}`), "is alive");
  ground.stays(
    "browser-lock",
    lock(join(profiles, "mcp-chrome-3"), `elsewhere-${dead}`),
    "another machine (elsewhere)",
  );
  ground.stays("browser-lock", lock(join(profiles, "mcp-chrome-4"), precious), "no machine and pid");
  ground.stays(
    "browser-lock",
    ground.file(join(profiles, "mcp-chrome-5", "SingletonLock"), `${hostname()}-${dead}`),
    "unseen",
  );
  const away = lock(join(home, "profile-elsewhere"), `${hostname()}-${dead}`);
  ground.link(join(profiles, "mcp-chrome-6"), dirname(away));
  ground.stays("browser-lock", away, "unseen");

  const ide = (port: number | string, text: unknown) =>
    ground.file(join(home, ".claude", "ide", `${port}.lock`), typeof text === "string" ? text : JSON.stringify(text));
  const token = "0123456789abcdef0123456789abcdef";
  ground.goes("claude-ide-lock", ide(1, { pid: dead, authToken: token }));
  ground.stays("claude-ide-lock", ide(2, { pid: alive, authToken: token }), "is alive");
  const server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  server.unref();
  ground.stays("claude-ide-lock", ide(server.port, { pid: dead }), "listens on its port");
  ground.stays("claude-ide-lock", ide(3, { pid: dead, runningInWindows: true }), "Windows");
  ground.stays("claude-ide-lock", ide(4, `${dead}`), "holds no pid");
  ground.stays("claude-ide-lock", ide(5, { pid: `${dead}` }), "holds no pid");
  ground.stays(
    "claude-ide-lock",
    ground.link(join(home, ".claude", "ide", "6.lock"), join(precious, "work")),
    "unseen",
  );

  const cwd = (hex: string, text: string) => ground.file(inTemporary(`claude-${hex}-cwd`), text);
  ground.goes("claude-cwd", cwd("1a2b", "/home/lea\n"), "nobody uses it");
  ground.goes("claude-cwd", cwd("1a2c", ""), "nobody uses it");
  ground.stays("claude-cwd", cwd("1a2d", "/home/lea\nmilk, bread\n"), "the path of one directory");
  ground.start("sh", "-c", `sleep 1000; pwd -P >| /tmp/claude-1a2e-cwd`);
  ground.stays("claude-cwd", cwd("1a2e", "/home/lea\n"), "names it");
  ground.stays("claude-cwd", ground.link(inTemporary("claude-1a2f-cwd"), join(precious, "work")), "unseen");

  const inUse = (at: number, name: string, text: string) =>
    ground.file(join(home, ".copilot/session-state", `${SESSION}${at}`, `inuse.${name}.lock`), text);
  ground.goes("copilot-lock", inUse(1, String(dead), `${dead}\n`));
  ground.stays("copilot-lock", inUse(2, String(alive), `${alive}`), "is alive");
  ground.stays("copilot-lock", inUse(3, String(dead), `${alive}`), `it is named ${dead} and says ${alive}`);
  ground.stays("copilot-lock", inUse(4, String(dead), ""), "is empty");

  const debris = (pid: number, name: string, slot: string) =>
    ground.directory(inTemporary(`.agent-reaper-${pid}-${name}`), { [slot]: "x" });
  ground.goes("own-debris", debris(dead, "aaaaaa", "0"));
  ground.stays("own-debris", debris(alive, "aaaaab", "0"), "is alive");
  ground.stays("own-debris", debris(dead, "aaaaac", "unsure"), "whether unsure in it was to be removed");

  const project = join(home, "src", "project");
  ground.file(
    join(home, ".claude.json"),
    JSON.stringify({ projects: { [project]: {}, "relative": {}, "/nowhere": {} } }),
  );
  const worktree = (name: string, reason: string) =>
    ground.file(join(project, ".git", "worktrees", name, "locked"), reason);
  // These go only when they are asked for by name.
  ground.stays("git-worktree-lock", worktree("one", `claude-code PID ${dead}`), "is gone");
  ground.stays("git-worktree-lock", worktree("two", `claude-code PID ${alive}`), "is alive");
  ground.stays("git-worktree-lock", worktree("three", `on a disk that is unplugged, pid ${dead}`), "unseen");
}
