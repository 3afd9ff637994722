/**
 * Most agents are known by data alone: where their program lies, what it is called, which words on
 * its command line give it which role. `family` turns such data into a matcher.
 *
 * @module
 */
import { commandOf, perCommand, programName, remember, words } from "./command.ts";
import type { Command, Interpreter } from "./command.ts";
import { lifelineOf } from "../judge/claims.ts";
import type { Claim, Lifeline, Matcher, NameHint, Role } from "../contract.ts";
import { isApplication } from "./kept.ts";
import { launchOf } from "./launch.ts";
import type { Launch } from "./launch.ts";

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
  readonly words?: RegExp;
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
}

/** What a family is known by. */
export interface Family {
  readonly name: string;
  readonly summary: string;
  readonly hints: readonly NameHint[];
  /** Texts of which one stands on every command line that the signs mean. */
  readonly words?: readonly string[];
  readonly signs: readonly Sign[];
  /** Its packages: what npx, dlx, uvx launch. */
  readonly packages?: RegExp;
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
  const signOf = signs(data.signs);
  const claimOn = perCommand((command): Claim | undefined => {
    const sign = signOf(command);
    if (sign === undefined) return byPackage(data, command, valued, prompts);
    if (command.argumentsUnknown === true) {
      return sign.words === undefined ? roleUnknown(data, sign.because) : undefined;
    }
    if (sign.words !== undefined && !sign.words.test(words(command.args, valued, prompts)[0] ?? "")) return undefined;
    const rule = ruleFor(data, command.args, valued, prompts);
    return {
      family: data.name,
      role: rule?.role ?? data.otherwise,
      because: sign.because,
      ...(rule?.lifeline === undefined ? {} : { lifeline: rule.lifeline }),
      ...(rule?.shared === undefined ? {} : { shared: rule.shared }),
    };
  });
  return {
    name: data.name,
    summary: data.summary,
    hints: data.hints,
    ...(data.words === undefined ? {} : { words: data.words }),
    needs: ["command", "executable"],
    claim(process, table): Claim | undefined {
      const command = commandOf(process);
      if (command === undefined) return undefined;
      const claim = claimOn(command);
      if (claim !== undefined) return isApplication(process, table) ? undefined : claim;
      const launch = process.ppid === 0 ? undefined : inFront(command);
      if (launch === undefined || data.words?.some((word) => launch.names.at(-1)?.includes(word)) === false) {
        return undefined;
      }
      const child = table.children(process).find((child) => {
        const its = commandOf(child);
        return its !== undefined && claimOn(its) !== undefined;
      });
      return child === undefined ? undefined : byLaunch(data, launch, valued, prompts);
    },
  };
}

/** A shell's line or a version manager's shim: it says a program's name, and its child is the program or is not. */
function inFront(command: Command): Launch | undefined {
  if (command.text === undefined && command.interpreter !== undefined) return undefined;
  const launch = launchOf(command);
  return launch?.from === "path" ? launch : undefined;
}

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

/** What stands in front of an agent lives on what the agent lives on. */
function byLaunch(
  data: Family,
  launch: Launch,
  valued: ReadonlySet<string>,
  prompts: ReadonlySet<string>,
): Claim {
  const because = `launches ${launch.names.at(-1)}`;
  const rule = ruleFor(data, launch.args, valued, prompts);
  const role = rule?.role ?? data.otherwise;
  if (role === "daemon") return { family: data.name, role, because };
  // Without its options nobody knows whether it is a single run, whose stdin may be closed from the start.
  const isKnown = launch.complete || rule !== undefined;
  const lifeline = rule?.lifeline ?? lifelineOf({ family: data.name, role, because });
  return { family: data.name, role: "wrapper", because, lifeline: isKnown ? lifeline : "output" };
}

function ruleFor(
  data: Family,
  args: readonly string[],
  valued: ReadonlySet<string>,
  prompts: ReadonlySet<string>,
): RoleRule | undefined {
  const said = words(args, valued, prompts);
  return data.roles.find((rule) => gives(rule, args, said));
}

/** Which sign a command shows. What depends on its program and script alone is found out once for each. */
function signs(all: readonly Sign[]): (command: Command) => Sign | undefined {
  const ofProgram = all.filter((sign) => "program" in sign);
  const known = new Map<string, Sign | undefined>();
  return (command) => {
    const { interpreter, script } = command;
    if (interpreter !== undefined && script === undefined) return all.find((sign) => fits(sign, command));
    // No path has a NUL in it.
    const key = interpreter === undefined ? command.path : `${command.resolved}\0${command.path}\0${script}`;
    const found = known.get(key);
    if (found !== undefined || known.has(key)) return found;
    const sign = (interpreter === undefined ? ofProgram : all).find((sign) => fits(sign, command));
    remember(known, key, sign);
    return sign;
  };
}

/** Without arguments the program is known and its part is not: no lifeline is assumed for it. */
function roleUnknown(data: Family, because: string): Claim {
  return {
    family: data.name,
    role: data.otherwise,
    lifeline: "none",
    shared: true,
    because: `${because}; its arguments are unknown`,
  };
}

/** Whether a name is the one that is meant. */
export function isNamed(name: string, hint: NameHint): boolean {
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

/** `said`: the words among the arguments. */
function gives(rule: RoleRule, args: readonly string[], said: readonly string[]): boolean {
  if (rule.words?.every((word, at) => said[at] === word) === false) return false;
  return rule.options === undefined || rule.options.some((option) => hasOption(args, option));
}

/** Whether an option is given, alone, with `=value`, or as two words. */
export function hasOption(args: readonly string[], option: string): boolean {
  const [name, value] = option.split(" ") as [string, string | undefined];
  return args.some((argument, at) => {
    if (value !== undefined) return argument === `${name}=${value}` || (argument === name && args[at + 1] === value);
    return argument === name || argument.startsWith(`${name}=`);
  });
}
