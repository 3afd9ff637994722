/**
 * git: one hook for every repository where it knows hooks in its configuration, else one repository at a
 * time, beside the hooks that are there. Where another tool writes the hooks its own file is the place,
 * and that is the person's to change.
 *
 * @module
 */
import { readdirSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { Complaint } from "../complaint.ts";
import { visible } from "../text.ts";
import { withBlock, withoutBlock } from "./block.ts";
import { asBytes, fromBytes } from "./bytes.ts";
import { type Deed, type Planned, projectOf, type Site } from "./deed.ts";
import { forGitConfig } from "../quote.ts";
import { type Program, sweepLine } from "./start.ts";
import { type Change, held } from "./touch.ts";

/** After each of these somebody may start an agent, and none of them can stop what git does. */
const GIT_EVENTS = ["post-checkout", "post-commit", "post-merge", "post-rewrite"] as const;

/** The first version that reads hooks from its configuration. */
const CONFIGURED_SINCE = [2, 54] as const;

const SHELL_SCRIPT = /^#![^\n]*\b(?:ba|da|z|k|a|mk)?sh\b[^\n]*\n/;
const BESIDE = ".before-agent-reaper";
const EXECUTABLE = 0o755;

/** What the hook takes. */
export function planGit(deed: Deed, site: Site, program: Program): Planned {
  const line = asBytes(sweepLine(program));
  if (site.project !== undefined) return planRepository(deed, site, projectOf(site.project), line);
  const version = versionOf(site);
  if (deed === "install" && !knowsConfigured(version)) {
    throw new Complaint(
      `git ${
        version?.join(".") ?? ""
      }: has no hooks for all repositories (2.54 has): name one repository with --project DIR`,
    );
  }
  const { path, bytes } = held(configPath(site));
  const text = bytes?.toString("latin1");
  // git gives a hook its arguments by "$@" behind the command: a function takes them and drops them.
  const command = forGitConfig(`f() { ${line}; }; f`);
  const lines = ['[hook "agent-reaper"]', ...GIT_EVENTS.map((event) => `\tevent = ${event}`), `\tcommand = ${command}`];
  const after = deed === "install"
    ? withBlock(text, lines, path)
    : text === undefined
    ? undefined
    : withoutBlock(text, path);
  return { changes: [{ path, before: bytes, after: fromBytes(after) }], notes: [] };
}

function versionOf({ git }: Site): readonly number[] | undefined {
  if (git === undefined) throw new Complaint("git: is not on the PATH: install it, or leave git away");
  return /\b(\d+)\.(\d+)/.exec(git("--version") ?? "")?.slice(1).map(Number);
}

function knowsConfigured(version: readonly number[] | undefined): boolean {
  const [major = 0, minor = 0] = version ?? [];
  return major > CONFIGURED_SINCE[0] || (major === CONFIGURED_SINCE[0] && minor >= CONFIGURED_SINCE[1]);
}

/** Where git itself would write what is set for all. */
function configPath({ viewer: { home }, variables }: Site): string {
  const named = variables["GIT_CONFIG_GLOBAL"];
  if (named !== undefined && isAbsolute(named)) return named;
  const plain = join(home, ".gitconfig");
  const xdg = variables["XDG_CONFIG_HOME"];
  const other = join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(home, ".config"), "git", "config");
  return !isThere(plain) && isThere(other) ? other : plain;
}

/** Where it cannot be told, whoever reads it next says why. */
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

function planRepository(deed: Deed, { git }: Site, project: string, line: string): Planned {
  if (git === undefined) throw new Complaint("git: is not on the PATH: install it, or leave git away");
  const at = (what: string): string | undefined =>
    git("-C", project, "rev-parse", "--path-format=absolute", ...what.split(" "));
  const common = at("--git-common-dir");
  // git looks for the hooks in `/` then, and does not say where they lie.
  if (common !== undefined && git("-C", project, "config", "core.hooksPath") === "") {
    const where = "unset it (git config --show-origin core.hooksPath tells where it is set)";
    throw new Complaint(
      `--project ${visible(project)}: core.hooksPath is empty, so git runs no hook there: ${where}`,
    );
  }
  const hooks = at("--git-path hooks");
  if (hooks === undefined || common === undefined) {
    throw new Complaint(`--project ${visible(project)}: git knows no repository there: name one`);
  }
  const top = at("--show-toplevel") ?? project;
  const changes = deed === "install" ? [] : GIT_EVENTS.flatMap((event) => withoutHook(join(hooks, event)));
  if (deed === "uninstall") return { changes, notes: [] };
  const advice = othersAdvice(hooks, common, top, line);
  if (advice !== undefined) return { changes: [], notes: [], advice };
  return { changes: GIT_EVENTS.flatMap((event) => withHook(join(hooks, event), line)), notes: [] };
}

/** What to write where somebody else writes the hooks. */
function othersAdvice(hooks: string, common: string, top: string, line: string): string[] | undefined {
  if (/[\\/]\.husky(?:[\\/]_)?$/.test(hooks)) {
    return [
      `husky writes the hooks of this repository. Put this line into ${
        GIT_EVENTS.map((event) => `.husky/${event}`).join(", ")
      }:`,
      line,
    ];
  }
  const lefthook = readdirSync(top).find((name) => /^\.?lefthook\.(?:ya?ml|toml|jsonc?)$/.test(name));
  if (lefthook !== undefined) {
    return [
      `lefthook writes the hooks of this repository. Put this into ${visible(lefthook)} and run lefthook install:`,
      ...GIT_EVENTS.flatMap((event) => [
        `${event}:`,
        "  jobs:",
        "    - name: agent-reaper",
        `      run: ${JSON.stringify(line)}`,
      ]),
    ];
  }
  if (!hooks.startsWith(common)) {
    return [
      `core.hooksPath leads to ${visible(hooks)}, which others may share. Put this line into ${
        GIT_EVENTS.join(", ")
      } there:`,
      line,
    ];
  }
  return undefined;
}

/** Ours in front of what the hook does, which keeps its arguments, its input and its exit code. */
function withHook(path: string, line: string): Change[] {
  const { bytes, mode, path: target } = held(path);
  if (target !== path && bytes !== undefined) {
    throw new Complaint(`${visible(path)}: is a link to ${visible(target)}: put this line there yourself: ${line}`);
  }
  // git passes over it and says so; what would be put in would never run.
  if (mode !== undefined && (mode & 0o111) === 0 && process.platform !== "win32") return [];
  const text = bytes?.toString("latin1");
  if (bytes === undefined || SHELL_SCRIPT.test(text as string)) {
    const after = fromBytes(withBlock(text, [line], path, "after the first line"));
    return [{ path, before: bytes, after, ...(bytes === undefined ? { mode: EXECUTABLE } : {}) }];
  }
  // Another language: a script of ours runs it, from the same directory.
  const wrapper = `${withBlock(undefined, [line], path, "after the first line")}exec "\${0%/*}/${
    path.split(/[\\/]/).at(-1)
  }${BESIDE}" "$@"\n`;
  return [
    { path: path + BESIDE, before: held(path + BESIDE).bytes, after: bytes, mode: mode ?? EXECUTABLE },
    { path, before: bytes, after: Buffer.from(wrapper, "latin1"), mode: EXECUTABLE },
  ];
}

function withoutHook(path: string): Change[] {
  const chained = held(path + BESIDE);
  const { bytes } = held(path);
  const rest = bytes === undefined ? undefined : withoutBlock(bytes.toString("latin1"), path);
  const isOurs = rest !== undefined && rest.includes(BESIDE);
  if (chained.bytes !== undefined && (isOurs || bytes === undefined)) {
    return [
      { path, before: bytes, after: chained.bytes, mode: chained.mode ?? EXECUTABLE },
      { path: chained.path, before: chained.bytes, after: undefined },
    ];
  }
  return [{ path, before: bytes, after: fromBytes(rest) }];
}
