/**
 * What keeps slots: files on this machine, or a database that several machines share.
 *
 * @module
 */
import type { Loss } from "./loss.ts";

/** Keeps the slots of one name. */
export interface SlotStore {
  /** Where they are kept, for people. */
  readonly place: string;
  /** Takes a slot, waiting for one in order of arrival. Undefined: none came free in time. */
  acquire(wanted: WantedSlot): Promise<HeldSlot | undefined>;
  /** How it stands. */
  look(): Promise<SlotsLook>;
  /** Frees what dead holders left, and the places of dead waiters. Says what that was. */
  releaseStale(): Promise<Released>;
  /** Asks whoever keeps a slot for somebody else to let go of it; waits this long for the answer. */
  askToRelease(id: number, forMs: number): Promise<ReleaseAnswer>;
}

/** What somebody wants to have. */
export interface WantedSlot {
  /** Slots 0 to max - 1 may be taken. */
  readonly max: number;
  /** How long to wait; undefined: until one comes free. */
  readonly waitMs: number | undefined;
  readonly holder: SlotHolder;
  /** Told once when it takes a moment. */
  readonly onWait?: (state: { readonly ahead: number }) => Promise<void>;
}

/** Who has a slot. For people: the lock is the truth. */
export interface SlotHolder {
  readonly pid: number;
  /** Which process that is, among all that ever have that pid. */
  readonly startToken?: string;
  /** Without secrets. */
  readonly command?: string;
  /** The machine, where several share slots. */
  readonly host?: string;
  /** The process that keeps the slot for `pid` (`slots acquire`), and lets go of it when asked. */
  readonly keeper?: number;
}

/** A slot that is ours. */
export interface HeldSlot {
  readonly id: number;
  /** A descriptor that holds it: whoever inherits it holds the slot with us. Undefined: there is none. */
  readonly fd: number | undefined;
  /** Settles when it is ours no more, and what runs with it is to be ended. Absent: it cannot be lost. */
  readonly lost?: Promise<Loss>;
  /**
   * Lets go of it for a process of ours that stands next at its lock, so that nobody else has it in between. `over`
   * settles when that process stands there no more. Absent: whoever inherits `fd` has it.
   */
  passOn?(over: Promise<unknown>): Promise<void>;
  /** Says who has it from now on. */
  tell(holder: SlotHolder): Promise<void>;
  /** Gives it back. */
  release(): Promise<void>;
}

/** A slot that somebody has. */
export interface TakenSlot {
  readonly slot: number;
  /** Undefined: it does not say. */
  readonly holder?: SlotHolder;
  /** ISO 8601. */
  readonly since?: string;
  /** How many slots whoever took it went by. */
  readonly max?: number;
}

/** A slot whose holder is gone without having said so. */
export interface StaleSlot extends TakenSlot {
  /** One clause for people. */
  readonly because: string;
}

/** How it stands with all slots of a name. */
export interface SlotsLook {
  readonly holders: readonly TakenSlot[];
  readonly stale: readonly StaleSlot[];
  /** How many wait. Undefined: it cannot be told. */
  readonly waiting: number | undefined;
  /** Places in the queue whose waiters died. They are in nobody's way. */
  readonly deadWaiters: number;
}

/** What was freed. */
export interface Released {
  readonly slots: readonly StaleSlot[];
  readonly deadWaiters: number;
}

/** What became of a request to let go. */
export type ReleaseAnswer =
  | { readonly outcome: "free already" | "was stale" | "released" | "no such slot" | "no answer" }
  /** By a command, which nobody but whoever started it may end. */
  | { readonly outcome: "held"; readonly by?: SlotHolder };
