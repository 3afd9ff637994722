/**
 * Slots in files of one machine.
 *
 * @module
 */
import { Complaint, EXIT, meaningOf } from "../complaint.ts";
import type { LockFile, LockWatch } from "../contract.ts";
import { visible } from "../text.ts";
import { ASK, writeNote } from "./note.ts";
import { preparePlace } from "./place.ts";
import { countAhead, countWaiting, isAnybodyWaiting, isAtHead, join, removeDeadTickets, type Ticket } from "./queue.ts";
import {
  askKeeper,
  freeIfStale,
  giveBack,
  lookAtSlot,
  lookAtSlots,
  nameOf,
  SLOT_NAMES,
  SlotFiles,
  type SlotState,
} from "./slot-files.ts";
import type {
  HeldSlot,
  ReleaseAnswer,
  Released,
  SlotHolder,
  SlotsLook,
  SlotStore,
  StaleSlot,
  TakenSlot,
  WantedSlot,
} from "./store.ts";
import { hasTurnstile, isAt, openIfThere, pass, type SlotGround } from "./turnstile.ts";

/** Whoever has the turnstile in hand has it for microseconds; stopped in between, they hold up everybody. */
const TURNSTILE_MS = 2_000;
/** What might be missed is looked for this often: an event that was lost, a waiter that was stopped, a vanished directory. */
const SAFETY_MS = 2_000;
/** Who waits longer is told what for. */
const PATIENCE_MS = 1_000;

/** Slots in files of one machine. Waiting blocks this thread, and a signal ends us as if we had none of this. */
export class FileSlots implements SlotStore {
  readonly place: string;
  readonly #ground: SlotGround;

  constructor(ground: SlotGround) {
    this.#ground = ground;
    this.place = ground.place.directory;
  }

  async acquire(wanted: WantedSlot): Promise<HeldSlot | undefined> {
    preparePlace(this.#ground.place, this.#ground.viewer);
    const began = performance.now();
    const until = began + (wanted.waitMs ?? Infinity);
    const slots = new SlotFiles(this.#ground);
    let ticket: Ticket | undefined;
    let watch: LockWatch | undefined;
    let told = false;
    try {
      const atOnce = pass(this.#ground, Math.max(TURNSTILE_MS, until - began), () => {
        const taken = isAnybodyWaiting(this.#ground) ? undefined : this.#take(slots, wanted);
        if (taken === undefined && until > began) ticket = join(this.#ground);
        return taken;
      });
      if (atOnce !== undefined) return atOnce;
      while (ticket !== undefined) {
        const now = performance.now();
        if (now >= until) break;
        if (!told && now - began >= PATIENCE_MS) {
          told = true;
          await wanted.onWait?.({ ahead: countAhead(this.#ground, ticket) });
        }
        const forMs = Math.min(until - now, SAFETY_MS, told ? Infinity : PATIENCE_MS);
        if (!isAtHead(this.#ground, ticket, forMs, until - now)) continue;
        // Watched from before the slots are tried: what comes free in between is not missed.
        watch ??= this.#ground.locks.watch(this.#ground.place.directory, SLOT_NAMES);
        const { number } = ticket;
        const taken = pass(this.#ground, until - now, () => {
          removeDeadTickets(this.#ground, number);
          return this.#take(slots, wanted);
        });
        if (taken !== undefined) return taken;
        watch.wait(Math.min(forMs, slots.youngForMs));
      }
      return undefined;
    } catch (error) {
      throw this.#complaint(error);
    } finally {
      slots.close();
      watch?.close();
      leave(ticket);
    }
  }

  /** With the turnstile in hand. */
  #take(slots: SlotFiles, wanted: WantedSlot): HeldSlot | undefined {
    const { max, holder } = wanted;
    for (;;) {
      const taken = slots.take(max);
      if (taken === undefined) return undefined;
      const held = new HeldFile(this.#ground, taken, max);
      held.say(holder);
      // The original frees what names a dead process: it may have read what stood there before us.
      if (isAt(this.#ground, nameOf(taken.id), taken.file)) return held;
      taken.file.close();
    }
  }

  look(): Promise<SlotsLook> {
    return this.#looking<SlotsLook>({ holders: [], stale: [], waiting: 0, deadWaiters: 0 }, () => {
      const states = lookAtSlots(this.#ground);
      const { waiting, dead } = countWaiting(this.#ground);
      return {
        holders: states.filter(({ state }) => state === "taken").map(taken),
        stale: states.filter(({ state }) => state === "stale").map(stale),
        waiting,
        deadWaiters: dead,
      };
    });
  }

  releaseStale(): Promise<Released> {
    return this.#looking<Released>({ slots: [], deadWaiters: 0 }, () => {
      const deadWaiters = removeDeadTickets(this.#ground);
      const slots = lookAtSlots(this.#ground).flatMap(({ id, state }) => {
        const freed = state === "stale" ? freeIfStale(this.#ground, id) : undefined;
        return freed === undefined ? [] : [stale(freed)];
      });
      return { slots, deadWaiters };
    });
  }

  async askToRelease(id: number, forMs: number): Promise<ReleaseAnswer> {
    const answer = await this.#looking<ReleaseAnswer | "asked">({ outcome: "no such slot" }, () => {
      const found = lookAtSlot(this.#ground, id);
      if (found === undefined) return { outcome: "no such slot" };
      if (found.state === "free") return { outcome: "free already" };
      if (found.state === "stale") {
        return { outcome: freeIfStale(this.#ground, id) === undefined ? "free already" : "was stale" };
      }
      const by = found.note?.holder;
      if (by?.keeper === undefined) return { outcome: "held", ...(by === undefined ? {} : { by }) };
      askKeeper(this.#ground, id, ASK);
      return "asked";
    });
    return answer === "asked" ? this.#waitForKeeper(id, forMs) : answer;
  }

  #waitForKeeper(id: number, forMs: number): ReleaseAnswer {
    const file = openIfThere(this.#ground, nameOf(id), "look");
    try {
      return { outcome: file === undefined || file.lock("shared", forMs) ? "released" : "no answer" };
    } finally {
      file?.close();
    }
  }

  /** With the turnstile in hand, or without when whoever has it does not go on. `nothing`: where there is no directory yet. */
  #looking<T>(nothing: T, inside: () => T): Promise<T> {
    return new Promise((resolve) => resolve(this.#lookNow(nothing, inside)));
  }

  #lookNow<T>(nothing: T, inside: () => T): T {
    const { locks, place, viewer } = this.#ground;
    try {
      if (locks.facts(place.directory) === undefined) return nothing;
      preparePlace(place, viewer);
      // Where no turnstile is, none of us ever wanted a slot: a look makes no file in others' directories.
      if (!hasTurnstile(this.#ground)) return inside();
      return pass(this.#ground, TURNSTILE_MS, () => ({ told: inside() }))?.told ?? inside();
    } catch (error) {
      throw this.#complaint(error);
    }
  }

  #complaint(error: unknown): unknown {
    const { code } = error as { code?: unknown };
    if (error instanceof Complaint || typeof code !== "string") return error;
    const place = visible(this.place);
    const remedy = NO_LOCKS.has(code)
      ? "its file system has no locks: name a local place in AGENT_REAPER_STATE"
      : code === "ENOENT"
      ? "it vanished meanwhile: start again"
      : "make it readable and writable, or name another place in AGENT_REAPER_STATE";
    return new Complaint(`${place}: ${meaningOf(error)}: ${remedy}`, EXIT.cannotWorkHere);
  }
}

/** A slot that is ours by its file's lock. */
class HeldFile implements HeldSlot {
  readonly id: number;
  readonly fd: number | undefined;
  readonly #ground: SlotGround;
  readonly #file: LockFile;
  readonly #max: number;
  readonly #since = new Date();

  constructor(ground: SlotGround, { id, file }: { readonly id: number; readonly file: LockFile }, max: number) {
    this.id = id;
    this.fd = file.fd;
    this.#ground = ground;
    this.#file = file;
    this.#max = max;
  }

  say(holder: SlotHolder): void {
    try {
      this.#file.write(writeNote(holder, this.#since, this.#max));
    } catch {
      // A full disk: nobody can read who has it, and the lock says that it is taken.
    }
  }

  tell(holder: SlotHolder): Promise<void> {
    this.say(holder);
    return Promise.resolve();
  }

  release(): Promise<void> {
    giveBack(this.#ground, this.id, this.#file);
    this.#file.close();
    return Promise.resolve();
  }
}

/** What flock(2) answers on file systems without locks. */
const NO_LOCKS: ReadonlySet<string> = new Set(["ENOLCK", "ENOSYS", "EOPNOTSUPP", "EINVAL"]);

function leave(ticket: Ticket | undefined): void {
  try {
    ticket?.leave();
  } catch {
    // The directory is gone or read-only; our end gives the ticket's lock back.
  }
}

function taken({ id, note }: SlotState): TakenSlot {
  const { asked: _, ...told } = note ?? {};
  return { slot: id, ...told };
}

function stale(state: SlotState): StaleSlot {
  const { holder } = state.note ?? {};
  const whose = holder?.keeper !== undefined
    ? `its keeper ${holder.keeper}`
    : holder === undefined
    ? "its holder"
    : `pid ${holder.pid}`;
  return { ...taken(state), because: `${whose} is gone: nobody has its lock` };
}
