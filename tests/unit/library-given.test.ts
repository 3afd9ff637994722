import { afterEach, describe, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { createReaper, MemoryRegistry, reap, scan } from "../../mod.ts";
import type { Reaper } from "../../mod.ts";

/** As JavaScript has it, where nobody checks types. */
const any = (value: unknown): never => value as never;
const said = async (work: () => unknown): Promise<string> => {
  try {
    await work();
    return "nothing";
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
};

const opened: Reaper[] = [];
const children: ReturnType<ReturnType<Reaper["spawnFor"]>>[] = [];
function host(options: Parameters<typeof createReaper>[0] = {}): Reaper {
  const reaper = createReaper({ tool: "t", store: new MemoryRegistry(), policy: { only: ["registered"] }, ...options });
  opened.push(reaper);
  return reaper;
}
/** These are no dry runs: were what is tested wrong, nobody on this machine should be touched for it all the same. */
const BRAKED = { policy: { only: ["registered"], pids: [process.pid] } };
function start(reaper: Reaper, session: string) {
  const child = reaper.spawnFor(session, { stderr: "ignore" })({
    command: "sleep",
    args: ["300"],
    env: process.env,
  });
  children.push(child);
  return child;
}
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const reaper of opened.splice(0)) reaper.close();
});

describe("a store that never answers", () => {
  const silent = () => new Promise<never>(() => {});
  const store = Object.assign(new MemoryRegistry(), { register: silent, unregister: silent, entries: silent });

  test("keeps no child from beginning, and says so", async () => {
    const warnings: string[] = [];
    const reaper = host({
      store,
      clock: { now: () => 0, sleep: () => Bun.sleep(50) },
      warn: (text) => warnings.push(text),
    });
    const child = reaper.spawnFor("s")({ command: "echo", args: ["begun"], env: process.env });
    children.push(child);
    expect(await new Response(child.stdout as never).text()).toBe("begun\n");
    expect(warnings[0]).toBe(`${child.pid} is not on record: the store has not answered within 5 s`);
  });

  test("ends nobody in a round that nobody watches: who is on record may be answered for", async () => {
    const warnings: string[] = [];
    const clock = { now: () => 0, sleep: () => Bun.sleep(20) };
    const reaper = host({ ...BRAKED, store, clock, warn: (text) => warnings.push(text) });
    const rounds: unknown[] = [];
    const stop = reaper.startReaper([], { every: 20, onRound: (report) => rounds.push(report) });
    while (warnings.length === 0) await Bun.sleep(10);
    stop();
    expect([warnings[0], rounds]).toEqual([
      "a round failed, the next comes in 20 ms: the registry cannot be read, so nobody is touched: the store has not answered within 5 s",
      [],
    ]);
  });

  test("holds up nobody who asks", async () => {
    const reaper = host({ store, clock: { now: () => 0, sleep: () => Bun.sleep(50) }, warn: () => {} });
    const late = "the store has not answered within 5 s";
    expect((await reaper.scan()).warnings.join()).toContain(late);
    const child = start(reaper, "s");
    expect(await said(() => reaper.register(child.pid as number, { session: "t" }))).toBe(`Error: ${late}`);
  });
});

describe("time to end by itself", () => {
  for (const ms of [Number.POSITIVE_INFINITY, 2 ** 31, 1e12]) {
    test(`of ${ms} ms is not over at once`, async () => {
      const reaper = host();
      const child = start(reaper, "s");
      const waiting = reaper.ensureExit(child.pid as number, ms);
      expect(await Promise.race([waiting, Bun.sleep(400).then(() => "waits")])).toBe("waits");
      child.kill("SIGKILL");
      expect((await waiting).outcome).toBe("gone");
    });
  }

  for (const ms of [Number.NaN, -1, "5s", null]) {
    test(`that is ${ms} is refused, and nobody is ended`, async () => {
      const reaper = host();
      const child = start(reaper, "s");
      expect(await said(() => reaper.ensureExit(child.pid as number, any(ms)))).toContain("ParseError: timeoutMs = ");
      await Bun.sleep(100);
      expect([child.exitCode, child.signalCode]).toEqual([null, null]);
    });
  }
});

describe("active sessions that are no list of names end nothing", () => {
  for (
    const [is, active] of [
      ["a text, which is a list of letters", "pr-42"],
      ["a function that gives one", () => "pr-42"],
      ["a map, which is a list of pairs", new Map([["pr-42", 1]])],
      ["what is no name", [undefined]],
      ["null", null],
      ["a function that gives nothing", () => undefined],
      ["a function that gives null", () => Promise.resolve(null)],
    ] as const
  ) {
    test(is, async () => {
      const reaper = host();
      start(reaper, "pr-42");
      await Bun.sleep(50);
      expect(await said(() => reaper.reap({ activeSessions: any(active), dryRun: true }))).toStartWith(
        "ParseError: ",
      );
    });
  }

  test("what can be gone through only once counts in both looks of a reap, and not for rounds", async () => {
    const reaper = host();
    start(reaper, "pr-42");
    await Bun.sleep(50);
    const { results } = await reaper.reap({ activeSessions: new Map([["pr-42", 1]]).keys(), dryRun: true });
    expect(results).toEqual([]);
    expect(() => reaper.startReaper(new Map([["pr-42", 1]]).keys())).toThrow("only once");
  });
});

describe("what a host gives is refused when it is wrong", () => {
  const reaper = host(BRAKED);
  for (
    const [work, says] of [
      [() => reaper.reap(any({ dryrun: true })), "reap.dryrun: there is no such field"],
      [() => reaper.reap(any({ dryRun: 0 })), "reap.dryRun = 0: expected true or false"],
      [() => reaper.reap(any({ confirm: false })), "reap.confirm = false: expected a function"],
      [() => reaper.reap(any({ signal: {} })), "reap.signal = {}: expected an AbortSignal"],
      [() => reaper.reap(any(null)), "reap = null: expected an object"],
      [() => reaper.register(any("1"), { session: "s" }), 'pid = "1": expected a process id'],
      [() => reaper.register(1, any({})), "register.session"],
      [() => reaper.register(1, any({ session: "s", containment: "none" })), "register.containment"],
      [() => reaper.register(1, any({ session: "s", contaiment: "detached" })), "there is no such field"],
      [() => reaper.register(1, any({ session: "s", process: { pid: 1 } })), "register.process"],
      [() => reaper.register(1, any({ session: "s", command: "sleep 5" })), "register.command"],
      [() => reaper.explain(any("1")), 'pid = "1"'],
      [() => reaper.ensureExit(any(undefined)), "pid = undefined"],
      [() => reaper.spawnFor(any(undefined)), "spawnFor.session = undefined"],
      [() => reaper.spawnFor("s", any({ stderr: 5 })), "spawnFor.stderr = 5: expected inherit, ignore or a function"],
      [() => reaper.spawnFor("s")(any({ command: "sleep", args: "300", env: {} })), "spawnFor.args"],
      [() => reaper.spawnFor("s")(any({ command: "sleep", args: [] })), "spawnFor.env = undefined"],
      [() => createReaper(any({ polcy: {} })), "createReaper.polcy: there is no such field"],
      [() => createReaper(any({ policy: 5 })), "policy = 5: expected an object"],
      [() => createReaper(any({ policy: { graceMs: 5n } })), "policy.graceMs = 5: expected"],
      [() => createReaper(any({ store: {} })), "createReaper.store = {}: expected a RegistryStore"],
      [() => createReaper(any({ warn: 5 })), "createReaper.warn = 5"],
      [() => reap(any({ dryrun: true, policy: BRAKED.policy })), "reap.dryrun: there is no such field"],
      [() => scan(any({ scope: "none" })), 'scan.scope = "none": expected all or adopted'],
      [() => scan(any({ snapshot: {} })), "scan.snapshot = {}: expected a name and a text"],
    ] as const
  ) {
    test(says, async () => expect(await said(work)).toContain(says));
  }
});

test("a program in a directory that is not there fails by its own name, not by that of the gate", async () => {
  const reaper = host();
  const child = reaper.spawnFor("s")({ command: "sleep", args: ["1"], cwd: "/nosuch", env: process.env });
  const error = await new Promise<Error>((resolve) => child.once("error", resolve));
  expect(error.message).toContain("sleep");
});

test("a host that throws when it is warned holds nothing up", async () => {
  const warnings: unknown[] = [];
  const hear = (warning: Error) => void warnings.push(warning.message);
  process.on("warning", hear);
  const reaper = host({
    warn() {
      throw new Error("mine");
    },
    store: Object.assign(new MemoryRegistry(), {
      register(): never {
        throw new Error("full");
      },
    }),
  });
  const child = reaper.spawnFor("s", { stderr: "ignore" })({ command: "true", args: [], env: process.env });
  expect(await new Promise((resolve) => child.once("exit", resolve))).toBe(0);
  await Bun.sleep(10);
  process.off("warning", hear);
  expect(warnings).toEqual([expect.stringContaining("is not on record: full")]);
});

test("of one program's several hosts none speaks for the sessions of another", async () => {
  const store = new MemoryRegistry();
  const [mine, theirs] = [host({ tool: "mine", store }), host({ tool: "theirs", store })];
  const child = spawn("sleep", ["300"]);
  const own = spawn("sleep", ["300"]);
  try {
    await theirs.register(child.pid as number, { session: "theirs", process: child });
    await mine.register(own.pid as number, { session: "mine", process: own });
    const { results } = await mine.reap({ activeSessions: [], dryRun: true });
    expect(results.map(({ pid }) => pid)).toEqual([own.pid]);
  } finally {
    child.kill("SIGKILL");
    own.kill("SIGKILL");
  }
});

test("who closes a reaper stops its rounds, and hears what it is when they go on with it", async () => {
  const warnings: string[] = [];
  let rounds = 0;
  const reaper = host({ ...BRAKED, warn: (message) => void warnings.push(message) });
  reaper.startReaper(() => {
    rounds++;
    return [];
  }, { every: 10 });
  await Bun.sleep(60);
  reaper.close();
  // What else is on this machine may be worth a warning.
  const before = [rounds, warnings.length];
  expect(rounds).toBeGreaterThan(0);
  await Bun.sleep(60);
  expect([rounds, warnings.length]).toEqual(before);
  expect(await said(() => reaper.scan())).toBe("Error: this reaper is closed");
});
