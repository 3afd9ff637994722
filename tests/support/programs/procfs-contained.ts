/**
 * Inside a namespace: children with streams of every kind in containers of their own, each with a network, looked at
 * from out here while their parent holds the other ends and after it was killed.
 *
 * @module
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import procfs from "../../../plugins/backends/procfs/index.ts";
import type { Draft, Machine, Stdio } from "../../../src/contract.ts";
import { compileC } from "../c-programs.ts";
import { parentOf } from "../orphans.ts";

/** What a child's streams looked like. */
export interface Contained {
  /** As any look sees it. */
  readonly usual: readonly Stdio[];
  readonly before: readonly Stdio[];
  readonly after: readonly Stdio[];
}

/** Looks at one child per kind. */
export default async function contained(input: { kinds: string[] }): Promise<Record<string, Contained>> {
  const ends = compileC("procfs-ends", process.env["TMPDIR"] as string);
  const machine = procfs.open({});
  const seen: Record<string, Contained> = {};
  for (const kind of input.kinds) {
    const place = join(process.env["HOME"] as string, kind);
    mkdirSync(place);
    const container = Bun.spawn(
      [
        ...["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--net", "--"],
        ...["sh", "-c", `${ends} ${kind} ${place} & sleep 1000`],
      ],
      { stdin: "ignore", stdout: "pipe", stderr: "inherit" },
    );
    const { value } = await container.stdout.getReader().read();
    const inner = Number(new TextDecoder().decode(value).trim().split(" ")[0]);
    const child = find(machine, container.pid, inner);
    const usual = look(machine, child, ["status", "stdio", "holders"]);
    const before = look(machine, child, ["status", "stdio", "holders", "otherNetworks"]);
    const parent = parentOf(child);
    process.kill(parent, "SIGKILL");
    while (parentOf(child) === parent) await Bun.sleep(1);
    seen[kind] = { usual, before, after: look(machine, child, ["status", "stdio", "holders", "otherNetworks"]) };
    container.kill("SIGKILL");
  }
  machine.close();
  return seen;
}

/** Its number out here. */
function find(machine: Machine, unshare: number, inner: number): number {
  const drafts = machine.list("all");
  machine.read(drafts, new Set(["status", "namespace"]), new Set());
  const init = drafts.find(({ ppid }) => ppid === unshare) as Draft;
  const found = drafts.find(({ nsPids, pidNamespace }) =>
    pidNamespace === init.pidNamespace && nsPids?.at(-1) === inner
  );
  if (found === undefined) throw new Error(`nobody out here is ${inner} in there`);
  return found.pid;
}

function look(
  machine: Machine,
  pid: number,
  details: readonly ("status" | "stdio" | "holders" | "otherNetworks")[],
): readonly Stdio[] {
  const draft = machine.list("all").find((draft) => draft.pid === pid);
  if (draft === undefined) throw new Error(`${pid} is not in the table`);
  machine.read([draft], new Set(details), new Set());
  if (draft.stdio === undefined) throw new Error(`its streams could not be read: ${JSON.stringify(draft.unread)}`);
  return draft.stdio;
}
