/**
 * macOS, and other systems where nobody adopts what a command detaches: a front, which is the command's
 * parent and stands in its place, and a guardian beside them (guardian.ts), which looks again and again at who descends
 * from the front, and ends all of it when the command is over or the front is gone. On Linux by choice.
 *
 * Where the guardian is killed the front looks for itself, and ends what it finds.
 *
 * It has not been run on a Mac: see docs/run.md for what is known there, and what is not.
 *
 * @module
 */
import type { CommandKeeper, KeptCommand, RunEnd } from "../../../../src/contract.ts";
import { bootName, formatRunTag, RUN_VARIABLE } from "../../../../src/vocabulary/run-tag.ts";
import { posixCommands } from "../../_posix/commands.ts";
import { posix } from "../../_posix/libc.ts";
import { readHost } from "../host.ts";
import { SYSTEM } from "../run.ts";
import { GuardedBy } from "./guarded.ts";
import { here, seenHere } from "./place.ts";
import { type Place, rowOf, Watch } from "./watch.ts";

/** A command that has ended by then is not worth remembering. */
const WORTH_TELLING_MS = 100;
/** Timers take 31 bits of milliseconds. */
const LONGEST_TIMER_MS = 0x7fff_ffff;
/** What is said to us while the rest is being ended means: faster. */
const IMPATIENT = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"] as const;

/** What stood against starting a command, for people. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "part of the path is no directory",
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  ENOEXEC: "it is no program that this machine can run",
  E2BIG: "its arguments and environment are too long",
  EWOULDBLOCK: "no more processes can be made",
};

const keeper: CommandKeeper = {
  how: "a guardian that looks at who descends from it, by ps",
  unavailable() {
    try {
      seenHere();
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  },
  run,
  exit(code) {
    posix()._exit(code);
    throw new Error("_exit came back");
  },
  dieBy(signal) {
    commands().endBySignal(signal);
    posix()._exit(128 + signal);
    throw new Error("_exit came back");
  },
};

export default keeper;

function commands(): ReturnType<typeof posixCommands> {
  return posixCommands(isStopped);
}

/** Asked of `ps`, once for each stop. */
function isStopped(pid: number): boolean {
  const { tools, ps } = here();
  const output = tools.run(ps, ["-o", "stat=", "-p", String(pid)]);
  return typeof output === "object" && output.text.trim().startsWith("T");
}

async function run(command: KeptCommand): Promise<RunEnd> {
  const { words, through = [], graceMs, timeoutMs, detachOk, variables, started } = command;
  const { own, all } = seenHere();
  const front = { pid: own.pid, startToken: own.startToken };
  const { pgid, sid } = rowOf(own, here());
  // Whoever became us by exec may have had children.
  const without = all.flatMap(({ pid, ppid, startToken }) =>
    ppid === own.pid && startToken !== undefined ? [[pid, startToken] as const] : []
  );
  const guardian = await GuardedBy.start({ front, without, pgid, sid, graceMs, detachOk });
  if (typeof guardian === "string") return lost(guardian);

  const host = readHost(SYSTEM, process.platform);
  const tag = formatRunTag({
    keepers: [front, { pid: guardian.pid, startToken: guardian.startToken }],
    boot: bootName(host.bootId),
    pidNamespace: /\d+/.exec(host.pidNamespace ?? "")?.[0] ?? "0",
    detachOk,
  });
  guardian.tell({ tag });

  let end: RunEnd["end"];
  let running: ReturnType<ReturnType<typeof posixCommands>["start"]>;
  try {
    running = commands().start([...through, ...words], { share: [], variables: { ...variables, [RUN_VARIABLE]: tag } });
  } catch (error) {
    await Promise.race([guardian.end(), guardian.gone]);
    return notStarted(error);
  }
  const over = new AbortController();
  const ended = running.ended.then((did): RunEnd["end"] =>
    "code" in did ? { did: "exit", code: did.code } : { did: "die", signal: did.signal }
  );
  const told = after(WORTH_TELLING_MS, over.signal).then((isTime) =>
    isTime ? started?.({ pid: running.pid, tag }) : undefined
  );
  const timeOut = timeoutMs === undefined ? [] : [
    after(timeoutMs, over.signal).then((isTime): RunEnd["end"] | Promise<never> =>
      isTime ? { did: "time out" } : new Promise<never>(() => {})
    ),
  ];
  const first = await Promise.race([ended, ...timeOut, guardian.gone.then(() => undefined)]);
  over.abort();
  // The guardian stops what it is about to kill.
  running.ending();
  await told;

  const hurry = new Promise<void>((resolve) => {
    for (const name of IMPATIENT) process.on(name, () => resolve());
  });
  const rest = await Promise.race([guardian.end(hurry), guardian.gone.then(() => undefined)]);
  const troubles: string[] = guardian.seesTags
    ? []
    : ["ps shows no environments here: what forked twice in an instant may have got away"];
  if (rest !== undefined) {
    end = first ?? await ended;
    if (rest.survived) troubles.push(SURVIVED);
    return { end, detached: rest.detached, troubles };
  }
  troubles.push("its guardian was killed, so it was ended");
  const left = await endWithout(here(), { ...front, without: new Map(without), pgid, sid }, tag, guardian.pid, command);
  if (left.survived) troubles.push(SURVIVED);
  end = first ?? await Promise.race([ended, lostSoon()]);
  return { end, detached: left.detached, troubles };
}

const SURVIVED = "something of it could not be ended: see agent-reaper ps";

/** What the guardian would have done. */
async function endWithout(
  place: Place,
  root: ConstructorParameters<typeof Watch>[1],
  tag: string,
  guardian: number,
  { graceMs, detachOk }: KeptCommand,
): Promise<{ readonly detached: number[]; readonly survived: boolean }> {
  const watch = new Watch(place, root, [guardian]);
  watch.carries(tag);
  return await watch.end({
    graceMs,
    detachOk,
    quietLooks: 3,
    async wait(ms) {
      await Bun.sleep(ms);
      return false;
    },
  });
}

/** After so long; false when it is over before. */
async function after(ms: number, over: AbortSignal): Promise<boolean> {
  const endsAt = performance.now() + ms;
  for (let rest = ms; rest > 0; rest = endsAt - performance.now()) {
    const isOver = await new Promise<boolean>((resolve) => {
      const stop = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        over.removeEventListener("abort", stop);
        resolve(false);
      }, Math.min(rest, LONGEST_TIMER_MS));
      over.addEventListener("abort", stop);
    });
    if (isOver) return false;
  }
  return true;
}

async function lostSoon(): Promise<RunEnd["end"]> {
  await Bun.sleep(1_000);
  return { did: "get lost", because: "it could not be ended" };
}

function notStarted(error: unknown): RunEnd {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const because = REASONS[code] ?? `the system answers ${code}`;
  const found = code !== "ENOENT" && code !== "ENOTDIR";
  return { end: { did: "not start", found, because }, detached: [], troubles: [] };
}

function lost(because: string): RunEnd {
  return { end: { did: "get lost", because }, detached: [], troubles: [] };
}
