/**
 * The same agents twice, below two parents: one is killed with -9, the other goes on. What the first left is found and
 * ended with all that is below it, and of the second's nothing is touched.
 *
 * @module
 */
import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** How one is started, and when it is there. */
export interface Started {
  readonly command: readonly string[];
  /** A line that it is sent, and answers with another. */
  readonly ask?: string;
  /** So many processes it is, when all of it is there. */
  readonly processes?: number;
}

const reaper = join(import.meta.dir, "../../../dist/agent-reaper");

/** Shows it for all of these, by their names; `prefix` has a directory `work` in which they run. */
export async function showEnded(prefix: string, all: Readonly<Record<string, Started>>): Promise<void> {
  const lost = await start(prefix, all, "lost");
  const kept = await start(prefix, all, "kept");
  lost.child.kill("SIGKILL");
  await lost.child.exited;

  const before = table();
  const scan = json([reaper, "scan", "--json", "--min-age", "0s"]);
  const planned = new Set<number>(scan.plan.terminate);
  for (const { name, pid } of lost.roots) {
    const tree = treeOf(pid, before);
    assert.ok(tree.length > 0, `${name} ended by itself, which proves nothing`);
    for (const member of tree) {
      assert.ok(planned.has(member), `${name}: pid ${member} is not found\n${JSON.stringify(scan.findings)}`);
    }
    const told = output([reaper, "explain", String(pid), "--min-age", "0s"]);
    assert.match(told, /orphan/, told);
    console.log(`${name}: found, ${tree.length} processes; ${told.split("\n")[1]?.trim()}`);
  }
  for (const { name, pid } of kept.roots) {
    for (const member of treeOf(pid, before)) {
      assert.ok(!planned.has(member), `${name} under its living parent would be ended`);
    }
  }

  const reap = json([reaper, "reap", "--yes", "--json", "--min-age", "0s", "--grace", "3s"]);
  const after = new Set(table().map((row) => row.pid));
  for (const pid of planned) assert.ok(!after.has(pid), `${pid} is still there: ${JSON.stringify(reap.results)}`);
  for (const { name, pid } of kept.roots) {
    for (const member of treeOf(pid, before)) {
      assert.ok(after.has(member), `${name}: pid ${member} under its living parent is gone`);
    }
  }
  console.log(
    `ended ${planned.size} processes of ${lost.roots.length} trees; ${kept.roots.length} trees under a living parent stay`,
  );
  kept.child.kill("SIGKILL");
}

/**
 * The commonest reason why an agent does not see the end of its input: a sibling that inherited the
 * write end. Without one most of these end by themselves, as they should.
 */
const PARENT = `
import json, os, subprocess, sys, time
prefix, ready = sys.argv[1], sys.argv[2]
env = dict(os.environ, PATH=prefix + "/node_modules/.bin:" + os.environ["PATH"])
roots = []
for at, (name, started) in enumerate(json.load(open(prefix + "/started.json")).items()):
  child = subprocess.Popen(started["command"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env, cwd=prefix + "/work", start_new_session=at % 2 == 0)
  os.set_inheritable(child.stdin.fileno(), True)
  roots.append((name, started, child))
subprocess.Popen(["sleep", "100000"], close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
for name, started, child in roots:
  if "ask" in started:
    child.stdin.write(started["ask"].encode() + b"\\n"); child.stdin.flush()
    child.stdout.readline()
open(ready, "w").write("\\n".join("%d %s" % (child.pid, name) for name, started, child in roots))
time.sleep(100000)
`;

async function start(prefix: string, all: Readonly<Record<string, Started>>, side: string) {
  const [parent, ready] = [join(prefix, "parent.py"), join(prefix, `${side}.ready`)];
  writeFileSync(parent, PARENT);
  writeFileSync(join(prefix, "started.json"), JSON.stringify(all));
  const child = Bun.spawn(["python3", parent, prefix, ready], { stdin: "ignore", stdout: "ignore", stderr: "inherit" });
  const until = async (there: () => Promise<boolean> | boolean) => {
    while (!(await there())) {
      assert.equal(child.exitCode, null, `${side}: the parent ended early`);
      await Bun.sleep(50);
    }
  };
  await until(async () => (await Bun.file(ready).exists()) && (await Bun.file(ready).text()) !== "");
  const roots = (await Bun.file(ready).text()).split("\n").map((line) => {
    const [pid, ...words] = line.split(" ");
    return { pid: Number(pid), started: all[words.join(" ")], name: `${side} ${words.join(" ")}` };
  });
  for (const { pid, started } of roots) await until(() => treeOf(pid, table()).length >= (started?.processes ?? 1));
  return { child, roots };
}

interface Row {
  readonly pid: number;
  readonly ppid: number;
}

function table(): Row[] {
  return output(["ps", "-eo", "pid=,ppid=,stat="]).trim().split("\n").map((line) => line.trim().split(/\s+/))
    .filter(([, , stat]) => !stat?.startsWith("Z")).map(([pid, ppid]) => ({ pid: Number(pid), ppid: Number(ppid) }));
}

function treeOf(root: number, rows: readonly Row[]): number[] {
  const found = rows.some((row) => row.pid === root) ? [root] : [];
  for (let at = 0; at < found.length; at++) for (const row of rows) if (row.ppid === found[at]) found.push(row.pid);
  return found;
}

function output(command: readonly string[]): string {
  return Bun.spawnSync(command as string[], { stdin: "ignore", stderr: "inherit" }).stdout.toString();
}

function json(command: readonly string[]) {
  return JSON.parse(output(command));
}
