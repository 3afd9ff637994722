/**
 * The queue: who waits has a ticket, a file with a number that it keeps locked. Who came before is
 * waited for by waiting for the lock of that ticket, which the kernel gives back when it is served and
 * when it dies. So each wakes exactly one.
 *
 * @module
 */
import { readdirSync, unlinkSync } from "node:fs";
import { readNote } from "./note.ts";
import { isAt, openIfThere, openLock, type SlotGround } from "./turnstile.ts";

const TICKET = /^waiting-(\d{10})\.lock$/;

/** A place in the queue. */
export interface Ticket {
  readonly number: number;
  /** Gives it up: served, or no longer waiting. */
  leave(): void;
}

/** Joins at the end. With the turnstile in hand. */
export function join(ground: SlotGround): Ticket {
  const number = (numbers(ground).at(-1) ?? 0) + 1;
  const name = nameOf(number);
  const file = openLock(ground, name, "make anew");
  if (!file.tryLock("alone")) throw new Error(`somebody else has locked ${name}, which was just made`);
  try {
    file.write(`pid=${process.pid}\n`);
  } catch {
    // A full disk: who it is stays unknown, its place in the queue it has.
  }
  return {
    number,
    leave() {
      if (isAt(ground, name, file)) unlinkSync(`${ground.place.directory}/${name}`);
      file.close();
    },
  };
}

/**
 * Whether anybody waits who is not stopped; tickets of the dead that are met on the way are removed. With
 * the turnstile in hand.
 */
export function isAnybodyWaiting(ground: SlotGround): boolean {
  for (const number of numbers(ground).reverse()) {
    const state = look(ground, number);
    if (state === "waits") return true;
    // No newcomer can have taken its number meanwhile: they would need the turnstile.
    if (state === "dead") unlinkSync(`${ground.place.directory}/${nameOf(number)}`);
  }
  return false;
}

/** How many wait, and how many places belong to the dead. With the turnstile in hand. */
export function countWaiting(ground: SlotGround): { readonly waiting: number; readonly dead: number } {
  const states = numbers(ground).map((number) => look(ground, number)).filter((state) => state !== "gone");
  const dead = states.filter((state) => state === "dead").length;
  return { waiting: states.length - dead, dead };
}

/** Removes the tickets of the dead, those before a number, and says how many. With the turnstile in hand. */
export function removeDeadTickets(ground: SlotGround, before: number = Infinity): number {
  const dead = numbers(ground).filter((number) => number < before && look(ground, number) === "dead");
  for (const number of dead) unlinkSync(`${ground.place.directory}/${nameOf(number)}`);
  return dead.length;
}

/** How many came before. */
export function countAhead(ground: SlotGround, ticket: Ticket): number {
  return numbers(ground).filter((number) => number < ticket.number && look(ground, number) === "waits").length;
}

/** In a long queue one looks at it as seldom as it is long: only who was stopped is noticed by looking. */
const LOOK_AGAIN_MS = 50;

/**
 * Waits for the one before us, about this long at most, and never longer than `untilMs`. True: nobody is
 * before us any more. Who is stopped (Ctrl-Z) holds nobody up and has its place again when it goes on.
 */
export function isAtHead(ground: SlotGround, ticket: Ticket, forMs: number, untilMs: number): boolean {
  const before = numbers(ground).filter((number) => number < ticket.number).reverse();
  for (const number of before) {
    if (look(ground, number) !== "waits") continue;
    const file = openIfThere(ground, nameOf(number), "look");
    try {
      file?.lock("shared", Math.min(untilMs, forMs + before.length * LOOK_AGAIN_MS));
    } finally {
      file?.close();
    }
    return false;
  }
  return true;
}

function look(ground: SlotGround, number: number): "waits" | "stopped" | "dead" | "gone" {
  const file = openIfThere(ground, nameOf(number), "look");
  if (file === undefined) return "gone";
  try {
    if (file.tryLock("shared")) return isAt(ground, nameOf(number), file) ? "dead" : "gone";
    const pid = readNote(file.read())?.holder?.pid;
    return pid !== undefined && ground.locks.isStopped(pid) ? "stopped" : "waits";
  } finally {
    file.close();
  }
}

function numbers({ place }: SlotGround): number[] {
  return readdirSync(place.directory)
    .flatMap((name) => {
      const number = TICKET.exec(name)?.[1];
      return number === undefined ? [] : [Number(number)];
    })
    .sort((a, b) => a - b);
}

function nameOf(number: number): string {
  return `waiting-${String(number).padStart(10, "0")}.lock`;
}
