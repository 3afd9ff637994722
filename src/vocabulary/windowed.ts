/**
 * Programs that show a person a window. Data first: a pattern of so many words takes longer to compile than a table of
 * a thousand processes to be asked. Pure.
 *
 * @module
 */

/** What people work in for days, and start whatever they like from: editors and what is built on them, terminals. */
const WORKED_IN: ReadonlySet<string> = new Set([
  // Editors and what is built on them.
  ...["code", "code-insiders", "code - insiders", "code-oss", "code-server", "code-tunnel", "codium", "vscodium"],
  ...["cursor", "windsurf", "antigravity", "zed", "zed-editor", "zeditor", "sublime_text", "devenv", "emacs", "gvim"],
  ...[
    "nvim",
    "nvim-qt",
    "neovide",
    "gedit",
    "kate",
    "gnome-text-editor",
    "mousepad",
    "xed",
    "pluma",
    "kwrite",
    "geany",
  ],
  ...["notepad", "notepad++", "obsidian", "texstudio", "lyx"],
  ...["idea", "pycharm", "webstorm", "goland", "clion", "rider", "phpstorm", "rustrover", "rubymine", "datagrip"],
  ...["idea64", "pycharm64", "webstorm64", "goland64", "clion64", "rider64", "phpstorm64", "rustrover64", "rubymine64"],
  ...["datagrip64", "studio", "studio64"],
  // Terminals.
  ...["gnome-terminal", "gnome-terminal-server", "kgx", "ptyxis", "ptyxis-agent", "konsole", "kitty", "alacritty"],
  ...["wezterm", "wezterm-gui", "wezterm-mux-server", "ghostty", "foot", "footserver", "xterm", "urxvt", "urxvtd"],
  ...["tilix", "terminator", "xfce4-terminal", "iterm2", "terminal", "windowsterminal", "mintty"],
]);

/** What a person starts from whatever shell is at hand and keeps, by what its program is called, in small letters. */
const NAMES: ReadonlySet<string> = new Set([
  ...WORKED_IN,
  // Browsers and mail.
  ...["firefox", "chrome", "google chrome", "chromium", "chromium-browser", "brave", "brave browser", "msedge"],
  ...["vivaldi", "vivaldi-bin", "opera", "safari", "thunderbird"],
  // Documents, pictures, sound.
  ...[
    "evince",
    "papers",
    "okular",
    "zathura",
    "mupdf",
    "xpdf",
    "atril",
    "xreader",
    "acrobat",
    "acrord32",
    "sumatrapdf",
  ],
  ...["libreoffice", "soffice", "soffice.bin", "winword", "excel", "powerpnt", "mspaint", "eog", "loupe", "gwenview"],
  ...["feh", "imv", "sxiv", "nsxiv", "gimp", "inkscape", "krita", "blender", "vlc", "mpv", "totem", "showtime"],
  ...["celluloid", "obs", "audacity", "kdenlive", "freecad", "openscad", "kicad", "octave-gui", "matlab"],
  // What developers look at, other machines and screens, files, games.
  ...["meld", "kdiff3", "gitg", "smerge", "sublime_merge", "dbeaver", "sqlitebrowser", "wireshark", "ssms"],
  ...[
    "remmina",
    "vncviewer",
    "scrcpy",
    "virt-viewer",
    "virt-manager",
    "remote-viewer",
    "gnome-boxes",
    "xephyr",
    "xnest",
  ],
  ...["virtualboxvm", "nautilus", "nemo", "thunar", "dolphin", "explorer", "steam", "unity", "unrealeditor"],
]);

/** The same where a version or a variant belongs to the name. */
const VARIED =
  /^(?:emacs-[\w.-]+|(?:firefox|mupdf|imv|qemu-system)-\w+|gimp-[\d.]+|godot[\w.-]*|wish[\d.]*|[wx]freerdp\d?|google chrome .*)$/i;

/** How those begin: of most programs nothing more needs to be asked. */
const BEGINNINGS = new Set(["emac", "fire", "mupd", "imv-", "qemu", "gimp", "godo", "wish", "wfre", "xfre", "goog"]);

/** Whether a program of this name shows a window. */
export function showsWindow(program: string): boolean {
  const small = program.toLowerCase();
  return NAMES.has(small) || (BEGINNINGS.has(small.slice(0, 4)) && VARIED.test(program));
}

/** Whether people work in a program of this name, and start others from it. */
export function isWorkedIn(program: string): boolean {
  return WORKED_IN.has(program.toLowerCase()) || program.startsWith("emacs-");
}
