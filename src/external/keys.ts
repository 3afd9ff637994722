/**
 * Which keys the data of a plugin have, and which words stand in them. Records, so that the compiler sees when one is missing.
 *
 * @module
 */
import type { Claim, Detail, Lifeline } from "../contract.ts";
import type { Root } from "../leftovers/places.ts";
import type { Lair, LeftoverFamily } from "../leftovers/remains.ts";
import type { Interpreter } from "../vocabulary/interpreters.ts";
import type { Family, RoleRule, Sign } from "../vocabulary/family.ts";

/** All of a union. */
export type Every<K extends PropertyKey> = Readonly<Record<K, true>>;

export const OF_FAMILY: Every<keyof Family> = {
  name: true,
  summary: true,
  hints: true,
  words: true,
  signs: true,
  bare: true,
  packages: true,
  chores: true,
  roles: true,
  otherwise: true,
  valued: true,
  prompts: true,
};

export const OF_LEFTOVER_FAMILY: Every<keyof LeftoverFamily> = {
  name: true,
  summary: true,
  family: true,
  lairs: true,
  listed: true,
  whose: true,
  stays: true,
  outlives: true,
  onlyWhenNamed: true,
  needs: true,
  beside: true,
};

export const DETAILS: Every<Detail> = {
  owner: true,
  command: true,
  executable: true,
  directory: true,
  environment: true,
  cgroup: true,
  status: true,
  namespace: true,
  stdio: true,
  holders: true,
  otherNetworks: true,
  supervisor: true,
  sockets: true,
};

export const ROOTS: Every<Root> = {
  home: true,
  temporary: true,
  data: true,
  cache: true,
  codex: true,
  claude: true,
};

export const LIFELINES: Every<Lifeline> = {
  stdio: true,
  output: true,
  terminal: true,
  none: true,
  network: true,
};

export const OF_CLAIM: Every<keyof Claim> = {
  family: true,
  role: true,
  because: true,
  lifeline: true,
  shared: true,
  detached: true,
  debris: true,
};

export const OF_RULE: Every<keyof RoleRule> = {
  role: true,
  words: true,
  options: true,
  lifeline: true,
  shared: true,
  detached: true,
};

export const OF_LAIR: Every<keyof Lair> = {
  under: true,
  at: true,
  in: true,
  entry: true,
  kind: true,
  reads: true,
};

export const INTERPRETERS: Every<Interpreter> = {
  node: true,
  bun: true,
  deno: true,
  python: true,
  php: true,
  ruby: true,
  java: true,
  dotnet: true,
  shell: true,
  cmd: true,
};

type KeyOf<T> = T extends unknown ? keyof T : never;

export const OF_SIGN: Every<KeyOf<Sign>> = {
  program: true,
  script: true,
  of: true,
  module: true,
  title: true,
  at: true,
  words: true,
  options: true,
  because: true,
};
