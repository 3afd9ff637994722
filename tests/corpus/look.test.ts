import { afterEach, describe, expect, setSystemTime, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openWith } from "../../plugins/backends/ps/index.ts";
import { classify } from "../../src/classify.ts";
import { run } from "../../src/engine.ts";
import { look } from "../../src/look.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import type { Machine, Process, Snapshot } from "../../src/contract.ts";
import { Sweep } from "../../src/sweep/sweep.ts";
import { parseRest } from "../../src/unattended.ts";
import { withProgram } from "../../src/vocabulary/printed.ts";
import { toolsOfTable } from "../support/live-mac.ts";
import { toolsOf } from "../support/mac.ts";
import { toldMachine } from "../support/told-machine.ts";
import { changed, ordinary, ORPHAN, START, world } from "../support/world.ts";
import { cases } from "./cases.ts";

const plugins = builtin();
const recorded = (snapshot: Snapshot) => classify(snapshot, plugins, defaultPolicy);
const live = (snapshot: Snapshot) =>
  classify(look(toldMachine(snapshot), plugins, defaultPolicy, { scope: "all" }), plugins, defaultPolicy);

/** Arguments are read neither of those with a living parent nor of another user's: what could end is compared. */
const judged = ({ findings, table }: ReturnType<typeof classify>) =>
  findings.filter(({ responsible, root }) => responsible.who !== "living" && root.uid === table.viewer.uid)
    .map(({ root, verdict, because }) => ({ pid: root.pid, verdict, because }));

describe("what is read of a live machine is enough for the verdict on its record", () => {
  for (const { name, snapshot } of cases) {
    test(name, () => {
      expect(live(snapshot).plan.terminate).toEqual(recorded(snapshot).plan.terminate);
      expect(judged(live(snapshot))).toEqual(judged(recorded(snapshot)));
    });
  }
});

describe("an Explorer that winlogon has started anew is read live as any other", () => {
  const isShell = ({ name, uid }: Process, viewer: Process["uid"]) =>
    /^explorer\.exe$/i.test(name ?? "") && uid === viewer;
  const restarted = (snapshot: Snapshot): Snapshot | undefined => {
    const winlogon = snapshot.processes.find(({ name }) => name === "winlogon.exe");
    if (winlogon === undefined || !snapshot.processes.some((one) => isShell(one, snapshot.viewer.uid))) {
      return undefined;
    }
    const processes = snapshot.processes.map((one) =>
      isShell(one, snapshot.viewer.uid) ? { ...one, ppid: winlogon.pid } : one
    );
    return { ...snapshot, processes };
  };
  const tables = cases.map(({ name, snapshot }) => ({ name, snapshot: restarted(snapshot) }))
    .filter((one): one is { name: string; snapshot: Snapshot } => one.snapshot !== undefined);

  test("there are such tables", () => expect(tables.length).toBeGreaterThan(10));
  for (const { name, snapshot } of tables) {
    test(name, () => expect(live(snapshot).plan.terminate).toEqual(recorded(snapshot).plan.terminate));
  }
});

describe("where only the adopted are listed", () => {
  const adoptersIn = ({ processes, viewer }: Snapshot): ReadonlySet<number> => {
    const isManager = ({ name, ppid, uid }: Process) => name === "systemd" && ppid === 1 && uid === viewer.uid;
    return new Set([0, 1, ...processes.filter(isManager).map(({ pid }) => pid)]);
  };
  /** The same machine, of which a look at the adopted shows these and, when it asks, who is below some of them. */
  const short = (snapshot: Snapshot): Machine => {
    const told = toldMachine(snapshot);
    const adopters = adoptersIn(snapshot);
    const parents = new Map(snapshot.processes.map(({ pid, ppid }) => [pid, ppid]));
    const isBelow = (pid: number, above: ReadonlySet<number>): boolean => {
      for (let at = parents.get(pid), steps = 0; at !== undefined && steps < 99; at = parents.get(at), steps++) {
        if (above.has(at)) return true;
      }
      return false;
    };
    const isListed = ({ pid, ppid }: Process) => adopters.has(ppid) || pid === snapshot.viewer.pid;
    let isShort = false;
    return {
      ...told,
      list(scope) {
        isShort = scope === "adopted";
        return told.list("all").filter((one) => !isShort || isListed(one));
      },
      complete: () => !isShort,
      exists: (pid) => parents.has(pid),
      below: (pids) => told.list("all").filter(({ pid }) => isBelow(pid, new Set(pids))),
    };
  };
  const adopted = (snapshot: Snapshot) => recorded(look(short(snapshot), plugins, defaultPolicy, { scope: "adopted" }));
  /** What no look at the adopted can tell: whom a runner, a service or a session has beside them. */
  const UNTOLD =
    /this table leaves processes out|not in this table|whether its runner is alive is unknown|^owned by |that asked for it|but nothing proves/;
  const tables = cases.filter(({ snapshot }) => snapshot.host.platform === "linux" && snapshot.partial !== true);

  for (const { name, snapshot } of tables) {
    test(`nothing more is ended, and what stays has a reason: ${name}`, () => {
      const all = new Set(recorded(snapshot).plan.terminate);
      const { plan, findings } = adopted(snapshot);
      expect(plan.terminate.filter((pid) => !all.has(pid))).toEqual([]);
      const found = new Set(plan.terminate);
      const listed = adoptersIn(snapshot);
      const missed = recorded(snapshot).findings.filter(({ root }) =>
        all.has(root.pid) && listed.has(root.ppid) && !found.has(root.pid)
      );
      for (const { root, claim } of missed) {
        const because = findings.find((one) => one.root.pid === root.pid)?.because;
        if (because !== undefined) expect(because).toMatch(UNTOLD);
        // What is claimed by whom it started, or by its owner alone, whose number somebody else has.
        else expect(claim.role === "wrapper" || root.cwdDeleted === true).toBe(true);
      }
    });
  }

  test("people are found at work below the adopted", () => {
    const { snapshot } = cases.find(({ name }) =>
      name === "linux-workplaces-of-a-dead-agent"
    ) as (typeof cases)[number];
    const seen = look(short(snapshot), plugins, defaultPolicy, { scope: "adopted" });
    expect(seen.processes.length).toBeLessThan(snapshot.processes.length);
    expect(recorded(seen).plan.terminate).toEqual(recorded(snapshot).plan.terminate);
  });

  const [TERMINAL, BEFORE, KEPT] = [2000, 1900, [2010, 2020]] as const;
  const { snapshot } = cases.find(({ name }) => name === "linux-windows-with-shells-in-them") as (typeof cases)[number];

  const ended = (pids: readonly (number | undefined)[]) => KEPT.filter((pid) => pids.includes(pid));

  test("whoever is adopted and cannot be read may have a shell below it that bears the same mark", () => {
    const processes = snapshot.processes.map((one) => {
      const { env: _, ...unread } = one;
      return one.pid === TERMINAL ? unread : one;
    });
    expect(ended(recorded({ ...snapshot, processes }).plan.terminate)).toEqual([]);
    expect(ended(adopted({ ...snapshot, processes }).plan.terminate)).toEqual([]);
  });

  const before = { ...ordinary(BEFORE, { name: "session", argv: ["session"], exe: "/opt/session" }), env: {} };
  const manager = snapshot.processes.find(({ pid }) => pid === TERMINAL)?.ppid as number;
  /** The window lies below somebody who bears no mark, so the short list does not show it. */
  const hidden = [
    { ...before, ppid: manager, uid: snapshot.viewer.uid as number },
    ...snapshot.processes.map((one) => one.pid === TERMINAL ? { ...one, ppid: BEFORE } : one),
  ];

  test("nobody is ended before everybody was looked at", async () => {
    expect(ended(adopted({ ...snapshot, processes: hidden }).plan.terminate)).toEqual([...KEPT]);
    const { results } = await run({
      command: "reap",
      machine: short({ ...snapshot, processes: hidden }),
      plugins,
      policy: defaultPolicy,
      scope: "adopted",
      dryRun: false,
      clock: { now: () => 0, sleep: () => Promise.resolve() },
    });
    expect(ended(results.map(({ pid }) => pid))).toEqual([]);
    expect(results.length).toBeGreaterThan(0);
  });

  test("sweeps rest for a minute when a look at everybody has spared all who were due", async () => {
    const others = recorded({ ...snapshot, processes: hidden }).plan.terminate;
    const machine = short({ ...snapshot, processes: hidden.filter(({ pid }) => !others.includes(pid)) });
    const home = mkdtempSync(join(tmpdir(), "sweep-"));
    let text = "";
    const swept: [readonly string[], number][] = [];
    for (const awakeMs of [1_000_000, 1_011_000, 1_072_000]) {
      const scopes: string[] = [];
      const list: Machine["list"] = (scope) => {
        scopes.push(scope);
        return machine.list(scope);
      };
      await new Sweep({
        machine: { ...machine, list, viewer: { ...machine.viewer, home }, uptime: () => ({ awakeMs, asleepMs: 0 }) },
        theirs: undefined,
        policy: defaultPolicy,
        options: {},
        asked: "//",
        kept: { text, write: (more) => (text = more, true), release() {} },
      }).run();
      const { lookedAt, untilAt } = parseRest(text) ?? { lookedAt: 0, untilAt: 0 };
      swept.push([scopes, untilAt - lookedAt]);
    }
    rmSync(home, { recursive: true });
    expect(swept).toEqual([[["adopted"], 10_000], [["adopted", "all"], 60_000], [["adopted", "all"], 60_000]]);
  });
});

describe("what a Mac's ps, lsof and launchctl print is enough for the verdict on its record", () => {
  const isTold = ({ host, processes, partial }: Snapshot) =>
    host.platform === "darwin" && partial !== true && processes.some(({ stdio }) => stdio !== undefined);
  /** We are put into the table by the number that we have today: once in a while somebody there has it already. */
  const isOurs = ({ pid }: Process) => pid === process.pid || pid === process.ppid;
  afterEach(() => setSystemTime());
  for (
    const { name, snapshot } of cases.filter(({ snapshot }) => isTold(snapshot) && !snapshot.processes.some(isOurs))
  ) {
    test(name, () => {
      setSystemTime(new Date(snapshot.capturedAt));
      const { host, viewer, ...seen } = look(openWith(toolsOfTable(snapshot), "darwin"), plugins, defaultPolicy, {
        scope: "all",
      });
      const { utcOffsetMinutes } = snapshot.host;
      const there: Snapshot = {
        ...seen,
        host: { ...host, ...(utcOffsetMinutes === undefined ? {} : { utcOffsetMinutes }) },
        viewer: { ...viewer, home: snapshot.viewer.home },
        ...(snapshot.files === undefined ? {} : { files: snapshot.files }),
      };
      expect(recorded(there).plan.terminate).toEqual(recorded(snapshot).plan.terminate);
    });
  }
});

describe("what lsof tells of a Mac's executables takes nothing from the verdicts", () => {
  const NODE = "/opt/homebrew/Cellar/node/24.1.0/bin/node";
  const told = (process: Process): Process => {
    if (process.exe !== undefined || !Array.isArray(process.argv)) return process;
    const [first = ""] = withProgram(process.argv, process.name);
    // Node may have been started under another name.
    const isNode = process.name === "node" ? !first.endsWith("/node") : /^(?:npm|npx|node)$/.test(first);
    const exe = isNode ? NODE : first;
    return exe.startsWith("/") && !exe.endsWith("/claude") ? { ...process, exe } : process;
  };

  for (const { name, snapshot } of cases.filter(({ snapshot }) => snapshot.host.platform === "darwin")) {
    test(name, () => {
      const more = { ...snapshot, processes: snapshot.processes.map(told) };
      expect(recorded(more).plan.terminate).toEqual(recorded(snapshot).plan.terminate);
    });
  }
});

test("on a Mac with lsof a tree that npm launched ends, whose executable is told only when its ends are asked for", () => {
  const uid = process.getuid?.() ?? 0;
  const node = "/opt/homebrew/Cellar/node/24.1.0/bin/node";
  const row = (pid: number, ppid: number, name: string, command: string) => ({
    pid,
    ppid,
    name,
    command,
    uid,
    pgid: 500,
  });
  const open = (
    pid: number,
    program: string,
  ) => [
    `p${pid}`,
    "ftxt",
    "tREG",
    "k1",
    `n${program}`,
    ...[0, 1, 2].flatMap((fd) => [`f${fd}`, "tunix", `d0x${fd}`, "n->(none)"]),
  ];
  const tools = toolsOf({
    processes: [
      { pid: 1, ppid: 0, name: "launchd", command: "/sbin/launchd", uid: 0 },
      row(500, 1, "node", "npm exec @playwright/mcp@latest"),
      row(501, 500, "sh", "sh -c mcp-server-playwright"),
      row(502, 501, "node", "node /Users/mo/.npm/_npx/1/node_modules/.bin/mcp-server-playwright"),
    ],
    lsof: () => [...open(500, node), ...open(501, "/bin/sh"), ...open(502, node), ""].join("\n"),
    launchctl: ([verb]) => ({
      text: verb === "list" ? "PID\tStatus\tLabel\n77\t0\tx\n" : "x = {\n\tservices = {\n\t\t 77      - \tx\n\t}\n}\n",
    }),
  });
  const seen = look(openWith(tools, "darwin"), plugins, defaultPolicy, { scope: "all" });
  expect(seen.processes.find(({ pid }) => pid === 500)).toMatchObject({ exe: node });
  expect(recorded(seen).plan.terminate).toEqual([500, 501, 502]);
});

describe("an orphan in the service of a terminal that is open", () => {
  const cgroup = "/user.slice/user-1000.slice/user@1000.service/app.slice/app-org.kde.konsole@0123456789abcdef.service";
  const inTerminal = (lost: string) =>
    world([
      ordinary(4100, { name: "konsole", argv: ["konsole"], exe: "/usr/bin/konsole", cgroup, startedAt: START }),
      ...changed({ cgroup: lost }, { cgroup: lost }),
    ]);

  test("ends live as it does on record", () => {
    expect(recorded(inTerminal(cgroup)).plan.terminate).toContain(ORPHAN);
    expect(live(inTerminal(cgroup)).plan.terminate).toEqual(recorded(inTerminal(cgroup)).plan.terminate);
  });

  test("stays where it is the service itself", () => {
    expect(live(inTerminal("/u/app-mcp.service")).plan.terminate).toEqual([]);
  });
});

describe("an orphan that a subreaper with other children took in", () => {
  const beside = (fields: Partial<Process> = {}) =>
    world([
      ordinary(4100, { name: "keeper", argv: ["keeper"], exe: "/opt/keeper" }),
      ordinary(4300, { ppid: 4100, name: "helper", argv: ["helper"], exe: "/opt/helper" }),
      ordinary(4301, { ppid: 4100, name: "keeper", argv: ["keeper", "worker"], exe: "/opt/keeper", ...fields }),
      ...changed({ ppid: 4100, env: { CLAUDE_PID: "77" } }),
    ]);

  test("ends live as it does on record", () => {
    expect(recorded(beside()).plan.terminate).toContain(ORPHAN);
    expect(live(beside()).plan.terminate).toEqual(recorded(beside()).plan.terminate);
  });

  test("stays where a part of that one could not be read: it may be the agent's", () => {
    const { argv: _, ...unread } = ordinary(4301, { ppid: 4100, name: "keeper", exe: "/opt/keeper" });
    const processes = beside().processes.map((process) => process.pid === 4301 ? unread : process);
    expect(recorded({ ...beside(), processes }).plan.terminate).toEqual([]);
  });

  test("ends beside one that only waits to be collected", () => {
    const { argv: _, ...zombie } = ordinary(4301, { ppid: 4100, name: "keeper", state: "Z", threads: 1 });
    const processes = beside().processes.map((process) => process.pid === 4301 ? zombie : process);
    expect(recorded({ ...beside(), processes }).plan.terminate).toContain(ORPHAN);
  });
});
