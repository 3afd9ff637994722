/**
 * Who started it, and ends it: services and units.
 *
 * @module
 */
import type { Process, Snapshot } from "../../../src/contract.ts";
import { changed, ordinary, START, VIEWER, world } from "../../support/world.ts";
import { type Objection, onMac, type Pass } from "./case.ts";

const withoutArguments = ({ argv: _, ...process }: Process): Process => process;
const withViewerIn = (cgroup: string, processes: readonly Process[]): Snapshot => {
  const there = world(processes);
  return { ...there, processes: there.processes.map((one) => (one.pid === VIEWER ? { ...one, cgroup } : one)) };
};
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
  ...(["argv", "cgroup"] as const).map((field): Objection => {
    const group = "/u/user@1000.service/init.scope";
    const { [field]: _, ...manager } = ordinary(509, { ppid: 1, name: "systemd", argv: ["systemd"], cgroup: group });
    return {
      case: `the same of one whose parent may be the manager: its ${field} is unknown`,
      guard: "supervised",
      verdict: "spared",
      snapshot: world([
        ...changed({ cgroup: "/u/app-org.kde.konsole@3ab1.service", sid: 77 }),
        manager,
        withoutGroup(ordinary(510, { ppid: 509, name: "konsole", startedAt: START - 9000 })),
      ]),
    };
  }),
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
  ...["machine-1", "libpod-0a", "crio-0a", "cri-containerd-0a", "lxc-web", "nspawn-web"].map((name): Objection => ({
    case: `in ${name}.scope`,
    guard: "supervised",
    verdict: "spared",
    snapshot: world(changed({ cgroup: `/user.slice/x/app.slice/${name}.scope` })),
  })),
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
];

export const passes: readonly Pass[] = [
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
  {
    case: "an application's scope beside its living main process",
    snapshot: world([
      ...changed({ cgroup: "/u/app-kitty.service" }),
      ordinary(510, { cgroup: "/u/app-kitty.service", startedAt: START - 9000 }),
    ]),
  },
  {
    case: "the scope of a terminal's tab, below its own",
    snapshot: world(changed({ cgroup: "/u/app-org.kde.konsole-3f1.scope/tab(812).scope" })),
  },
  ...["app-kitty-1", "session-4", "tmux-spawn-1f", "screen-1", "zellij-1", "wezterm-1", "vte-spawn-1f", "gnome-spawn-1"]
    .map((name): Pass => ({
      case: `in ${name}.scope, which nobody asked for`,
      snapshot: world(changed({ cgroup: `/user.slice/user-1000.slice/user@1000.service/app.slice/${name}.scope` })),
    })),
  {
    case: "the scope that a terminal made for one of its surfaces, in a group of its own",
    snapshot: world(changed({ cgroup: "/u/app-ghostty-transient-5130.scope/surfaces/556FAF50BA40.scope" })),
  },
  {
    case: "an application's service whose main process is gone: what systemd starts leads a session of its own",
    snapshot: world(changed({ cgroup: "/u/app-org.kde.konsole@3ab1.service", sid: 77 })),
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
];
