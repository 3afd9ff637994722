/**
 * Numbers as the kernel lays them into memory. Both architectures have the lowest byte first.
 *
 * @module
 */

/** A number without a sign. Not by a view on the bytes: the runtime makes its first one longer than a process is read. */
export function littleEndian(bytes: Uint8Array, from: number, length: number): number {
  let number = 0;
  for (let at = from + length - 1; at >= from; at--) number = number * 256 + (bytes[at] as number);
  return number;
}
