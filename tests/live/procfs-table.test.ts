import { beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import type { Said } from "../../plugins/backends/procfs/glance.ts";
import type { Draft } from "../../src/contract.ts";
import { runInside } from "../support/namespace.ts";
import { LONG, type Seen } from "../support/programs/procfs-table.ts";

const NAMES: Readonly<Record<string, string>> = {
  closing: "a) Z 1 (",
  newline: "new\nline",
  escape: "\u001b[31mred",
  full: "fifteen letters",
  nothing: " ",
};

let seen: Seen;
const of = (label: string): Draft => seen.processes[label] as Draft;

beforeAll(async () => {
  const names = Object.fromEntries(
    Object.entries(NAMES).map(([label, name]) => [label, Buffer.from(name).toString("hex")]),
  );
  names["invalid"] = "c3ff29205a";
  seen = await runInside(join(import.meta.dir, "..", "support", "programs", "procfs-table.ts"), { names });
}, 300_000);

test("hostile names are read as they are", () => {
  for (const [label, name] of Object.entries(NAMES)) {
    expect(of(label)).toMatchObject({ name, ppid: seen.own, state: "S", threads: 1 });
  }
  expect(of("invalid")).toMatchObject({ name: "\ufffd\ufffd) Z", ppid: seen.own, state: "S" });
});

test("arguments come whole, with what is in them", () => {
  expect(of("long").argv?.slice(1)).toEqual(["plain", LONG, "\u001b[2J"]);
});

test("a title ends where it ends", () => {
  expect(of("title").argv).toEqual(["odd: a title"]);
});

test("a zombie has no arguments; one whose threads work on has them", () => {
  expect(of("zombie")).toMatchObject({ state: "Z", threads: 1, argv: null, exe: null, ppid: of("zombie:parent").pid });
  expect(of("threads")).toMatchObject({
    state: "Z",
    threads: 2,
    argv: [expect.stringMatching(/procfs-odd$/), "threads"],
  });
  expect(of("threads").exe).toMatch(/procfs-odd$/);
});

test("a deleted executable and directory are told by what they were", () => {
  expect(of("deleted")).toMatchObject({ exeDeleted: true, cwdDeleted: true });
  expect(of("deleted").exe).toMatch(/\/copy \(deleted\)$/);
  expect(of("deleted").cwd).toMatch(/\/gone$/);
  expect(of("twice:before")).toMatchObject({ exeDeleted: false, exe: of("deleted").exe as string });
});

test("the first glance of a sweep reads what a look tells a process by", () => {
  const saidBy = (label: string) => seen.said[label] as Said;
  for (const [label, draft] of Object.entries(seen.processes)) {
    if ((seen.said[label] ?? null) === null) continue;
    expect(saidBy(label).command).toContain([draft.exe, ...draft.argv ?? []].join("\0"));
  }
  expect(saidBy("deleted").command).toContain("/copy (deleted)\0");
  expect(saidBy("marked").environment).toContain("\0AGENT_REAPER_KEEP=1\0");
  // More than is read there, nothing at all, and a main thread that has ended: these take a look.
  expect([seen.said["long"], seen.said["zombie"], seen.said["threads"]]).toEqual([null, null, null]);
});

test("nohup and a process that ignores SIGHUP by itself are seen", () => {
  expect(of("nohup").ignoresHangup).toBe(true);
  expect(of("hangup").ignoresHangup).toBe(true);
  expect(of("marked").ignoresHangup).toBe(false);
});

test("only the named variables are read", () => {
  expect(of("marked").env).toEqual({ AGENT_REAPER_KEEP: "1" });
  expect(of("hangup").env).toEqual({});
});

test("the rest of the details are there", () => {
  const uid = seen.processes["marked"]?.uid;
  expect(uid).toBe(Number(seen.all.find((draft) => draft.pid === seen.own)?.uid ?? uid));
  expect(of("marked")).toMatchObject({ pidNamespace: "self", supervisor: null });
  expect(of("marked").nsPids).toEqual([of("marked").pid]);
  expect(of("marked").cgroup).toMatch(/^\//);
});

test("the adopted are who has lost its parent, not who has one", () => {
  const orphan = of("orphan");
  expect(orphan.ppid).toBe(1);
  expect(seen.adopted).toEqual([1, seen.own, orphan.pid].sort((a, b) => a - b));
  expect(seen.adoptedComplete).toBe(false);
  expect(seen.below).toContain(of("zombie").pid);
  expect(seen.below).not.toContain(orphan.pid);
});

test("the table agrees with ps", () => {
  expect(seen.complete).toBe(true);
  const byPid = new Map(seen.all.map((draft) => [draft.pid, draft]));
  let compared = 0;
  for (const line of seen.ps.split("\n")) {
    const fields = /^ *(\d+) +(\d+) +(\d+) +(\d+) +(-?\d+) (\w) +(\d+) (\S+) +(\d+) /.exec(line);
    const draft = fields === null ? undefined : byPid.get(Number(fields[1]));
    // ps itself, and whoever it saw at work.
    if (fields === null || draft === undefined || draft.pid === seen.own) continue;
    compared++;
    const [, pid, ppid, pgid, sid, tpgid, state, threads, tty] = fields;
    expect({ ...draft, tty: draft.tty ?? "?" }).toMatchObject({
      pid: Number(pid),
      ppid: Number(ppid),
      pgid: Number(pgid),
      sid: Number(sid),
      tpgid: Number(tpgid),
      state,
      threads: Number(threads),
      tty,
    });
  }
  expect(compared).toBeGreaterThan(10);
});

test("starts lie between the boot and now, and age as the clock does", () => {
  for (const draft of seen.all) {
    expect(Number.isSafeInteger(draft.startedAt)).toBe(true);
    expect(draft.startedAt as number).toBeLessThanOrEqual(Date.now() + 10);
    expect(draft.startedAt as number).toBeGreaterThan(Date.now() - 24 * 3600 * 1000);
  }
});

test("a number is somebody's, a zombie's too, or nobody's", () => {
  expect(seen.exists).toEqual({ zombie: true, nobody: false });
});

test("a namespace says that it sees no further", () => {
  expect(seen.limits).toEqual(["processes outside this pid namespace"]);
});
