/**
 * Inside: real orphans and the real binary's sweeps. Between two of them the memory is made older than it is, once
 * ten real seconds pass.
 *
 * @module
 */
import { isAlive, siblings } from "../orphans.ts";
import { groundOf } from "./sweep-life/ground.ts";
import { type Others, others } from "./sweep-life/others.ts";
import { type Rests, rests } from "./sweep-life/rests.ts";
import { type Steps, steps } from "./sweep-life/steps.ts";
import { type Tidying, tidying } from "./sweep-life/tidying.ts";
import { type Troubles, troubles } from "./sweep-life/troubles.ts";
import { type Ways, ways } from "./sweep-life/ways.ts";

export type { Swept } from "./sweep-life/ground.ts";

/** What the test asserts on. */
export interface Told extends Steps, Others, Troubles, Ways, Tidying, Rests {
  readonly keptAlive: readonly boolean[];
  readonly boot: string;
}

/** One after the other: they share a memory. */
export default async function run({ binary }: { readonly binary: string }): Promise<Told> {
  const ground = groundOf(binary);
  const kept = (await siblings(ground.field)).flatMap(({ pids }) => pids);
  const told = {
    ...await steps(ground),
    ...await others(ground),
    ...await troubles(ground),
    ...await ways(ground),
    ...await tidying(ground),
    ...await rests(ground),
  };
  return { ...told, keptAlive: kept.map(isAlive), boot: ground.memory().sightings?.bootId ?? "" };
}
