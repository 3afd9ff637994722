/**
 * `/proc/<pid>/mountinfo` (proc_pid_mountinfo(5)): what kind of file system a process has where.
 *
 * @module
 */

/**
 * File systems that answer by themselves. Others ask a server or a program of the container's (NFS, FUSE, autofs),
 * and whoever walks into those waits for as long as they please.
 */
const PROMPT: ReadonlySet<string> = new Set(
  "overlay aufs ext2 ext3 ext4 xfs btrfs f2fs zfs bcachefs erofs squashfs tmpfs ramfs rootfs".split(" "),
);

/** Whether everything that is mounted on the way to a path, from the process's root on, answers by itself. */
export function isPrompt(mountinfo: string, path: string): boolean {
  let rooted = false;
  for (const line of mountinfo.split("\n")) {
    const fields = line.split(" ");
    const end = fields.indexOf("-", 6);
    const point = unescaped(fields[4] ?? "");
    if (end < 0 || !(point === "/" || path === point || path.startsWith(`${point}/`))) continue;
    // Also one that another was mounted over: which is on top is not worth knowing.
    if (!PROMPT.has(fields[end + 1] ?? "")) return false;
    if (point === "/") rooted = true;
  }
  return rooted;
}

/** Blanks and the like are written in octal. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}
