import { describe, expect, test } from "bun:test";
import { classify } from "../../src/classify.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import type { Process } from "../../src/contract.ts";
import { ordinary, ORPHAN, world } from "../support/world.ts";

const plan = (...processes: readonly Process[]) => classify(world(processes), builtin(), defaultPolicy).plan.terminate;
/** Started from the shell of an agent that is dead, in a worktree that is gone. */
const left = (argv: readonly string[], exe: string, more: Partial<Process> = {}): Process =>
  ordinary(ORPHAN, { argv, exe, cwdDeleted: true, env: { CLAUDECODE: "1", CLAUDE_PID: "77" }, ...more });

describe("what a person keeps is no debris, whichever shell started it and wherever", () => {
  const kept: readonly (readonly [readonly string[], string])[] = [
    [["/usr/share/code/code", "."], "/usr/share/code/code"],
    [["cursor"], "/opt/cursor/cursor"],
    [["emacs", "--daemon"], "/usr/bin/emacs-gtk"],
    [["firefox"], "/usr/lib/firefox/firefox"],
    [["/opt/google/chrome/chrome"], "/opt/google/chrome/chrome"],
    [["/usr/libexec/gnome-terminal-server"], "/usr/libexec/gnome-terminal-server"],
    [["ssh", "-fN", "-L", "8080:a:80", "box"], "/usr/bin/ssh"],
    [["docker", "run", "-p", "5432:5432", "postgres"], "/usr/bin/docker"],
    [["docker", "compose", "up"], "/usr/bin/docker"],
    [["docker-compose", "compose", "up"], "/usr/libexec/docker/cli-plugins/docker-compose"],
    [["podman", "run", "postgres"], "/usr/bin/podman"],
    [["limactl", "hostagent", "default"], "/usr/bin/limactl"],
    [["ssh-agent"], "/usr/bin/ssh-agent"],
    [["gpg-agent", "--daemon"], "/usr/bin/gpg-agent"],
    [["adb", "-L", "tcp:5037", "fork-server", "server"], "/opt/android/adb"],
    [["git", "fsmonitor--daemon", "run", "--detach"], "/usr/bin/git"],
    [["git", "credential-cache--daemon", "/home/lea/.cache/git/credential/socket"], "/usr/lib/git-core/git"],
    [
      ["/usr/lib/git-core/git-credential-cache--daemon", "/home/lea/s"],
      "/usr/lib/git-core/git-credential-cache--daemon",
    ],
    [["bazel(app)", "--max_idle_secs=10800"], "/home/lea/.cache/bazel/install/0a1b/embedded_tools/jdk/bin/java"],
    [["java", "-cp", "bloop.jar", "bloop.BloopServer", "--nailgun"], "/usr/lib/jvm/bin/java"],
    [["/usr/lib/virtualbox/VBoxSVC", "--auto-shutdown"], "/usr/lib/virtualbox/VBoxSVC"],
    [["/usr/lib/virtualbox/VBoxHeadless", "--comment", "box", "--startvm", "1"], "/usr/lib/virtualbox/VBoxHeadless"],
    [["java", "-cp", "x.jar", "org.gradle.launcher.daemon.bootstrap.GradleDaemon", "8.9"], "/usr/lib/jvm/bin/java"],
    [["virt-viewer", "build-box"], "/usr/bin/virt-viewer"],
    [["/usr/bin/wish", "/usr/bin/gitk", "--all"], "/usr/bin/wish8.6"],
    [["/usr/bin/python3", "/usr/bin/meld", "a", "b"], "/usr/bin/python3.12"],
    [["/usr/bin/python3", "/usr/bin/virt-manager"], "/usr/bin/python3.12"],
    [["xclip", "-selection", "clipboard"], "/usr/bin/xclip"],
    [["wl-copy"], "/usr/bin/wl-copy"],
    [["PM2 v6.0.8: God Daemon (/home/lea/.pm2)"], "/usr/bin/node"],
    [["/usr/bin/python3", "/usr/bin/supervisord", "-c", "supervisord.conf"], "/usr/bin/python3.12"],
    [["runsvdir", "/home/lea/sv"], "/usr/bin/runsvdir"],
    [["s6-svscan", "/home/lea/service"], "/usr/bin/s6-svscan"],
    [["gnome-keyring-daemon", "--start"], "/usr/bin/gnome-keyring-daemon"],
    [["python3", "/home/lea/.claude/hooks/notify.py", "--daemon"], "/usr/bin/python3.12"],
    [["atuin", "daemon"], "/home/lea/.cargo/bin/atuin"],
  ];
  for (const [argv, exe] of kept) test(argv.join(" "), () => expect(plan(left(argv, exe))).toEqual([]));

  /** What shows a person something; what serves others for as long as it runs. */
  const shown =
    `code-insiders codium vscodium windsurf antigravity zed zeditor sublime_text gvim nvim-qt neovide gedit kate
    Godot_v4.5-stable_linux.x86_64 mousepad geany obsidian texstudio idea pycharm webstorm goland clion rider phpstorm rustrover rubymine datagrip idea64
    studio kgx ptyxis konsole kitty alacritty wezterm-gui ghostty foot xterm urxvt tilix terminator xfce4-terminal chromium
    brave vivaldi-bin opera thunderbird evince okular zathura mupdf xpdf atril soffice.bin eog gwenview feh imv gimp
    inkscape krita blender vlc mpv totem obs audacity kdenlive freecad openscad kicad octave-gui kdiff3 gitg smerge dbeaver
    sqlitebrowser wireshark remmina vncviewer scrcpy remote-viewer gnome-boxes nautilus nemo thunar dolphin steam`
      .split(/\s+/);
  const daemons =
    `tmux screen zellij dtach abduco shpool sshd autossh mosh-server etterminal ttyd gotty sshx tmate upterm zmx pueued
    wezterm-mux-server fuse-overlayfs virtiofsd unison lsyncd mutagen mutagen-agent tailscaled openvpn openconnect sshuttle
    telepresence minikube kmonad kanata xremap pipewire pipewire-pulse wireplumber pulseaudio ibus-daemon fcitx fcitx5
    keyboxd scdaemon dirmngr keybase dbus-daemon dbus-broker dbus-launch dockerd containerd containerd-shim conmon
    containerd-shim-runc-v2 buildkitd rootlesskit slirp4netns pasta watchman sccache bazel syncthing xsel circusd
    process-compose overmind honcho foreman goreman hivemind vmware-vmx VBoxXPCOMIPCD runsv s6-supervise svscan supervise
    cron crond atd supercronic onedrive maestral dropbox rslsync seaf-daemon mega-cmd-server firecracker cloud-hypervisor
    crosvm vfkit krunkit`
      .split(/\s+/);
  const holding = [
    ..."sshfs gocryptfs encfs cryfs s3fs gcsfuse mergerfs bindfs goofys geesefs mount-s3 ceph-fuse ntfs-3g curlftpfs ifuse"
      .split(" ").map((name) => [name, "box:/data", "/mnt"]),
    ..."squashfuse archivemount ratarmount securefs jmtpfs".split(" ").map((name) => [name, "box:/data", "/mnt"]),
    ..."restic borg kopia weed blobfuse2".split(" ").map((name) => [name, "mount", "/mnt"]),
    ...[["rclone", "mount", "box:", "/mnt"], ["juicefs", "mount", "redis://box", "/mnt"]],
    ...[["limactl", "start", "box"], ["podman-compose", "up"], ["docker-compose", "up"]],
    ...[["docker", "attach", "db"], ["docker", "start", "-a", "db"], ["nerdctl", "run", "-p", "80:80", "nginx"]],
    ...[["docker", "container", "run", "postgres"], ["docker", "compose", "watch"]],
  ];
  test("nor is anything of its kind", () => {
    const ended = [...[...shown, ...daemons].map((name) => [name]), ...holding].filter((argv) =>
      plan(left(argv, `/usr/bin/${argv[0]}`)).length > 0
    );
    expect(ended).toEqual([]);
  });

  test("nor is whoever has a device open through which others are served, whatever it is called", () => {
    const ended = ["/dev/fuse", "/dev/net/tun", "/dev/kvm", "/dev/uinput"].filter((device) =>
      plan(left(["helper"], "/home/lea/bin/helper", { devices: [device] })).length > 0
    );
    expect(ended).toEqual([]);
    expect(plan(left(["helper"], "/home/lea/bin/helper", { devices: [] }))).toEqual([ORPHAN]);
    expect(plan(left(["helper"], "/home/lea/bin/helper", { devices: ["/dev/null"] }))).toEqual([ORPHAN]);
  });

  test("nor is what has such a client below it, or may have", () => {
    const docker = ordinary(ORPHAN + 1, {
      ppid: ORPHAN,
      name: "docker",
      argv: ["docker", "compose", "up"],
      exe: "/usr/bin/docker",
    });
    const { argv: _, ...unread } = docker;
    const script = left(["sh", "-c", "docker compose up"], "/usr/bin/dash");
    expect(plan(script, docker)).toEqual([]);
    expect(plan(script, { ...unread, name: "x" })).toEqual([]);
    expect(plan(script, { ...docker, name: "sleep", argv: ["sleep", "9"], exe: "/usr/bin/sleep" })).toEqual([
      ORPHAN,
      ORPHAN + 1,
    ]);
  });

  test("nor is the living session in it", () => {
    const peer = { kind: "socket", peer: "live", holders: [ORPHAN + 1] } as const;
    expect(plan(
      left(["/usr/share/code/code", "."], "/usr/share/code/code"),
      ordinary(ORPHAN + 1, { ppid: ORPHAN, argv: ["code", "--type=utility"], exe: "/usr/share/code/code" }),
      ordinary(ORPHAN + 2, {
        ppid: ORPHAN + 1,
        argv: ["claude", "--output-format", "stream-json", "--input-format", "stream-json"],
        exe: "/home/lea/.vscode/extensions/anthropic.claude-code-2/resources/native-binary/claude",
        stdio: [{ fd: 0, ...peer }, { fd: 1, ...peer }, { fd: 2, kind: "null" }],
      }),
    )).toEqual([]);
  });
});

describe("debris", () => {
  const debris: readonly (readonly [readonly string[], string])[] = [
    [["yes"], "/usr/bin/yes"],
    [["sh", "-c", "while :; do :; done"], "/usr/bin/dash"],
    [["git", "gc"], "/usr/bin/git"],
    [["/opt/google/chrome/chrome", "--headless=new", "about:blank"], "/opt/google/chrome/chrome"],
    [["node", "vite.js"], "/usr/bin/node"],
    [["python3", "scripts/studio"], "/usr/bin/python3.12"],
    [["node", "/home/lea/app/node_modules/.bin/studio"], "/usr/bin/node"],
  ];
  for (const [argv, exe] of debris) test(argv.join(" "), () => expect(plan(left(argv, exe))).toEqual([ORPHAN]));
});
