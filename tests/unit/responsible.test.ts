import { describe, expect, test } from "bun:test";
import { responsibleFor } from "../../src/vocabulary/adopters.ts";
import { mayBeSetBack } from "../../src/vocabulary/clock.ts";
import { classify } from "../../src/classify.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { Table } from "../../src/table.ts";
import type { Policy, Process, Snapshot } from "../../src/contract.ts";
import { changed, CHILD, lostServer, NOW, ordinary, ORPHAN, START, world } from "../support/world.ts";

const verdict = (snapshot: Snapshot) =>
  classify(snapshot, builtin(), defaultPolicy).findings.find((finding) => finding.root.pid === ORPHAN)?.verdict;
const who = (snapshot: Snapshot) => responsibleFor(new Table(snapshot).get(ORPHAN) as Process, new Table(snapshot)).who;
const below = (parent: Partial<Process>, more: Partial<Process> = {}) =>
  world([...changed({ ppid: 600, ...more }), ordinary(600, parent)]);
const withInit = (init: Partial<Process>, more: Partial<Process> = {}): Snapshot => {
  const snapshot = world(changed({ ppid: 1, ...more }));
  return {
    ...snapshot,
    processes: snapshot.processes.map((process) => (process.pid === 1 ? { ...process, ...init } : process)),
  };
};

describe("responsibleFor()", () => {
  for (
    const exe of [
      "/sbin/init",
      "/usr/bin/tini",
      "/sbin/docker-init",
      "/usr/bin/dumb-init",
      "/sbin/runit",
      "/bin/s6-svscan",
      "/bin/busybox",
      "/sbin/launchd",
      "/usr/bin/catatonit",
    ]
  ) {
    test(`pid 1 as ${exe} adopts`, () => expect(who(withInit({ exe }))).toBe("nobody"));
  }

  test("pid 1 that is no init we know may be its parent", () => {
    expect(who(withInit({ exe: "/usr/bin/node", argv: ["node", "server.js"] }))).toBe("unknown");
  });

  test("pid 1 whose executable is denied is told by its own first word", () => {
    const snapshot = withInit({});
    const processes = snapshot.processes.map((process) => {
      if (process.pid !== 1) return process;
      const { exe: _, ...rest } = process;
      return rest;
    });
    expect(who({ ...snapshot, processes })).toBe("nobody");
  });

  test("the person's own user manager adopts, another's does not", () => {
    expect(who(world())).toBe("nobody");
    expect(who(world(changed({ uid: 1001 })))).toBe("unknown");
  });

  test("a program named systemd in an ordinary scope is a parent like any other", () => {
    expect(who(below({ name: "systemd", argv: ["systemd", "--user"] }))).toBe("living");
  });

  test("a console's relay in WSL adopts", () => {
    const relay = { name: "Relay(42)", argv: ["/init"], exe: "/init", ppid: 1 };
    expect(who(below(relay))).toBe("nobody");
    const leader = ordinary(700, { name: "SessionLeader", argv: ["/init"], exe: "/init", ppid: 1 });
    const carried = below({ ...relay, ppid: 700 });
    expect(who({ ...carried, processes: [...carried.processes, leader] })).toBe("nobody");
  });
  test("whoever has a relay's name, and is none, is a parent like any other", () => {
    expect(who(below({ name: "Relay(42)", argv: ["/init"], exe: "/home/lea/bin/relay", ppid: 1 }))).toBe("living");
    expect(who(below({ name: "Relay(42)", argv: ["relay", "42"], exe: "/init", ppid: 1 }))).toBe("living");
    expect(who(below({ name: "Relay(42)", argv: ["/init"], exe: "/init" }))).toBe("living");
    expect(who(below({ name: "Relays(42)", argv: ["/init"], exe: "/init", ppid: 1 }))).toBe("living");
  });
  test("an older relay is called init, and pid 1's copy is told by its path", () => {
    expect(who(below({ name: "init", argv: ["/init"], exe: "/init", ppid: 1 }))).toBe("nobody");
    expect(who(below({ name: "init", argv: ["./init"], exe: "/init", ppid: 1 }))).toBe("living");
  });
  test("where there is no WSL, a program that lies at /init is a parent like any other", () => {
    const there = below({ name: "init", argv: ["/init"], exe: "/init", ppid: 1 });
    expect(who({ ...there, host: { ...there.host, wsl: false } })).toBe("living");
  });
  test("what an init of one program was started for was not adopted", () => {
    const alone = (exe: string, ...args: string[]) => {
      const there = withInit({ exe, argv: [exe, ...args] });
      return { ...there, processes: there.processes.filter(({ pid }) => pid !== 500) };
    };
    for (const exe of ["/sbin/tini", "/sbin/docker-init", "/usr/bin/dumb-init", "/usr/bin/catatonit"]) {
      const there = alone(exe, "--", "claude", "mcp", "serve");
      expect(who(there)).toBe("living");
      const older = ordinary(7, { ppid: 1, startToken: "12" });
      expect(who({ ...there, processes: [...there.processes, older] })).toBe("nobody");
      // A number that began anew, or a start that cannot be compared: it may be the one.
      expect(who({ ...there, processes: [...there.processes, { ...older, pid: 9000, nsPids: [9000] }] })).toBe(
        "living",
      );
    }
    expect(who(alone("/sbin/init"))).toBe("nobody");
    expect(who(alone("/usr/bin/catatonit", "-P"))).toBe("nobody");
  });
  test("a shell is responsible", () => expect(who(below({ name: "bash" }))).toBe("living"));
  test("cron is responsible", () => expect(who(below({ name: "cron", uid: 0 }))).toBe("living"));
  test("parent 0 cannot be judged", () => expect(who(world(changed({ ppid: 0 })))).toBe("unknown"));
  test("a parent that was not seen cannot be judged", () => expect(who(world(changed({ ppid: 77 })))).toBe("unknown"));
});

describe("pid 1 that may be parent or adopter", () => {
  const node = { exe: "/usr/bin/node", argv: ["node", "server.js"] };
  test("a strong proof decides", () => expect(verdict(withInit(node))).toBe("orphan"));
  test("two weak ones do not", () => {
    const stdio = [{ fd: 0, kind: "null" }, { fd: 1, kind: "null" }, { fd: 2, kind: "null" }] as const;
    expect(verdict(withInit(node, { stdio, sid: 4100, cwdDeleted: true }))).toBe("unsure");
  });
  test("nor does a strong one while nobody can tell whether the other end is there, and whose", () => {
    const gone = { fd: 0, kind: "pipe", peer: "gone" } as const;
    for (const end of [{ peer: "live" }, {}] as const) {
      const stdio = [gone, { fd: 1, kind: "pipe", ...end }, { fd: 2, kind: "null" }] as const;
      expect(verdict(withInit(node, { stdio }))).toBe("unsure");
    }
  });
});

/** By what a person writes scripts in. */
const SHELLS: readonly (readonly [exe: string, ...argv: string[]])[] = [
  ["/usr/bin/dash", "/bin/sh", "/run.sh"],
  ["/bin/busybox", "sh", "-c", "claude -p x | head -1; sleep 9"],
  ...[
    ...["ksh93", "ksh2020", "mksh", "lksh", "oksh", "loksh", "pdksh", "rksh", "yash", "posh", "rbash", "csh", "tcsh"],
    ...["bsd-csh", "toybox", "osh", "ysh", "oils-for-unix", "nu", "elvish", "xonsh", "pwsh", "murex", "rc", "es"],
  ].map((name) => [`/usr/bin/${name}`, name, "/run"] as const),
  ["/usr/bin/python3.12", "python3", "/usr/bin/xonsh", "/run"],
];
const OTHER_SCRIPTS: typeof SHELLS = [
  ["/usr/bin/python3.12", "python3", "/run.py"],
  ["/usr/bin/perl", "perl", "/run.pl"],
  ["/usr/bin/ruby3.3", "ruby", "/run.rb"],
  ["/usr/bin/php8.3", "php", "/run.php"],
];

describe("a script as pid 1", () => {
  const unheard = (more: Partial<Process>, [exe, ...argv]: readonly [string, ...string[]]) =>
    withInit({ name: "1", exe, argv, pgid: 1, sid: 1 }, {
      argv: ["claude", "-p", "review"],
      stdio: [{ fd: 0, kind: "null" }, { fd: 1, kind: "pipe", peer: "gone" }, { fd: 2, kind: "null" }],
      ...more,
    });

  test.each([...SHELLS, ...OTHER_SCRIPTS])("%s may be the parent of what it put in a pipeline", (...script) => {
    expect(verdict(unheard({ sid: 1 }, script))).toBe("unsure");
    expect(verdict(unheard({}, script))).toBe("orphan");
  });

  test("what serves holds the ends of what it starts", () =>
    expect(verdict(unheard({ sid: 1 }, ["/usr/bin/node", "node", "server.js"]))).toBe("orphan"));
});

describe("a parent that is no adopter we know", () => {
  const dead = { env: { CLAUDE_PID: "77" }, sid: 4100 };
  test("is taken for a subreaper when the owner is dead, the lifeline gone and the parent does not name that owner", () => {
    expect(verdict(below({ name: "host" }, dead))).toBe("orphan");
  });
  test("is responsible when no owner is on record", () =>
    expect(verdict(below({ name: "host" }, { sid: 4100 }))).toBe("owned"));
  test("is responsible when the owner lives", () => {
    expect(verdict(below({ name: "host" }, { env: { CLAUDE_PID: "800" }, sid: 4100 }))).toBe("owned");
  });
  test("is responsible when it names the same owner: a script waits for what it started", () => {
    expect(verdict(below({ name: "bash", env: { CLAUDE_PID: "77" } }, dead))).toBe("owned");
  });
  test("is responsible when it is a shell, whatever that handed on: none adopts", () => {
    const shell = { name: "bash", argv: ["-bash"], exe: "/usr/bin/bash" };
    expect(verdict(below(shell, dead))).toBe("owned");
    expect(verdict(below({ ...shell, name: "run.sh", argv: ["/bin/sh", "run.sh"] }, dead))).toBe("owned");
    expect(verdict(below({ name: "make", argv: ["make", "review"], exe: "/usr/bin/make" }, dead))).toBe("owned");
    for (const [exe, ...argv] of SHELLS) {
      expect([exe, verdict(below({ name: "1", argv, exe }, dead))]).toEqual([exe, "owned"]);
    }
  });
  test("is responsible when its environment cannot be read", () => {
    const snapshot = below({ name: "host" }, dead);
    const processes = snapshot.processes.map((process) => {
      const { env: _, ...rest } = process;
      return process.pid === 600 ? rest : process;
    });
    expect(verdict({ ...snapshot, processes })).toBe("owned");
  });
  test("is responsible when it has an end of what the process reads or writes", () => {
    const held = { fd: 1, kind: "pipe", peer: "live", holders: [600] } as const;
    const stdio = [{ fd: 0, kind: "pipe", peer: "gone" }, held, { fd: 2, kind: "null" }] as const;
    expect(verdict(below({ name: "host" }, { ...dead, stdio }))).toBe("owned");
    expect(verdict(below({ name: "host" }, { ...dead, stdio: [stdio[0], { ...held, holders: [800] }, stdio[2]] })))
      .toBe(
        "orphan",
      );
  });
  test("is responsible when it may be debris itself: what is below that is judged with it", () => {
    const host = ordinary(600, { name: "host", env: { CLAUDE_PID: "78" } });
    const { cwdDeleted: _, ...unknown } = host;
    const above = (parent: Process) => verdict(world([...changed({ ppid: 600, ...dead }), parent]));
    expect(above(host)).toBe("orphan");
    expect(above({ ...host, cwdDeleted: true })).toBeUndefined();
    expect(above(unknown)).toBe("owned");
  });
  describe("is responsible whatever is unknown of who stands above, should that be debris", () => {
    const session = "/home/lea/.claude/sessions/88.json";
    const out = [{ fd: 0, kind: "null" }, { fd: 1, kind: "file", path: "/home/lea/out" }, {
      fd: 2,
      kind: "null",
    }] as const;
    const debris = ordinary(600, { env: { CLAUDE_PID: "88" }, cwdDeleted: true, stdio: out });
    const host = ordinary(650, { ppid: 600, name: "host" });
    const vim = ordinary(88, { ppid: 1, name: "vim", startedAt: START });
    const files = { [session]: JSON.stringify({ pid: 88, procStart: "1" }) };
    const ended = (processes: readonly Process[], more: Partial<Snapshot>) =>
      classify(world([...changed({ ppid: 650, ...dead }), ...processes], more), builtin(), defaultPolicy).plan
        .terminate;
    const facts = ["name", "startedAt", "startToken", "env", "cwdDeleted", "argv", "exe", "uid"] as const;
    const without = (process: Process, unknown: readonly (keyof Process)[]) =>
      Object.fromEntries(
        Object.entries(process).filter(([fact]) => !unknown.includes(fact as keyof Process)),
      ) as unknown as Process;

    for (
      const [how, owner, more] of [
        ["noted with another start", vim, { files }],
        ["younger than it", { ...vim, startedAt: START + 100_000 }, {}],
      ] as const
    ) {
      test(`its owner is ${how}`, () => {
        for (const one of facts) {
          for (const other of facts) {
            const unknown = [one, other];
            expect([unknown, ended([without(debris, unknown), host, owner], more)]).toEqual([unknown, []]);
            expect([unknown, ended([debris, host, without(owner, unknown)], more)]).toEqual([unknown, []]);
          }
        }
      });
    }

    test("but what is another's, the user's manager, and what serves the whole login, is no debris", () => {
      const { env: _, cwdDeleted: __, ...hidden } = ordinary(600, { name: "sshd", argv: ["sshd: lea@pts/0"] });
      const sshd: Process = { ...hidden, exe: "/usr/sbin/sshd" };
      expect(ended([sshd, host], {})).toEqual([ORPHAN, CHILD]);
      expect(ended([{ ...hidden, name: "host", argv: ["host"], uid: 0 }, host], {})).toEqual([ORPHAN, CHILD]);
    });
  });
  test("is responsible when only a dead owner speaks against it", () => {
    const stdio = [{ fd: 0, kind: "null" }, { fd: 1, kind: "null" }, { fd: 2, kind: "null" }] as const;
    expect(verdict(below({ name: "host" }, { ...dead, stdio }))).toBe("owned");
  });
});

describe("roots", () => {
  test("a living agent owns all that is below it", () => {
    const agent = ordinary(700, { ppid: 800, name: "claude", argv: ["claude"], exe: "/usr/bin/claude" });
    const shell = ordinary(701, { ppid: 700, name: "bash", argv: ["bash"], exe: "/usr/bin/bash" });
    const snapshot = world([agent, shell, ...changed({ ppid: 701 })]);
    expect(classify(snapshot, builtin(), defaultPolicy).plan.terminate).toEqual([]);
  });

  test("a wrapper that was adopted takes its worker with it, though the worker's parent lives", () => {
    const wrapper = ordinary(4100, {
      name: "npm exec @model",
      argv: ["npm exec @modelcontextprotocol/server-git"],
      exe: "/usr/bin/node",
      stdio: lostServer[0]!.stdio!,
    });
    const snapshot = world([wrapper, ...changed({ ppid: 4100 })]);
    expect(classify(snapshot, builtin(), defaultPolicy).plan.terminate).toEqual([4100, ORPHAN, CHILD]);
  });

  test("parents in a circle end", () => {
    const snapshot = world([...changed({ ppid: CHILD })]);
    expect(classify(snapshot, builtin(), defaultPolicy).plan.terminate).toEqual([]);
  });
});

describe("Windows", () => {
  const windows = (creator: Partial<Process> | undefined, ppid = 600, began = START - 99_999): Snapshot => ({
    ...world([
      ordinary(4, { ppid: 0, name: "System", startedAt: began }),
      ...changed({ ppid, uid: "lea", exe: "C:\\x\\claude.exe" }, { uid: "LEA" }),
      ...(creator === undefined ? [] : [ordinary(600, { uid: "lea", ...creator })]),
    ]),
    host: { platform: "win32", hostname: "lab", bootId: "b" },
    viewer: { pid: 900, uid: "Lea", home: "C:\\Users\\lea", elevated: false },
  });
  test("a creator that is dead owns nothing", () => expect(verdict(windows(undefined))).toBe("orphan"));
  test("a creator of 0 owns nothing", () => expect(verdict(windows(undefined, 0))).toBe("orphan"));
  test("a living creator owns", () => expect(verdict(windows({}))).toBe("owned"));
  test("a younger owner of the creator's number owns nothing", () => {
    expect(verdict(windows({ startedAt: START + 99_999, startToken: "200000" }))).toBe("orphan");
  });
  test("a younger owner of the creator's number may be the creator where the clock was set back", () => {
    const younger = { startedAt: START + 99_999, startToken: "200000" };
    expect(verdict(windows(younger, 600, START + 90_000))).toBe("spared");
    expect(verdict(windows({ ...younger, startedAt: NOW + 60_000 }))).toBe("spared");
    // By seconds, as time services do.
    expect(verdict(windows({ ...younger, startedAt: START + ORPHAN + 10_000 }))).toBe("spared");
    expect(verdict(windows({ ...younger, startedAt: undefined as never }))).toBe("spared");
  });
  test("a million first processes are one as far as the clock goes", () => {
    const system: Process = { pid: 4, ppid: 0, name: "System", startedAt: START };
    const systems = Array.from({ length: 1_000_000 }, (_, at) => ({ ...system, pid: 4 + 4 * at }));
    const creator: Process = { pid: 2, ppid: 4, startedAt: START + 99_999 };
    const child: Process = { pid: 6, ppid: 2, startedAt: START + 10 };
    const table = new Table({ ...world([]), host: { ...world([]).host, platform: "win32" }, processes: systems });
    expect(mayBeSetBack(creator, child, table)).toBe(false);
    expect(mayBeSetBack(creator, { ...child, startedAt: START - 10 }, table)).toBe(true);
  });
});

describe("the stale rule", () => {
  const old = (fields: Partial<Process>) =>
    below({ name: "bash", tty: null }, { argv: ["claude", "-p", "x"], ...fields });
  const policy = { ...defaultPolicy, maxAgeMs: 3_600_000 };
  const stale = (snapshot: Snapshot, asked: Policy = policy) =>
    classify(snapshot, builtin(), asked).findings.find((finding) => finding.root.pid === ORPHAN)?.verdict;
  const nulls = [{ fd: 0, kind: "null" }, { fd: 1, kind: "null" }, { fd: 2, kind: "null" }] as const;
  const noTerminal = (snapshot: Snapshot) => ({
    ...snapshot,
    processes: snapshot.processes.map((process) => ({ ...process, tty: null })),
  });

  test("ends a headless run that is older than the limit", () =>
    expect(stale(noTerminal(old({ stdio: nulls })))).toBe("stale"));
  test("is off unless asked for", () => expect(stale(noTerminal(old({ stdio: nulls })), defaultPolicy)).toBe("owned"));
  test("leaves younger ones", () =>
    expect(stale(noTerminal(old({ stdio: nulls })), { ...policy, maxAgeMs: 86_400_000 })).toBe("owned"));
  test("leaves what somebody reads", () => {
    const stdio = [nulls[0], { fd: 1, kind: "pipe", peer: "live", holders: [600] }, nulls[2]] as const;
    expect(stale(noTerminal(old({ stdio })))).toBe("owned");
  });
  test("leaves what runs below a terminal", () => {
    const snapshot = noTerminal(old({ stdio: nulls }));
    const processes = snapshot.processes.map((
      process,
    ) => (process.pid === 600 ? { ...process, tty: "pts/1" } : process));
    expect(stale({ ...snapshot, processes })).toBe("owned");
  });
  test("leaves a person's agent", () =>
    expect(stale(noTerminal(old({ argv: ["claude"], stdio: nulls })))).toBe("owned"));
});

describe("an agent whose owner on record is dead, below an agent that is alive", () => {
  const claude = { name: "claude", argv: ["claude"], exe: "/home/lea/.local/share/claude/versions/2.1.200" };
  const gone = ([0, 1, 2] as const).map((fd) => ({ fd, kind: "pipe", peer: "gone" }) as const);
  const hungUp = ordinary(ORPHAN, { ...claude, ppid: 600, env: { CLAUDE_PID: "77" }, stdio: gone });
  const { argv: _, ...unread } = hungUp;
  const ended = (...processes: readonly Process[]) =>
    classify(world([ordinary(600, { ...claude, env: {} }), ...processes]), builtin(), defaultPolicy).plan.terminate;

  test("stays", () => expect(ended(hungUp)).toEqual([]));

  test("stays where its own words are unknown, or those of another below the same agent", () => {
    expect(ended(unread as Process)).toEqual([]);
    expect(ended(hungUp, { ...unread, pid: CHILD } as Process)).toEqual([]);
  });
});
