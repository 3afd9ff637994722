/**
 * A recorded table of a Mac as the texts that its ps, lsof and launchctl would have printed of it.
 *
 * @module
 */
import type { Process, Snapshot, Stdio } from "../../src/contract.ts";
import type { Tools } from "../../plugins/backends/ps/run.ts";
import { toolsOf } from "./mac.ts";

/** Tools that tell of the table what they can. Its viewer's uid is ours, and its clock runs now. */
export function toolsOfTable(snapshot: Snapshot): Tools {
  const later = Date.now() - Date.parse(snapshot.capturedAt);
  const { uid } = snapshot.viewer;
  const ours = process.getuid?.() ?? 0;
  const uidOf = (its: Process["uid"]): number => its === uid ? ours : its === ours ? 99_999 : Number(its ?? 99_998);
  const others = snapshot.processes.filter(({ pid }) => pid !== snapshot.viewer.pid);
  const told = others.filter((one) => uidOf(one.uid) === ours && one.argv !== null);
  const isTold = others.some(({ stdio }) => stdio !== undefined);
  return toolsOf({
    processes: others.map((one) => ({
      pid: one.pid,
      ppid: one.ppid,
      name: one.name ?? "",
      command: one.argv === null ? `(${one.name})` : one.argv?.join(" ") ?? "",
      uid: uidOf(one.uid),
      ...(typeof one.tty === "string" ? { tty: one.tty } : {}),
      stat: one.state ?? "S",
      start: Math.floor(((one.startedAt ?? 0) + later) / 1000),
      pgid: one.pgid ?? one.pid,
      ...(one.tpgid === undefined || one.tpgid < 0 ? {} : { tpgid: one.tpgid }),
    })),
    ...(isTold ? { lsof: () => new OpenFiles(told).text() } : {}),
    ...(others.some(({ supervisor }) => supervisor !== undefined)
      ? { launchctl: ([verb, domain]) => ({ text: jobsText(snapshot, verb, domain) }) }
      : {}),
  });
}

function jobsText({ processes }: Snapshot, verb = "", domain = ""): string {
  const jobs = processes.flatMap(({ pid, supervisor }) =>
    supervisor?.startsWith("launchd:") === true ? [{ pid, label: supervisor.slice("launchd:".length) }] : []
  );
  if (verb === "list") {
    return ["PID\tStatus\tLabel", ...jobs.map(({ pid, label }) => `${pid}\t0\t${label}`), ""].join("\n");
  }
  const lines = domain.startsWith("gui") ? jobs.map(({ pid, label }) => `\t\t${pid}      - \t${label}`) : [];
  return [`${domain} = {`, "\tservices = {", ...lines, "\t}", "}", ""].join("\n");
}

/** One pair of addresses for each end that is held; the holders have theirs open as a descriptor beside the three. */
class OpenFiles {
  readonly #told: readonly Process[];
  readonly #more = new Map<number, string[]>();
  #last = 0x7a5c_0000;

  constructor(told: readonly Process[]) {
    this.#told = told;
  }

  text(): string {
    const own = this.#told.map((one) => [one.pid, this.#of(one)] as const);
    return own.flatMap(([pid, lines]) => [`p${pid}`, ...lines, ...(this.#more.get(pid) ?? [])]).join("\n") + "\n";
  }

  #of({ pid, exe, cwd, stdio, listening, clients }: Process): string[] {
    return [
      ...(cwd === undefined ? [] : ["fcwd", "tDIR", "k2", `n${cwd}`]),
      ...(typeof exe === "string" ? ["ftxt", "tREG", "k1", `n${exe}`] : []),
      ...(stdio ?? []).flatMap((stream) => this.#stream(stream)),
      ...(listening ?? []).flatMap((place, at) => this.#served(pid, 100 + 10 * at, place, clients)),
    ];
  }

  /** Of a client that is not told only the server's own end is seen. */
  #served(pid: number, fd: number, place: number | string, clients: readonly number[] = [-1]): string[] {
    if (typeof place === "string") return [`f${fd}`, "tunix", "d0x77", `n${place}`];
    const tcp = (
      at: number,
      state: string,
      name: string,
    ) => [`f${at}`, "tIPv4", "d0x99", "PTCP", `TST=${state}`, `n${name}`];
    const here = `127.0.0.1:${place}`;
    return [
      ...tcp(fd, "LISTEN", `*:${place}`),
      ...clients.flatMap((client, at) => {
        const there = `127.0.0.1:${50_000 + fd + at + pid % 1000}`;
        const lines = this.#more.get(client) ?? [];
        this.#more.set(client, [...lines, ...tcp(200 + lines.length, "ESTABLISHED", `${there}->${here}`)]);
        return tcp(fd + 1 + at, "ESTABLISHED", `${here}->${there}`);
      }),
    ];
  }

  #stream({ fd, kind, peer, path, holders }: Stdio): string[] {
    switch (kind) {
      case "null":
        return [`f${fd}`, "tCHR", "r0x3000002", "n/dev/null"];
      case "file":
        return [`f${fd}`, "tREG", "k1", `n${path ?? "/f"}`];
      case "tty":
        return peer === "gone" ? [`f${fd}`, "tCHR", "n(revoked)"] : [`f${fd}`, "tCHR", `n${path ?? "/dev/ttys099"}`];
      case "pipe":
      case "socket":
        return this.#connection(fd, kind === "pipe" ? "PIPE" : "unix", peer, holders ?? []);
      default:
        return [`f${fd}`, "tKQUEUE", "n"];
    }
  }

  #connection(fd: number, type: string, peer: Stdio["peer"], holders: readonly number[]): string[] {
    const own = `0x${(this.#last += 16).toString(16)}`;
    const other = `0x${(this.#last += 16).toString(16)}`;
    for (const pid of holders) {
      const lines = this.#more.get(pid) ?? [];
      lines.push(`f${30 + lines.length}`, `t${type}`, `d${other}`, `n->${own}`);
      this.#more.set(pid, lines);
    }
    const gone = type === "unix" ? "n->(none)" : "n";
    return [`f${fd}`, `t${type}`, `d${own}`, peer === "gone" ? gone : peer === "live" ? `n->${other}` : "nsomething"];
  }
}
