import { describe, expect, test } from "bun:test";
import { classify } from "../../src/classify.ts";
import type { Entry, Process, Session, Snapshot } from "../../src/contract.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { judgeEnding, pluginsForEnding } from "../../src/registry/ending.ts";
import { sessionsOf } from "../../src/registry/sessions.ts";
import { type SessionStanding, sessionStanding, standingOf } from "../../src/registry/standing.ts";
import { formatSnapshot, parseSnapshot } from "../../src/snapshot/file.ts";
import { Table } from "../../src/table.ts";
import { entry, onRecord, session } from "../support/registered.ts";
import { NOW, ordinary, VIEWER, world } from "../support/world.ts";

const CHILD = 4200;
const HOST = 4100;
const host: Process = ordinary(HOST, { ppid: 800 });
/** Nothing about it says that it is an agent's; it is seconds old, and what it writes goes into a file. */
const fresh: Partial<Process> = {
  startedAt: NOW - 2_000,
  stdio: [{ fd: 0, kind: "null" }, { fd: 1, kind: "file", path: "/tmp/out" }, { fd: 2, kind: "null" }],
};
const child = (fields: Partial<Process> = {}) => ordinary(CHILD, { ppid: HOST, ...fresh, ...fields });
const adopted = (fields: Partial<Process> = {}) => child({ ppid: 500, ...fields });

/** A child of a host, on record. */
const of = (fields: Partial<Entry> = {}) => entry({ ppid: HOST, ...fields });

/** The verdict of the first entry, and what `reap` would do. */
function judged(processes: readonly Process[], registered: readonly Entry[], more: Partial<Snapshot> = {}) {
  const { plan, registered: [first] } = classify(onRecord(processes, registered, more), builtin(), defaultPolicy);
  return { verdict: first?.verdict, ends: plan.terminate, unregisters: plan.unregister.map(({ pid }) => pid) };
}

describe("how an entry stands", () => {
  const stand = (processes: readonly Process[], one: Entry, more: Partial<Snapshot> = {}) =>
    standingOf(one, new Table(onRecord(processes, [one], more))).state;

  test("healthy while process and originator live", () => expect(stand([host, child()], of())).toBe("healthy"));
  test("dead when nobody has the pid", () => expect(stand([host], of())).toBe("dead"));
  test("dead when it only waits to be collected", () =>
    expect(stand([host, child({ state: "Z", threads: 1 })], of())).toBe("dead"));
  test("replaced when the pid has another start", () =>
    expect(stand([host, child({ startToken: "1" })], of())).toBe("replaced"));
  test("orphan when the originator is gone", () => expect(stand([adopted()], of())).toBe("orphan"));
  test("orphan when the originator is a zombie", () =>
    expect(stand([{ ...host, state: "Z", threads: 1 }, child()], of())).toBe("orphan"));
  test("orphan when the originator's pid has another start", () =>
    expect(stand([{ ...host, startToken: "1" }, adopted()], of())).toBe("orphan"));
  test("healthy, without originator, when it is to outlive it", () =>
    expect(stand([adopted()], of({ containment: "detached" }))).toBe("healthy"));
  test("healthy, without originator, when its session is active", () =>
    expect(stand([adopted()], of({ session: "s" }), { activeSessions: ["s"] })).toBe("healthy"));
  test("dead after a reboot, whoever has the pid", () =>
    expect(stand([host, child()], of({ bootId: "before" }))).toBe("dead"));

  const unknown: readonly (readonly [string, readonly Process[], Entry, Partial<Snapshot>?])[] = [
    ["its start is not known", [host, withoutStart(child())], of()],
    ["its originator's start is not known", [withoutStart(host), child()], of()],
    ["its originator was registered without a start", [host, child()], of({ originator: { tool: "t", pid: HOST } })],
    ["its process is another user's", [child({ ppid: 500, uid: 7 })], of()],
    ["the table leaves its pid out", [host], of(), { partial: true }],
    ["the table leaves its originator out", [adopted()], of(), { partial: true }],
    ["it was registered in another pid namespace", [host, child()], of({ pidNamespace: "pid:[1]" })],
    ["nobody knows in which pid namespace it was registered", [host], (({ pidNamespace: _, ...rest }) => rest)(of())],
    [
      "nobody knows of either pid namespace",
      [host, adopted()],
      (({ pidNamespace: _, ...rest }) => rest)(of({ originator: { tool: "t", pid: 9, startToken: "9" } })),
      { host: (({ pidNamespace: _, ...rest }) => rest)(onRecord([], []).host) },
    ],
    ["its boot could only be guessed", [], of({ bootId: "boot-minute-3" })],
    ["nobody knows which boot this is", [], of(), { host: { ...world().host, bootId: "unknown" } }],
  ];
  for (const [name, processes, one, more] of unknown) {
    test(`unknown when ${name}, and nothing is done`, () => {
      expect(stand(processes, one, more)).toBe("unknown");
      const { verdict, ends, unregisters } = judged(processes, [one], more);
      expect({ verdict: verdict !== "orphan", ends, unregisters }).toEqual({
        verdict: true,
        ends: [],
        unregisters: [],
      });
    });
  }
});

describe("how a session stands", () => {
  const lost = { tool: "host", pid: 9, startToken: "9" };
  const { pidNamespace: _, ...untold } = session();
  const stands: readonly (readonly [SessionStanding["state"], string, Session, Partial<Snapshot>?])[] = [
    ["active", "its originator lives", session()],
    ["over", "its originator is gone", session({ originator: lost })],
    ["over", "its originator's pid has another start", session({ originator: { ...lost, pid: HOST } })],
    ["over", "the machine was started anew", session({ bootId: "before" })],
    ["unknown", "it began in another pid namespace", session({ originator: lost, pidNamespace: "pid:[1]" })],
    ["unknown", "nobody knows in which it began", { ...untold, originator: lost }],
    ["unknown", "its boot could only be guessed", session({ originator: lost, bootId: "boot-minute-3" })],
    ["unknown", "its originator has no start", session({ originator: { tool: "host", pid: HOST } })],
    ["unknown", "the table leaves its originator out", session({ originator: lost }), { partial: true }],
  ];
  for (const [state, why, one, more] of stands) {
    test(`${state} when ${why}`, () =>
      expect(sessionStanding(one, new Table(onRecord([host], [], more))).state).toBe(state));
  }
});

describe("what is done about it", () => {
  test("below one that may be on record, for its start is not known, nobody is judged alone", () => {
    const below = ordinary(4300, { ppid: CHILD, ...fresh });
    const gone = of({ pid: 4300, startToken: "104300", originator: { tool: "t", pid: 9, startToken: "9" } });
    expect(judged([host, child(), below], [of(), gone]).ends).toEqual([]);
    expect(judged([host, withoutStart(child()), below], [of(), gone]).ends).toEqual([]);
  });

  test("an orphan's whole tree ends, whatever it is called, however young", () => {
    const below = ordinary(4300, { ppid: CHILD });
    expect(judged([adopted(), below], [of()])).toEqual({ verdict: "orphan", ends: [CHILD, 4300], unregisters: [] });
  });
  test("what is dead or replaced is taken off, and nobody is signalled", () => {
    expect(judged([], [of()])).toEqual({ verdict: "dead", ends: [], unregisters: [CHILD] });
    const stranger = adopted({ startToken: "1" });
    expect(judged([stranger], [of()])).toEqual({ verdict: "replaced", ends: [], unregisters: [CHILD] });
  });
  test("below a subreaper that adopted it, it ends; with a parent that it had from the first, it stays", () => {
    const subreaper = ordinary(4050, { ppid: 800 });
    const below = child({ ppid: 4050 });
    expect(judged([subreaper, below], [of()]).ends).toEqual([CHILD]);
    expect(judged([subreaper, below], [of({ ppid: 4050 })])).toEqual({ verdict: "owned", ends: [], unregisters: [] });
  });
  test("an originator that lives is responsible, though the parent be an init", () =>
    expect(judged([host, adopted()], [of()])).toEqual({ verdict: "healthy", ends: [], unregisters: [] }));
  test("an agent that is on record for a living host stays, whatever its streams say", () => {
    const lost = world().processes.find(({ name }) => name === "claude") as Process;
    expect(judged([host, lost], [of()])).toEqual({ verdict: "healthy", ends: [], unregisters: [] });
    expect(judged([lost], []).ends).toEqual([CHILD]);
  });

  test("where the system fails to tell which numbers these are, whoever has pid and start of one on record stays", () => {
    const lost = world().processes.find(({ name }) => name === "claude") as Process;
    const { pidNamespace: _, ...unnumbered } = onRecord([], []).host;
    for (const told of [unnumbered, { ...onRecord([], []).host, bootId: "boot-minute-3" }]) {
      const ends = (one: Process) =>
        classify(
          { ...onRecord([host, one], [of()]), host: told },
          builtin(),
          defaultPolicy,
        ).plan.terminate;
      expect(ends(lost)).toEqual([]);
      expect(ends({ ...lost, startToken: "1" })).toEqual([CHILD]);
    }
  });

  const kept: readonly (readonly [string, Partial<Process>])[] = [
    ["a keep marker", { env: { AGENT_REAPER_KEEP: "1" } }],
    ["another user", { uid: 7 }],
    ["another namespace", { pidNamespace: "pid:[1]" }],
    ["a service of systemd's", { cgroup: "/system.slice/host.service" }],
    ["a terminal's foreground", { tty: "pts/3", pgid: 9, tpgid: 9 }],
    ["a client of its own", { listening: [80], clients: [800] }],
    ["a terminal multiplexer", { argv: ["tmux"], exe: "/usr/bin/tmux", name: "tmux: server" }],
  ];
  for (const [name, fields] of kept) {
    test(`${name} keeps an orphan and its record`, () => {
      const { verdict, ...done } = judged([adopted(fields)], [of()]);
      expect(["spared", "unsure"]).toContain(verdict as string);
      expect(done).toEqual({ ends: [], unregisters: [] });
      const member = ordinary(4300, { ppid: CHILD, ...fields });
      expect(judged([adopted(), member], [of()]).ends).toEqual([]);
    });
  }
  test("an open terminal whose foreground it is not in keeps nobody that was to end with its originator", () => {
    const left: Partial<Process> = {
      tty: "pts/3",
      pgid: 9,
      tpgid: 800,
      stdio: [{ fd: 2, kind: "tty", peer: "live", path: "/dev/pts/3" }],
    };
    expect(judged([adopted(left)], [of()]).ends).toEqual([CHILD]);
  });
  test("a member that somebody living has on record keeps the tree", () => {
    const member = ordinary(4300, { ppid: CHILD });
    const theirs = entry({
      pid: 4300,
      startToken: "104300",
      originator: { tool: "t", pid: 800, startToken: "100800" },
    });
    expect(judged([adopted(), member], [of(), theirs]).ends).toEqual([]);
    expect(judged([adopted(), member], [of(), { ...theirs, originator: of().originator }]).ends).toHaveLength(2);
  });
  test("a host says which of its own sessions are active", () => {
    const mine = (session: string) => of({ session, ppid: VIEWER, originator: { ...viewer, tool: "host" } });
    const viewer = { pid: VIEWER, startToken: String(100_000 + VIEWER) };
    const below = [child({ ppid: VIEWER })];
    expect(judged(below, [mine("over")], { activeSessions: ["other"] }).ends).toEqual([CHILD]);
    expect(judged(below, [mine("on")], { activeSessions: ["on"] }).verdict).toBe("healthy");
    expect(judged(below, [mine("on")]).verdict).toBe("healthy");
    expect(judged([host, child()], [of({ session: "theirs" })], { activeSessions: [] }).verdict).toBe("healthy");
  });
});

test("a snapshot keeps the registry, and is judged as the machine was", () => {
  const snapshot = onRecord([adopted()], [of({ command: ["claude"], cwd: "/x", session: "s" })], {
    activeSessions: ["t"],
  });
  const read = parseSnapshot(formatSnapshot(snapshot), "x");
  expect(read.registered).toEqual(snapshot.registered as Entry[]);
  expect(read.activeSessions).toEqual(["t"]);
  expect(read.host).toEqual(snapshot.host);
  expect(classify(read, builtin(), defaultPolicy).plan).toEqual(classify(snapshot, builtin(), defaultPolicy).plan);
});

function withoutStart({ startToken: _, ...rest }: Process): Process {
  return rest;
}

describe("whoever ends a session", () => {
  const mine = of({ session: "s" });
  const ended = (
    reportOnly: readonly string[],
    processes: readonly Process[] = [host, child()],
    registered: readonly Entry[] = [mine],
  ) => {
    const table = new Table(onRecord(processes, registered));
    const view = sessionsOf([], table).find(({ id }) => id === "s");
    if (view === undefined) throw new Error("there is no such session");
    const policy = { ...defaultPolicy, reportOnly };
    const { findings: [finding], plan } = judgeEnding(view, table, pluginsForEnding(builtin()), policy);
    return {
      matcher: finding?.matcher,
      verdict: finding?.verdict,
      because: finding?.because,
      ends: plan.terminate,
      unregisters: plan.unregister.map(({ pid }) => pid),
    };
  };

  test("ends what is on record for it", () =>
    expect(ended([])).toMatchObject({ matcher: "registered", verdict: "orphan", ends: [CHILD] }));
  test("leaves and names what the configuration says is only told", () =>
    expect(ended(["registered"])).toMatchObject({
      verdict: "spared",
      because: "report-only in the configuration names registered",
      ends: [],
    }));
  test("takes off the record what has ended of it, and of no other session", () => {
    const gone = of({ pid: 4201, startToken: "104201", session: "s" });
    const others = of({ pid: 4202, startToken: "104202", session: "other" });
    const nobodys = of({ pid: 4203, startToken: "104203" });
    expect(ended([], [host, child()], [mine, gone, others, nobodys])).toMatchObject({
      ends: [CHILD],
      unregisters: [4201],
    });
  });

  const below = ordinary(4300, { ppid: CHILD });
  const theirs = (more: Partial<Entry>) => of({ pid: 4300, startToken: "104300", ppid: CHILD, ...more });
  const dead = { tool: "host", pid: 9, startToken: "9" };
  const stays: readonly (readonly [string, Partial<Process>, Partial<Entry>?])[] = [
    ["is another session's", {}, { session: "other" }],
    ["is on record for a living host, without a session", {}, {}],
    ["is on record for whoever may live", {}, { session: "other", originator: { tool: "host", pid: HOST } }],
    ["is to be kept", { env: { AGENT_REAPER_KEEP: "1" } }],
    ["is another user's", { uid: 7 }],
    ["is in a terminal multiplexer", { argv: ["tmux"], exe: "/usr/bin/tmux", name: "tmux: server" }],
  ];
  for (const [name, fields, record] of stays) {
    test(`leaves a tree of which one ${name}`, () => {
      const registered = record === undefined ? [mine] : [mine, theirs(record)];
      const { verdict, because, ends } = ended([], [host, child(), { ...below, ...fields }], registered);
      expect({ verdict, ends }).toEqual({ verdict: "spared", ends: [] });
      expect(because).toStartWith("pid 4300 of its tree: ");
    });
  }
  test("leaves a tree whole, also what is on record itself below one that stays", () => {
    const kept = child({ env: { AGENT_REAPER_KEEP: "1" } });
    expect(ended([], [host, kept, below], [mine, theirs({ session: "s" })])).toMatchObject({
      verdict: "spared",
      ends: [],
    });
  });
  test("ends with it what another session has left behind", () =>
    expect(ended([], [host, child(), below], [mine, theirs({ session: "other", originator: dead })]).ends).toEqual([
      CHILD,
      4300,
    ]));
  test("and asks nothing of who has ended already", () =>
    expect(ended([], [host, child(), { ...below, uid: 7, unread: { env: "ESRCH" } }]).ends).toContain(CHILD));
  const doubted: readonly (readonly [string, Partial<Process>])[] = [
    ["has a client", { listening: [80], clients: [800] }],
    ["is in the foreground of a terminal", { tty: "pts/3", pgid: CHILD, tpgid: CHILD }],
    ["is a CI runner's job", { env: { GITLAB_CI: "1" } }],
  ];
  test.each(doubted)("ends one that %s: they know better", (_, fields) => {
    const runner = ordinary(600, { name: "gitlab-runner", argv: ["gitlab-runner"], exe: "/usr/bin/gitlab-runner" });
    expect(ended([], [host, runner, child(fields)]).ends).toEqual([CHILD]);
  });
});
