/**
 * The real Claude Code and Codex with our hooks, in front of a model that lies on the loopback: their sessions are on
 * record, what they leave is ended, the model reads nothing of ours, and hooks of others go on. Not part of the gate:
 * it downloads 500 MB. Run it with `deno task real`; it needs `dist/agent-reaper`, tini, tmux and iproute2, and root.
 *
 * @module
 */
import { strict as assert } from "node:assert";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Model, SAID, startModel } from "./support/model.ts";
import { insideWith } from "./support/place.ts";
import { Terminal } from "./support/terminal.ts";

const PACKAGES = ["@openai/codex", "@anthropic-ai/claude-code"];
const reaper = join(import.meta.dir, "../../dist/agent-reaper");
/** What neither the program nor its hooks may tell a model. */
const OURS = /agent-reaper|\borphans?\b|hook run|hook (?:success|additional context)/i;

async function inside(prefix: string): Promise<void> {
  // A network of our own: nothing but the loopback is there.
  assert.equal(Bun.spawnSync(["ip", "link", "set", "lo", "up"]).exitCode, 0);
  const model = startModel();
  await claude(new Place(prefix, "claude", model));
  await codex(new Place(prefix, "codex", model));
  process.exit(0);
}

/** A home, a directory to work in, and a command for the model that leaves something behind. */
class Place {
  readonly home: string;
  readonly work: string;
  readonly env: Record<string, string>;

  readonly #bin: string;

  constructor(prefix: string, readonly agent: "claude" | "codex", readonly model: Model) {
    this.#bin = join(prefix, "node_modules/.bin");
    this.home = join(prefix, agent, "home");
    this.work = join(prefix, agent, "work");
    for (const path of [this.home, this.work]) mkdirSync(path, { recursive: true });
    this.env = {
      PATH: `${this.#bin}:${process.env["PATH"]}`,
      ...{ HOME: this.home, LC_ALL: "C.UTF-8", TERM: "xterm", SHELL: "/bin/bash", TMUX_TMPDIR: this.home },
      ...{ ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: "none", IS_SANDBOX: "1" },
      ...{ CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1" },
    };
  }

  /** A server whose output nobody reads and whose input a sibling holds open; a plain program; who is on record meanwhile. */
  command(): string {
    const script = join(this.work, "begin.sh");
    writeFileSync(
      script,
      `cd ${this.work}; rm -f hold *.pid; mkfifo hold
(setsid sh -c 'echo $$ >holder.pid; exec sleep 100000' >hold 2>/dev/null </dev/null &)
(setsid bash -c 'echo $$ >server.pid; exec ${this.#bin}/claude mcp serve <hold > >(:) 2>/dev/null' >/dev/null 2>&1 </dev/null &)
(setsid sh -c 'echo $$ >plain.pid; exec sleep 100000' >/dev/null 2>&1 </dev/null &)
sleep 12
${reaper} sessions --json >during.json 2>&1
kill -0 $(cat server.pid) && echo begun
`,
    );
    return `sh ${script}`;
  }

  async run(command: readonly string[]): Promise<string> {
    const child = Bun.spawn([...command], {
      ...{ cwd: this.work, env: this.env, stdin: "ignore", stdout: "pipe", stderr: "pipe" },
      timeout: 90_000,
      killSignal: "SIGKILL",
    });
    const [out, err, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    assert.equal(code, 0, `${command.join(" ")}: ${out}${err}`);
    return out;
  }

  async json(...args: readonly string[]) {
    return JSON.parse(await this.run([reaper, ...args, "--json"]));
  }

  pid(name: string): number {
    return Number(readFileSync(join(this.work, `${name}.pid`), "utf8"));
  }

  /** Whether the hook is on, and when it last ran. */
  async hook(): Promise<{ state: string; lastAt?: number; says: string }> {
    const { hooks } = await this.json("hook", "status");
    return hooks.find(({ target }: { target: string }) => target === this.agent);
  }

  /** One session with our hooks. */
  async session(command: readonly string[]): Promise<void> {
    this.model.next(this.command());
    const out = await this.run(command);
    assert.match(out, new RegExp(SAID));
    assert(this.model.asked.some((body) => body.includes("begun")), "the command was run");

    const { state, lastAt } = await this.hook();
    assert.equal(state, "on");
    assert(lastAt !== undefined, "the hook ran");
    const during = JSON.parse(readFileSync(join(this.work, "during.json"), "utf8"));
    assert.equal(during.sessions.length, 1, "the session is on record");
    const [{ id, kind, originator }] = during.sessions;
    assert.equal(kind, this.agent);
    assert.equal(originator.tool, this.agent);
    const { sweeps } = await this.json("hook", "status");
    assert(sweeps.last !== undefined, "a sweep looked");

    assert(!isAlive(this.pid("server")), `what the session left is gone: ${ps()}`);
    assert(isAlive(this.pid("plain")), "what no agent's is stays");
    const { actions = [] } = await this.json("history");
    const ended = JSON.stringify(actions);
    assert.match(ended, new RegExp(`\\b${this.pid("server")}\\b`), "the journal tells of it");
    assert.match(ended, /session end/);
    assert.deepEqual((await this.json("sessions")).sessions, [], "the session is over");
    this.saysNothing();
    for (const name of ["holder", "plain"]) process.kill(this.pid(name), "SIGKILL");
    say(
      `${this.agent}: session ${id} of pid ${originator.pid} was on record, its server is gone, its model read nothing`,
    );
  }

  /** Nothing of ours is in what the model was sent. */
  saysNothing(): void {
    assert(this.model.asked.length > 0);
    for (const body of this.model.asked) {
      // The system prompt and the tools are the agent's own.
      const { messages, input } = JSON.parse(body) as { messages?: unknown; input?: unknown };
      const text = JSON.stringify(messages ?? input);
      assert(!OURS.test(text), `a model reads ${text.slice(Math.max(0, text.search(OURS) - 200)).slice(0, 400)}`);
    }
  }
}

async function claude(place: Place): Promise<void> {
  const settings = join(place.home, ".claude/settings.json");
  const command = ["claude", "-p", "hi", "--dangerously-skip-permissions"];
  await place.run([reaper, "hook", "install", "claude", "--yes"]);
  await place.session(command);

  // The control: what a hook prints does reach the model.
  const loud = JSON.parse(readFileSync(settings, "utf8"));
  loud.hooks.SessionStart.push({ hooks: [{ type: "command", command: "echo an orphan is gone" }] });
  writeFileSync(settings, JSON.stringify(loud));
  place.model.next("true");
  await place.run(command);
  assert.throws(() => place.saysNothing());
  assert.equal((await place.hook()).state, "on");
  say("claude: what a hook prints would have been seen");
}

async function codex(place: Place): Promise<void> {
  const config = join(place.home, ".codex/config.toml");
  const hooks = join(place.home, ".codex/hooks.json");
  mkdirSync(join(config, ".."), { recursive: true });
  writeFileSync(config, CODEX_CONFIG.replace("URL", place.model.url));
  const seen = join(place.work, "mine-ran");
  const mine = join(place.home, "mine.sh");
  writeFileSync(mine, `#!/bin/sh\ntouch ${seen}\n`);
  chmodSync(mine, 0o755);
  const before = `${JSON.stringify({ hooks: { SessionStart: [{ hooks: [{ type: "command", command: mine }] }] } })}\n`;
  writeFileSync(hooks, before);
  const exec = ["codex", "exec", "--skip-git-repo-check", "hi"];
  const did = async (): Promise<boolean> => {
    rmSync(seen, { force: true });
    place.model.next("true");
    await place.run(exec);
    place.saysNothing();
    return existsSync(seen);
  };

  assert.equal(await did(), false);
  await trust(place);
  assert.equal(await did(), true);
  await place.run([reaper, "hook", "install", "codex", "--yes"]);
  assert.equal(await did(), true, "somebody's own hook, trusted before, goes on");
  assert.equal((await place.hook()).lastAt, undefined, "ours waits to be trusted");
  say("codex: our hooks wait to be trusted, a hook that was goes on");

  const screens = await trust(place);
  assert.match(screens, /agent-reaper: sweeps, registers the session/);
  assert.match(screens, /agent-reaper: ends what the session left/);
  await place.session(exec);
  assert(existsSync(seen));

  // Its terminal interface leaves a server running, on a list of its own.
  const daemons = readdirSync(join(place.home, ".codex/app-server-daemon")).filter((name) => name.endsWith(".pid"))
    .map((name) => JSON.parse(readFileSync(join(place.home, ".codex/app-server-daemon", name), "utf8")).pid as number);
  assert(daemons.length > 0 && daemons.every(isAlive), ps());
  const { plan } = await place.json("scan", "--confidence", "adopted", "--min-age", "0s");
  for (const pid of daemons) assert(!plan.terminate.includes(pid), `pid ${pid} is on Codex's own list`);
  say(`codex: its ${daemons.length} processes in the background stay, even where no proof is asked for`);

  await place.run([reaper, "hook", "uninstall", "codex", "--yes"]);
  assert.equal(readFileSync(hooks, "utf8"), before);
}

const CODEX_CONFIG = `model = "gpt-5.2-codex"
model_provider = "here"
approval_policy = "never"
sandbox_mode = "danger-full-access"
check_for_update_on_startup = false
[analytics]
enabled = false
[model_providers.here]
name = "here"
base_url = "URL/v1"
wire_api = "responses"
`;

/** As a person does it: looks at each, and trusts all. What was on the screen. */
function trust(place: Place): Promise<string> {
  return new Terminal(place.work, place.env, "codex").use(async (terminal) => {
    // It asks by itself when it starts, or shows them when it is asked to.
    for (;;) {
      const screen = await terminal.until(/Trust and continue|Hooks need review|t trust all|› Ask Codex/);
      if (/t trust all/.test(screen)) break;
      if (/Trust and continue|Hooks need review/.test(screen)) await terminal.press("Enter");
      else await terminal.type("/hooks");
    }
    let seen = "";
    for (const event of ["SessionStart", "SessionEnd"]) {
      await terminal.until(/t trust all/);
      while (!new RegExp(`› ${event} `).test(terminal.screen())) await terminal.press("Down");
      await terminal.press("Enter");
      seen += await terminal.until(new RegExp(`${event} hooks`));
      await terminal.press("Escape");
    }
    await terminal.until(/t trust all/);
    await terminal.press("t");
    await terminal.until(/PreToolUse/, /need review before/);
    return seen;
  });
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

function ps(): string {
  return Bun.spawnSync(["ps", "-eo", "pid,ppid,stat,args", "--forest"]).stdout.toString();
}

function say(text: string): void {
  console.log(text);
}

if (process.argv[2] === "inside") await inside(process.argv[3] as string);
else insideWith(PACKAGES, import.meta.path, { net: false });
