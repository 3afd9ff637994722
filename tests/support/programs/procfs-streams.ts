/**
 * Inside a namespace: children with streams of every kind, looked at while their parent holds the
 * other ends and after it was killed.
 *
 * @module
 */
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
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

/** Nobody in particular, who may not look into what is root's. */
const PERSON = 65534;
/** In whose place the child lives. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  outside: ["unshare", "--net"],
  person: ["setpriv", `--reuid=${PERSON}`, `--regid=${PERSON}`, "--clear-groups"],
};

/**
 * Looks at one child per kind. `@outside`: the child lives in a network namespace of its own. `@person`: it is an ordinary
 * user's, and so is who looks.
 */
export default async function streams(input: { kinds: string[] }): Promise<Record<string, Seen>> {
  const ends = compileC("procfs-ends", process.env["TMPDIR"] as string);
  const machine = procfs.open({});
  const seen: Record<string, Seen> = {};
  for (const kind of input.kinds) {
    const place = join(process.env["HOME"] as string, kind);
    mkdirSync(place);
    const [name = "", where = ""] = kind.split("@");
    const command = [...(PLACES[where] ?? []), where === "person" ? forAll(ends) : ends, name, place];
    const parent = Bun.spawn(command, { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
    const { value } = await parent.stdout.getReader().read();
    const [child = 0, sibling = 0] = new TextDecoder().decode(value).trim().split(" ").map(Number);
    const before = look(machine, child, where);
    parent.kill(9);
    await parent.exited;
    seen[kind] = { parent: parent.pid, child, sibling, before, after: look(machine, child, where) };
  }
  machine.close();
  return seen;
}

/** The same program where everybody may start it. */
function forAll(program: string): string {
  const directory = mkdtempSync("/tmp/procfs-ends-");
  chmodSync(directory, 0o755);
  const copy = join(directory, "ends");
  copyFileSync(program, copy);
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  return copy;
}

function look(machine: ReturnType<typeof procfs.open>, pid: number, where: string): readonly Stdio[] {
  const draft = machine.list("all").find((draft) => draft.pid === pid);
  if (draft === undefined) throw new Error(`${pid} is not in the table`);
  if (where === "person") become(PERSON);
  try {
    machine.read([draft], new Set(["stdio", "holders"]), new Set());
  } finally {
    if (where === "person") become(0);
  }
  if (draft.stdio === undefined) throw new Error(`its streams could not be read: ${JSON.stringify(draft.unread)}`);
  return draft.stdio;
}

/** Root may leave its group only while it is root, and be root again whenever it likes. */
function become(id: number): void {
  process.seteuid?.(0);
  process.setegid?.(id);
  process.seteuid?.(id);
}
