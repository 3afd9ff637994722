/**
 * From what a person typed to what the engine takes. Every refusal names the value and the remedy.
 *
 * @module
 */
import { fstatSync, openSync, readFileSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import { Complaint, meaningOf } from "../complaint.ts";
import { type Config, loadConfig, type Rules } from "../config.ts";
import { expectMatchers } from "../config/judging.ts";
import type { Backend, Confidence, Machine, Policy } from "../contract.ts";
import { parseDuration } from "../duration.ts";
import { maxAgeFromEnvironment } from "../health/thresholds.ts";
import { chooseBackend, openMachine, openWith } from "../machine.ts";
import { builtin, onlyNames } from "../plugins.ts";
import type { Plugins } from "../plugins.ts";
import { defaultPolicy } from "../policy.ts";
import { visible } from "../text.ts";

/** Options that say what to look at. */
export interface LookOptions {
  readonly from?: string;
  readonly backend?: string;
  /** Files with plugins, as typed. */
  readonly plugin?: readonly string[];
}

/** Options that change the policy. */
export interface PolicyOptions {
  readonly minAge?: number;
  readonly maxAge?: number;
  readonly grace?: number;
  readonly confidence?: Confidence;
  readonly only?: readonly string[];
  readonly limit?: number;
  readonly allUsers?: boolean;
  readonly hostNamespaces?: boolean;
}

/** What a command works with. */
export interface Stage extends Rules {
  readonly machine: Machine;
}

/** Opens the machine and settles the policy: defaults, then the configuration file, then options. */
export function stage(options: LookOptions & PolicyOptions, pids?: readonly number[]): Stage {
  const machine = open(options, builtin());
  try {
    // A recorded machine is judged as anybody would judge it: by the defaults and by what was typed.
    const configured = options.from === undefined ? configurationOf(machine) : undefined;
    return { machine, ...rulesOf(machine, options, configured, pids) };
  } catch (error) {
    machine.close();
    throw error;
  }
}

/** What the person has written down. */
export function configurationOf({ viewer }: Machine): Config {
  return loadConfig(process.platform, viewer.home, process.env);
}

/** The rules that follow from the configuration and from what was typed. */
export function rulesOf(
  machine: Machine,
  options: LookOptions & PolicyOptions,
  configured: Config | undefined,
  pids?: readonly number[],
): Rules {
  // Whose eyes looked at a recorded machine says nothing about who may change files here.
  const who = machine.live ? machine.viewer.uid : process.geteuid?.() ?? "";
  const plugins = withTheirs([...configured?.settings.plugins ?? [], ...typed(options.plugin)], who);
  checkNames("--only", options.only, onlyNames(plugins));
  if (configured !== undefined) expectMatchers(configured.policy, onlyNames(plugins));
  const policy: Policy = {
    ...defaultPolicy,
    ...configured?.policy,
    ...(configured === undefined ? {} : fromEnvironment(options)),
    ...(options.minAge === undefined ? {} : { minAgeMs: options.minAge }),
    ...(options.maxAge === undefined ? {} : { maxAgeMs: options.maxAge }),
    ...(options.grace === undefined ? {} : { graceMs: options.grace }),
    ...(options.confidence === undefined ? {} : { confidence: options.confidence }),
    ...(options.only === undefined ? {} : { only: options.only }),
    ...(options.limit === undefined ? {} : { limit: options.limit }),
    ...(options.allUsers === true ? everybody(options, machine) : {}),
    ...(options.hostNamespaces === true ? containers(options, machine) : {}),
    ...(pids === undefined || pids.length === 0 ? {} : { pids }),
  };
  return { plugins, policy, settings: configured?.settings ?? {} };
}

/** Who set this for an older reaper asked for it. Age alone never ends another user's process. */
function fromEnvironment({ maxAge, allUsers }: PolicyOptions): Partial<Policy> {
  const isSettled = maxAge !== undefined || allUsers === true;
  const maxAgeMs = isSettled ? undefined : maxAgeFromEnvironment(process.env);
  return maxAgeMs === undefined ? {} : { maxAgeMs };
}

/** Over other people's processes only a proof counts, and who cannot read them need not ask. */
function everybody({ confidence, maxAge }: PolicyOptions, { viewer, live }: Machine): Partial<Policy> {
  if (confidence !== undefined && confidence !== "proven") {
    throw new Complaint(`--confidence ${confidence}: --all-users ends what is proven and nothing else: leave it away`);
  }
  if (maxAge !== undefined) {
    throw new Complaint("--max-age: age alone never ends another user's process: leave it or --all-users away");
  }
  if (live && !viewer.elevated) {
    throw new Complaint("--all-users: processes of others can be neither read nor ended: run it with sudo");
  }
  return { allUsers: true, confidence: "proven" };
}

/** What runs in containers is everybody's: whoever asks for it asks for all users too, with all that follows. */
function containers({ allUsers }: PolicyOptions, { live, fileInside, backend }: Machine): Partial<Policy> {
  if (allUsers !== true) {
    throw new Complaint("--host-namespaces: what runs in containers belongs to others: add --all-users");
  }
  if (live && fileInside === undefined) {
    throw new Complaint(`--host-namespaces: ${backend} cannot look into containers; procfs on Linux can`);
  }
  return { hostNamespaces: true };
}

/** All plugins: those of the program and those in these files. */
export function withTheirs(paths: readonly string[], uid: number | string): Plugins {
  if (paths.length === 0) return builtin();
  // What most people do not have they do not wait for.
  const { withExternal } = require("../external.ts") as typeof import("../external.ts");
  const { oversee } = require("../external/oversight.ts") as typeof import("../external/oversight.ts");
  oversee();
  return withExternal(builtin(), paths, { uid });
}

/** What a person types is meant from where they are. */
function typed(paths: readonly string[] = []): readonly string[] {
  return paths.map((path) => {
    // It would be the directory where they are.
    if (path === "") throw new Complaint('--plugin "": expected a file');
    try {
      return realpathSync(path);
    } catch (error) {
      throw new Complaint(`--plugin ${quote(path)}: ${meaningOf(error)}: correct the path`);
    }
  });
}

function open({ from, backend }: LookOptions, plugins: Plugins): Machine {
  if (from !== undefined) {
    if (backend !== undefined && backend !== "replay") {
      throw new Complaint(
        `--backend ${visible(backend)}: a snapshot file is read by replay: leave --backend or --from away`,
      );
    }
    return openMachine(plugins, {
      snapshot: { name: from === "-" ? "standard input" : from, text: readSnapshot(from) },
    });
  }
  return openHere(plugins, backend);
}

/** This machine, by the backend that somebody typed or by the best there is. */
export function openHere(plugins: Plugins, backend: string | undefined): Machine {
  checkBackend(plugins, backend);
  return backend === undefined ? openMachine(plugins) : openWith(chooseBackend(plugins, backend));
}

/** @throws {Complaint} when what was typed is no backend that looks at a machine. */
export function checkBackend(plugins: Plugins, backend: string | undefined): void {
  if (backend !== undefined) checkNames("--backend", [backend], liveBackends(plugins).map(({ name }) => name));
}

/** Those that look at a machine, and at no file. */
export function liveBackends({ backends }: Plugins): readonly Backend[] {
  return backends.filter(({ name }) => name !== "replay");
}

const STDIN = 0;

/** A snapshot file's text. Pipes are read too; a device that never ends is not. */
function readSnapshot(path: string): string {
  try {
    const file = path === "-" ? STDIN : openSync(path, "r");
    const kind = fstatSync(file);
    if (kind.isDirectory()) throw new Complaint(`${visible(path)}: is a directory: name a snapshot file in it`);
    if (kind.isCharacterDevice() || kind.isBlockDevice()) {
      throw new Complaint(`${path === "-" ? "--from -" : visible(path)}: is a device: name a snapshot file`);
    }
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Complaint) throw error;
    throw new Complaint(`${quote(path)}: ${meaningOf(error)}: write one with agent-reaper snapshot --output FILE`);
  }
}

/** @throws {Complaint} when a name is not known. */
export function checkNames(place: string, names: readonly string[] | undefined, known: readonly string[]): void {
  for (const name of names ?? []) {
    if (!known.includes(name)) {
      throw new Complaint(`${place} ${quote(name)}: there is no such name, known are ${known.toSorted().join(", ")}`);
    }
  }
}

/** What somebody typed, as they may recognise it. */
export function quote(typed: string): string {
  const shown = visible(typed);
  return /^[\w@./:+-]+$/.test(shown) ? shown : `"${shown}"`;
}

/** Reads a duration for an option. */
export function duration(place: string, parse: (typed: string) => number = parseDuration): (typed: string) => number {
  return (typed) => {
    try {
      return parse(typed);
    } catch (error) {
      throw new Complaint(`${place} ${quote(typed)}: ${(error as Error).message}`);
    }
  };
}

/** Reads the time between two of many rounds. */
export function interval(place: string): (typed: string) => number {
  return (typed) => {
    const ms = duration(place)(typed);
    if (ms > 0) return ms;
    throw new Complaint(
      `${place} ${quote(typed)}: rounds without a pause take a whole processor: write for example 30s`,
    );
  };
}

/** Reads a count for an option. */
export function count(place: string): (typed: string) => number {
  return (typed) => {
    const number = Number(typed);
    if (!/^\d+$/.test(typed) || !Number.isSafeInteger(number) || number < 1) {
      throw new Complaint(`${place} ${quote(typed)}: write a whole number from 1 on, for example 10`);
    }
    return number;
  };
}

/** Reads a pid, or a path, which becomes a whole one. */
export function pidOrPath(typed: string): number | string {
  // A snapshot may be another system's: its whole paths are so here too.
  if (/^(?:\/|[A-Za-z]:[\\/])/.test(typed)) return typed;
  if (/[\\/]/.test(typed)) return resolve(typed);
  const number = toPid(typed);
  if (number !== undefined) return number;
  throw new Complaint(`${quote(typed)}: neither a process id nor a path: write for example 4711 or ./codex-home-4711`);
}

const UNITS: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** Reads a size in bytes for an option; units are powers of 1024, as they are shown. */
export function bytes(place: string): (typed: string) => number {
  return (typed) => {
    const [, amount, unit] = /^(\d+(?:\.\d+)?)([KMGT])(?:i?B)?$/i.exec(typed) ?? [];
    if (amount === undefined) {
      throw new Complaint(`${place} ${quote(typed)}: write a size with its unit, for example 500M`);
    }
    return Number(amount) * (UNITS[(unit as string).toUpperCase()] as number);
  };
}

/** Reads names for an option, separated by commas or given one by one. */
export function names(place: string): (typed: string, before: readonly string[] | undefined) => string[] {
  return (typed, before) => {
    const named = typed.split(",").map((name) => name.trim()).filter((name) => name !== "");
    // A script's empty variable: nothing would be chosen, and all would seem well.
    if (named.length === 0) throw new Complaint(`${place} ${quote(typed)}: names nothing: write one, or leave it away`);
    return [...(before ?? []), ...named];
  };
}

/** Reads the number of a slot for an option. */
export function slotId(place: string): (typed: string) => number {
  return (typed) => {
    if (/^\d{1,5}$/.test(typed)) return Number(typed);
    throw new Complaint(`${place} ${quote(typed)}: not a slot: write its number, for example 0`);
  };
}

/** Reads a process id for an option. */
export function pidFor(place: string): (typed: string) => number {
  return (typed) => {
    try {
      return pid(typed);
    } catch (error) {
      throw new Complaint(`${place} ${(error as Error).message}`);
    }
  };
}

/** Reads a process id. */
export function pid(typed: string): number {
  const number = toPid(typed);
  if (number === undefined) {
    throw new Complaint(`${quote(typed)}: not a process id: write its number, for example 4711`);
  }
  return number;
}

function toPid(typed: string): number | undefined {
  const number = Number(typed);
  return /^\d{1,10}$/.test(typed) && number >= 1 && number <= 0xffff_ffff ? number : undefined;
}
