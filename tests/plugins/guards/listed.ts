/**
 * Who has it on a list.
 *
 * @module
 */
import type { Process, Snapshot } from "../../../src/contract.ts";
import { entry, onRecord } from "../../support/registered.ts";
import { changed, CHILD, lostServer, ordinary, ORPHAN, world } from "../../support/world.ts";
import { type Objection, onMac, type Pass, withoutEnvironments } from "./case.ts";

const roster = (procStart: string) => ({
  files: { "/home/lea/.claude/daemon/roster.json": JSON.stringify({ workers: { a: { pid: ORPHAN, procStart } } }) },
});
/** As Codex 0.169 writes it. */
const daemon = (bootId: string, startTicks: number) => ({
  files: {
    "/home/lea/.codex/app-server-daemon/daemon.pid": JSON.stringify({
      pid: ORPHAN,
      processStartTime: "Tue Aug 11 06:00:04 2026",
      processIdentity: { bootId, startTicks },
    }),
  },
});
const version = "/home/lea/.local/share/claude/versions/2.1.200";
/** A session beside a daemon of Claude's, where environments are not told. */
const besideDaemon = (
  fields: Partial<Process>,
  supervisorPid?: number,
  argv: readonly string[] = ["claude", "--resume", "6f1c2a"],
): Snapshot => {
  const text = JSON.stringify({ supervisorPid, workers: {} });
  const files = supervisorPid === undefined ? {} : { files: { "/home/lea/.claude/daemon/roster.json": text } };
  const supervisor = ordinary(650, { ppid: 1, name: "2.1.200", argv: ["claude", "daemon", "run"], exe: version });
  const session = changed({ name: "2.1.200", argv, exe: version });
  return withoutEnvironments(onMac(world([...session, { ...supervisor, ...fields }], files)));
};

/** One that goes on with a session, whose terminal has been closed. */
const resumed = (env: Readonly<Record<string, string>>): Snapshot =>
  world(changed({
    argv: ["claude", "--resume", "6f1c2a"],
    env,
    stdio: ([0, 1, 2] as const).map((fd) => ({ fd, kind: "tty", peer: "gone", path: "/dev/pts/3" })),
  }));
const appServer = (env: Readonly<Record<string, string>>): Snapshot =>
  world(changed({ name: "codex", argv: ["codex", "app-server"], exe: "/home/lea/.local/bin/codex", env }));

export const objections: readonly Objection[] = [
  ...["/data/claude/", "/data//claude", "/data/claude"].map((CLAUDE_CONFIG_DIR) => ({
    case: `Claude's roster lists it, in ${CLAUDE_CONFIG_DIR} by its own word`,
    guard: "vendor-registry",
    verdict: "spared" as const,
    snapshot: world(changed({ env: { CLAUDE_CONFIG_DIR } }), {
      files: {
        "/data/claude/daemon/roster.json": JSON.stringify({
          workers: { a: { pid: ORPHAN, procStart: String(100_000 + ORPHAN) } },
        }),
      },
    }),
  })),
  {
    case: "its roster lies where nobody can follow",
    guard: "vendor-registry",
    verdict: "unsure",
    snapshot: resumed({ CLAUDE_CONFIG_DIR: "~/.claude-work" }),
  },
  {
    case: "its home is where nobody can follow",
    guard: "vendor-registry",
    verdict: "unsure",
    snapshot: resumed({ HOME: "work" }),
  },
  {
    case: "Codex's pid file lies where nobody can follow",
    guard: "vendor-registry",
    verdict: "unsure",
    snapshot: appServer({ CODEX_HOME: "./.codex" }),
  },
  {
    case: "Codex's pid file names a boot, and which one this is cannot be told",
    guard: "vendor-registry",
    verdict: "spared",
    snapshot: ((there) => ({ ...there, host: { ...there.host, bootId: "boot-minute-29000000" } }))(
      world(lostServer, daemon("6f0c1a7e", 100_000 + ORPHAN)),
    ),
  },
  {
    case: "Claude's session file of its pid is damaged",
    guard: "vendor-registry",
    verdict: "unsure",
    snapshot: world(lostServer, { files: { [`/home/lea/.claude/sessions/${ORPHAN}.json`]: '{"pid": 42' } }),
  },
  {
    case: "Claude's session file of its pid is of another form",
    guard: "vendor-registry",
    verdict: "unsure",
    snapshot: world(lostServer, { files: { [`/home/lea/.claude/sessions/${ORPHAN}.json`]: '[{"pid": 42}]' } }),
  },
  {
    case: "Claude's roster may be there, and cannot be read",
    guard: "vendor-registry",
    verdict: "unsure",
    snapshot: world(lostServer, { unreadFiles: ["/home/lea/.claude/daemon/roster.json"] }),
  },
  {
    case: "Claude's session file of its pid may be there, and cannot be read, beside files that can",
    guard: "vendor-registry",
    verdict: "unsure",
    snapshot: world(lostServer, {
      files: { "/home/lea/.claude/daemon/roster.json": '{"workers": {}}' },
      unreadFiles: [`/home/lea/.claude/sessions/${ORPHAN}.json`],
    }),
  },
  {
    case: "Claude's roster is of another form",
    guard: "vendor-registry",
    verdict: "unsure",
    snapshot: world(lostServer, { files: { "/home/lea/.claude/daemon/roster.json": '{"proto": 2, "entries": []}' } }),
  },
  {
    case: "on the roster of another configuration directory, where environments are not told",
    guard: "vendor-registry",
    verdict: "spared",
    snapshot: withoutEnvironments(onMac(world(lostServer, {
      files: {
        "/home/lea/.claude-work/daemon/roster.json": JSON.stringify({
          workers: { a: { pid: ORPHAN, procStart: String(100_000 + ORPHAN) } },
        }),
      },
    }))),
  },
  {
    case: "a background session's file in another configuration directory, where environments are not told",
    guard: "vendor-registry",
    verdict: "spared",
    snapshot: withoutEnvironments(onMac(world(lostServer, {
      files: {
        [`/home/lea/.claude-work/sessions/${ORPHAN}.json`]: JSON.stringify({
          pid: ORPHAN,
          kind: "background",
          procStart: String(100_000 + ORPHAN),
        }),
      },
    }))),
  },
  {
    case: "a daemon of Claude's lives whose roster was not read, where environments are not told",
    guard: "vendor-registry",
    verdict: "unsure",
    snapshot: besideDaemon({}),
  },
  {
    case: "the roster that was read is another daemon's",
    guard: "vendor-registry",
    verdict: "unsure",
    snapshot: besideDaemon({}, 71),
  },
  {
    case: "what may be a daemon of Claude's could not be read",
    guard: "vendor-registry",
    verdict: "unsure",
    snapshot: besideDaemon({ argv: undefined as never }),
  },
  {
    case: "what may be a daemon of Claude's could not be read, and Nix called it",
    guard: "vendor-registry",
    verdict: "unsure",
    snapshot: besideDaemon({ argv: undefined as never, name: ".claude-wrapped" }),
  },
  {
    case: "on Claude's roster",
    guard: "vendor-registry",
    verdict: "spared",
    snapshot: world(lostServer, roster(String(100_000 + ORPHAN))),
  },
  {
    case: "Codex's pid file is being written",
    guard: "vendor-registry",
    verdict: "unsure",
    snapshot: world(
      changed({ name: "codex", argv: ["codex", "app-server"], exe: "/home/lea/.local/bin/codex" }),
      { files: { "/home/lea/.codex/app-server-daemon/app-server.pid": "" } },
    ),
  },
  {
    case: "named as Codex's server",
    guard: "vendor-registry",
    verdict: "spared",
    snapshot: world(lostServer, daemon(world().host.bootId, 100_000 + ORPHAN)),
  },
  {
    case: "its child is on record for somebody who lives",
    guard: "registered",
    verdict: "unsure",
    snapshot: onRecord(lostServer, [
      entry({
        pid: CHILD,
        startToken: String(100_000 + CHILD),
        originator: { tool: "host", pid: 800, startToken: "100800" },
      }),
    ]),
  },
];

export const passes: readonly Pass[] = [
  {
    case: "told where its lists lie by whole paths",
    snapshot: resumed({ CLAUDE_CONFIG_DIR: "/home/lea/.c", HOME: "/home/lea" }),
  },
  { case: "a session beside whom only Codex's home is in doubt", snapshot: resumed({ CODEX_HOME: "x" }) },
  { case: "a server of Codex's beside whom only Claude's is", snapshot: appServer({ CLAUDE_CONFIG_DIR: "x" }) },
  {
    case: "a note of Codex's daemons that cannot be read, for who is none",
    snapshot: world(lostServer, { unreadFiles: ["/home/lea/.codex/app-server-daemon/daemon.pid"] }),
  },
  {
    case: "a roster that cannot be read in a directory that is not its own",
    snapshot: world(lostServer, { unreadFiles: ["/home/lea/.claude-work/daemon/roster.json"] }),
  },
  { case: "a session that its living daemon's roster does not list", snapshot: besideDaemon({}, 650) },
  { case: "a session beside another person's daemon", snapshot: besideDaemon({ uid: 502 }) },
  { case: "one that goes on with no session, beside a daemon", snapshot: besideDaemon({}, undefined, ["claude"]) },
  { case: "a roster that lists the pid with another start", snapshot: world(lostServer, roster("1")) },
  {
    case: "a roster of a configuration directory that is not its own",
    snapshot: world(lostServer, {
      files: {
        "/home/lea/.claude-work/daemon/roster.json": JSON.stringify({
          workers: { a: { pid: ORPHAN, procStart: String(100_000 + ORPHAN) } },
        }),
      },
    }),
  },
  { case: "Codex's pid file with another start", snapshot: world(lostServer, daemon("b", 1)) },
  { case: "Codex's pid file of another boot", snapshot: world(lostServer, daemon("a", 100_000 + ORPHAN)) },
  {
    case: "Codex's pid file being written, of what is not Codex's",
    snapshot: world(lostServer, { files: { "/home/lea/.codex/app-server-daemon/app-server.pid": "" } }),
  },
];
