import { commandOf } from "../../src/command.ts";
import type { Process } from "../../src/contract.ts";

/** What a person starts from whatever shell is at hand and keeps: editors, browsers, terminals. */
const WINDOWS =
  /^(?:code(?:-insiders|-oss|-server|-tunnel)?|(?:vs)?codium|cursor|windsurf|antigravity|zed(?:-editor)?|zeditor|sublime_text|idea|pycharm|webstorm|goland|clion|rider|phpstorm|rustrover|studio|emacs(?:-[\w.-]+)?|gvim|nvim(?:-qt)?|neovide|gedit|kate|firefox(?:-\w+)?|chrome|chromium(?:-browser)?|brave|msedge|vivaldi(?:-bin)?|opera|gnome-terminal(?:-server)?|kgx|ptyxis(?:-agent)?|konsole|kitty|alacritty|wezterm(?:-gui|-mux-server)?|ghostty|foot(?:server)?|xterm|urxvtd?|tilix|terminator|xfce4-terminal)$/;
/** What serves the whole login, whoever happened to start it first. */
const DAEMONS =
  /^(?:tmux|screen|zellij|dtach|abduco|shpool|sshd?|autossh|mosh-server|ssh-agent|gpg-agent|keyboxd|scdaemon|dirmngr|dbus-(?:daemon|broker|launch)|dockerd|containerd(?:-shim(?:-[\w-]+)?)?|podman|conmon|buildkitd|adb|watchman|sccache|bazel|syncthing)$/;
/** The same by their words: `git fsmonitor--daemon`, the daemons of Gradle and Kotlin, pm2's. */
const DAEMON_WORDS = /^(?:fsmonitor--daemon|org\.gradle\.launcher\.daemon\..+|.*\bKotlinCompileDaemon|PM2 v.*)$/;

/** Whether a person or the whole login goes on using it, whoever happened to start it. */
export function isKept(process: Process): boolean {
  const program = commandOf(process)?.program ?? process.name ?? "";
  const words = process.argv ?? [];
  if (WINDOWS.test(program)) return !words.some((word) => word.startsWith("--headless"));
  return DAEMONS.test(program) || words.some((word) => DAEMON_WORDS.test(word));
}
