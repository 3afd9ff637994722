/**
 * What a person, or everything that a person has running, goes on using, whoever happened to start it first. Pure.
 *
 * @module
 */
import { commandOf } from "./command.ts";
import type { Process } from "./process.ts";

/** What a person starts from whatever shell is at hand and keeps: editors, browsers, terminals. */
const WINDOWS =
  /^(?:code(?:-insiders|-oss|-server|-tunnel)?|(?:vs)?codium|cursor|windsurf|antigravity|zed(?:-editor)?|zeditor|sublime_text|idea|pycharm|webstorm|goland|clion|rider|phpstorm|rustrover|studio|emacs(?:-[\w.-]+)?|gvim|nvim(?:-qt)?|neovide|gedit|kate|firefox(?:-\w+)?|chrome|chromium(?:-browser)?|brave|msedge|vivaldi(?:-bin)?|opera|gnome-terminal(?:-server)?|kgx|ptyxis(?:-agent)?|konsole|kitty|alacritty|wezterm(?:-gui|-mux-server)?|ghostty|foot(?:server)?|xterm|urxvtd?|tilix|terminator|xfce4-terminal)$/;
/** What nobody looks at: flags of automation, and profiles that only automation makes. A person's own lies elsewhere. */
const AUTOMATED =
  /^--?headless|^--enable-automation$|^--remote-debugging-(?:pipe$|port=)|^-juggler-pipe$|playwright_\w+dev_profile-/;
const PROFILE =
  /^--user-data-dir=.*(?:[\\/]ms-playwright(?:-mcp)?[\\/]mcp-|[\\/]playwright_\w+dev_profile-|[\\/]puppeteer_dev_\w+_profile-|[\\/]agent-browser-chrome-|[\\/]chrome-devtools-mcp[\\/])/;
/** What serves the whole login, whoever happened to start it first. */
const DAEMONS =
  /^(?:tmux|screen|zellij|dtach|abduco|shpool|sshd?|autossh|mosh-server|ssh-agent|gpg-agent|keyboxd|scdaemon|dirmngr|dbus-(?:daemon|broker|launch)|dockerd|containerd(?:-shim(?:-[\w-]+)?)?|podman|conmon|buildkitd|adb|watchman|sccache|bazel|syncthing)$/;
/** The same by their words: `git fsmonitor--daemon`, the daemons of Gradle and Kotlin, pm2's. */
const DAEMON_WORDS = /^(?:fsmonitor--daemon|org\.gradle\.launcher\.daemon\..+|.*\bKotlinCompileDaemon|PM2 v.*)$/;

/** Whether a person or the whole login goes on using it, whoever happened to start it. */
export function isKept(process: Process): boolean {
  const program = programOf(process);
  const words = process.argv ?? [];
  if (WINDOWS.test(program)) return !words.some((word) => word.startsWith("--headless"));
  return DAEMONS.test(program) || words.some((word) => DAEMON_WORDS.test(word));
}

/** Whether it shows a window that a person may look at: no browser that automation drives. */
export function hasWindow(process: Process): boolean {
  if (!WINDOWS.test(programOf(process))) return false;
  return process.argv?.some((word) => AUTOMATED.test(word) || isAutomationProfile(word)) !== true;
}

/** Whether an argument names a profile directory that browser automation makes. */
export function isAutomationProfile(argument: string): boolean {
  return PROFILE.test(argument);
}

function programOf(process: Process): string {
  return commandOf(process)?.program ?? process.name ?? "";
}
