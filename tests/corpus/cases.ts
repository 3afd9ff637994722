/**
 * The recorded tables and their labels, with what makes twins of them.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Process, Snapshot } from "../../src/contract.ts";

/** What a label file says. */
export interface Label {
  readonly reap: readonly number[];
  readonly keep: readonly number[];
  readonly why: string;
  readonly source: readonly string[];
}

/** A table with its label. */
export interface Case {
  readonly name: string;
  readonly snapshot: Snapshot;
  readonly label: Label;
}

const folder = fileURLToPath(new URL("./cases/", import.meta.url));

/** Every case, by name. */
export const cases: readonly Case[] = readdirSync(folder)
  .filter((file) => file.endsWith(".json") && !file.endsWith(".expect.json"))
  .sort()
  .map((file) => ({
    name: file.slice(0, -".json".length),
    snapshot: JSON.parse(readFileSync(folder + file, "utf8")) as Snapshot,
    label: JSON.parse(readFileSync(folder + file.replace(".json", ".expect.json"), "utf8")) as Label,
  }));

/** The same table with one process changed. */
export function withProcess(snapshot: Snapshot, pid: number, change: (process: Process) => Process): Snapshot {
  return {
    ...snapshot,
    processes: snapshot.processes.map((process) => (process.pid === pid ? change(process) : process)),
  };
}

/** A process without one of its facts. */
export function without(process: Process, fact: keyof Process): Process {
  const { [fact]: _, ...rest } = process;
  return rest as Process;
}

/** Variables in which a pid stands: an agent's, and those of tmux and screen. */
const PID_IN: readonly (readonly [RegExp, RegExp])[] = [
  [/_PID$/, /^\d+$/],
  [/^TMUX$/, /(?<=,)\d+(?=,\d+$)/],
  [/^STY$/, /^\d+(?=\.)/],
];

/** The same machine with every pid, home and host called otherwise, in every place where they stand. */
export function renamed(snapshot: Snapshot, seed: number): { snapshot: Snapshot; pid: (pid: number) => number } {
  const numbers = new Set<number>();
  for (const process of snapshot.processes) {
    for (const pid of [process.pid, process.ppid, process.pgid, process.sid, process.tpgid]) {
      if (pid !== undefined) numbers.add(pid);
    }
  }
  const pid = (old: number) => (old <= 1 || !numbers.has(old) ? old : old + 1_000_000 + seed);
  const home = snapshot.viewer.home;
  const user = home.split(/[\\/]/).at(-1) as string;
  const other = `x${seed}q`;
  const isUser = (uid: Process["uid"]) => typeof uid === "string" && uid.toLowerCase() === user.toLowerCase();
  const text = (value: string) => value.replaceAll(home, home.slice(0, -user.length) + other);
  const numbersInText = (value: string) =>
    value.replace(/(?<=\bsessions[\\/])\d+(?=\.json)/, (old) => String(pid(Number(old))));
  const variable = (key: string, value: string) => {
    const at = PID_IN.find(([name]) => name.test(key))?.[1];
    return at?.test(value) === true ? value.replace(at, (old) => String(pid(Number(old)))) : text(value);
  };
  const process = (one: Process): Process => ({
    ...one,
    pid: pid(one.pid),
    ppid: pid(one.ppid),
    ...(isUser(one.uid) ? { uid: other } : {}),
    ...(one.pgid === undefined ? {} : { pgid: pid(one.pgid) }),
    ...(one.sid === undefined ? {} : { sid: pid(one.sid) }),
    ...(one.tpgid === undefined ? {} : { tpgid: pid(one.tpgid) }),
    ...(typeof one.tracer === "number" ? { tracer: pid(one.tracer) } : {}),
    ...(one.argv === undefined || one.argv === null ? {} : { argv: one.argv.map(text) }),
    ...(typeof one.exe === "string" ? { exe: text(one.exe) } : {}),
    ...(one.cwd === undefined ? {} : { cwd: text(one.cwd) }),
    ...(one.env === undefined ? {} : {
      env: Object.fromEntries(
        Object.entries(one.env).map((
          [key, value],
        ) => [key, variable(key, value)]),
      ),
    }),
    ...(one.stdio === undefined ? {} : {
      stdio: one.stdio.map((stream) => ({
        ...stream,
        ...(stream.path === undefined ? {} : { path: text(stream.path) }),
        ...(stream.holders === undefined ? {} : { holders: stream.holders.map(pid) }),
      })),
    }),
    ...(one.listening === undefined ? {} : {
      listening: one.listening.map((place) =>
        typeof place === "number"
          ? place
          : place.replace(/(?<=[\\/]cc-socks[\\/])\d+/, (old) => String(pid(Number(old))))
      ),
    }),
    ...(one.clients === undefined ? {} : { clients: one.clients.map(pid) }),
  });
  const file = (value: string) =>
    text(value).replace(
      /"((?:supervisorP|p)id)": ?(\d+)/g,
      (_, key: string, old: string) => `"${key}": ${pid(Number(old))}`,
    );
  return {
    pid,
    snapshot: {
      ...snapshot,
      host: { ...snapshot.host, hostname: `host-${seed}` },
      viewer: {
        ...snapshot.viewer,
        pid: pid(snapshot.viewer.pid),
        home: text(home),
        ...(snapshot.viewer.uid === user ? { uid: other } : {}),
      },
      processes: snapshot.processes.map(process),
      ...(snapshot.files === undefined ? {} : {
        files: Object.fromEntries(
          Object.entries(snapshot.files).map(([path, content]) => [numbersInText(text(path)), file(content)]),
        ),
      }),
    },
  };
}
