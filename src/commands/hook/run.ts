/**
 * `hook run`: what an agent's own hooks run. It says nothing, whatever happens: the agent would show it to
 * its model. It ends well before the agent gives up waiting.
 *
 * @module
 */
import { closeSync, constants } from "node:fs";
import { adopterKind } from "../../vocabulary/adopters.ts";
import { monotonicClock } from "../../clock.ts";
import { EXIT, type ExitCode } from "../../complaint.ts";
import type { Machine, Process } from "../../contract.ts";
import { ending } from "../../ending.ts";
import { run } from "../../engine.ts";
import type { Agent, AgentEvent } from "../../hooks/agents.ts";
import { hookInput } from "../../hooks/input.ts";
import { markOf } from "../../hooks/deed.ts";
import { SWEEP_BEGUN } from "../../hooks/start.ts";
import { STARTED_BY } from "../../hooks/targets.ts";
import { openJournal } from "../../journal/open.ts";
import { type OpenRegistry, openRegistry, openRegistryStore, readRegistry } from "../../registry/open.ts";
import { numberingOf, originatorOf } from "../../registry/record.ts";
import { sessionStanding } from "../../registry/standing.ts";
import { openRegular } from "../../regular-file.ts";
import { prepareState } from "../../state.ts";
import { isDisabled, pausedUntil, statePath } from "../../unattended.ts";
import { stage } from "../options.ts";
import { end } from "../session/end.ts";
import { tableOf } from "../session/start.ts";

/**
 * The variables by which an agent marks what its session starts; the first that is there counts. Codex's threads are
 * parts of a session: the variable of theirs speaks for it where an older Codex has no other.
 */
const MARKERS: Readonly<Record<Agent, readonly string[]>> = {
  claude: ["CLAUDE_CODE_SESSION_ID"],
  codex: ["CODEX_SESSION_ID", "CODEX_THREAD_ID"],
};

/** Claude Code gives all hooks at the end of a session 1.5 s together. */
const GRACE_MS = 400;
const MOST_MS = 1_000;
/** Younger than that it may be what another hook of the same end has just started. */
const YOUNG_MS = 10_000;

/** Runs `hook run`. */
export async function runHook(agent: Agent, event: AgentEvent): Promise<ExitCode> {
  ending.isForgiven = process.env["AGENT_REAPER_DEBUG"] !== "1";
  try {
    if (isDisabled(process.env)) return EXIT.fine;
    const { machine } = stage({});
    try {
      const state = statePath(process.platform, machine.viewer.home, process.env);
      if (pausedUntil(state, Date.now()) !== undefined) return EXIT.fine;
      prepareState(state, machine.viewer);
      const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW = 0 } = constants;
      closeSync(openRegular(markOf(state, agent), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600).fd);
      const { sessionId } = await hookInput();
      if (sessionId !== undefined) {
        if (event === "session-start") await register(machine, agent, sessionId);
        else await endWhatIsLeft(agent, sessionId);
      }
    } finally {
      machine.close();
    }
    const { finish } = await import("../../sweep/finish.ts");
    process.env[STARTED_BY] = agent;
    await finish(SWEEP_BEGUN);
  } catch (error) {
    if (!ending.isForgiven) throw error;
  }
  return EXIT.fine;
}

/** The agent's own process answers for it: when that is gone, so is the session. */
async function register(machine: Machine, agent: Agent, id: string): Promise<void> {
  const owner = agentAbove(machine);
  if (owner === undefined) return;
  const { store, close } = await openRegistryStore(machine.viewer, process.env, MOST_MS);
  try {
    const before = (await store.sessions()).find((session) => session.id === id);
    // A session that was compacted or cleared says so too.
    if (before !== undefined && sessionStanding(before, tableOf(machine)).state === "active") return;
    const originator = originatorOf(machine, owner, agent);
    await store.startSession({ ...numberingOf(machine), id, kind: agent, originator, startedAt: Date.now() });
  } finally {
    close();
  }
}

/** The nearest ancestor that is not a shell which runs this hook. */
function agentAbove(machine: Machine): number | undefined {
  const table = tableOf(machine);
  const self = table.get(machine.viewer.pid);
  const chain = self === undefined ? [] : table.ancestors(self);
  machine.read(chain, new Set(["command", "executable", "owner"]), new Set());
  const agent = chain.find(({ argv }) => !/\bhook run \w+ session-/.test(argv?.join(" ") ?? ""));
  if (agent === undefined || agent.pid <= 1 || adopterKind(agent, table) !== undefined) return undefined;
  return agent.uid === machine.viewer.uid ? agent.pid : undefined;
}

/**
 * What carries the session's mark, has lost its parent and is an orphan by every other gate too: the end of
 * the session stands for the second look. Then whatever was put on record for it.
 */
async function endWhatIsLeft(agent: Agent, id: string): Promise<void> {
  const { machine, plugins, policy } = stage({ minAge: YOUNG_MS, grace: GRACE_MS });
  let record: OpenRegistry | undefined;
  try {
    record = await openRegistry(machine.viewer, "stops");
    const pids = marked(machine, MARKERS[agent], id);
    if (pids.length > 0) {
      await run({
        command: "reap",
        machine,
        plugins: { ...plugins, leftoverMatchers: [] },
        policy: { ...policy, pids },
        scope: "all",
        dryRun: false,
        clock: monotonicClock,
        signal: AbortSignal.timeout(MOST_MS),
        journal: openJournal(machine, "session end"),
        ...(record === undefined ? {} : { registry: record.registry }),
      });
    }
    const { sessions } = await readRegistry(machine.viewer);
    if (sessions.some((session) => session.id === id)) await end(id, { grace: GRACE_MS, color: "never", quiet: true });
  } finally {
    record?.close();
    machine.close();
  }
}

/** Whose parent is an adopter, and whose environment names the session. */
function marked(machine: Machine, markers: readonly string[], id: string): number[] {
  const table = tableOf(machine);
  const adopted = table.processes.filter(({ ppid }) => {
    const parent = table.get(ppid);
    return parent !== undefined && adopterKind(parent, table) !== undefined;
  });
  machine.read(adopted, new Set(["owner", "environment"]), new Set(markers));
  const session = ({ env }: Process) => markers.map((marker) => env?.[marker]).find((value) => value !== undefined);
  return adopted.filter((process) => session(process) === id).map(({ pid }) => pid);
}
