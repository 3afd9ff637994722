/**
 * Which keys plugins have, and which words stand in their data. Records, so that the compiler sees when one is missing.
 *
 * @module
 */
import type { Claim, Detail, Guard, LeftoverMatcher, Lifeline, Matcher, Reporter } from "../contract.ts";
import type { Root } from "../leftovers/places.ts";
import type { Lair, LeftoverFamily } from "../leftovers/remains.ts";
import type { Interpreter } from "../vocabulary/interpreters.ts";
import type { Family, RoleRule, Sign } from "../vocabulary/family.ts";

/** What stands under a key of a plugin that has functions of its own. */
export type Part = "function" | "function or nothing" | "list" | "list or nothing" | "anything";

export const PARTS_OF_MATCHER: Readonly<Record<keyof Matcher, Part>> = {
  name: "anything",
  summary: "anything",
  hints: "list",
  words: "list or nothing",
  ownWords: "anything",
  marks: "list or nothing",
  multiplies: "anything",
  needs: "list",
  variables: "list or nothing",
  alsoNeeds: "function or nothing",
  claim: "function",
};

export const PARTS_OF_GUARD: Readonly<Record<keyof Guard, Part>> = {
  name: "anything",
  summary: "anything",
  asks: "anything",
  needs: "list",
  variables: "list or nothing",
  files: "function or nothing",
  object: "function",
};

export const PARTS_OF_LEFTOVER_MATCHER: Readonly<Record<keyof LeftoverMatcher, Part>> = {
  name: "anything",
  summary: "anything",
  onlyWhenNamed: "anything",
  needs: "list or nothing",
  variables: "list or nothing",
  places: "function",
  beside: "anything",
  owner: "function or nothing",
  judge: "function",
};

export const PARTS_OF_REPORTER: Readonly<Record<keyof Reporter, Part>> = {
  name: "anything",
  summary: "anything",
  render: "function",
};

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
