/**
 * The short table: adopters, what they have adopted, and the way up from ourselves. Its cost does not
 * grow with the number of processes.
 *
 * @module
 */
import type { Draft, Host, Viewer } from "../../../src/contract.ts";
import { childrenOf } from "./children.ts";
import type { Clock } from "./clock.ts";
import type { Files } from "./files.ts";
import { ownerOf } from "./status.ts";
import { readChild, tryStat } from "./single.ts";

/** WSL: `init` starts a `SessionLeader` and a `Relay(n)` for each console, some of them below each other. */
const RELAY = /^(?:init|SessionLeader|Relay)(?:\(\d+\))?$/;

/**
 * Adopters, their children, ourselves and our ancestors, by pid. Undefined when the kernel does not tell, or fails to tell,
 * who is whose child, or hides pid 1: then only the whole table helps.
 */
export function adopted(files: Files, mount: number, clock: Clock, host: Host, viewer: Viewer): Draft[] | undefined {
  const known = new Set<number>();
  const found: Draft[] = [];
  let failed = false;
  /** Each once. */
  const add = (pid: number): Draft | undefined => {
    if (known.has(pid)) return undefined;
    const draft = tryStat(files, mount, `${pid}/stat`, clock);
    if (typeof draft === "string") failed = true;
    if (typeof draft !== "object") return undefined;
    known.add(pid);
    found.push(draft);
    return draft;
  };

  if (add(1) === undefined) return undefined;
  const adopters = [1];
  for (let at = 0; at < adopters.length; at++) {
    const children = childrenOf(files, mount, adopters[at] as number);
    if (typeof children === "number" || (children === undefined && at === 0)) return undefined;
    for (const pid of children ?? []) {
      const child = add(pid);
      if (child === undefined) continue;
      if (isUserManager(files, mount, child, viewer)) adopters.push(pid);
      else if (isRelay(child) && host.wsl === true) adopters.push(pid);
    }
  }
  for (let pid = viewer.pid; pid > 0;) {
    const draft = add(pid);
    if (draft === undefined) break;
    pid = draft.ppid;
  }
  return failed ? undefined : found.sort((a, b) => a.pid - b.pid);
}

/** The viewer's own `systemd --user` is pid 1's child; its cgroup is the one thing nobody can take by a name. */
function isUserManager(files: Files, mount: number, child: Draft, viewer: Viewer): boolean {
  if (child.name !== "systemd" || child.ppid !== 1) return false;
  const cgroup = files.readText(mount, `${child.pid}/cgroup`);
  const manages = typeof cgroup === "string" ? /\/user@(\d+)\.service\/init\.scope/.exec(cgroup)?.[1] : undefined;
  if (manages !== undefined) return manages === String(viewer.uid);
  return ownerOf(files, mount, `${child.pid}/`) === viewer.uid;
}

/** A pattern is compiled when it is first asked, and hardly anybody's name begins like that. */
function isRelay({ name = "" }: Draft): boolean {
  return (name.startsWith("init") || name.startsWith("SessionL") || name.startsWith("Relay")) && RELAY.test(name);
}

/**
 * Everything below these processes. A process that moves meanwhile is found once. `unlisted` is told of whose children the
 * system fails to tell.
 */
export function below(
  files: Files,
  mount: number,
  clock: Clock,
  pids: readonly number[],
  unlisted: (pid: number, error: number, found: readonly Draft[]) => void,
): Draft[] {
  const seen = new Set(pids);
  const found: Draft[] = [];
  const waiting = [...pids];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    const children = childrenOf(files, mount, pid) ?? [];
    if (typeof children === "number") {
      unlisted(pid, children, found);
      continue;
    }
    for (const child of children) {
      if (seen.has(child)) continue;
      seen.add(child);
      const draft = readChild(files, mount, child, pid, clock);
      if (draft === undefined) continue;
      found.push(draft);
      waiting.push(child);
    }
  }
  return found;
}
