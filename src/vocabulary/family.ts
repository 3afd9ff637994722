/**
 * Most agents are known by data alone: where their program lies, what it is called, which words on
 * its command line give it which role. `family` turns such data into a matcher.
 *
 * @module
 */
import { commandOf, perCommand, programName, words } from "./command.ts";
import { remember } from "./remembered.ts";
import type { Command } from "./command.ts";
import type { Interpreter } from "./interpreters.ts";
import { leadsServer } from "./company.ts";
import { lifelineOf } from "../judge/claims.ts";
import type { Claim, Lifeline, Matcher, NameHint, Process, Role, Table } from "../contract.ts";
import { isApplication, isOpened } from "./kept.ts";
import { launched, launchOf } from "./launch.ts";
import type { Launch } from "./launch.ts";
import { hasOption } from "./options.ts";
import { sameArguments } from "../process.ts";
import { configures } from "./server-names.ts";

/** One way to know a family's program. */
export type Sign =
  /** An executable of this name, in a place that matches. */
  | ({ readonly program: NameHint; readonly at?: RegExp; readonly because: string } & Worded)
  /** A script of this name that an interpreter runs, in a place that matches. */
  | (
    & { readonly script: NameHint; readonly of: readonly Interpreter[]; readonly at?: RegExp; readonly because: string }
    & Worded
  )
  /** A Python module. */
  | ({ readonly module: NameHint; readonly because: string } & Worded)
  /** A name the process gave itself, under an interpreter that erases arguments when it does. */
  | ({ readonly title: NameHint; readonly of: readonly Interpreter[]; readonly because: string } & Worded);

/** Another program of the same name takes other words. */
interface Worded {
  /** What the first word must be, where there is none the empty text. */
  readonly words?: Pick<RegExp, "test">;
  /** Where there is no word, what every option must be. */
  readonly options?: RegExp;
}

/** Words or options on the command line that give a role. The first rule that fits decides. */
export interface RoleRule {
  readonly role: Role;
  /** The first words are these. */
  readonly words?: readonly string[];
  /** One of these options is there; `--option=value` counts, `--option value` as `"--option value"`. */
  readonly options?: readonly string[];
  readonly lifeline?: Lifeline;
  readonly shared?: boolean;
  readonly detached?: boolean;
}

/** What a family is known by. */
export interface Family {
  readonly name: string;
  readonly summary: string;
  readonly hints: readonly NameHint[];
  /** Texts of which one stands on every command line that the signs mean. */
  readonly words?: readonly string[];
  readonly signs: readonly Sign[];
  /** Names that others bear too, where no place is told (macOS): the agent is who has an MCP server below it. */
  readonly bare?: readonly string[];
  /** Its packages: what npx, dlx, uvx launch. */
  readonly packages?: RegExp;
  /** First words with which its program is no agent: it sets itself up, or runs what a person names. */
  readonly chores?: readonly string[];
  readonly roles: readonly RoleRule[];
  readonly otherwise: Role;
  /** Options that take the next argument. */
  readonly valued?: readonly string[];
  /** Options after which words are a prompt, not a command. */
  readonly prompts?: readonly string[];
}

/** A matcher made of data. */
export function family(data: Family): Matcher {
  const valued = new Set(data.valued ?? []);
  const prompts = new Set(data.prompts ?? []);
  const signOf = signs(data);
  const claimOn = perCommand((command): Claim | undefined => {
    const sign = signOf(command);
    if (sign === undefined) return byPackage(data, command, valued, prompts);
    if (command.argumentsUnknown === true) {
      return sign.words === undefined ? roleUnknown(data, sign.because) : undefined;
    }
    const said = words(command.args, valued, prompts);
    if (isAnothers(sign, command.args, said) || isChore(data, said)) return undefined;
    return byRule(data, command.args, said, sign.because);
  });
  return {
    name: data.name,
    summary: data.summary,
    hints: data.hints,
    ...(data.words === undefined ? {} : { words: data.words, ownWords: true }),
    needs: ["command", "executable"],
    claim(process, table): Claim | undefined {
      const command = commandOf(process);
      if (command === undefined) return undefined;
      const claim = claimOn(command);
      if (claim !== undefined) return isOpened(process) || isApplication(process, table) ? undefined : claim;
      if (data.bare?.includes(command.path) === true) {
        return leadsServer(process, table) ? byCompany(data, command, valued, prompts) : undefined;
      }
      // It says a name: a shell's line, a version manager's shim, `npx` of what is installed, a package's script. What it
      // started is that program or is not.
      const launch = launchOf(command);
      const name = launch === undefined ? stemOf(command) : launch.names.at(-1);
      if (name === undefined || process.ppid === 0) return undefined;
      // As npm quotes it for its shell: of a short name the quotes are what makes a word.
      const quoted = `'${name}'`;
      if (data.words?.some((word) => quoted.includes(word)) === false) return undefined;
      for (const one of launched(process, table)) {
        const agent = programs(one, launch, table).map(claimOn).find((claim) => claim !== undefined);
        if (agent === undefined) continue;
        return launch?.complete === true ? byLaunch(data, launch, valued, prompts) : standingFor(agent, name);
      }
      return undefined;
    },
  };
}

function byCompany(
  data: Family,
  { path, args }: Command,
  valued: ReadonlySet<string>,
  prompts: ReadonlySet<string>,
): Claim | undefined {
  const said = words(args, valued, prompts);
  if (isChore(data, said)) return undefined;
  return byRule(data, args, said, `is called ${path} and has an MCP server below it`);
}

/** The role that its words and options give it. */
function byRule(data: Family, args: readonly string[], said: readonly string[], because: string): Claim {
  const rule = ruleFor(data, args, said);
  return {
    family: data.name,
    role: rule?.role ?? data.otherwise,
    because,
    ...(rule?.lifeline === undefined ? {} : { lifeline: rule.lifeline }),
    ...(rule?.shared === undefined ? {} : { shared: rule.shared }),
    ...(rule?.detached === undefined ? {} : { detached: rule.detached }),
  };
}

/**
 * What may be the program that a launch means. A project may have a script of any name: npx takes that one first. What it
 * calls itself in place of its command line is its own name.
 */
function programs(process: Process, launch: Launch | undefined, table: Table): Command[] {
  const command = commandOf(process);
  if (command === undefined) return [];
  const isAnyones = launch?.from === "registry" && command.interpreter !== undefined && command.script !== undefined;
  const own = ownPart(process, command, table);
  return [...(isAnyones ? [] : [command]), ...(own === undefined ? [] : [own])];
}

/** A script's name without its ending, of those that packages bring. */
function stemOf({ interpreter, scriptName }: Command): string | undefined {
  return interpreter === "node" || interpreter === "bun" ? scriptName?.replace(/\.[cm]?js$/, "") : undefined;
}

/**
 * The program that a package's script starts in its own place, with the same arguments: one of the script's name, or the
 * script once more, with other options for node.
 */
function ownPart(script: Process, command: Command, table: Table): Command | undefined {
  const name = stemOf(command);
  if (name === undefined) return undefined;
  return table.children(script).map(commandOf).find((its) =>
    its !== undefined && (its.interpreter === undefined ? isCalled(its, name) : its.script === command.script) &&
    sameArguments(its.args, command.args)
  );
}

/** By its own name, or by that of a link to it: `~/.grok/bin/grok` leads to a file with a version in its name. */
function isCalled({ program, first }: Command, name: string): boolean {
  return program === name || (first !== undefined && programName(first) === name);
}

/** Of a package in a registry there is one: nothing needs to stand below what launches it. */
function byPackage(
  data: Family,
  command: Command,
  valued: ReadonlySet<string>,
  prompts: ReadonlySet<string>,
): Claim | undefined {
  const launch = data.packages === undefined ? undefined : launchOf(command);
  if (launch?.from !== "registry" || !launch.names.some((name) => data.packages?.test(name))) return undefined;
  return byLaunch(data, launch, valued, prompts);
}

/** What its own words say that it launches. */
function byLaunch(
  data: Family,
  launch: Launch,
  valued: ReadonlySet<string>,
  prompts: ReadonlySet<string>,
): Claim | undefined {
  const said = words(launch.args, valued, prompts);
  if (isChore(data, said)) return undefined;
  const rule = ruleFor(data, launch.args, said);
  const role = rule?.role ?? data.otherwise;
  // Without its options nobody knows whether it is a single run, whose stdin may be closed from the start.
  const isKnown = launch.complete || rule !== undefined || role === "daemon";
  const lifeline = isKnown ? rule?.lifeline : "output";
  const agent = { family: data.name, role, because: "", ...(lifeline === undefined ? {} : { lifeline }) };
  return standingFor(agent, launch.names.at(-1) as string);
}

/** What stands in front of an agent lives on what the agent lives on. */
function standingFor(agent: Claim, name: string): Claim {
  const claim = { family: agent.family, because: `launches ${name}` };
  if (agent.role === "daemon") return { ...claim, role: "daemon", lifeline: lifelineOf(agent) };
  const shared = agent.shared === undefined ? {} : { shared: agent.shared };
  return { ...claim, role: "wrapper", lifeline: lifelineOf(agent), ...shared };
}

/** `said`: the words among the arguments. */
function ruleFor(data: Family, args: readonly string[], said: readonly string[]): RoleRule | undefined {
  return data.roles.find((rule) => gives(rule, args, said));
}

/** Whether another program of the name was started: by its first word, or by an option where it has none. */
function isAnothers({ words, options }: Sign, args: readonly string[], [first]: readonly string[]): boolean {
  if (words?.test(first ?? "") === false) return true;
  if (options === undefined || first !== undefined) return false;
  for (const argument of args) {
    if (argument === "--") return false;
    if (argument.startsWith("-") && !options.test(argument)) return true;
  }
  return false;
}

function isChore({ chores }: Family, [first, second]: readonly string[]): boolean {
  return first !== undefined && (chores?.includes(first) === true || configures(first, second));
}

/** Which sign a command shows. What depends on its program and script alone is found out once for each. */
function signs({ signs: all, packages }: Family): (command: Command) => Sign | undefined {
  const ofProgram = all.filter((sign) => "program" in sign);
  const known = new Map<string, Sign | undefined>();
  return (command) => {
    const { interpreter, script } = command;
    if (interpreter !== undefined && script === undefined) return all.find((sign) => fits(sign, command));
    // No path has a NUL in it.
    const key = interpreter === undefined ? command.path : `${command.resolved}\0${command.path}\0${script}`;
    const found = known.get(key);
    if (found !== undefined || known.has(key)) return found;
    const shown = (interpreter === undefined ? ofProgram : all).find((sign) => fits(sign, command));
    const sign = shown !== undefined && isOfAnother(command, packages) ? undefined : shown;
    remember(known, key, sign);
    return sign;
  };
}

/** A package called like the script that it brings, and no package of the family's: `node_modules/gemini/bin/gemini`. */
function isOfAnother({ script, scriptName }: Command, packages: RegExp | undefined): boolean {
  if (script === undefined || scriptName === undefined) return false;
  return script.replaceAll("\\", "/").includes(`/node_modules/${scriptName}/`) && packages?.test(scriptName) === false;
}

/** Without arguments the program is known and its part is not: it may be driven from another machine. */
function roleUnknown(data: Family, because: string): Claim {
  return {
    family: data.name,
    role: data.otherwise,
    lifeline: "network",
    shared: true,
    because: `${because}; its arguments are unknown`,
  };
}

/** Whether a name is the one that is meant. */
function isNamed(name: string, hint: NameHint): boolean {
  return typeof hint === "string" ? name === hint : hint.test(name);
}

function fits(sign: Sign, command: Command): boolean {
  if ("program" in sign) {
    if (command.interpreter !== undefined && command.resolved) return false;
    return isNamed(command.program, sign.program) && (sign.at?.test(command.path) ?? true);
  }
  if ("module" in sign) return command.module !== undefined && isNamed(command.module, sign.module);
  if (command.interpreter === undefined || !sign.of.includes(command.interpreter)) return false;
  if ("title" in sign) {
    return command.script === undefined && command.first !== undefined &&
      isNamed(programName(command.first), sign.title) &&
      command.resolved && command.args.length === 0;
  }
  if (command.script === undefined || command.scriptName === undefined) return false;
  return isNamed(command.scriptName, sign.script) && (sign.at?.test(command.script) ?? true);
}

function gives(rule: RoleRule, args: readonly string[], said: readonly string[]): boolean {
  if (rule.words?.every((word, at) => said[at] === word) === false) return false;
  return rule.options === undefined || rule.options.some((option) => hasOption(args, option));
}
