/**
 * Who uses it.
 *
 * @module
 */
import { changed, CHILD, ordinary, ORPHAN, VIEWER, world } from "../../support/world.ts";
import type { Process, Snapshot } from "../../../src/contract.ts";
import type { Objection, Pass } from "./case.ts";

const open = { fd: 1, kind: "tty", peer: "live", path: "/dev/pts/9" } as const;
const live = (holders?: readonly number[]) => [
  { fd: 0, kind: "null" } as const,
  { fd: 1, kind: "null" } as const,
  { fd: 2, kind: "pipe", peer: "live", ...(holders === undefined ? {} : { holders }) } as const,
];
/** No end gone, but two weak proofs: the leader of its session is dead and its directory deleted. */
const weak = { sid: 4100, cwdDeleted: true };
const launcher = { name: "npm exec foo-mcp", argv: ["npm exec foo-mcp"], exe: "/usr/bin/node" };

/** Debris of a dead agent. */
const tee = {
  name: "tee",
  exe: "/usr/bin/tee",
  cwdDeleted: true,
  env: { CLAUDE_PID: "77" },
  stdio: [{ fd: 0, kind: "null" }, { fd: 1, kind: "null" }, { fd: 2, kind: "null" }],
} as const;

const tmux = ordinary(3900, {
  name: "tmux: server",
  argv: ["tmux"],
  exe: "/usr/bin/tmux",
  env: { CLAUDE_PID: "77" },
});
const training = {
  name: "python3",
  argv: ["python3", "train.py"],
  exe: "/usr/bin/python3",
  sid: 4100,
  cwdDeleted: true,
  env: { CLAUDE_PID: "77", TMUX: "/tmp/tmux-1000/default,3900,0" },
  stdio: [{ fd: 0, kind: "null" }, { fd: 1, kind: "null" }, { fd: 2, kind: "null" }],
} as const;
const unread = [{ fd: 0, kind: "null" }, { fd: 1, kind: "pipe", peer: "gone" }, { fd: 2, kind: "null" }] as const;

/** A Mac of which nothing but `ps` told. */
const told = (processes: readonly Process[]): Snapshot => {
  const there = world(processes);
  return {
    ...there,
    host: { ...there.host, platform: "darwin" },
    processes: there.processes.map(({ exe: _, stdio: __, ...process }) => process),
  };
};
const run = (argv: readonly string[], tty: string | null): Snapshot =>
  told([ordinary(ORPHAN, { name: "2.1.200", argv, ppid: 1, tty, pgid: ORPHAN, tpgid: tty === null ? -1 : 800 })]);

export const objections: readonly Objection[] = [
  {
    case: "an open terminal",
    guard: "living-terminal",
    verdict: "unsure",
    snapshot: world(changed({}, { stdio: [open] })),
  },
  {
    case: "in the foreground of a terminal",
    guard: "living-terminal",
    verdict: "spared",
    snapshot: world(changed({ tty: "pts/4", tpgid: ORPHAN })),
  },
  ...(["pgid", "tpgid"] as const).map((field): Objection => ({
    case: `on a terminal, and its ${field} is not known: it may be in front`,
    guard: "living-terminal",
    verdict: "unsure",
    snapshot: world(changed({ tty: "pts/4", tpgid: 800, [field]: undefined })),
  })),
  {
    case: "a single run may print onto an open terminal, of which lsof said nothing",
    guard: "living-terminal",
    verdict: "unsure",
    snapshot: run(["claude", "-p", "review"], "ttys004"),
  },
  {
    case: "somebody reads its stderr",
    guard: "living-peer",
    verdict: "spared",
    snapshot: world(changed({ ...weak, stdio: live([800]) })),
  },
  {
    case: "somebody unknown reads its stderr",
    guard: "living-peer",
    verdict: "unsure",
    snapshot: world(changed({ ...weak, stdio: live() })),
  },
  {
    case: "it holds its own stderr's other end, and so may somebody who could not be asked",
    guard: "living-peer",
    verdict: "unsure",
    snapshot: world(
      changed({ ...weak, stdio: live([ORPHAN]).map((end) => end.fd === 2 ? { ...end, unseen: true } : end) }),
    ),
  },
  {
    case: "somebody reads what a database in a deleted worktree complains of, and nobody what it says",
    guard: "living-peer",
    verdict: "spared",
    policy: { confidence: "adopted" },
    snapshot: world([
      ordinary(ORPHAN, {
        ...{ name: "postgres", argv: ["postgres", "-D", "data"], exe: "/usr/bin/postgres" },
        ...{ cwdDeleted: true, env: { CLAUDE_PID: "77" }, listening: [5432], clients: [] },
        stdio: live([800]).map((end) => end.fd === 1 ? { fd: 1, kind: "pipe", peer: "gone" } : end),
      }),
    ]),
  },
  {
    case: "output into a file",
    guard: "wanted-output",
    verdict: "unsure",
    snapshot: world(
      changed({
        stdio: [{ fd: 0, kind: "pipe", peer: "gone" }, { fd: 1, kind: "file", path: "/home/lea/out.txt" }, {
          fd: 2,
          kind: "null",
        }],
      }),
    ),
  },
  {
    case: "what it launched writes into a file",
    guard: "wanted-output",
    verdict: "unsure",
    snapshot: world(
      changed(launcher, { stdio: [{ fd: 0, kind: "null" }, { fd: 1, kind: "file", path: "/home/lea/o" }] }),
    ),
  },
  {
    case: "nobody knows where what it launched writes",
    guard: "wanted-output",
    verdict: "unsure",
    snapshot: world(changed(launcher, { stdio: [{ fd: 0, kind: "null" }, { fd: 2, kind: "null" }] })),
  },
  {
    case: "a client is connected",
    guard: "clients",
    verdict: "spared",
    snapshot: world(changed({ listening: [8080], clients: [800] })),
  },
  {
    case: "a client is connected whom nobody saw",
    guard: "clients",
    verdict: "spared",
    snapshot: world(changed({ listening: [8080], clients: [4700] })),
  },
  {
    case: "its words put it on a port, and nothing tells whether anybody is connected",
    guard: "clients",
    verdict: "unsure",
    snapshot: world(changed({
      name: "node",
      argv: ["node", "/home/lea/.npm/_npx/1/node_modules/.bin/mcp-server-playwright", "--port", "8931"],
      exe: "/usr/bin/node",
      stdio: ([0, 1, 2] as const).map((fd) => ({ fd, kind: "socket" as const, peer: "gone" as const })),
    })),
  },
  {
    case: "clients cannot be told",
    guard: "clients",
    verdict: "unsure",
    snapshot: world(changed({ listening: [8080] })),
  },
  {
    case: "tee, which a dead agent left in a deleted worktree, writes a file elsewhere",
    guard: "wanted-output",
    verdict: "unsure",
    snapshot: world(changed({ ...tee, argv: ["tee", "-a", "/home/lea/review.log"] })),
  },
  {
    case: "a training that a person left in a deleted worktree, from a tmux that a dead agent had started",
    guard: "living-owner",
    verdict: "unsure",
    snapshot: world([...changed(training), tmux]),
  },
  {
    case: "the same, when nobody reads it any more",
    guard: "living-owner",
    verdict: "unsure",
    snapshot: world([...changed({ ...training, stdio: unread }), tmux]),
  },
  {
    case: "somebody debugs it",
    guard: "debugger",
    verdict: "spared",
    snapshot: world(changed({ tracer: 4700 })),
  },
  {
    case: "somebody traces what is below it",
    guard: "debugger",
    verdict: "unsure",
    snapshot: world(changed({}, { tracer: VIEWER })),
  },
  {
    case: "whether somebody debugs it was not told",
    guard: "debugger",
    verdict: "unsure",
    snapshot: world(changed({}).map(({ tracer: _, ...process }) => process)),
  },
  {
    case: "it stands still before a tracer that is not told",
    guard: "debugger",
    verdict: "unsure",
    snapshot: {
      ...world(changed({ state: "t" })),
      processes: world(changed({ state: "t" })).processes.map(({ tracer: _, ...process }) => process),
    },
  },
  {
    case: "tmux below it",
    guard: "multiplexer",
    verdict: "unsure",
    snapshot: world(changed({}, { name: "tmux: server", argv: ["tmux", "new"], exe: "/usr/bin/tmux" })),
  },
];

export const passes: readonly Pass[] = [
  { case: "a single run without a terminal, of which lsof said nothing", snapshot: run(["claude", "-p", "x"], null) },
  { case: "a session behind another one in its terminal", snapshot: run(["claude", "--resume", "x"], "ttys004") },
  { case: "tee into what an agent only tries", snapshot: world(changed({ ...tee, argv: ["tee", "/tmp/x.log"] })) },
  {
    case: "a training that an agent left in a deleted worktree, from a tmux of the person's",
    snapshot: world([...changed(training), { ...tmux, env: {} }]),
  },
  { case: "a tracer of its own", snapshot: world(changed({ tracer: CHILD })) },
  {
    case: "it was stopped by a signal, in a table of which nobody's tracer is told",
    snapshot: {
      ...world(changed({ state: "T" })),
      processes: world(changed({ state: "T" })).processes.map(({ tracer: _, ...process }) => process),
    },
  },
  {
    case: "a table of which nobody's tracer is told",
    snapshot: {
      ...world(),
      processes: world().processes.map(({ tracer: _, ...process }) => process),
    },
  },
  { case: "a client inside its own tree", snapshot: world(changed({ listening: [8080], clients: [CHILD] })) },
  {
    case: "output into the vendor's own temporary files",
    snapshot: world(
      changed({
        stdio: [{ fd: 0, kind: "pipe", peer: "gone" }, {
          fd: 1,
          kind: "file",
          path: "/tmp/claude-1000/x/tasks/1.output",
        }, { fd: 2, kind: "null" }],
      }),
    ),
  },
  {
    case: "a terminal somebody else is in the foreground of",
    snapshot: world(changed({ tty: "pts/4", tpgid: 800 })),
  },
];
