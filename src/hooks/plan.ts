/**
 * What is to be changed for each hook, before anything is: all that can be said of a hook (whether it is
 * on, what installing it would do, what uninstalling it would) is said by such plans.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { Complaint } from "../complaint.ts";
import { basesOf } from "../leftovers/places.ts";
import type { Surroundings } from "../contract.ts";
import { visible } from "../text.ts";
import { withBlock, withoutBlock } from "./block.ts";
import { type Agent, handlersOf } from "./agents.ts";
import { asBytes, fromBytes } from "./bytes.ts";
import { type Deed, isDirectory, type Plan, type Planned, programOf, projectOf, type Site } from "./deed.ts";
import type { Target } from "./targets.ts";
import { planGit } from "./git.ts";
import { forPowerShell, forShell } from "../quote.ts";
import { withHandlers, withoutHandlers } from "./settings.ts";
import { hookText, type Shell } from "./shells.ts";
import { type Change, held, isChange } from "./touch.ts";

/** What all of these hooks take, each once. */
export function plans(targets: readonly Target[], deed: Deed, site: Site): readonly Plan[] {
  const each = [...new Set(targets)];
  if (site.startup !== undefined && each.length > 1) {
    throw new Complaint(
      `--file ${visible(site.startup)}: two cannot share a start-up file: name ${each.join(" or ")} alone`,
    );
  }
  return each.map((target) => plan(target, deed, site));
}

/** What one hook takes. */
export function plan(target: Target, deed: Deed, site: Site): Plan {
  const { changes, ...told } = planned(target, deed, site);
  return { target, changes: changes.filter(isChange), ...told };
}

const OPEN_SHELLS: Readonly<Record<Deed, string>> = {
  install: "a shell that is open already has no hook: start a new one",
  uninstall: "a shell that is open already keeps it until it is closed",
};

function planned(target: Target, deed: Deed, site: Site): Planned {
  if (site.project !== undefined && ["zsh", "bash", "fish", "powershell"].includes(target)) {
    throw new Complaint(`${target}: a shell has no projects: leave --project away`);
  }
  if (site.startup !== undefined && !["zsh", "bash", "powershell"].includes(target)) {
    throw new Complaint(`${target}: --file is for zsh, bash and powershell: leave it away`);
  }
  switch (target) {
    case "git":
      return planGit(deed, site, programOf(site, target));
    case "claude":
    case "codex":
      return planAgent(target, deed, site);
    case "fish": {
      const text = hookText("fish", programOf(site, "fish"));
      const change = whole(join(configHome(site), "fish", "conf.d", "agent-reaper.fish"), deed, text);
      // It lies among the person's own files, and may have lines of theirs in it by now.
      const isOurs = change.before === undefined || change.before.equals(Buffer.from(text));
      return { changes: [{ ...change, isOurs }], notes: [OPEN_SHELLS[deed]] };
    }
    default:
      return planStartup(target, deed, site);
  }
}

/** A few lines in the start-up file, which read the text from a file of ours: a new program writes only that anew. */
function planStartup(shell: Exclude<Shell, "fish">, deed: Deed, site: Site): Planned {
  const startup = held(site.startup ?? startupFile(shell, site));
  const ours = join(site.state, `hook.${shell === "powershell" ? "ps1" : shell}`);
  const [quoted, line] = shell === "powershell"
    ? [forPowerShell(ours), (word: string) => `if (Test-Path -LiteralPath ${word}) { . ${word} }`]
    : [forShell(ours), (word: string) => `if [ -r ${word} ]; then . ${word}; fi`];
  const lines = [
    `# Sweeps up, unseen, what agents left behind. To take it out: agent-reaper hook uninstall ${shell}`,
    asBytes(line(quoted)),
  ];
  const text = startup.bytes?.toString("latin1");
  // PowerShell's own comes with the first profile. Any other was mistyped, or is not mounted.
  const isMade = shell === "powershell" && site.startup === undefined;
  if (deed === "install" && !isMade && !isDirectory(dirname(startup.path))) {
    throw new Complaint(`${visible(startup.path)}: its directory is not there: make it, or name another with --file`);
  }
  const after = deed === "install"
    ? withBlock(text, lines, startup.path, shell === "powershell" ? "end" : "end of a start-up file")
    : text === undefined
    ? undefined
    : withoutBlock(text, startup.path);
  return {
    changes: [
      whole(ours, deed, hookText(shell, programOf(site, shell))),
      { path: startup.path, before: startup.bytes, after: fromBytes(after) },
    ],
    notes: [OPEN_SHELLS[deed]],
  };
}

function planAgent(agent: Agent, deed: Deed, site: Site): Planned {
  const directory = site.project === undefined
    ? (basesOf(agent, site)[0] as { path: string }).path
    : join(projectOf(site.project), `.${agent}`);
  const { path, bytes } = held(join(directory, agent === "claude" ? "settings.json" : "hooks.json"));
  const text = bytes?.toString("latin1");
  const named = visible(path);
  const handlers = handlersOf(agent, programOf(site, agent), site.host.platform);
  const after = deed === "install"
    ? withHandlers(text, handlers, named)
    : text === undefined
    ? undefined
    : withoutHandlers(text, named);
  const notes: string[] = [];
  if (deed === "install") {
    if (agent === "codex") {
      notes.push("Codex runs no hook that nobody reviewed: start it, type /hooks and trust the two of agent-reaper");
    }
    if (agent === "claude" && text !== undefined && /"disableAllHooks"\s*:\s*true/.test(text)) {
      notes.push(`${named} has "disableAllHooks": true: no hook runs until that is gone`);
    }
    if (site.project !== undefined) {
      notes.push("it names the program by its path on this machine: think before you commit it");
    }
  }
  return { changes: [{ path, before: bytes, after: fromBytes(after) }], notes };
}

/** A file that is all ours. */
function whole(path: string, deed: Deed, text: string): Change {
  const { path: target, bytes } = held(path);
  return { path: target, before: bytes, after: deed === "install" ? Buffer.from(text) : undefined, isOurs: true };
}

function startupFile(shell: Exclude<Shell, "fish">, site: Site): string {
  const { host: { platform }, viewer: { home }, variables } = site;
  if (shell === "zsh") {
    const named = variables["ZDOTDIR"];
    return join(named?.startsWith("/") === true ? named : home, ".zshrc");
  }
  // Terminals on macOS start login shells, and those do not read .bashrc.
  if (shell === "bash") return join(home, platform === "darwin" ? ".bash_profile" : ".bashrc");
  if (platform !== "win32") return join(configHome(site), "powershell", "profile.ps1");
  const documents = [join(home, "OneDrive", "Documents"), join(home, "Documents")];
  const folder = documents.find((path) => isDirectory(path)) ?? documents[1] as string;
  const isOld = !isDirectory(join(folder, "PowerShell")) && isDirectory(join(folder, "WindowsPowerShell"));
  return join(folder, isOld ? "WindowsPowerShell" : "PowerShell", "profile.ps1");
}

function configHome({ viewer: { home }, variables }: Surroundings): string {
  const named = variables["XDG_CONFIG_HOME"];
  return named?.startsWith("/") === true ? named : join(home, ".config");
}
