/**
 * How many slots there are when nobody says: what the machine can take.
 *
 * @module
 */
import type { Vitals } from "../contract.ts";
import { formatBytes } from "../text.ts";

/** What an agent takes with its tools and servers. */
const SLOT_BYTES: number = 1024 ** 3;
/** More at once than that is no machine's question any more. */
const MOST_BY_DEFAULT = 16;

/** A number of slots, and where it comes from. */
export interface SlotLimit {
  readonly max: number;
  /** One clause for people. */
  readonly because: string;
}

/** The smallest of what processors, memory and reason allow; at least 1. What cannot be told limits nothing. */
export function defaultLimit(processors: number, vitals: Vitals): SlotLimit {
  const { processorLimit, memory, memoryLimit } = vitals;
  const cpus = Math.min(processors, processorLimit === undefined ? Infinity : Math.max(1, Math.floor(processorLimit)));
  const room = memoryLimit === undefined ? Infinity : Math.max(0, memoryLimit.limitBytes - memoryLimit.usedBytes);
  const bytes = Math.min(memory?.availableBytes ?? Infinity, room);
  const byMemory = Math.floor(bytes / SLOT_BYTES);
  const memoryShown = bytes === Infinity
    ? "memory not known"
    : `${formatBytes(bytes)} of memory available at ${formatBytes(SLOT_BYTES)} each`;
  return {
    max: Math.max(1, Math.min(cpus, byMemory, MOST_BY_DEFAULT)),
    because: `the smallest of ${cpus} ${
      cpus === 1 ? "processor" : "processors"
    }, ${memoryShown}, and ${MOST_BY_DEFAULT}`,
  };
}
