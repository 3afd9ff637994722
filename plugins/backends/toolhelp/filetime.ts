/**
 * FILETIME: 100 ns steps since 1601-01-01 UTC. As an exact start it stays a decimal string, because
 * a double holds only every second or fourth of them.
 */
const EPOCH_OFFSET = 116_444_736_000_000_000n;
const STEPS_PER_MS = 10_000n;

/** Epoch milliseconds, rounded down as the runtime's own clock does. */
export function epochMs(filetime: bigint): number {
  const sinceEpoch = filetime - EPOCH_OFFSET;
  const ms = sinceEpoch / STEPS_PER_MS;
  return Number(sinceEpoch < 0n && sinceEpoch % STEPS_PER_MS !== 0n ? ms - 1n : ms);
}

/** The start of a process as identity and for people; a zero time means that Windows keeps none (pid 0). */
export function startOf(filetime: bigint): { readonly startToken: string; readonly startedAt: number } | undefined {
  if (filetime <= 0n) return undefined;
  return { startToken: filetime.toString(), startedAt: epochMs(filetime) };
}

/** A span in FILETIME steps as seconds. */
export function seconds(steps: bigint): number {
  return Number(steps) / 1e7;
}
