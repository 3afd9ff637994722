/**
 * An agent's session from its first hook to its last, with the real program: this process stands for the
 * agent. To be run inside a namespace.
 *
 * @module
 */
import { Field, isAlive, plainOrphan } from "../orphans.ts";
import { type Agent, handlersOf } from "../../../src/hooks/agents.ts";

/** What was seen. */
export interface Seen {
  /** Exit codes and all that the hooks printed. */
  readonly said: readonly string[];
  readonly sessionsDuring: string;
  readonly sessionsAfter: string;
  readonly ownPid: number;
  readonly alive: Readonly<Record<string, boolean>>;
}

const SESSION = "0b5d9a4e-7f0c-4f3b-9a52-1c2d3e4f5a6b";
/** A little more than what is spared because it is young. */
const OLD_MS = 10_500;
/** A hook that took no longer had all the time that it wants. */
const ENOUGH_MS = 400;

/** Whose hooks, and the program. */
export interface OfSession {
  readonly binary: string;
  readonly agent: Agent;
}

/** How each marks what its session starts. */
const MARKER: Readonly<Record<Agent, string>> = { claude: "CLAUDE_CODE_SESSION_ID", codex: "CODEX_SESSION_ID" };

/** Runs it. */
export default async function hooksOfSession({ binary, agent }: OfSession): Promise<Seen> {
  const field = new Field();
  const said: string[] = [];
  const marker = MARKER[agent];
  const handlers = handlersOf(agent, { path: binary, mark: "/nowhere/mark" }, "linux") as Record<
    "SessionStart" | "SessionEnd",
    { command: string; args?: string[] }
  >;
  const hook = async (event: keyof typeof handlers, input: string | "never ends"): Promise<void> => {
    const { command, args } = handlers[event];
    const child = Bun.spawn(args === undefined ? ["/bin/sh", "-c", command] : [command, ...args], {
      stdin: input === "never ends" ? "pipe" : new Blob([input]),
      stdout: "pipe",
      stderr: "pipe",
      env: { ...process.env, BUN_OPTIONS: "--nonsense", [marker]: SESSION },
    });
    const [out, err, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    said.push(`${code}${out}${err}`);
  };
  const tell = (event: string) => JSON.stringify({ session_id: SESSION, cwd: "/gone", hook_event_name: event });
  const sessions = () => Bun.spawnSync([binary, "sessions", "--json"]).stdout.toString();
  /** A hook has half a second for what it is told, and a second for its work. Where that was not enough it did nothing. */
  const surely = async (
    event: keyof typeof handlers,
    isDone: () => boolean,
    before = async () => {},
  ): Promise<void> => {
    for (;;) {
      await before();
      const began = performance.now();
      await hook(event, tell(event));
      if (isDone() || performance.now() - began < ENOUGH_MS) return;
      said.pop();
    }
  };
  const orphanOf = (id: string, more: Record<string, string> = {}) =>
    plainOrphan(field, { env: { [marker]: id, ...more } });

  for (const odd of ["", "{", "[1]", '{"session_id": "../../x\\n"}', "x".repeat(3_000_000), "never ends"]) {
    await hook("SessionStart", odd);
  }
  for (let twice = 0; twice < 2; twice++) await surely("SessionStart", () => sessions().includes(SESSION));
  const sessionsDuring = sessions();
  const trees = {
    left: await orphanOf(SESSION),
    ofAnother: await orphanOf("another"),
    kept: await orphanOf(SESSION, { AGENT_REAPER_KEEP: "1" }),
    ...agent === "claude" ? {} : {
      // Of a Codex that knows no sessions yet; and a thread that has its own, in somebody else's.
      leftByOlder: await plainOrphan(field, { env: { CODEX_THREAD_ID: SESSION } }),
      threadOfAnother: await orphanOf("another", { CODEX_THREAD_ID: SESSION }),
    },
  };
  const child = await field.launched([], { env: { [marker]: SESSION } });
  await Bun.sleep(OLD_MS);
  let young = trees.left;
  await surely("SessionEnd", () => !trees.left.pids.some(isAlive) && !sessions().includes(SESSION), async () => {
    young = await orphanOf(SESSION);
  });
  const alive = Object.fromEntries(
    Object.entries({ ...trees, young }).map(([name, { pids }]) => [name, pids.some(isAlive)]),
  );
  return {
    said,
    sessionsDuring,
    sessionsAfter: sessions(),
    ownPid: process.pid,
    alive: { ...alive, ofLivingParent: isAlive(child.pid) },
  };
}
