/**
 * Whoever is worked in is looked for by name first: no name may hide what the words would tell.
 */
import { expect, test } from "bun:test";
import { mayBeWorkedInBy, mayBeWorkplaces } from "../../src/vocabulary/workplaces.ts";

const WORKED_IN: readonly (readonly [name: string, ...argv: string[]])[] = [
  // A framework's Python on macOS, and others that run it.
  [
    "Python",
    "/opt/homebrew/Frameworks/Python.framework/Versions/3.13/Resources/Python",
    "/opt/homebrew/bin/jupyter-lab",
  ],
  ["python3.12", "/usr/bin/python3.12", "/usr/bin/jupyter-notebook"],
  ["pypy3", "/usr/bin/pypy3", "/home/ada/.venv/bin/jupyter-lab"],
  ["jupyterhub-singl", "/usr/bin/python3", "/usr/bin/jupyterhub-singleuser"],
  ["coder", "/usr/local/bin/coder", "agent"],
  ["code-tunnel", "/usr/local/bin/code-tunnel", "tunnel"],
  ["node", "/usr/lib/code-server/lib/node", "/usr/lib/code-server/out/node/entry"],
  ["Node.exe", "C:\\Program Files\\nodejs\\Node.exe", "C:\\tools\\code-server\\out\\node\\entry"],
  ["zellij", "/usr/bin/zellij", "--server", "/run/user/1000/zellij/0.43/shop"],
  ["zellij.exe", "C:\\tools\\zellij.exe"],
  ["ttyd.exe", "C:\\tools\\ttyd.exe", "bash"],
  ["Code.exe", "C:\\Users\\ada\\AppData\\Local\\Programs\\Microsoft VS Code\\Code.exe"],
  ["gnome-terminal-", "/usr/libexec/gnome-terminal-server"],
  ["wezterm-mux-ser", "/usr/bin/wezterm-mux-server"],
  ["emacs-gtk", "/usr/bin/emacs-gtk", "--daemon"],
  ["java", "/usr/lib/jvm/bin/java", "-Xmx2g", "com.intellij.idea.Main"],
];

test.each(WORKED_IN)("%s is found by its name as by its words", (name, ...argv) => {
  const process = { pid: 900, ppid: 1, name, argv, exe: argv[0] as string };
  expect(mayBeWorkedInBy(process)).toBe(true);
  expect(mayBeWorkplaces([process])).toEqual([process]);
});

/** Each keeps a terminal for whoever comes back to it. */
const KEEPERS = ["dtach", "abduco", "shpool", "zmx", "mosh-server", "etterminal", "gotty", "sshx", "tmate", "upterm"];
test.each(KEEPERS)("%s is found by its name as by its words", (name) => {
  const process = { pid: 900, ppid: 1, name, argv: [name], exe: `/usr/bin/${name}` };
  expect([mayBeWorkedInBy(process), mayBeWorkplaces([process])]).toEqual([true, [process]]);
});

test.each(["vite", "firefox", "sccache", "claude"])("%s is nothing that programs are started from", (name) => {
  expect(mayBeWorkplaces([{ pid: 900, ppid: 1, name, argv: [name] }])).toEqual([]);
});
