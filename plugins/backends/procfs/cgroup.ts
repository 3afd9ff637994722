/**
 * `/proc/<pid>/cgroup` (cgroups(7)), and what a path in it says about supervision.
 *
 * @module
 */

/**
 * The path in the unified hierarchy, or in systemd's own where that is the one in use. A kernel in which neither is mounted
 * has no systemd, and whoever is in no group of any hierarchy is in none: what is left is the longest path, for that has the
 * name of a container in it, and the root where there is nothing at all. Undefined for what has no lines of such a shape.
 */
export function parseCgroup(text: string): string | undefined {
  let unified: string | undefined;
  let named: string | undefined;
  let other = text === "" ? "/" : undefined;
  for (const line of text.split("\n")) {
    const first = line.indexOf(":");
    const second = line.indexOf(":", first + 1);
    if (first < 0 || second < 0) continue;
    const controllers = line.slice(first + 1, second);
    // A zombie may outlive its group, which is then marked.
    const path = line.slice(second + 1).replace(/ \(deleted\)$/, "");
    if (line.startsWith("0::")) unified ??= path;
    else if (controllers === "name=systemd") named ??= path;
    else if (other === undefined || path.length > other.length) other = path;
  }
  // Hybrid layouts mount the unified hierarchy beside systemd's own and may leave everything at its root.
  return unified === undefined || (unified === "/" && named !== undefined) ? named ?? other : unified;
}

/**
 * systemd's name for the service a path belongs to, `null` when it belongs to none. As systemd reads
 * it (cg_path_get_unit): the first unit below the slices; below `user@UID.service`, which holds all that a
 * person runs, the first one of the user's own manager.
 */
export function supervisorOf(cgroup: string): string | null {
  const parts = cgroup.split("/").filter((part) => part !== "");
  let at = 0;
  const nextUnit = (): string | undefined => {
    while (at < parts.length && (parts[at] as string).endsWith(".slice")) at++;
    return parts[at++];
  };
  let unit = nextUnit();
  if (unit !== undefined && /^user@\d+\.service$/.test(unit)) unit = nextUnit();
  return unit !== undefined && unit.length > ".service".length && unit.endsWith(".service") ? `systemd:${unit}` : null;
}
