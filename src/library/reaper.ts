/**
 * The library for hosts that start agents: everything they start is on record before it begins, and
 * what outlives its session, or the host, is ended.
 *
 * @module
 */
import { basename } from "node:path";
import { spawnGated } from "../../plugins/backends/_spawn/gated.ts";
import { fair, monotonicClock } from "../clock.ts";
import { errorText } from "../errors.ts";
import type { Machine, Outcome, Policy } from "../contract.ts";
import { run } from "../engine.ts";
import { explain as explainPid, type Explanation } from "../explain.ts";
import { look } from "../look.ts";
import { openMachine } from "../machine.ts";
import { builtin } from "../plugins.ts";
import { defaultPolicy } from "../policy.ts";
import { redactText } from "../redact.ts";
import { entryOf } from "../registry/record.ts";
import { Registry } from "../registry/registry.ts";
import type { Report } from "../report.ts";
import { visible } from "../text.ts";
import { endByForce } from "./force.ts";
import type {
  ActiveSessions,
  Exit,
  Reaper,
  ReaperOptions,
  Registration,
  RoundOptions,
  RoundsOptions,
  SpawnedChild,
  SpawnForOptions,
  SpawnRequest,
} from "./options.ts";
import { HostRecord } from "./record.ts";
import { quietSleep } from "./quiet.ts";
import { startRounds } from "./rounds.ts";
import { exitOf, isStill, told, type Tracked, Watch, type Watched } from "./tracked.ts";

/** Of these nothing is left. */
const OVER: ReadonlySet<Outcome> = new Set(["ended", "killed", "gone", "respawned", "unregistered"]);
/** How long a process has to end by itself. */
const EXIT_MS = 5_000;
/** How long the news of its end may take to reach us. */
const NEWS_MS = 200;
/** How often is looked whether one has ended that is no child of ours. */
const LOOK_MS = 50;

/**
 * Looks after the processes that this program starts. Nothing is opened before it is needed.
 *
 * ```ts
 * import { createReaper } from "@agent-reaper/agent-reaper";
 *
 * const reaper = createReaper({ tool: "my-host" });
 * const child = reaper.spawnFor("pr-42")({ command: "sleep", args: ["60"], env: process.env });
 * console.log(reaper.activeProcesses());
 * child.kill("SIGTERM");
 * await reaper.ensureExit(child.pid ?? 0);
 * reaper.close();
 * ```
 */
export function createReaper(options: ReaperOptions = {}): Reaper {
  const plugins = builtin();
  const clock = options.clock ?? monotonicClock;
  const policy: Policy = { ...defaultPolicy, ...options.policy };
  const warn = (message: string): void => {
    const safe = visible(redactText(message));
    if (options.warn === undefined) process.emitWarning(safe, "AgentReaperWarning");
    else options.warn(safe);
  };
  const open = (): Machine =>
    typeof options.backend === "object"
      ? options.backend.open({})
      : openMachine(plugins, options.backend === undefined ? {} : { backend: options.backend });
  const tool = options.tool ?? basename(process.argv[1] ?? "host");
  const record = new HostRecord({ open, tool, store: options.store, warn });
  const watch = new Watch();
  /** Those that are just taken off the record. */
  const leaving = new Set<Promise<boolean>>();
  let isClosed = false;

  /** One machine for one thing that is done: a host lives long, and what a machine remembers is of one look. */
  async function withMachine<T>(work: (machine: Machine) => T | Promise<T>): Promise<T> {
    const machine = open();
    try {
      return await work(machine);
    } finally {
      machine.close();
    }
  }

  async function round(command: "scan" | "reap", { activeSessions, ...how }: RoundOptions): Promise<Report> {
    const report = await withMachine(async (machine) =>
      await run({
        command,
        machine,
        plugins,
        policy,
        clock: fair(clock),
        scope: "all",
        dryRun: how.dryRun ?? false,
        registry: new Registry(await record.store()),
        ...(activeSessions === undefined ? {} : { activeSessions: () => listOf(activeSessions) }),
        ...(how.confirm === undefined ? {} : { confirm: how.confirm }),
        ...(how.signal === undefined ? {} : { signal: how.signal }),
      })
    );
    // The news of their end may come later than we know of it.
    for (const { pid, startToken, outcome } of report.results) {
      const watched = pid === undefined || !OVER.has(outcome) ? undefined : watch.get(pid);
      if (watched !== undefined && watched.entry?.startToken === startToken) watch.remove(watched);
    }
    return report;
  }

  function explain(pid: number): Promise<Explanation | undefined> {
    return withMachine(async (machine) => {
      const registered = await new Registry(await record.store()).entries();
      const snapshot = look(machine, plugins, policy, { scope: "all", pids: [pid], registered });
      return explainPid(snapshot, pid, plugins, policy);
    });
  }

  /** Puts it on record, and takes it off when it ends. Its failures are the caller's. */
  function enter(pid: number, registration: Registration): Watched {
    const { session, process: child, kind, command, cwd, containment } = registration;
    const watched: Watched = {
      pid,
      session,
      registeredAt: Date.now(),
      isChild: child !== undefined,
      ended: exitOf(child),
      recorded: Promise.resolve(),
    };
    watched.recorded = withMachine(async (machine) => {
      // Read at once: as long as nobody has collected it, its number is its own.
      watched.entry = entryOf(machine, pid, {
        originator: record.originator(machine),
        session,
        ...(kind === undefined ? {} : { kind }),
        ...(command === undefined ? {} : { command }),
        ...(cwd === undefined ? {} : { cwd }),
        ...(containment === undefined ? {} : { containment }),
      });
      await (await record.store()).register(watched.entry);
    });
    watch.add(watched);
    void watched.ended.then(() => leave(watched));
    return watched;
  }

  /** It has ended: off the record, also when that was not written yet. Whoever is first of several to know does it. */
  async function leave(watched: Watched): Promise<boolean> {
    if (isClosed || !watch.remove(watched)) return false;
    const done = strike(watched);
    leaving.add(done);
    return await done.finally(() => leaving.delete(done));
  }

  async function strike(watched: Watched): Promise<boolean> {
    await watched.recorded.catch(() => {});
    if (watched.entry === undefined) return false;
    try {
      return await (await record.store()).unregister(watched.entry);
    } catch (error) {
      warn(`${watched.pid} has ended and stays on record until the next round: ${errorText(error)}`);
      return false;
    }
  }

  async function register(pid: number, registration: Registration): Promise<Tracked> {
    const watched = enter(pid, registration);
    try {
      await watched.recorded;
    } catch (error) {
      watch.remove(watched);
      throw error;
    }
    return told(watched);
  }

  async function unregister(pid: number): Promise<boolean> {
    const watched = watch.get(pid);
    return watched === undefined ? false : await leave(watched);
  }

  function sessionProcesses(session: string): readonly Tracked[] {
    const found = watch.of(session).map(told);
    if (found.length > 1) {
      warn(`session ${session} has ${found.length} processes: ${found.map(({ pid }) => pid).join(", ")}`);
    }
    return found;
  }

  function spawnFor(session: string, how: SpawnForOptions = {}): (request: SpawnRequest) => SpawnedChild {
    return (request) => {
      const { stderr = "inherit" } = how;
      const { child, begin } = spawnGated({ ...request, stderr: typeof stderr === "function" ? "pipe" : stderr });
      if (typeof stderr === "function") child.stderr?.setEncoding("utf8").on("data", stderr);
      if (child.pid !== undefined) {
        const { recorded } = enter(child.pid, {
          session,
          process: child,
          kind: how.kind ?? basename(request.command),
          command: [request.command, ...request.args],
          ...(request.cwd === undefined ? {} : { cwd: request.cwd }),
        });
        // A host works on also where nothing can be written down.
        recorded.catch((error) => warn(`${child.pid} is not on record: ${errorText(error)}`)).then(begin);
      }
      return child as SpawnedChild;
    };
  }

  async function ensureExit(process: Tracked | number, timeoutMs: number = EXIT_MS): Promise<Exit> {
    const pid = typeof process === "number" ? process : process.pid;
    const watched = watch.get(pid);
    if (watched === undefined) return { pid, outcome: "gone", because: "it has ended, or was never registered here" };
    const waited = new AbortController();
    // A host may end while we wait: the child that it waits for keeps it alive, and not our patience.
    const patience = options.clock?.sleep(timeoutMs) ?? quietSleep(timeoutMs, waited.signal);
    const late = patience.then(() => "late" as const);
    const answer = await Promise.race([watched.ended, seenToEnd(watched, waited.signal), late]);
    waited.abort();
    await watched.recorded.catch(() => {});
    if (answer === "ended" || watched.entry === undefined) {
      await leave(watched);
      return answer === "ended"
        ? { pid, outcome: "gone", because: "it ended by itself" }
        : { pid, outcome: "denied", because: "it could not be put on record, so nothing names it" };
    }
    const { entry } = watched;
    const exit = await withMachine(async (machine) =>
      await endByForce(entry, { machine, plugins, policy, clock, registry: new Registry(await record.store()) })
    );
    if (exit.outcome !== "killed" && exit.outcome !== "gone") return exit;
    await Promise.race([watched.ended, clock.sleep(NEWS_MS)]);
    await leave(watched);
    return exit;
  }

  /** For one that is no child of ours, nobody tells of its end: it is looked for. */
  async function seenToEnd(watched: Watched, stop: AbortSignal): Promise<"ended"> {
    if (watched.isChild) return await new Promise(() => {});
    await watched.recorded.catch(() => {});
    for (;;) {
      const isThere = await withMachine((machine) => isStill(watched, machine));
      if (!isThere) return "ended";
      await clock.sleep(LOOK_MS);
      if (stop.aborted) return await new Promise(() => {});
    }
  }

  function startReaper(activeSessions: ActiveSessions, { every, signal, onRound }: RoundsOptions = {}): () => void {
    return startRounds({
      every,
      signal,
      clock: options.clock,
      warn,
      round: async (stopped) => {
        const report = await round("reap", { activeSessions, signal: stopped });
        if (isClosed) return;
        for (const warning of report.warnings) warn(warning);
        onRound?.(report);
      },
    });
  }

  return {
    scan: (how = {}) => round("scan", how),
    reap: (how = {}) => round("reap", how),
    explain,
    register,
    unregister,
    sessionProcesses,
    activeProcesses: () =>
      watch.all().map(({ pid, session, registeredAt }) => ({ pid, session, ageMs: Date.now() - registeredAt })),
    ensureExit,
    spawnFor,
    startReaper,
    close() {
      isClosed = true;
      // Whoever closes in the moment that a process ends does not leave it on record.
      if (leaving.size === 0) record.close();
      else void Promise.allSettled(leaving).then(() => record.close());
    },
  };
}

async function listOf(active: ActiveSessions): Promise<readonly string[]> {
  return [...typeof active === "function" ? await active() : active];
}
