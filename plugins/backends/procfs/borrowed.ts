/**
 * A descriptor of another process, borrowed for an instant (pidfd_getfd(2), Linux 5.6). It takes the right to trace that
 * process, and no right to what the descriptor leads to: where a pipe of somebody else's cannot be opened once more, it
 * can still be asked. Nothing is read, written or set; only poll(2) is asked.
 *
 * @module
 */
import { byNumber } from "./by-number.ts";
import { AT_FDCWD, type Files } from "./files.ts";
import { pidfds } from "./pidfd.ts";

/** The same number on every architecture (asm-generic/unistd.h). */
const SYS_pidfd_getfd = 438;

/**
 * What poll(2) says unasked of a descriptor of the process whose directory is open, as long as that leads where `link`
 * says. Undefined: it cannot be borrowed.
 */
export function pollBorrowed(
  files: Files,
  pid: number,
  directory: number,
  fd: number,
  link: string,
): number | undefined {
  const calls = pidfds();
  const process = calls?.open(pid);
  if (calls === undefined || typeof process !== "number") return undefined;
  // While the process whose directory this is has not been collected, nobody else has its number.
  const borrowed = files.take(directory, "stat") > 0 ? byNumber()(SYS_pidfd_getfd, process, fd, 0, 0, 0) : -1;
  calls.close(process);
  if (borrowed < 0) return undefined;
  try {
    return files.linkText(AT_FDCWD, `/proc/self/fd/${borrowed}`) === link ? files.polled(borrowed) : undefined;
  } finally {
    files.close(borrowed);
  }
}
