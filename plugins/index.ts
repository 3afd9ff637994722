/**
 * All plugins, by kind, sorted by name.
 *
 * Written by `deno task generate`. Do not edit: add a plugin's file and run it again.
 *
 * @module
 */
import type { Action, Backend, Guard, LeftoverMatcher, Matcher, Reporter } from "../src/contract.ts";

/** Names of the plugins in plugins/backends. */
export type BackendName = never;

/** The plugins in plugins/backends. */
export const backends: readonly Backend[] = [];

/** Names of the plugins in plugins/matchers. */
export type MatcherName = never;

/** The plugins in plugins/matchers. */
export const matchers: readonly Matcher[] = [];

/** Names of the plugins in plugins/leftovers. */
export type LeftoverMatcherName = never;

/** The plugins in plugins/leftovers. */
export const leftoverMatchers: readonly LeftoverMatcher[] = [];

/** Names of the plugins in plugins/guards. */
export type GuardName = never;

/** The plugins in plugins/guards. */
export const guards: readonly Guard[] = [];

/** Names of the plugins in plugins/actions. */
export type ActionName = never;

/** The plugins in plugins/actions. */
export const actions: readonly Action[] = [];

/** Names of the plugins in plugins/reporters. */
export type ReporterName = never;

/** The plugins in plugins/reporters. */
export const reporters: readonly Reporter[] = [];
