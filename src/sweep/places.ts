/**
 * Containers and machines that share a home share the memory in it, and no pid. Each keeps what it saw while the others
 * look: else nobody would ever be seen twice. Pure.
 *
 * @module
 */
import { MOST_SEEN, type Sightings } from "../sightings.ts";
import { placeOf } from "../unattended.ts";
import type { Memory } from "./memory.ts";

type Place = Parameters<typeof placeOf>[0];

/** What was seen at a place. */
export function sightingsOf(memory: Memory, place: Place): Sightings | undefined {
  return all(memory).find((one) => placeOf(one) === placeOf(place));
}

/** What is remembered of the others, when this place has looked: the latest of them. */
export function elsewhereAfter(memory: Memory, place: Place): Pick<Memory, "elsewhere"> {
  const kept: Sightings[] = [];
  let room = MOST_SEEN;
  for (const one of all(memory)) {
    if (one.seen.length === 0 || placeOf(one) === placeOf(place)) continue;
    room -= one.seen.length;
    if (room < 0) break;
    kept.push(one);
  }
  return kept.length === 0 ? {} : { elsewhere: kept };
}

function all({ sightings, elsewhere = [] }: Memory): readonly Sightings[] {
  return sightings === undefined ? elsewhere : [sightings, ...elsewhere];
}
