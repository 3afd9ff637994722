import { describe, expect, test } from "bun:test";
import { classify } from "../../src/classify.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import type { Process, Sighting, Snapshot, Stdio } from "../../src/contract.ts";
import { entry, onRecord } from "../support/registered.ts";
import { changed, CHILD, NOW, ordinary, ORPHAN, START, world } from "../support/world.ts";
import { startedAt } from "./guards/case.ts";

const plugins = builtin();
const NULLS: readonly Stdio[] = [{ fd: 0, kind: "null" }, { fd: 1, kind: "null" }, { fd: 2, kind: "null" }];
const streams = (...kinds: readonly (Partial<Stdio> & { kind: Stdio["kind"] })[]): Stdio[] =>
  kinds.map((kind, fd) => ({ fd: fd as 0 | 1 | 2, ...kind }));
const gone = { kind: "pipe", peer: "gone" } as const;
const nothing = { kind: "null" } as const;
const closed = { kind: "tty", peer: "gone", path: "/dev/pts/3" } as const;
const run = { argv: ["claude", "-p", "x"] };

function judge(snapshot: Snapshot, without?: string) {
  const proofs = plugins.proofs.filter((proof) => proof.name !== without);
  const finding = classify(snapshot, { ...plugins, proofs }, defaultPolicy).findings.find((finding) =>
    finding.root.pid === ORPHAN
  );
  if (finding === undefined) throw new Error("the orphan is not a root");
  return finding;
}

const lost = (fields: Partial<Process>, more: Partial<Snapshot> = {}) =>
  world(changed({ stdio: NULLS, ...fields }), more);
const session = (pid: number, procStart: string) => ({
  files: { [`/home/lea/.claude/sessions/${pid}.json`]: JSON.stringify({ pid, procStart, kind: "interactive" }) },
});

/** A program that no matcher knows, which was asked to end with an agent that is gone. */
const nobodys = { name: "node", argv: ["node", "watch.js"], exe: "/usr/bin/node" };
const askedWith: Sighting = {
  pid: ORPHAN,
  startToken: String(100_000 + ORPHAN),
  firstSeenAt: START,
  askedWith: { root: 4199, matcher: "claude", family: "claude" },
};

interface Evidence {
  readonly case: string;
  readonly proof: string;
  readonly strength: "strong" | "weak";
  readonly snapshot: Snapshot;
}

const evidence: readonly Evidence[] = [
  {
    case: "a server's stdin",
    proof: "lifeline",
    strength: "strong",
    snapshot: lost({ stdio: streams(gone, nothing, nothing) }),
  },
  {
    case: "a server's stdout",
    proof: "lifeline",
    strength: "strong",
    snapshot: lost({ stdio: streams(nothing, gone, nothing) }),
  },
  {
    case: "a single run's output",
    proof: "lifeline",
    strength: "strong",
    snapshot: lost({ ...run, stdio: streams(nothing, gone, gone) }),
  },
  {
    case: "gone on stdout outranks a living stdin",
    proof: "lifeline",
    strength: "strong",
    snapshot: lost({ stdio: streams({ kind: "pipe", peer: "live", holders: [800] }, gone, nothing) }),
  },
  {
    case: "all ends of a daemon",
    proof: "lifeline",
    strength: "strong",
    snapshot: lost({ argv: ["claude", "--bg-spare", "/tmp/x"], stdio: streams(gone, gone, gone) }),
  },
  {
    case: "a closed terminal that is written to",
    proof: "terminal",
    strength: "strong",
    snapshot: lost({ argv: ["claude"], stdio: streams(closed, closed, closed) }),
  },
  {
    case: "a daemon all of whose streams led to a closed terminal",
    proof: "terminal",
    strength: "strong",
    snapshot: lost({ argv: ["claude", "--bg-spare", "/tmp/x"], stdio: streams(closed, closed, closed) }),
  },
  {
    case: "an owner with another start",
    proof: "owner",
    strength: "strong",
    snapshot: lost({ env: { CLAUDE_PID: "800" } }, session(800, "7")),
  },
  {
    case: "an owner whose pid nobody has",
    proof: "owner",
    strength: "weak",
    snapshot: lost({ env: { CLAUDE_PID: "77" }, cwdDeleted: true }),
  },
  {
    case: "an owner whose pid went to somebody younger",
    proof: "owner",
    strength: "weak",
    snapshot: world([
      ...changed({ stdio: NULLS, env: { CLAUDE_PID: "7000" }, cwdDeleted: true }),
      ordinary(7000, { startedAt: START + 9_000_000 }),
    ]),
  },
  {
    case: "no leader of its session",
    proof: "session-leader",
    strength: "weak",
    snapshot: lost({ sid: 4100, cwdDeleted: true }),
  },
  {
    case: "a zombie as leader of its session",
    proof: "session-leader",
    strength: "weak",
    snapshot: world([
      ...changed({ stdio: NULLS, sid: 4100, cwdDeleted: true }),
      ordinary(4100, { state: "Z", threads: 1 }),
    ]),
  },
  {
    case: "its originator on record is gone",
    proof: "originator",
    strength: "strong",
    snapshot: onRecord(changed({ stdio: NULLS }), [entry()]),
  },
  {
    case: "a deleted directory",
    proof: "directory",
    strength: "weak",
    snapshot: lost({ sid: 4100, cwdDeleted: true }),
  },
  {
    case: "asked to end with a tree, and left alone by it",
    proof: "survivor",
    strength: "strong",
    snapshot: lost(nobodys, { sightings: [askedWith] }),
  },
];

describe("proofs", () => {
  for (const { case: name, proof, strength, snapshot } of evidence) {
    test(`${proof}: ${name}: ends it`, () => {
      const finding = judge(snapshot);
      expect(finding.verdict).toBe("orphan");
      expect(finding.gates.find((gate) => gate.name === proof)?.evidence?.strength).toBe(strength);
    });

    test(`${proof}: ${name}: without the proof it stays`, () => {
      expect(judge(snapshot, proof).verdict).toBe("unsure");
    });
  }

  test("unheard: its own inbox serves nobody, another's socket does", () => {
    const gates = (place: string) =>
      judge(lost({ ...run, listening: [place], clients: [], cwdDeleted: true })).gates.map((gate) => gate.name);
    expect(gates(`/tmp/cc-socks/${ORPHAN}.sock`)).not.toContain("unheard");
    expect(gates("/tmp/cc-socks/1.sock")).toContain("unheard");
  });

  test("two weak signs are enough for a session whose own inbox listens, and for nobody else who listens", () => {
    const verdict = (place: string, clients: Partial<Process> = { clients: [] }) =>
      judge(lost({ ...run, listening: [place], ...clients, sid: 4100, cwdDeleted: true })).verdict;
    expect(verdict(`/run/user/1000/cc-socks/${ORPHAN}.sock`)).toBe("orphan");
    expect(verdict("/run/user/1000/cc-socks/1.sock")).toBe("unsure");
    expect(verdict(`/run/user/1000/cc-socks/${ORPHAN}.sock`, {})).toBe("unsure");
  });

  test("unheard: one who listens and nobody calls is noted, and stays", () => {
    const snapshot = lost({ listening: [8080], clients: [], cwdDeleted: true });
    expect(judge(snapshot).gates.find((gate) => gate.name === "unheard")?.evidence?.strength).toBe("weak");
    expect(judge(snapshot).verdict).toBe("unsure");
    expect(judge(snapshot, "unheard").gates.some((gate) => gate.name === "unheard")).toBe(false);
  });

  test("every proof is shown here", () => {
    const shown = new Set([...evidence.map((one) => one.proof), "unheard"]);
    expect(plugins.proofs.map((proof) => proof.name).filter((name) => !shown.has(name))).toEqual([]);
  });
});

describe("a survivor", () => {
  const found = (fields: Partial<Process>, sightings: readonly Sighting[]) =>
    classify(world(changed({ stdio: NULLS, ...nobodys, ...fields }), { sightings }), plugins, defaultPolicy)
      .findings.find(({ root }) => root.pid === ORPHAN);

  test("is of the family that it was asked with, and ends with all below it", () => {
    expect(found({}, [askedWith])).toMatchObject({
      verdict: "orphan",
      matcher: "claude",
      claim: { family: "claude", because: "was asked to end with pid 4199 (claude), of whose tree it was" },
      members: [{ pid: ORPHAN }, { pid: CHILD }],
    });
  });

  test.each<[string, Partial<Process>, readonly Sighting[]]>([
    ["who was not asked", {}, [{ pid: ORPHAN, startToken: askedWith.startToken, firstSeenAt: START }]],
    ["who has the number of one that was", {}, [{ ...askedWith, startToken: "100" }]],
    ["who has no start to be known by", { startToken: undefined as never }, [askedWith]],
    ["whom somebody living has as child", { ppid: 800 }, [askedWith]],
  ])("is nobody %s", (_, fields, sightings) => expect(found(fields, sightings)).toBeUndefined());

  test("stays while somebody living reads from it, whatever it was asked", () => {
    const stdio = streams(nothing, { kind: "pipe", peer: "live", holders: [800] }, nothing);
    expect(found({ stdio }, [askedWith])?.verdict).toBe("spared");
  });

  test("was old enough with its tree", () => {
    expect(found({ startedAt: NOW - 1_000 }, [askedWith])?.verdict).toBe("orphan");
  });
});

describe("a dead owner's mark that came by way of somebody who lives", () => {
  const SERVER = 3900;
  const mark = { CLAUDE_PID: "77" };
  const ended = (fields: Partial<Process>, ...others: readonly Process[]) =>
    judge(world([...changed({ stdio: NULLS, ...run, ...fields }), ...others], session(77, "7"))).verdict;
  const tmux = (fields: Partial<Process> = {}) =>
    ordinary(SERVER, { name: "tmux: server", argv: ["tmux"], exe: "/usr/bin/tmux", env: mark, ...fields });
  const bash = (fields: Partial<Process> = {}) =>
    ordinary(SERVER, { ppid: 800, name: "bash", argv: ["bash"], exe: "/usr/bin/bash", env: mark, ...fields });
  const inTmux = { env: { ...mark, TMUX: `/tmp/tmux-1000/default,${SERVER},0` } };
  const inScreen = { env: { ...mark, STY: `${SERVER}.pts-1.lab` } };
  const inShell = { env: mark, sid: SERVER };

  test("proves nothing of what was started in its tmux, its screen or its shell", () => {
    expect(ended(inTmux, tmux())).toBe("unsure");
    expect(ended(inScreen, tmux())).toBe("unsure");
    expect(ended(inShell, bash())).toBe("unsure");
  });

  test("nor where its environment is unknown", () => {
    const { env: _, ...unread } = tmux();
    expect(ended(inTmux, unread)).toBe("unsure");
  });

  test.each<[string, Partial<Process>, readonly Process[]]>([
    ["where it was started elsewhere", { env: mark }, [tmux()]],
    ["where the owner itself was started in there", inTmux, [tmux({ env: {} })]],
    ["where another owner's is in there", inTmux, [tmux({ env: { CLAUDE_PID: "78" } })]],
    ["where that one is gone, too", inTmux, []],
    ["where that one only waits to be collected", inShell, [bash({ state: "Z", threads: 1 })]],
    ["where its number was given to somebody younger", inTmux, [tmux({ startedAt: NOW - 1_000_000 })]],
    ["where it handed it on itself", { env: mark, sid: ORPHAN }, []],
    ["where that one is below it", { env: mark, sid: CHILD }, []],
  ])("proves that nobody is there %s", (_, fields, others) => expect(ended(fields, ...others)).toBe("orphan"));
});

describe("no proof", () => {
  const harmless: readonly { case: string; snapshot: Snapshot; verdict?: "spared" }[] = [
    {
      case: "pipes with names, which can be opened again",
      snapshot: lost({
        stdio: streams({ ...gone, path: "/home/lea/in" }, { ...gone, path: "/home/lea/out" }, nothing),
      }),
    },
    {
      case: "an owner that may be another than the session file is of",
      snapshot: world(
        [
          ordinary(600, { name: "2.1.200", startedAt: START - 3000 }),
          ...changed({ stdio: NULLS, env: { CLAUDE_PID: "600" } }),
        ],
        session(600, "7"),
      ),
    },
    {
      case: "an owner of another start than the session file notes, whose start in time is not known",
      snapshot: world(
        [
          startedAt(undefined, ordinary(600, { name: "2.1.200" })),
          ...changed({ stdio: NULLS, env: { CLAUDE_PID: "600" } }),
        ],
        session(600, "7"),
      ),
    },
    {
      case: "a dead owner of what all sessions share",
      snapshot: lost({
        argv: ["node", "/home/lea/.claude/plugins/cache/x/worker.cjs", "--daemon"],
        exe: "/usr/bin/node",
        stdio: NULLS,
        cwdDeleted: true,
        env: { CLAUDE_PID: "77" },
      }, session(77, "7")),
    },
    {
      case: "the stdout of a server that listens and has no stdin",
      snapshot: lost({ stdio: streams(nothing, gone, nothing), listening: [8000], clients: [] }),
    },
    { case: "a single run whose stdin is closed", snapshot: lost({ ...run, stdio: streams(gone, nothing, nothing) }) },
    {
      case: "a single run that nobody reads but on stderr",
      verdict: "spared",
      snapshot: lost({ ...run, stdio: streams(nothing, gone, { kind: "pipe", peer: "live", holders: [800] }) }),
    },
    {
      case: "an agent that took its prompt from a pipe",
      snapshot: lost({ argv: ["claude"], stdio: streams(gone, nothing, nothing) }),
    },
    {
      case: "a database in a deleted directory that a dead agent started, and that listens",
      snapshot: lost({
        name: "postgres",
        argv: ["postgres"],
        exe: "/usr/bin/postgres",
        cwdDeleted: true,
        env: { CLAUDE_PID: "77" },
        listening: [5432],
        clients: [],
      }),
    },
    {
      case: "a closed terminal on stdin alone",
      snapshot: lost({ argv: ["claude"], stdio: streams(closed, nothing, nothing) }),
    },
    {
      case: "a closed terminal on stderr alone",
      snapshot: lost({ argv: ["claude", "-p", "x"], stdio: streams(nothing, nothing, closed) }),
    },
    {
      case: "a daemon whose input was put aside, in a closed terminal",
      snapshot: lost({ argv: ["claude", "--bg-spare", "/tmp/x"], stdio: streams(nothing, closed, closed) }),
    },
    {
      case: "a closed terminal of what is driven from another machine",
      snapshot: lost({ argv: ["claude", "remote-control"], stdio: streams(closed, closed, closed) }),
    },
    {
      case: "streams that lead nowhere of what is driven from another machine",
      snapshot: lost({ argv: ["claude", "self-hosted-runner"], stdio: streams(gone, gone, gone) }),
    },
    {
      case: "streams that lead nowhere of who keeps the background sessions",
      snapshot: lost({ argv: ["claude", "daemon", "run"], stdio: streams(gone, gone, gone) }),
    },
    {
      case: "a closed terminal of who keeps the background sessions",
      snapshot: lost({ argv: ["claude", "daemon", "run"], stdio: streams(closed, closed, closed) }),
    },
    { case: "one weak sign", snapshot: lost({ cwdDeleted: true }) },
    {
      case: "a daemon with one end left",
      snapshot: lost({ argv: ["claude", "--bg-spare", "/tmp/x"], stdio: streams(gone, gone, nothing) }),
    },
    {
      case: "two weak signs of one who listens",
      snapshot: lost({ listening: [1], clients: [], sid: 4100, cwdDeleted: true }),
    },
    { case: "the leader of its own session", snapshot: lost({ sid: ORPHAN, cwdDeleted: true }) },
    { case: "an owner that is alive", snapshot: lost({ env: { CLAUDE_PID: "800" }, cwdDeleted: true }) },
    {
      case: "an owner that a partial table leaves out",
      snapshot: lost({ env: { CLAUDE_PID: "77" }, cwdDeleted: true }, { partial: true }),
    },
    {
      case: "a leader that a partial table leaves out",
      snapshot: lost({ sid: 4100, cwdDeleted: true }, { partial: true }),
    },
    {
      case: "a leader with living threads",
      snapshot: world([
        ...changed({ stdio: NULLS, sid: 4100, cwdDeleted: true }),
        ordinary(4100, { state: "Z", threads: 2 }),
      ]),
    },
    { case: "an owner that is no number", snapshot: lost({ env: { CLAUDE_PID: "1; rm" }, cwdDeleted: true }) },
  ];
  for (const { case: name, snapshot, verdict } of harmless) {
    test(name, () => expect(judge(snapshot).verdict).toBe(verdict ?? "unsure"));
  }
});
