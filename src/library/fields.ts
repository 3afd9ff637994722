/**
 * What each field of the library's options must be.
 *
 * @module
 */
import { ANY, CALLED, type Checks, does, FIELDS, isObject, isText, SIGNAL, SWITCH, TEXT, WORDS } from "./given.ts";
import type {
  ReaperOptions,
  ReapOptions,
  Registration,
  RoundOptions,
  RoundsOptions,
  SpawnForOptions,
  SpawnRequest,
} from "./options.ts";
import { SESSIONS } from "./sessions.ts";

const STORE = ["entries", "register", "unregister", "sessions", "startSession", "endSession"] as const;

/** See {@linkcode ReaperOptions}. The policy is looked at where the names are known that it may have. */
export const REAPER: Checks<ReaperOptions> = {
  tool: TEXT,
  store: [(value) => does(value, ...STORE), `a RegistryStore, which has ${STORE.join(", ")}`],
  backend: [(value) => isText(value) || does(value, "open"), "a backend or one's name"],
  clock: [(value) => does(value, "now", "sleep"), "a Clock, which has now and sleep"],
  policy: ANY,
  warn: CALLED,
};

/** What both ways of ending take. */
const ENDING = { dryRun: SWITCH, confirm: CALLED, signal: SIGNAL };

/** See {@linkcode ReapOptions}. */
export const LOOK: Checks<ReapOptions> = {
  policy: ANY,
  backend: TEXT,
  scope: [(value) => value === "all" || value === "adopted", "all or adopted"],
  snapshot: [
    (value) =>
      isObject(value) && "name" in value && isText(value.name) && "text" in value && typeof value.text === "string",
    "a name and a text",
  ],
  ...ENDING,
};

/** See {@linkcode RoundOptions}. */
export const ROUND: Checks<RoundOptions> = {
  activeSessions: SESSIONS,
  ...ENDING,
};

/** See {@linkcode RoundsOptions}. */
export const ROUNDS: Checks<RoundsOptions> = {
  every: [
    (value) => Number.isFinite(value) && (value as number) > 0,
    "milliseconds, more than 0: rounds without a pause take a whole processor",
  ],
  signal: SIGNAL,
  onRound: CALLED,
};

/** See {@linkcode Registration}. */
export const REGISTRATION: Checks<Registration> = {
  session: TEXT,
  process: [(value) => does(value, "once"), "a ChildProcess, as node:child_process gives it"],
  kind: TEXT,
  command: WORDS,
  cwd: TEXT,
  containment: [(value) => value === "contained" || value === "detached", "contained or detached"],
};

/** See {@linkcode SpawnForOptions}. */
export const SPAWN_FOR: Checks<SpawnForOptions> = {
  stderr: [
    (value) => value === "inherit" || value === "ignore" || typeof value === "function",
    "inherit, ignore or a function",
  ],
  kind: TEXT,
};

/** What of a {@linkcode SpawnRequest} the system would not refuse by itself; another's request may have more fields. */
export const REQUEST: Pick<Checks<SpawnRequest>, "command" | "args" | "env"> = {
  command: TEXT,
  args: WORDS,
  env: FIELDS,
};
