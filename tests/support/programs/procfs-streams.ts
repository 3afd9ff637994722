/**
 * Inside a namespace: children with streams of every kind, looked at while their parent holds the
 * other ends and after it was killed.
 *
 * @module
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import procfs from "../../../plugins/backends/procfs/index.ts";
import type { Stdio } from "../../../src/contract.ts";
import { compileC } from "../c-programs.ts";

/** What a child's streams looked like. */
export interface Seen {
  readonly parent: number;
  readonly child: number;
  readonly sibling: number;
  readonly before: readonly Stdio[];
  readonly after: readonly Stdio[];
}

/** Looks at one child per kind. `outside`: the child lives in a network namespace of its own. */
export default async function streams(input: { kinds: string[] }): Promise<Record<string, Seen>> {
  const ends = compileC("procfs-ends", process.env["TMPDIR"] as string);
  const machine = procfs.open({});
  const seen: Record<string, Seen> = {};
  for (const kind of input.kinds) {
    const place = join(process.env["HOME"] as string, kind);
    mkdirSync(place);
    const [name = "", outside] = kind.split("@");
    const command = [...(outside === undefined ? [] : ["unshare", "--net"]), ends, name, place];
    const parent = Bun.spawn(command, { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
    const { value } = await parent.stdout.getReader().read();
    const [child = 0, sibling = 0] = new TextDecoder().decode(value).trim().split(" ").map(Number);
    const before = look(machine, child);
    parent.kill(9);
    await parent.exited;
    seen[kind] = { parent: parent.pid, child, sibling, before, after: look(machine, child) };
  }
  machine.close();
  return seen;
}

function look(machine: ReturnType<typeof procfs.open>, pid: number): readonly Stdio[] {
  const draft = machine.list("all").find((draft) => draft.pid === pid);
  if (draft === undefined) throw new Error(`${pid} is not in the table`);
  machine.read([draft], new Set(["stdio", "holders"]), new Set());
  if (draft.stdio === undefined) throw new Error(`its streams could not be read: ${JSON.stringify(draft.unread)}`);
  return draft.stdio;
}
