/**
 * What an agent is told to run when a session begins and when it ends.
 *
 * @module
 */
import { forShell } from "../quote.ts";
import type { Handlers } from "./settings.ts";
import { type Program, WAITED } from "./start.ts";

/** Agents that have hooks of sessions. A hook at the end of each turn (`Stop`) is none of these. */
export type Agent = "claude" | "codex";

/** What happened to a session. */
export const EVENTS = ["session-start", "session-end"] as const;

/** Something that happens to a session. */
export type AgentEvent = (typeof EVENTS)[number];

/** Above what it takes, so that nobody reads of a hook that was cancelled. Codex allows 3 s at the end. */
const TIMEOUT_S: Readonly<Record<AgentEvent, number>> = { "session-start": 5, "session-end": 3 };

/** By what Codex lists a hook that waits to be trusted, in place of "Unnamed hook". It goes to nobody's model. */
const NAMES: Readonly<Record<AgentEvent, string>> = {
  "session-start": "agent-reaper: sweeps, registers the session",
  "session-end": "agent-reaper: ends what the session left",
};

/** The handlers, as the agent's settings have them. */
export function handlersOf(agent: Agent, program: Program, platform: string): Handlers {
  return {
    SessionStart: handler(agent, "session-start", program.path, platform),
    SessionEnd: handler(agent, "session-end", program.path, platform),
  };
}

function handler(agent: Agent, event: AgentEvent, path: string, platform: string): object {
  const words = ["hook", "run", agent, event];
  const timeout = TIMEOUT_S[event];
  const statusMessage = NAMES[event];
  if (platform === "win32") {
    return agent === "claude"
      ? { type: "command", command: path, args: words, timeout }
      : { type: "command", command: `"${path}" ${words.join(" ")}`, timeout, statusMessage };
  }
  // No shell of the person's takes part: whatever they log in with, this is read by /bin/sh.
  if (agent === "claude") {
    return { type: "command", command: "/bin/sh", args: ["-c", WAITED, "agent-reaper", path, ...words], timeout };
  }
  const command = `/bin/sh -c ${forShell(WAITED)} agent-reaper ${forShell(path)} ${words.join(" ")}`;
  return { type: "command", command, timeout, statusMessage };
}
