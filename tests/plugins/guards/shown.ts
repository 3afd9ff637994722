/**
 * What a person looks at, and what ends with it.
 *
 * @module
 */
import type { Process } from "../../../src/contract.ts";
import { changed, CHILD, lostServer, ordinary, world } from "../../support/world.ts";
import type { Objection, Pass } from "./case.ts";

const nameless = ({ name: _, exe: __, ...process }: Process): Process => process;
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

export const objections: readonly Objection[] = [
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
    case: "debris that holds a mount further down",
    guard: "containers",
    verdict: "unsure",
    snapshot: world(
      changed({ ...opened, display: null }, {
        name: "sshfs",
        argv: ["sshfs", "-f", "gpu:/data", "/home/lea/gpu"],
        exe: "/usr/bin/sshfs",
      }),
    ),
  },
  {
    case: "it has a mount below it, by a program that nobody knows",
    guard: "containers",
    verdict: "unsure",
    snapshot: world(
      changed({}, { name: "look", argv: ["look", "backup"], exe: "/home/lea/bin/look", devices: ["/dev/fuse"] }),
    ),
  },
  {
    case: "debris that has a network open",
    guard: "containers",
    verdict: "spared",
    snapshot: world(changed({ ...opened, display: null, devices: ["/dev/net/tun"] })),
  },
  {
    case:
      "a child whose own child is a browser's part, as far as its words tell: of that neither name nor program could be read",
    guard: "window",
    verdict: "unsure",
    snapshot: world([
      ...changed({}, { name: "postman", argv: ["/opt/postman/postman"], exe: "/opt/postman/postman" }),
      nameless(ordinary(4202, { ppid: CHILD, argv: ["/opt/postman/postman", "--type=renderer"] })),
    ]),
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
    case: "it opened an editor for a person",
    guard: "window",
    verdict: "unsure",
    snapshot: world(changed({}, { name: "code", argv: ["/usr/share/code/code", "."], exe: "/usr/share/code/code" })),
  },
  {
    case: "it opened an IDE that runs in Java",
    guard: "window",
    verdict: "unsure",
    snapshot: world(
      changed({}, { name: "java", argv: ["/j/jbr/bin/java", "com.intellij.idea.Main", "."], exe: "/j/jbr/bin/java" }),
    ),
  },
  {
    case: "it opened what the desktop gave a unit of its own, whatever that is called",
    guard: "window",
    verdict: "unsure",
    snapshot: world(changed({}, { cgroup: "/user.slice/x/app.slice/app-gnome-plotter-4411.scope" })),
  },
  {
    case: "it opened a browser on a port that somebody chose",
    guard: "window",
    verdict: "unsure",
    snapshot: world(
      changed({}, {
        name: "chrome",
        argv: ["chrome", "--remote-debugging-port=9222"],
        exe: "/opt/google/chrome/chrome",
      }),
    ),
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
];

export const passes: readonly Pass[] = [
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
    case: "a browser on a port that automation was given",
    snapshot: world(
      changed({}, {
        name: "chrome",
        argv: ["chrome", "--remote-debugging-port=0"],
        exe: "/opt/google/chrome/chrome",
      }),
    ),
  },
  {
    case: "a browser that automation drives, in the unit that Chromium makes for itself",
    snapshot: world(
      changed({}, {
        name: "chrome",
        argv: ["chrome", "--headless"],
        exe: "/opt/google/chrome/chrome",
        cgroup: "/user.slice/x/app.slice/app-org.chromium.Chromium-912.scope",
      }),
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
];
