/**
 * Real agents from npm, really orphaned: installs them into a temporary prefix, starts the same set
 * twice in a pid namespace of its own, kills one set's parent with -9 and reaps. Not part of the gate:
 * it downloads 700 MB. Run it with `deno task real`; it needs `dist/agent-reaper`, tini and python3.
 *
 * @module
 */
import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { insideWith } from "./support/place.ts";

const PACKAGES = [
  "@openai/codex",
  "@anthropic-ai/claude-code",
  "@modelcontextprotocol/server-everything",
  "@modelcontextprotocol/server-filesystem",
];
/** The last Codex that was an MCP server itself: `codex mcp-server` is not there any more in those of today. */
const OLDER = { "codex-then": "@openai/codex@0.145.0" };
const reaper = join(import.meta.dir, "../../dist/agent-reaper");

async function inside(prefix: string): Promise<void> {
  const parent = join(prefix, "parent.py");
  writeFileSync(parent, PARENT);
  const lost = await start(parent, prefix, "lost");
  const kept = await start(parent, prefix, "kept");
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
    say(`${name}: found, ${tree.length} processes; ${told.split("\n")[1]?.trim()}`);
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
  say(
    `ended ${planned.size} processes of ${lost.roots.length} trees; ${kept.roots.length} trees under a living parent stay`,
  );
  kept.child.kill("SIGKILL");
}

/**
 * The commonest reason why an agent does not see the end of its input: a sibling that inherited the
 * write end. Without one these servers end by themselves, as they should.
 */
const PARENT = `
import os, subprocess, sys, time
prefix, ready = sys.argv[1], sys.argv[2]
bin = prefix + "/node_modules/.bin/"
commands = {
  "codex app-server": [bin + "codex", "app-server"],
  "codex mcp-server": [prefix + "/codex-then/node_modules/.bin/codex", "mcp-server"],
  "claude mcp serve": [bin + "claude", "mcp", "serve"],
  "npm exec mcp-server-everything": ["npm", "exec", "--prefix", prefix, "mcp-server-everything"],
  "npx mcp-server-filesystem": ["npx", "--prefix", prefix, "mcp-server-filesystem", prefix + "/work"],
}
env = dict(os.environ, PATH=bin + ":" + os.environ["PATH"])
roots = []
for at, (name, command) in enumerate(commands.items()):
  child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env, cwd=prefix + "/work", start_new_session=at % 2 == 0)
  os.set_inheritable(child.stdin.fileno(), True)
  roots.append((name, child))
subprocess.Popen(["sleep", "100000"], close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
ask = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2024-11-05","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}\\n'
for name, child in roots:
  child.stdin.write(ask); child.stdin.flush()
  child.stdout.readline()
open(ready, "w").write("\\n".join("%d %s" % (child.pid, name) for name, child in roots))
time.sleep(100000)
`;

async function start(parent: string, prefix: string, name: string) {
  const ready = join(prefix, `${name}.ready`);
  const child = Bun.spawn(["python3", parent, prefix, ready], { stdin: "ignore", stdout: "ignore", stderr: "inherit" });
  while (!(await Bun.file(ready).exists()) || (await Bun.file(ready).text()) === "") {
    assert.equal(child.exitCode, null, `${name}: the parent ended early`);
    await Bun.sleep(50);
  }
  const roots = (await Bun.file(ready).text()).split("\n").map((line) => {
    const [pid, ...words] = line.split(" ");
    return { pid: Number(pid), name: `${name} ${words.join(" ")}` };
  });
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

function say(text: string): void {
  console.log(text);
}

if (process.argv[2] === "inside") await inside(process.argv[3] as string);
else insideWith(PACKAGES, import.meta.path, { net: true, older: OLDER });
