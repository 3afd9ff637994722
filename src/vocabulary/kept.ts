/**
 * What a person, or everything that a person has running, goes on using, whoever happened to start it first. Pure.
 *
 * @module
 */
import { commandOf } from "./command.ts";
import { remember } from "./remembered.ts";
import { baseName, hasEnded, type Process } from "../process.ts";
import { perTable } from "./per-table.ts";
import type { Table } from "../table.ts";
import { showsWindow } from "./windowed.ts";

/** What a path has in it that lies in an application of macOS; of most paths nothing more needs to be asked. */
const IN_BUNDLE = ".app/Contents/MacOS/";
/**
 * On macOS an application says so by where it lies, in /Applications or wherever it was put. Frameworks have Python's
 * program in a bundle, and Claude Desktop keeps Claude Code in one.
 */
const BUNDLE = /^(?!.*(?:\.framework|\/claude-code\/[^/]+\/claude\.app)\/).+\.app\/Contents\/MacOS\//;
/** The same on Windows, where installers put what has a window. Managers of packages have directories of their own there. */
const AMONG_PROGRAMS = /^[a-z]:\\Program Files(?: \(x86\))?\\(?!nodejs\\|Volta\\|WinGet\\)(?!.*\\node_modules\\)/i;
/** Its own program bears its name; what lies beside that one may be anything. */
const OF_BUNDLE = /\/([^/]+)\.app\/Contents\/MacOS\/\1$/i;
/** What shows a window's content on Windows where the application brings no browser of its own. */
const WEB_VIEW = "msedgewebview2.exe";
/** IDEs on Java's own windows: their launchers are scripts that stay, or become it. */
const OF_JETBRAINS = /^com\.intellij\.idea\.Main$/;
/** What Chromium starts below itself, in a browser and in every application that is built on it. */
const CHROMIUM = /^--type=(?:zygote|gpu-process|utility|renderer)$/;
/**
 * What nobody looks at: flags of automation, and profiles that only automation makes. A person's own lies elsewhere, and a
 * port that somebody chose is one to look in at.
 */
const DRIVEN = /^--?headless|^--enable-automation$|^--remote-debugging-(?:pipe$|port=0$)|^-juggler-pipe$/;
const PASSING_PROFILE = /[\\/]playwright_\w+dev_profile-/;
/** Browsers that tools download for themselves. */
const FOR_TESTS = /[\\/](?:ms-playwright|puppeteer|selenium)[\\/]|Chrome for Testing/;
const PROFILE =
  /^--user-data-dir=.*(?:[\\/]ms-playwright(?:-mcp)?[\\/]mcp-|[\\/]playwright_\w+dev_profile-|[\\/]puppeteer_dev_\w+_profile-|[\\/]agent-browser-chrome-|[\\/]chrome-devtools-mcp[\\/])/;
/** The same of Firefox, which takes the directory as a word of its own. */
const FIREFOX_PROFILE = /[\\/]playwright_firefoxdev_profile-|[\\/]ms-playwright(?:-mcp)?[\\/]mcp-/;
/**
 * What serves the whole login, whoever happened to start it first, and what keeps a person's programs running. What was
 * copied is held by a program until something else is, and a terminal that others look at by what shows it to them; with
 * a mount goes what is read through it, with a network who is reached by it, with a keyboard's layers what is typed on it.
 */
const DAEMONS =
  /^(?:tmux|screen|zellij|dtach|abduco|shpool|sshd?|autossh|mosh-server|etterminal|ttyd|gotty|sshx|tmate|upterm|zmx|wezterm-mux-server|pueued|sshfs|rclone|fuse-overlayfs|gocryptfs|encfs|cryfs|s3fs|gcsfuse|juicefs|mergerfs|bindfs|goofys|geesefs|mount-s3|ntfs-3g|curlftpfs|archivemount|ratarmount|securefs|jmtpfs|[\w.-]*fuse2?|virtiofsd|unison|lsyncd|mutagen(?:-agent)?|onedrive|maestral|dropboxd?|rslsync|seaf-daemon|mega-cmd-server|tailscaled|openvpn|openconnect|sshuttle|telepresence|minikube|kmonad|kanata|xremap|pipewire(?:-pulse)?|wireplumber|pulseaudio|ibus-daemon|fcitx5?|ssh-agent|gpg-agent|keyboxd|scdaemon|dirmngr|gnome-keyring-daemon|keybase|dbus-(?:daemon|broker|launch)|dockerd|containerd(?:-shim(?:-[\w-]+)?)?|podman|conmon|buildkitd|rootlesskit|slirp4netns|pasta|adb|watchman|sccache|bazel|syncthing|xclip|xsel|wl-copy|supervisord|circusd|process-compose|overmind|honcho|foreman|goreman|hivemind|git-credential-cache--daemon|VBox(?:SVC|XPCOMIPCD|Headless)|vmware-vmx|firecracker|cloud-hypervisor|crosvm|vfkit|krunkit|crond?|atd|supercronic|runsv(?:dir)?|s6-(?:svscan|supervise)|svscan|supervise)$/;
/** The same by their words: `git fsmonitor--daemon`, the daemons of Gradle, Kotlin and Bazel, pm2's, `restic mount`, and whoever says that it is one. */
const DAEMON_WORDS =
  /^(?:(?:fsmonitor|credential-cache)--daemon|bazel\(.*\)|buck2d\[.*|bloop\.Bloop(?:Server)?|org\.gradle\.launcher\.daemon\..+|.*\bKotlinCompileDaemon|PM2 v.*|(?:--)?daemon|--daemonize|mount)$/;

/** Whether a person or the whole login goes on using it, whoever happened to start it. */
export function isKept(process: Process, table: Table): boolean {
  if (isWindow(process, table)) return process.argv?.some((word) => word.startsWith("--headless")) !== true;
  return mayServeLogin(process);
}

/** Whether it is no window of one person's, but serves the whole login: words that could not be read may be such a daemon's. */
export function mayServeLogin(process: Process): boolean {
  const { argv } = process;
  if (argv === undefined || DAEMONS.test(programOf(process))) return true;
  return DAEMONS.test(commandOf(process)?.scriptName ?? "") || argv?.some((word) => DAEMON_WORDS.test(word)) === true;
}

/** Whether it shows a window that a person may look at: no browser that automation drives, and none of its processes. */
export function hasWindow(process: Process, table: Table): boolean {
  return isWindow(process, table) && !isAutomation(process, table);
}

/** Whether that is known: what could not be read of it, or of a part of it, makes no window of it. */
export function surelyHasWindow(process: Process, table: Table): boolean {
  return process.argv !== undefined && !isApplicationInDoubt(process, table) && hasWindow(process, table);
}

const automated = perTable(() => new Map<Process, boolean>());

/** Whether automation drives it, or what it is a part of. Every member of a tree is asked: what was found out on the way up stays. */
export function isAutomation(process: Process, table: Table): boolean {
  const known = automated(table);
  const way: Process[] = [];
  let is: boolean | undefined = false;
  for (let one: Process | undefined = process; one !== undefined; one = table.parent(one)) {
    is = known.get(one);
    if (is !== undefined) break;
    // So a circle in hostile data ends, too.
    known.set(one, is = isAutomated(one));
    if (is) break;
    way.push(one);
  }
  if (is) { for (const one of way) known.set(one, true); }
  return is === true;
}

function isAutomated(process: Process): boolean {
  return FOR_TESTS.test(commandOf(process)?.path ?? "") ||
    process.argv?.some((word) => DRIVEN.test(word) || PASSING_PROFILE.test(word) || isAutomationProfile(word)) === true;
}

/** Whether it was told to be driven: with such a profile alone a person may have opened it. */
export function isDriven({ argv }: Process): boolean {
  return argv?.some((word) => DRIVEN.test(word)) === true;
}

/** Whether it lies in an application of macOS, for whatever part it has in that. */
export function liesInBundle(process: Process): boolean {
  return isProgramAt(process, BUNDLE);
}

/**
 * Finder gives an application no words, or a number, and the start menu none; an agent that an application runs for itself
 * is told what to do.
 */
export function isOpened(process: Process): boolean {
  if (!liesInBundle(process) && !liesAmongPrograms(process)) return false;
  return commandOf(process)?.args.every((argument) => argument.startsWith("-psn_")) === true;
}

/** On Windows. Who looks anywhere else lies elsewhere: most paths have no more in common with it than their drive. */
function liesAmongPrograms(process: Process): boolean {
  const command = commandOf(process);
  return command?.interpreter === undefined && command?.path[1] === ":" && AMONG_PROGRAMS.test(command.path);
}

/** Who bears the name of its bundle, or has a browser's own children, is an application with a window, whatever it is called. */
export function isApplication(process: Process, table: Table): boolean {
  return (isProgramAt(process, OF_BUNDLE) && liesInBundle(process)) ||
    table.children(process).some((child) => isOfBrowser(child, process));
}

/** Whether that is so for want of a child's words alone: with them it may be none. */
export function isApplicationInDoubt(process: Process, table: Table): boolean {
  return table.children(process).some((child) => child.argv === undefined && isOfBrowser(child, process));
}

/** What could not be read of it may be what tells; one that only waits to be collected is nobody's any more. */
function isOfBrowser(child: Process, { exe: ofParent, name: parentsName }: Process): boolean {
  if (isWebView(child)) return !hasEnded(child);
  const { exe, name, argv } = child;
  const isUnknown = exe === undefined || ofParent === undefined;
  const isSame = isUnknown
    ? name === undefined || parentsName === undefined || name === parentsName
    : exe !== null && exe === ofParent;
  if (!isSame || hasEnded(child)) return false;
  return argv === undefined ||
    argv?.some((argument) => argument.startsWith("--type=") && CHROMIUM.test(argument)) === true;
}

/** Most names are shorter. */
function isWebView({ name, exe }: Process): boolean {
  const called = name ?? exe ?? "";
  return called.length >= WEB_VIEW.length && baseName(called).toLowerCase() === WEB_VIEW;
}

/** Not of interpreters: Python's own is called so too, wherever a framework of it lies. */
function isProgramAt(process: Process, place: RegExp): boolean {
  const command = commandOf(process);
  if (command === undefined || command.interpreter !== undefined) return false;
  return isInBundle(command.path, place);
}

function isInBundle(path: string, place: RegExp = BUNDLE): boolean {
  return path.includes(IN_BUNDLE) && place.test(path);
}

/** Whether an argument names a profile directory that browser automation makes. */
export function isAutomationProfile(argument: string): boolean {
  return PROFILE.test(argument);
}

/** The same of a profile of Firefox. */
export function isFirefoxProfile(argument: string): boolean {
  return FIREFOX_PROFILE.test(argument);
}

/** What applications bring along beside their own program, to run what has no window: Tauri puts it there. */
const RUNTIMES = new Set(["node", "bun", "deno", "uv", "uvx"]);

const windows = new Map<string, boolean>();

/** Trees are full of the same few programs. */
function isWindow(process: Process, table: Table): boolean {
  const path = commandOf(process)?.path ?? process.name ?? "";
  let is = windows.get(path);
  if (is === undefined) {
    const program = programOf(process);
    remember(windows, path, is = showsWindow(program) || (isInBundle(path) && !RUNTIMES.has(program)));
  }
  return is || isWindowOfScript(process) || isApplication(process, table) || isJetBrains(process) ||
    staysOpen(process);
}

/** Where programs lie that a person starts by their names. */
const PROGRAMS = /^\/(?:usr\/(?:local\/)?|app\/|opt\/(?:.+\/)?)bin\//;

/** Some windows are scripts: `python3 /usr/bin/meld`. Servers and tools of Node's have such names, too. */
function isWindowOfScript(process: Process): boolean {
  if (process.argv === undefined) return /^(?:python|pypy)/i.test(programOf(process));
  const { interpreter, script = "", scriptName = "" } = commandOf(process) ?? {};
  return interpreter === "python" && script.startsWith("/") && showsWindow(scriptName) && PROGRAMS.test(script);
}

/** `cmd /k`, `pwsh -NoExit`: a window that goes on after what it was opened for. */
function staysOpen(process: Process): boolean {
  const program = programOf(process).toLowerCase();
  if (program !== "cmd" && program !== "powershell" && program !== "pwsh") return false;
  if (process.argv === undefined) return true;
  const said = process.argv?.find((word) =>
    program === "cmd" ? /^\/[ck]$/i.test(word) : /^-(?:noexit|c|command|f|file)$/i.test(word)
  );
  return said !== undefined && /^(?:\/k|-noexit)$/i.test(said);
}

function isJetBrains(process: Process): boolean {
  const program = programOf(process);
  if (program !== "java" && program !== "javaw") return false;
  return process.argv?.some((word) => OF_JETBRAINS.test(word)) ?? true;
}

function programOf(process: Process): string {
  return commandOf(process)?.program ?? process.name ?? "";
}
