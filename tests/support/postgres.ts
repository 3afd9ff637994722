/**
 * A real PostgreSQL of our own: its cluster in a temporary directory, on a loopback port that was free.
 *
 * @module
 */
import { appendFileSync, chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = "/usr/lib/postgresql";

/** A server that tests may end and start as they like. */
export interface Postgres {
  readonly url: string;
  readonly port: number;
  start(): void;
  /** `immediate`: as if it were killed, in the middle of whatever it does. */
  stop(how?: "fast" | "immediate"): void;
  close(): void;
}

/** How to set it up. */
export interface PostgresOptions {
  /** Where it listens; default is loopback alone. */
  readonly listen?: string;
  readonly port?: number;
  /** Where its files go; its own user must be able to get there. */
  readonly base?: string;
  /** From where it lets anybody in, beside this machine. */
  readonly network?: string;
}

/** Makes a cluster and starts it. */
export async function openPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const programs = existsSync(ROOT)
    ? readdirSync(ROOT).sort().map((version) => join(ROOT, version, "bin")).at(-1)
    : undefined;
  if (programs === undefined) throw new Error("these tests need PostgreSQL: apt-get install postgresql");
  const directory = mkdtempSync(join(options.base ?? tmpdir(), "postgres-"));
  const isRoot = process.getuid?.() === 0;
  const run = (program: string, ...args: string[]): void => {
    const command = [join(programs, program), ...args];
    // It refuses to run as root.
    const as = isRoot ? ["runuser", "-u", "postgres", "--", ...command] : command;
    const { exitCode, stdout, stderr } = Bun.spawnSync(as, {
      cwd: "/",
      env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", LC_ALL: "C" },
    });
    if (exitCode !== 0) throw new Error(`${program} failed:\n${stdout}${stderr}`);
  };
  if (isRoot) {
    const [uid, gid] = ["-u", "-g"].map((what) => Number(Bun.spawnSync(["id", what, "postgres"]).stdout.toString()));
    chownSync(directory, uid as number, gid as number);
  }
  const data = join(directory, "data");
  run("initdb", "-D", data, "-U", "reaper", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync");
  if (options.network !== undefined) {
    appendFileSync(join(data, "pg_hba.conf"), `host all all ${options.network} trust\n`);
  }
  const port = options.port ?? await freePort();
  const listen = options.listen ?? "127.0.0.1";
  const settings = `-p ${port} -k ${directory} -c listen_addresses=${listen} -c fsync=off -c max_connections=50`;
  const postgres: Postgres = {
    url: `postgres://reaper@127.0.0.1:${port}/postgres`,
    port,
    start: () => run("pg_ctl", "-D", data, "-l", join(directory, "log"), "-o", settings, "-w", "start"),
    stop: (how = "fast") => run("pg_ctl", "-D", data, "-m", how, "-w", "stop"),
    close() {
      try {
        postgres.stop("immediate");
      } catch {
        // It is stopped already.
      }
      rmSync(directory, { recursive: true, force: true });
    },
  };
  postgres.start();
  return postgres;
}

/**
 * Not one of those that the system gives away by itself: while the server is away for a moment, or has not begun yet,
 * anybody's connection could have got it.
 */
async function freePort(): Promise<number> {
  const [first = "32768"] = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "latin1").split("\t");
  const [lowest, highest] = [10_000, Math.max(Number(first), 20_000)];
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
