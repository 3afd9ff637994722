/**
 * The library for hosts that start agents: everything they start is on record before it begins, and
 * what outlives its session, or the host, is ended.
 *
 * @module
 */
import { fair } from "../clock.ts";
import type { Outcome } from "../contract.ts";
import { run } from "../engine.ts";
import { explain as explainPid, type Explanation } from "../explain.ts";
import { look } from "../look.ts";
import type { Report } from "../report.ts";
import type { Unreadable } from "../registry/registry.ts";
import { ensureExit } from "./ensure-exit.ts";
import { REAPER, REGISTRATION, ROUND, ROUNDS, SPAWN_FOR } from "./fields.ts";
import { type Check, expect, expectFields, TEXT } from "./given.ts";
import { Host } from "./host.ts";
import type { ActiveSessions, Reaper, ReaperOptions, RoundOptions, RoundsOptions } from "./options.ts";
import { quietSleep } from "./quiet.ts";
import { Registrations } from "./registrations.ts";
import { startRounds } from "./rounds.ts";
import { asking, expectLasting } from "./sessions.ts";
import { spawnRegistered } from "./spawn.ts";

/** Of these nothing is left. */
const OVER: ReadonlySet<Outcome> = new Set(["ended", "killed", "gone", "respawned", "unregistered"]);
/** How long a process has to end by itself. */
const EXIT_MS = 5_000;
const PID: Check = [Number.isSafeInteger, "a process id"];
const PATIENCE: Check = [(value) => typeof value === "number" && value >= 0, "milliseconds, not negative"];

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
  expectFields("createReaper", options, REAPER);
  const host = new Host(options);
  const registrations = new Registrations(host);
  const stops = new Set<() => void>();
  let isClosed = false;

  function startReaper(activeSessions: ActiveSessions, how: RoundsOptions = {}): () => void {
    expectLasting(activeSessions);
    expectFields("startReaper", how, ROUNDS);
    const { every, signal, onRound } = how;
    const stop = startRounds({
      every,
      signal,
      clock: options.clock,
      warn: (message) => host.warn(message),
      round: async (stopped) => {
        const report = await round("reap", { activeSessions, signal: stopped }, host, registrations, "stops");
        if (isClosed) return;
        for (const warning of report.warnings) host.warn(warning);
        onRound?.(report);
      },
    });
    stops.add(stop);
    return () => {
      stops.delete(stop);
      stop();
    };
  }

  return {
    scan: (how = {}) => round("scan", how, host, registrations),
    reap: (how = {}) => round("reap", how, host, registrations),
    async explain(pid) {
      expect("pid", pid, PID);
      return await explain(pid, host);
    },
    async register(pid, registration) {
      expect("pid", pid, PID);
      expectFields("register", registration, REGISTRATION);
      expect("register.session", registration.session, TEXT);
      return await registrations.register(pid, registration);
    },
    async unregister(pid) {
      expect("pid", pid, PID);
      const watched = registrations.get(pid);
      return watched === undefined ? false : await registrations.leave(watched);
    },
    sessionProcesses: (session) => registrations.ofSession(session),
    activeProcesses: () =>
      registrations.all().map(({ pid, session, registeredAt }) => ({ pid, session, ageMs: Date.now() - registeredAt })),
    // A host may end while we wait: the child that it waits for keeps it alive, and not our patience.
    async ensureExit(process, timeoutMs = EXIT_MS) {
      const pid = typeof process === "object" ? process?.pid : process;
      expect("pid", pid, PID);
      expect("timeoutMs", timeoutMs, PATIENCE);
      return await ensureExit(
        pid,
        host,
        registrations,
        (off) => options.clock?.sleep(timeoutMs) ?? quietSleep(timeoutMs, off),
      );
    },
    spawnFor(session, how = {}) {
      expect("spawnFor.session", session, TEXT);
      expectFields("spawnFor", how, SPAWN_FOR);
      return (request) => spawnRegistered(request, session, how, registrations, (message) => host.warn(message));
    },
    startReaper,
    close() {
      isClosed = true;
      for (const stop of stops) stop();
      registrations.close();
    },
  };
}

async function round(
  command: "scan" | "reap",
  options: RoundOptions,
  host: Host,
  registrations: Registrations,
  unreadable?: Unreadable,
): Promise<Report> {
  expectFields(command, options, ROUND);
  const { activeSessions, dryRun = false, confirm, signal } = options;
  const ask = activeSessions === undefined ? undefined : asking(activeSessions);
  const report = await host.withMachine(async (machine) =>
    await run({
      command,
      machine,
      ...await host.rules(machine),
      clock: fair(host.clock),
      scope: "all",
      dryRun,
      registry: await host.registry(unreadable),
      activeSessions: ask && (async () => [...await ask(), ...await host.record.sessionsOfOthers()]),
      confirm,
      signal,
    })
  );
  // The news of their end may come later than we know of it.
  for (const { pid, startToken, outcome } of report.results) {
    if (pid !== undefined && OVER.has(outcome)) registrations.forget(pid, startToken);
  }
  return report;
}

function explain(pid: number, host: Host): Promise<Explanation | undefined> {
  return host.withMachine(async (machine) => {
    const { plugins, policy } = await host.rules(machine);
    const registered = await (await host.registry()).entries();
    return explainPid(look(machine, plugins, policy, { scope: "all", pids: [pid], registered }), pid, plugins, policy);
  });
}
