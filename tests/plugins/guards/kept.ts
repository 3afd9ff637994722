/**
 * Who answers for it.
 *
 * @module
 */
import type { Process, Snapshot } from "../../../src/contract.ts";
import { entry, onRecord } from "../../support/registered.ts";
import { changed, CHILD, lostServer, ordinary, ORPHAN, START, VIEWER, world } from "../../support/world.ts";
import { type Objection, type Pass, startedAt } from "./case.ts";

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
export const toolShell = (began: number): Partial<Process> => ({
  name: "zsh",
  argv: ["/bin/zsh", "-c", `source /Users/lea/.claude/shell-snapshots/snapshot-zsh-${began}-ab12cd.sh && eval 'x &'`],
  exe: "/bin/zsh",
  stdio: [{ fd: 0, kind: "null" }, { fd: 1, kind: "pipe", peer: "gone" }, { fd: 2, kind: "pipe", peer: "gone" }],
});
/** A single run that nobody reads. */
const unheard: Partial<Process> = {
  argv: ["claude", "-p", "x"],
  stdio: [{ fd: 0, kind: "null" }, { fd: 1, kind: "pipe", peer: "gone" }, { fd: 2, kind: "pipe", peer: "gone" }],
};
const claude = (began: number | undefined): Process =>
  startedAt(
    began,
    ordinary(600, { name: "2.1.200", argv: ["claude"], exe: "/home/lea/.local/share/claude/versions/2.1.200" }),
  );
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
/** A runner of GitHub's on a Mac, where environments are not told, and its job. */
const besideRunner = (...jobs: readonly Partial<Process>[]): Snapshot => {
  const [listener, worker] = ["/r/bin/Runner.Listener", "/r/bin/Runner.Worker"] as const;
  const runner = ordinary(600, { ppid: 1, name: "Runner.Listener", argv: [listener], exe: listener });
  const job = ordinary(601, { ppid: 600, name: "Runner.Worker", argv: [worker], exe: worker });
  return withoutEnvironments(onMac(world([...lostServer, runner, ...jobs.map((fields) => ({ ...job, ...fields }))])));
};
const withoutArguments = ({ argv: _, ...process }: Process): Process => process;
const withoutDisplay = ({ display: _, ...process }: Process): Process => process;
/** What a dead agent's shell opened in a worktree that is gone. */
const opened: Partial<Process> = {
  name: "rview",
  argv: ["rview", "."],
  exe: "/usr/bin/rview",
  cwdDeleted: true,
  env: { CLAUDECODE: "1", CLAUDE_PID: "77" },
  display: "/tmp/.X11-unix/X0",
};
/** A browser with a server's profile whose terminal is closed. */
const browser: Partial<Process> = {
  name: "chrome",
  argv: ["/opt/google/chrome/chrome", "--user-data-dir=/home/lea/.cache/ms-playwright/mcp-chrome-1"],
  exe: "/opt/google/chrome/chrome",
  display: "/run/user/1000/wayland-0",
  stdio: ([0, 1, 2] as const).map((fd) => ({ fd, kind: "tty", peer: "gone", path: "/dev/pts/9" })),
};
const drivenBy = (...options: readonly string[]): Partial<Process> => ({
  ...browser,
  argv: [...browser.argv as string[], ...options],
});
const hungUp = ([0, 1, 2] as const).map((fd) => ({ fd, kind: "tty", peer: "gone", path: "/dev/pts/9" }) as const);
const withViewerIn = (cgroup: string, processes: readonly Process[]): Snapshot => {
  const there = world(processes);
  return { ...there, processes: there.processes.map((one) => (one.pid === VIEWER ? { ...one, cgroup } : one)) };
};

const withoutEnvironments = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  processes: snapshot.processes.map(({ env: _, ...rest }) => rest),
});
const withoutGroup = ({ cgroup: _, ...rest }: Process): Process => rest;
/** launchctl did not answer. */
const unsupervised = (snapshot: Snapshot, too?: "stdio"): Snapshot => ({
  ...snapshot,
  processes: snapshot.processes.map(({ supervisor: _, stdio, ...rest }) =>
    too === "stdio" || stdio === undefined ? rest : { ...rest, stdio }
  ),
});

export const objections: readonly Objection[] = [
  {
    case: "the agent that put a single run in the background is alive",
    guard: "living-owner",
    verdict: "unsure",
    snapshot: world([
      startedAt(START - 3000, ordinary(600)),
      ...changed({ ...unheard, env: { CLAUDE_PID: "600" } }),
    ]),
  },
  { case: "nohup", guard: "nohup", verdict: "spared", snapshot: world(changed({ ignoresHangup: true })) },
  {
    case: "a service's main process",
    guard: "supervised",
    verdict: "spared",
    snapshot: world(changed({ cgroup: "/user.slice/x/app.slice/mcp.service" })),
  },
  {
    case: "the main process of an application's service",
    guard: "supervised",
    verdict: "spared",
    snapshot: world(changed({ cgroup: "/u/app-claude@autostart.service" })),
  },
  {
    case: "an application's service of which somebody else may be the main process",
    guard: "supervised",
    verdict: "spared",
    snapshot: world([
      ...changed({ cgroup: "/u/app-org.kde.konsole@3ab1.service", sid: 77 }),
      withoutGroup(ordinary(510, { name: "konsole", startedAt: START - 9000 })),
    ]),
  },
  {
    case: "the same of one whose parent may be the manager: nothing is known of that",
    guard: "supervised",
    verdict: "spared",
    snapshot: world([
      ...changed({ cgroup: "/u/app-org.kde.konsole@3ab1.service", sid: 77 }),
      { pid: 509, ppid: 1, uid: 1000, cgroup: "/u/user@1000.service/init.scope" },
      withoutGroup(ordinary(510, { ppid: 509, name: "konsole", startedAt: START - 9000 })),
    ]),
  },
  {
    case: "a child that is connected to a display",
    guard: "window",
    verdict: "unsure",
    snapshot: world(changed({}, { display: "/run/user/1000/wayland-0" })),
  },
  {
    case: "a browser on a display that a person opened with a server's profile, to log in: nothing drives it",
    guard: "window",
    verdict: "spared",
    snapshot: world(changed(browser)),
  },
  {
    case: "debris that is connected to a display",
    guard: "window",
    verdict: "spared",
    snapshot: world(changed(opened)),
  },
  {
    case: "a plugin's broker whose hook ended at once, streams and all: the agent that uses it lives",
    guard: "living-owner",
    verdict: "unsure",
    snapshot: world([
      ...changed({
        name: "node",
        argv: ["node", "/home/lea/.claude/plugins/cache/acme/broker.mjs"],
        exe: "/usr/bin/node",
        env: { CLAUDE_PID: "4300" },
        stdio: ([0, 1, 2] as const).map((fd) => ({ fd, kind: "socket", peer: "gone" })),
      }),
      ordinary(4300, { name: "claude", argv: ["claude"], exe: "/usr/bin/claude", startedAt: START - 9000 }),
    ]),
  },
  {
    case: "debris that holds containers further down",
    guard: "containers",
    verdict: "unsure",
    snapshot: world(
      changed({ ...opened, display: null }, {
        name: "docker",
        argv: ["docker", "compose", "up"],
        exe: "/usr/bin/docker",
      }),
    ),
  },
  {
    case: "a child of which it is unknown whether it is connected to a display",
    guard: "window",
    verdict: "unsure",
    snapshot: world(lostServer.map((process) => (process.pid === CHILD ? withoutDisplay(process) : process))),
  },
  {
    case: "debris of which that could not be read",
    guard: "window",
    verdict: "unsure",
    snapshot: world(changed({ ...opened, unread: { display: "EACCES" } }).map(withoutDisplay)),
  },
  {
    case: "a service of which it is unknown whether its main process shows a window: a part of it could not be read",
    guard: "supervised",
    verdict: "unsure",
    snapshot: world([
      ...changed({ cgroup: "/system.slice/cron.service", sid: 77 }),
      ordinary(510, { name: "cron", cgroup: "/system.slice/cron.service", startedAt: START - 9000 }),
      withoutArguments(ordinary(511, { ppid: 510, name: "cron", cgroup: "/system.slice/cron.service" })),
    ]),
  },
  {
    case: "a service whose main process may have made a session of its own for it",
    guard: "supervised",
    verdict: "spared",
    snapshot: world(changed({ cgroup: "/user.slice/x/app.slice/mcp.service", sid: 77 })),
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
    case: "a unit of a machine's own, in a machine of LXC",
    guard: "supervised",
    verdict: "spared",
    snapshot: world(changed({ cgroup: "/lxc.payload.dev/user.slice/user-1000.slice/session-1.scope" })),
  },
  {
    case: "a unit of a machine's own, in one of systemd-nspawn",
    guard: "supervised",
    verdict: "spared",
    snapshot: world(
      changed({ cgroup: "/machine.slice/systemd-nspawn@dev.service/payload/user.slice/session-1.scope" }),
    ),
  },
  {
    case: "a scope that somebody named, below one that somebody named",
    guard: "supervised",
    verdict: "unsure",
    snapshot: world(changed({ cgroup: "/user.slice/x/app.slice/nightly.scope/tab(7).scope" })),
  },
  {
    case: "a service whose main process only calls itself sshd",
    guard: "supervised",
    verdict: "unsure",
    snapshot: world([
      ...changed({ cgroup: "/u/app.slice/mine.service" }),
      ordinary(510, { name: "sshd", argv: ["sshd"], cgroup: "/u/app.slice/mine.service", startedAt: START - 9000 }),
    ]),
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
    case: "in the process group of a living job of launchd's",
    guard: "supervised",
    verdict: "unsure",
    snapshot: onMac(world([
      ...changed({ pgid: 700 }),
      ordinary(700, { ppid: 1, name: "zsh", argv: ["/bin/zsh", "agents.sh"], supervisor: "launchd:org.lea.agents" }),
    ])),
  },
  {
    case: "launchctl told of nobody",
    guard: "supervised",
    verdict: "unsure",
    snapshot: unsupervised(onMac(world()), "stdio"),
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
    case: "job of a living runner that CircleCI starts on a machine of one's own",
    guard: "ci-runner",
    verdict: "spared",
    snapshot: world([
      ...changed({ env: { CIRCLECI: "true", CI: "true" } }),
      ordinary(600, { name: "circleci-launch", argv: ["circleci-launch-agent"], exe: "/opt/circleci-launch-agent" }),
    ]),
  },
  {
    case: "a runner is at a job, where environments are not told",
    guard: "ci-runner",
    verdict: "unsure",
    snapshot: besideRunner({ startedAt: START - 60_000 }),
  },
  {
    case: "when the job of a runner began is unknown, where environments are not told",
    guard: "ci-runner",
    verdict: "unsure",
    snapshot: besideRunner({ startedAt: undefined as never }),
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
  {
    case: "the session that asked for it is alive",
    guard: "living-session",
    verdict: "spared",
    snapshot: world([ordinary(ORPHAN, toolShell(START)), claude(START - 3000)]),
  },
  {
    case: "the session that asked for it is alive, under the name that Nix gives it",
    guard: "living-session",
    verdict: "spared",
    snapshot: world([ordinary(ORPHAN, toolShell(START)), { ...claude(START - 3000), name: ".claude-wrapped" }]),
  },
  {
    case: "a session that had begun some minutes before its first command",
    guard: "living-session",
    verdict: "spared",
    snapshot: world([ordinary(ORPHAN, toolShell(START)), claude(START - 590_000)]),
  },
  {
    case: "a session that had begun hours before",
    guard: "living-session",
    verdict: "unsure",
    snapshot: world([ordinary(ORPHAN, toolShell(START)), claude(START - 7 * 3_600_000)]),
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
];

export const passes: readonly Pass[] = [
  {
    case: "a server of a living agent, to which nobody talks any more",
    snapshot: world([startedAt(START - 3000, ordinary(600)), ...changed({ env: { CLAUDE_PID: "600" } })]),
  },
  {
    case: "a variable that everybody sets, in a container where no runner can be seen",
    snapshot: ((there) => ({ ...there, host: { ...there.host, container: true } }))(
      world(changed({ env: { CI: "true" } })),
    ),
  },
  { case: "older than the job that a runner is at", snapshot: besideRunner({ startedAt: START + 60_000 }) },
  { case: "beside a runner that waits for a job, where environments are not told", snapshot: besideRunner() },
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
  {
    case: "in the process group of a living application",
    snapshot: onMac(world([
      ...changed({ pgid: 700 }),
      ordinary(700, { ppid: 1, name: "Electron", argv: ["Electron"], supervisor: "launchd:application.com.a.b.1.2" }),
    ])),
  },
  {
    case: "launchctl told of nobody, and pipes that launchd gives to none of its jobs are gone",
    snapshot: unsupervised(onMac(world())),
  },
  { case: "Codex's pid file with another start", snapshot: world(lostServer, daemon("b", 1)) },
  { case: "Codex's pid file of another boot", snapshot: world(lostServer, daemon("a", 100_000 + ORPHAN)) },
  { case: "a runner's marker without a runner", snapshot: world(changed({ env: { RUNNER_TRACKING_ID: "g" } })) },
  {
    case: "an application's scope beside its living main process",
    snapshot: world([
      ...changed({ cgroup: "/u/app-kitty.service" }),
      ordinary(510, { cgroup: "/u/app-kitty.service", startedAt: START - 9000 }),
    ]),
  },
  { case: "a browser on a display that a server drove", snapshot: world(changed(drivenBy("--remote-debugging-pipe"))) },
  { case: "one that it drove by a port", snapshot: world(changed(drivenBy("--remote-debugging-port=0"))) },
  { case: "one on no display", snapshot: world(changed({ ...browser, display: null })) },
  { case: "debris that is connected to no display", snapshot: world(changed({ ...opened, display: null })) },
  {
    case: "a server of the tree that is connected to a display: it looks at windows of others",
    snapshot: world(changed({}, {
      display: "/tmp/.X11-unix/X0",
      name: "python3",
      argv: ["python3", "-m", "mcp_server_screen"],
      exe: "/usr/bin/python3.12",
    })),
  },
  {
    case: "an agent that reads the clipboard itself",
    snapshot: world(changed({ display: "/tmp/.X11-unix/X0" })),
  },
  {
    case: "what holds the clipboard for it",
    snapshot: world(changed({}, {
      display: "/run/user/1000/wayland-0",
      name: "wl-paste",
      argv: ["wl-paste", "--watch", "cat"],
      exe: "/usr/bin/wl-paste",
    })),
  },
  {
    case: "a test on a display of its own",
    snapshot: world([
      ...changed({}, { display: "@/tmp/.X11-unix/X99" }),
      ordinary(4202, {
        ppid: CHILD,
        name: "Xvfb",
        argv: ["Xvfb", ":99"],
        listening: ["@/tmp/.X11-unix/X99"],
        clients: [CHILD],
      }),
    ]),
  },
  {
    case: "a browser on a display that automation drives",
    snapshot: world(changed({}, {
      display: "/tmp/.X11-unix/X0",
      name: "MiniBrowser",
      argv: ["MiniBrowser", "--user-data-dir=/tmp/playwright_webkitdev_profile-1"],
      exe: "/opt/MiniBrowser",
    })),
  },
  {
    case: "the scope of a terminal's tab, below its own",
    snapshot: world(changed({ cgroup: "/u/app-org.kde.konsole-3f1.scope/tab(812).scope" })),
  },
  {
    case: "the scope that a terminal made for one of its surfaces, in a group of its own",
    snapshot: world(changed({ cgroup: "/u/app-ghostty-transient-5130.scope/surfaces/556FAF50BA40.scope" })),
  },
  {
    case: "an application's service whose main process is gone: what systemd starts leads a session of its own",
    snapshot: world(changed({ cgroup: "/u/app-org.kde.konsole@3ab1.service", sid: 77 })),
  },
  {
    case: "a marker of one runner beside a living runner of another kind",
    snapshot: world([
      ...changed({ env: { CI: "true", GITLAB_CI: "true" } }),
      ordinary(600, { name: "buildkite-agent", argv: ["buildkite-agent", "start"], exe: "/usr/bin/buildkite-agent" }),
    ]),
  },
  {
    case: "a terminal's service beside its living main process",
    snapshot: world([
      ...changed({ cgroup: "/u/foot-server.service" }),
      ordinary(510, {
        name: "foot",
        argv: ["foot", "--server"],
        exe: "/usr/bin/foot",
        cgroup: "/u/foot-server.service",
        startedAt: START - 9000,
      }),
    ]),
  },
  {
    case: "sshd's service, where logind makes no session of who came in",
    snapshot: world([
      ...changed({ cgroup: "/system.slice/ssh.service" }),
      ordinary(510, { name: "sshd", uid: 0, cgroup: "/system.slice/ssh.service", startedAt: START - 9000 }),
    ]),
  },
  {
    case: "the machine that the viewer looks from within",
    snapshot: withViewerIn(
      "/lxc/dev/user.slice/session-2.scope",
      changed({ cgroup: "/lxc/dev/user.slice/session-1.scope" }),
    ),
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
    snapshot: world([ordinary(ORPHAN, toolShell(START)), claude(START - 8 * 3_600_000 - 1000)]),
  },
  {
    case: "a session of that day, where the owner on record is dead",
    snapshot: world([
      ordinary(ORPHAN, { ...toolShell(START), env: { CLAUDE_PID: "77" } }),
      claude(START - 3_600_000),
    ]),
  },
  {
    case: "a tool call of an agent that is stranded itself, beside a session of that day",
    snapshot: world([
      ...changed({}, toolShell(START)),
      claude(START - 3_600_000),
    ]),
  },
  {
    case: "a program that may run sessions, long before",
    snapshot: world([
      ordinary(ORPHAN, toolShell(START)),
      { ...claude(START - 3_600_000), name: "node", argv: ["node", "site.js"], exe: "/usr/bin/node" },
    ]),
  },
  {
    case: "a session of its time that is an orphan itself",
    snapshot: world([ordinary(ORPHAN, toolShell(START)), { ...claude(START - 3000), stdio: hungUp }]),
  },
];
