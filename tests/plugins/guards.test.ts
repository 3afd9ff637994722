import { describe, expect, test } from "bun:test";
import { classify } from "../../src/classify.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import type { Policy, Process, Snapshot } from "../../src/contract.ts";
import { entry, onRecord } from "../support/registered.ts";
import { changed, CHILD, lostServer, NOW, ordinary, ORPHAN, SCOPE, START, VIEWER, world } from "../support/world.ts";

/** One thing that stands against ending the lost server, and what becomes of it then. */
interface Objection {
  readonly case: string;
  readonly guard: string;
  readonly snapshot: Snapshot;
  readonly verdict: "spared" | "unsure";
  readonly policy?: Partial<Policy>;
}

const open = { fd: 1, kind: "tty", peer: "live", path: "/dev/pts/9" } as const;
const live = (holders?: readonly number[]) => [
  { fd: 0, kind: "null" } as const,
  { fd: 1, kind: "null" } as const,
  { fd: 2, kind: "pipe", peer: "live", ...(holders === undefined ? {} : { holders }) } as const,
];
/** No end gone, but two weak proofs: the leader of its session is dead and its directory deleted. */
const weak = { sid: 4100, cwdDeleted: true };
const launcher = { name: "npm exec foo-mcp", argv: ["npm exec foo-mcp"], exe: "/usr/bin/node" };
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
const onMac = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  host: { ...snapshot.host, platform: "darwin" },
  processes: snapshot.processes.map((process) => (process.pid === ORPHAN ? { ...process, ppid: 1 } : process)),
});
/** A Windows machine with one process whose creator is dead, and others. */
const onWindows = (lost: Partial<Process>, ...others: Process[]): Snapshot => ({
  ...world([...others, ordinary(ORPHAN, { ppid: 77, uid: "lea", ...lost })]),
  host: { platform: "win32", hostname: "lab", bootId: "b" },
  viewer: { pid: VIEWER, uid: "Lea", home: "C:\\Users\\lea", elevated: false },
});
const consoleHost: Partial<Process> = {
  name: "conhost.exe",
  argv: ["conhost.exe", "0x4"],
  exe: "C:\\Windows\\System32\\conhost.exe",
};
const sibling = ordinary(4100, { ppid: 77, name: "server.exe", uid: "lea" });
const toolShell = (began: number): Partial<Process> => ({
  name: "zsh",
  argv: ["/bin/zsh", "-c", `source /Users/lea/.claude/shell-snapshots/snapshot-zsh-${began}-ab12cd.sh && eval 'x &'`],
  exe: "/bin/zsh",
  stdio: [{ fd: 0, kind: "null" }, { fd: 1, kind: "pipe", peer: "gone" }, { fd: 2, kind: "pipe", peer: "gone" }],
});
const claude = (startedAt: number | undefined): Process =>
  without(
    ordinary(600, { name: "2.1.200", argv: ["claude"], exe: "/home/lea/.local/share/claude/versions/2.1.200" }),
    startedAt,
  );
/** Somebody whose start is known, or is not. */
function without({ startedAt: _, ...process }: Process, startedAt: number | undefined): Process {
  return startedAt === undefined ? process : { ...process, startedAt };
}
const hungUp = ([0, 1, 2] as const).map((fd) => ({ fd, kind: "tty", peer: "gone", path: "/dev/pts/9" }) as const);
const npxInGitBash: Partial<Process> = {
  name: "sh.exe",
  argv: ["sh.exe", "/c/Program Files/nodejs/npx", "-y", "@playwright/mcp@latest"],
  exe: "C:\\Program Files\\Git\\usr\\bin\\sh.exe",
};
const claudeExe: Partial<Process> = {
  name: "claude.exe",
  argv: ["claude.exe"],
  exe: "C:\\Users\\lea\\.local\\bin\\claude.exe",
};
const explorer = (startedAt: number | undefined): Process =>
  without(
    ordinary(600, { ppid: 78, name: "Explorer.EXE", argv: ["C:\\WINDOWS\\Explorer.EXE"], uid: "lea" }),
    startedAt,
  );

const withViewerIn = (cgroup: string, processes: readonly Process[]): Snapshot => {
  const there = world(processes);
  return { ...there, processes: there.processes.map((one) => (one.pid === VIEWER ? { ...one, cgroup } : one)) };
};

const unattended = { confirmMs: 10_000 };
const seen = (agoMs: number, startToken = String(100_000 + ORPHAN)) => ({
  sightings: [{ pid: ORPHAN, startToken, firstSeenAt: NOW - agoMs }],
});

const objections: readonly Objection[] = [
  {
    case: "nobody watches, and it was never seen as an orphan",
    guard: "first-sight",
    verdict: "spared",
    snapshot: world(),
    policy: unattended,
  },
  {
    case: "nobody watches, and it was seen just now",
    guard: "first-sight",
    verdict: "spared",
    snapshot: world(lostServer, seen(9_999)),
    policy: unattended,
  },
  {
    case: "nobody watches, and it will have been seen",
    guard: "first-sight",
    verdict: "spared",
    snapshot: world(lostServer, seen(-60_000)),
    policy: unattended,
  },
  {
    case: "nobody watches, and another was seen under its number",
    guard: "first-sight",
    verdict: "spared",
    snapshot: world(lostServer, seen(60_000, "1")),
    policy: unattended,
  },
  {
    case: "its executable is unknown",
    guard: "executable",
    verdict: "unsure",
    snapshot: world(changed({ exe: undefined as never })),
  },
  {
    case: "its start is unknown",
    guard: "identity",
    verdict: "unsure",
    snapshot: world(changed({ startToken: undefined as never })),
  },
  {
    case: "its child's start is unknown",
    guard: "identity",
    verdict: "unsure",
    snapshot: world(changed({}, { startToken: undefined as never })),
  },
  {
    case: "it opened an editor for a person",
    guard: "window",
    verdict: "unsure",
    snapshot: world(changed({}, { name: "code", argv: ["/usr/share/code/code", "."], exe: "/usr/share/code/code" })),
  },
  {
    case: "it opened an application that is built on Chromium",
    guard: "window",
    verdict: "unsure",
    snapshot: world([
      ...changed({}, { name: "notes", argv: ["/opt/Notes/notes"], exe: "/opt/Notes/notes" }),
      ordinary(4202, {
        ppid: CHILD,
        name: "notes",
        argv: ["/opt/Notes/notes", "--type=zygote"],
        exe: "/opt/Notes/notes",
      }),
    ]),
  },
  {
    case: "it opened a page in the person's browser",
    guard: "window",
    verdict: "unsure",
    snapshot: world(
      changed({}, { name: "firefox", argv: ["firefox", "report.html"], exe: "/usr/lib/firefox/firefox" }),
    ),
  },
  {
    case: "it is an ancestor of the viewer",
    guard: "self",
    verdict: "spared",
    snapshot: world([...lostServer, ordinary(800, { ppid: ORPHAN, name: "bash" })].filter(Boolean)),
  },
  { case: "another user's", guard: "other-user", verdict: "spared", snapshot: world(changed({ uid: 1001, ppid: 1 })) },
  { case: "another user's child", guard: "other-user", verdict: "unsure", snapshot: world(changed({}, { uid: 0 })) },
  {
    case: "another user's, all asked for, without a known home",
    guard: "other-user",
    verdict: "unsure",
    snapshot: world(changed({ uid: 1001, ppid: 1 }, { uid: 1001, env: { HOME: "/home/mia" } })),
    policy: { allUsers: true },
  },
  {
    case: "a third user's child, all asked for",
    guard: "other-user",
    verdict: "unsure",
    snapshot: world(
      changed({ uid: 1001, ppid: 1, env: { HOME: "/home/mia" } }, { uid: 1002, env: { HOME: "/home/noa" } }),
    ),
    policy: { allUsers: true },
  },
  {
    case: "owner unknown",
    guard: "other-user",
    verdict: "unsure",
    snapshot: world(changed({ ppid: 1 }).map(({ uid: _, ...rest }) => rest)),
  },
  {
    case: "NSpid has two entries",
    guard: "other-namespace",
    verdict: "spared",
    snapshot: world(changed({ nsPids: [ORPHAN, 7] })),
  },
  {
    case: "another pid namespace below it",
    guard: "other-namespace",
    verdict: "unsure",
    snapshot: world(changed({}, { pidNamespace: "4026532999" })),
  },
  {
    case: "AGENT_REAPER_KEEP",
    guard: "keep-marker",
    verdict: "spared",
    snapshot: world(changed({ env: { AGENT_REAPER_KEEP: "1" } })),
  },
  {
    case: "AGENT_REAPER_KEEP on its child",
    guard: "keep-marker",
    verdict: "unsure",
    snapshot: world(changed({}, { env: { AGENT_REAPER_KEEP: "yes" } })),
  },
  {
    case: "a rule of the person's",
    guard: "protect-rules",
    verdict: "spared",
    snapshot: world(),
    policy: { protect: ["mcp serve"] },
  },
  {
    case: "a rule that meets its child's executable",
    guard: "protect-rules",
    verdict: "unsure",
    snapshot: world(),
    policy: { protect: ["/bin/sleep"] },
  },
  {
    case: "started 59 s ago",
    guard: "too-young",
    verdict: "spared",
    snapshot: world(changed({ startedAt: NOW - 59_000 })),
  },
  { case: "a zombie", guard: "zombie", verdict: "spared", snapshot: world(changed({ state: "Z", threads: 1 })) },
  {
    case: "a zombie with living threads",
    guard: "zombie",
    verdict: "unsure",
    snapshot: world(changed({ state: "Z", threads: 3 })),
  },
  { case: "nohup", guard: "nohup", verdict: "spared", snapshot: world(changed({ ignoresHangup: true })) },
  {
    case: "a service's main process",
    guard: "supervised",
    verdict: "spared",
    snapshot: world(changed({ cgroup: "/user.slice/x/app.slice/mcp.service" })),
  },
  {
    case: "a child in a container's scope",
    guard: "supervised",
    verdict: "unsure",
    snapshot: world(changed({}, { cgroup: "/system.slice/docker-0a1b.scope" })),
  },
  {
    case: "a group that Podman made below a container's scope, in the host's pid namespace",
    guard: "supervised",
    verdict: "spared",
    snapshot: world(changed({ cgroup: "/user.slice/x/libpod-0a1b.scope/container" })),
  },
  {
    case: "a container's group where systemd makes none",
    guard: "supervised",
    verdict: "spared",
    snapshot: world(changed({ cgroup: `/docker/${"4f".repeat(32)}` })),
  },
  {
    case: "a group that a service made below its own",
    guard: "supervised",
    verdict: "spared",
    snapshot: world(changed({ cgroup: "/user.slice/x/app.slice/mcp.service/workers/3" })),
  },
  {
    case: "a machine's payload",
    guard: "supervised",
    verdict: "spared",
    snapshot: world(changed({ cgroup: "/machine.slice/machine-web.scope/payload" })),
  },
  {
    case: "a scope that somebody named",
    guard: "supervised",
    verdict: "unsure",
    snapshot: world(changed({ cgroup: "/user.slice/x/app.slice/nightly.scope" })),
  },
  {
    case: "systemd-run --scope",
    guard: "supervised",
    verdict: "spared",
    snapshot: world(changed({ cgroup: "/user.slice/x/app.slice/run-r12.scope" })),
  },
  {
    case: "launchd's job",
    guard: "supervised",
    verdict: "spared",
    snapshot: onMac(world(changed({ supervisor: "launchd:org.lea.mcp" }))),
  },
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
    case: "clients cannot be told",
    guard: "clients",
    verdict: "unsure",
    snapshot: world(changed({ listening: [8080] })),
  },
  {
    case: "tmux below it",
    guard: "multiplexer",
    verdict: "unsure",
    snapshot: world(changed({}, { name: "tmux: server", argv: ["tmux", "new"], exe: "/usr/bin/tmux" })),
  },
  {
    case: "job of a living runner",
    guard: "ci-runner",
    verdict: "spared",
    snapshot: world([
      ...changed({ env: { RUNNER_TRACKING_ID: "g" } }),
      ordinary(600, { name: "Runner.Listener", argv: ["/r/bin/Runner.Listener"], exe: "/r/bin/Runner.Listener" }),
    ]),
  },
  {
    case: "job of a living runner that is not GitHub's own",
    guard: "ci-runner",
    verdict: "spared",
    snapshot: world([
      ...changed({ env: { GITHUB_ACTIONS: "true", CI: "true" } }),
      ordinary(600, { name: "forgejo-runner", argv: ["forgejo-runner", "daemon"], exe: "/usr/bin/forgejo-runner" }),
    ]),
  },
  {
    case: "job of a living runner under the name that it is downloaded by",
    guard: "ci-runner",
    verdict: "spared",
    snapshot: world([
      ...changed({ env: { FORGEJO_ACTIONS: "true" } }),
      ordinary(600, {
        name: "forgejo-runner-",
        argv: ["./forgejo-runner-6.3.1-linux-amd64", "daemon"],
        exe: "/home/lea/ci/forgejo-runner-6.3.1-linux-amd64",
      }),
    ]),
  },
  {
    case: "job of a living runner that leaves no mark of its own",
    guard: "ci-runner",
    verdict: "spared",
    snapshot: world([
      ...changed({ env: { CI: "true" } }),
      ordinary(600, { name: "woodpecker-agent", argv: ["woodpecker-agent"], exe: "/usr/bin/woodpecker-agent" }),
    ]),
  },
  {
    case: "job whose runner may live outside this container",
    guard: "ci-runner",
    verdict: "unsure",
    snapshot: ((there) => ({ ...there, host: { ...there.host, container: true } }))(
      world(changed({ env: { GITHUB_ACTIONS: "true" } })),
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
    case: "Claude's roster is of another form",
    guard: "vendor-registry",
    verdict: "unsure",
    snapshot: world(lostServer, { files: { "/home/lea/.claude/daemon/roster.json": '{"proto": 2, "entries": []}' } }),
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
  {
    case: "its console is somebody's",
    guard: "shared-console",
    verdict: "unsure",
    snapshot: onWindows(consoleHost, sibling),
  },
  {
    case: "the session that asked for it is alive",
    guard: "living-session",
    verdict: "spared",
    snapshot: world([ordinary(ORPHAN, toolShell(START)), claude(START - 3000)]),
  },
  {
    case: "a session lives whose start is unknown",
    guard: "living-session",
    verdict: "spared",
    snapshot: world([ordinary(ORPHAN, toolShell(START)), claude(undefined)]),
  },
  {
    case: "its session may be one of those that are left out",
    guard: "living-session",
    verdict: "unsure",
    snapshot: world([ordinary(ORPHAN, toolShell(START))], { partial: true }),
  },
  { case: "it came by an exec of MSYS", guard: "msys-exec", verdict: "unsure", snapshot: onWindows(npxInGitBash) },
  {
    case: "it is older than Explorer",
    guard: "former-explorer",
    verdict: "unsure",
    snapshot: onWindows(claudeExe, explorer(NOW - 60_000)),
  },
  {
    case: "how old Explorer is cannot be told",
    guard: "former-explorer",
    verdict: "unsure",
    snapshot: onWindows(claudeExe, explorer(undefined)),
  },
];

const plugins = builtin();

function judge(snapshot: Snapshot, policy: Partial<Policy> = {}, without?: string) {
  const guards = plugins.guards.filter((guard) => guard.name !== without);
  return classify(snapshot, { ...plugins, guards }, { ...defaultPolicy, ...policy });
}

describe("guards", () => {
  test("the lost server is ended when nothing stands against it", () => {
    expect(judge(world()).plan.terminate).toEqual([ORPHAN, CHILD]);
  });

  for (const { case: name, guard, snapshot, verdict, policy } of objections) {
    test(`${guard}: ${name}`, () => {
      const finding = judge(snapshot, policy).findings.find((finding) => finding.root.pid === ORPHAN);
      expect(finding?.verdict).toBe(verdict);
      expect(finding?.gates.some((gate) => gate.name === guard && gate.objection !== undefined)).toBe(true);
      expect(judge(snapshot, policy).plan.terminate).toEqual([]);
    });

    test(`${guard}: ${name}: without the guard it would be ended`, () => {
      expect(judge(snapshot, policy, guard).findings.find((finding) => finding.root.pid === ORPHAN)?.verdict).toBe(
        "orphan",
      );
    });
  }

  test("every guard stands against something here", () => {
    const tested = new Set([...objections.map((objection) => objection.guard)]);
    expect(plugins.guards.map((guard) => guard.name).filter((name) => !tested.has(name))).toEqual([]);
  });
});

describe("guards do not object", () => {
  const passes: readonly { case: string; snapshot: Snapshot; policy?: Partial<Policy> }[] = [
    {
      case: "a variable that everybody sets, in a container where no runner can be seen",
      snapshot: ((there) => ({ ...there, host: { ...there.host, container: true } }))(
        world(changed({ env: { CI: "true" } })),
      ),
    },
    {
      case: "a browser that is made for tests",
      snapshot: world(
        changed({}, { name: "chrome", argv: ["chrome"], exe: "/home/lea/.cache/puppeteer/chrome/linux-130/chrome" }),
      ),
    },
    {
      case: "a browser's own processes, when automation drives it",
      snapshot: world([
        ...changed({}, {
          name: "chrome",
          argv: ["chrome", "--user-data-dir=/tmp/puppeteer_dev_chrome_profile-a"],
          exe: "/opt/google/chrome/chrome",
        }),
        ordinary(4202, {
          ppid: CHILD,
          name: "chrome",
          argv: ["chrome", "--type=zygote"],
          exe: "/opt/google/chrome/chrome",
        }),
        ordinary(4203, {
          ppid: 4202,
          name: "chrome",
          argv: ["chrome", "--type=renderer"],
          exe: "/opt/google/chrome/chrome",
        }),
      ]),
    },
    {
      case: "a browser that automation drives",
      snapshot: world(
        changed({}, { name: "chrome", argv: ["chrome", "--remote-debugging-pipe"], exe: "/opt/google/chrome/chrome" }),
      ),
    },
    { case: "a keep marker of 0", snapshot: world(changed({ env: { AGENT_REAPER_KEEP: "0" } })) },
    { case: "a second sight", snapshot: world(lostServer, seen(10_000)), policy: unattended },
    { case: "a person who asks, whoever was seen before", snapshot: world(lostServer, seen(0)) },
    { case: "exactly the least age", snapshot: world(changed({ startedAt: NOW - 60_000 })) },
    { case: "a roster that lists the pid with another start", snapshot: world(lostServer, roster("1")) },
    { case: "Codex's pid file with another start", snapshot: world(lostServer, daemon("b", 1)) },
    { case: "Codex's pid file of another boot", snapshot: world(lostServer, daemon("a", 100_000 + ORPHAN)) },
    { case: "a rule that meets nothing", snapshot: world(), policy: { protect: ["postgres"] } },
    { case: "a runner's marker without a runner", snapshot: world(changed({ env: { RUNNER_TRACKING_ID: "g" } })) },
    { case: "a client inside its own tree", snapshot: world(changed({ listening: [8080], clients: [CHILD] })) },
    {
      case: "a zombie below it that cannot be read",
      snapshot: world([lostServer[0]!, {
        pid: CHILD,
        ppid: ORPHAN,
        state: "Z",
        threads: 1,
        argv: null,
        startedAt: START,
      }]),
    },
    {
      case: "an application's scope beside its living main process",
      snapshot: world([
        ...changed({ cgroup: "/u/app-kitty.service" }),
        ordinary(510, { cgroup: "/u/app-kitty.service", startedAt: START - 9000 }),
      ]),
    },
    {
      case: "the container that the viewer looks from within",
      snapshot: withViewerIn(
        "/user.slice/x/libpod-0a1b.scope/container",
        changed({ cgroup: "/user.slice/x/libpod-0a1b.scope/container" }),
      ),
    },
    {
      case: "Codex's pid file being written, of what is not Codex's",
      snapshot: world(lostServer, { files: { "/home/lea/.codex/app-server-daemon/app-server.pid": "" } }),
    },
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
    { case: "a console that nobody else was started in", snapshot: onWindows(consoleHost) },
    {
      case: "a table that leaves processes out, and an owner on record who is dead",
      snapshot: world([ordinary(ORPHAN, { ...toolShell(START), env: { CLAUDE_PID: "77" } })], {
        partial: true,
        absent: [77],
      }),
    },
    {
      case: "a session that began after the snapshot",
      snapshot: world([ordinary(ORPHAN, toolShell(START)), claude(START + 5000)]),
    },
    {
      case: "a session that had long begun",
      snapshot: world([ordinary(ORPHAN, toolShell(START)), claude(START - 61_000)]),
    },
    {
      case: "a session of its time that is an orphan itself",
      snapshot: world([ordinary(ORPHAN, toolShell(START)), { ...claude(START - 3000), stdio: hungUp }]),
    },
    {
      case: "a shell of MSYS that came by a fork",
      snapshot: onWindows({ ...toolShell(START), exe: npxInGitBash.exe as string }),
    },
    {
      case: "the launcher of Git Bash, which is none of MSYS's own",
      snapshot: onWindows({ ...npxInGitBash, exe: "C:\\Program Files\\Git\\bin\\sh.exe" }),
    },
    { case: "an agent that is younger than Explorer", snapshot: onWindows(claudeExe, explorer(START - 60_000)) },
    { case: "an agent on a machine without Explorer", snapshot: onWindows(claudeExe) },
    {
      case: "a single run, older than Explorer",
      snapshot: onWindows({ ...claudeExe, argv: ["claude.exe", "-p", "x"] }, explorer(NOW - 60_000)),
    },
    {
      case: "a terminal somebody else is in the foreground of",
      snapshot: world(changed({ tty: "pts/4", tpgid: 800 })),
    },
  ];
  for (const { case: name, snapshot, policy } of passes) {
    test(name, () => expect(judge(snapshot, policy).plan.terminate).toContain(ORPHAN));
  }

  test("scopes of terminals are nobody's service", () => {
    expect(judge(world(changed({ cgroup: SCOPE }))).plan.terminate).toEqual([ORPHAN, CHILD]);
  });
});
