/**
 * Texts of small regular files, whatever stands at their path.
 *
 * @module
 */
import { AT_FDCWD, type Files, O_NOFOLLOW, O_NONBLOCK, O_PATH, O_RDONLY } from "./files.ts";

/**
 * The text, or undefined when there is none to be had: no regular file, too long, not readable. What
 * it is gets asked on a handle, before anything is opened: a FIFO would wake its writer, a device may act.
 */
export function readSmall(
  files: Files,
  path: string,
  mostBytes: number,
  links: "follow" | "stay" = "follow",
): string | undefined {
  if (path.includes("\0")) return undefined;
  const handle = files.open(AT_FDCWD, path, links === "stay" ? O_PATH | O_NOFOLLOW : O_PATH);
  if (handle < 0) return undefined;
  try {
    const facts = files.factsOf(handle);
    if (facts?.type !== "file" || facts.bytes > mostBytes) return undefined;
    const fd = files.open(AT_FDCWD, `/proc/self/fd/${handle}`, O_RDONLY | O_NONBLOCK);
    if (fd < 0) return undefined;
    const length = files.drain(fd);
    files.close(fd);
    return length < 0 || length > mostBytes ? undefined : files.text(length);
  } finally {
    files.close(handle);
  }
}
