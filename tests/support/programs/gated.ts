/**
 * Inside: a program behind its gate. With an argument: a host that opens none and is killed.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { spawnGated } from "../../../plugins/backends/_spawn/gated.ts";

/** What became of one that was let, of one whose host was killed, and of one that is not there. */
export interface Told {
  readonly opened: { samePid: boolean; sameStart: boolean; fds: string[]; stdin: string; exitCode: number | null };
  readonly shut: { began: boolean; left: number };
  readonly absent: string;
}

const began = join(process.env["HOME"] as string, "began");

export default async function run(): Promise<Told> {
  const host = Bun.spawn([process.execPath, import.meta.path, "host"], { stdio: ["ignore", "pipe", "inherit"] });
  const reader = host.stdout.getReader();
  const pid = Number(new TextDecoder().decode((await reader.read()).value));
  host.kill("SIGKILL");
  await host.exited;
  // Collected by the namespace's init as soon as it has ended.
  while (existsSync(`/proc/${pid}`)) await Bun.sleep(1);
  const left =
    readdirSync("/proc").filter((name) => /^\d+$/.test(name) && environment(name).includes("GATED=1")).length;
  return { opened: await open(), shut: { began: existsSync(began), left }, absent: await absent() };
}

async function open(): Promise<Told["opened"]> {
  const script = 'read -r line; echo "$$ $line"; exit 7';
  const { child, begin } = spawnGated({
    ...{ command: "sh", args: ["-c", script], env: process.env, cwd: process.env["HOME"], stderr: "inherit" },
  });
  const start = startOf(child.pid);
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => void (output += text));
  const exit = new Promise<number | null>((resolve) => child.once("close", resolve));
  begin();
  // The shell has become the program when its command line is that of the program. In between it has none.
  const line = ["sh", "-c", script, ""].join("\0");
  while (readFileSync(`/proc/${child.pid}/cmdline`, "latin1") !== line) await Bun.sleep(1);
  const during = startOf(child.pid);
  const fds = readdirSync(`/proc/${child.pid}/fd`).filter((fd) => Number(fd) < 10);
  child.stdin?.end("asked\n");
  const exitCode = await exit;
  const [pid, stdin] = output.trim().split(" ");
  return {
    samePid: Number(pid) === child.pid,
    sameStart: start === during,
    fds,
    stdin: stdin ?? "",
    exitCode,
  };
}

function absent(): Promise<string> {
  const { child } = spawnGated({ command: "not-there", args: [], env: process.env, stderr: "ignore" });
  return new Promise((resolve) => child.once("error", (error) => resolve((error as NodeJS.ErrnoException).code ?? "")));
}

function startOf(pid: number | undefined): string {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return stat.slice(stat.lastIndexOf(")")).split(" ")[20] as string;
}

function environment(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1");
  } catch {
    return "";
  }
}

if (process.argv[2] === "host") {
  const env = { ...process.env, GATED: "1" };
  const { child } = spawnGated({ command: "touch", args: [began], env, stderr: "inherit" });
  process.stdout.write(`${child.pid}\n`);
  await new Promise(() => setTimeout(() => {}, 60_000));
}
