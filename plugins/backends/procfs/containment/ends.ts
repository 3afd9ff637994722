/**
 * The two ends of the channel between front and guardian.
 *
 * @module
 */

const AF_UNIX = 1;
const SOCK_SEQPACKET = 5;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;

/** Both ends; neither outlives an exec unless it is told to. Undefined: no more descriptors can be had. */
export function channelEnds(
  { socketpair }: { socketpair(domain: number, type: number, protocol: number, fds: Uint8Array): number },
): readonly [number, number] | undefined {
  const fds = new Int32Array(new ArrayBuffer(8));
  const made = socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, new Uint8Array(fds.buffer));
  return made === 0 ? [fds[0] as number, fds[1] as number] : undefined;
}
