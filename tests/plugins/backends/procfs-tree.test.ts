import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { AT_FDCWD, Files, O_DIRECTORY, O_PATH } from "../../../plugins/backends/procfs/files.ts";
import { findHolders } from "../../../plugins/backends/procfs/holders.ts";
import procfs from "../../../plugins/backends/procfs/index.ts";
import type { Detail, Draft, Machine } from "../../../src/contract.ts";

let root: string;
let machine: Machine;

/** A process of the made-up mount. */
interface Made {
  readonly ppid?: number;
  readonly name?: string;
  readonly start?: number;
  readonly flags?: number;
  readonly state?: string;
  readonly threads?: number;
  readonly children?: readonly number[];
  readonly files?: Readonly<Record<string, string | Buffer>>;
  readonly links?: Readonly<Record<string, string>>;
}

function put(path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function make(pid: number, made: Made = {}): void {
  const { ppid = 1, name = "node", start = 1000, flags = 0, state = "S", threads = 1 } = made;
  const times = `0 0 0 0 20 0 ${threads} 0 ${start} 1000000 512`;
  put(`${pid}/stat`, `${pid} (${name}) ${state} ${ppid} ${pid} ${pid} 0 -1 ${flags} 0 0 0 0 ${times} 0 0\n`);
  for (const [path, content] of Object.entries(made.files ?? {})) put(`${pid}/${path}`, content);
  for (const [path, target] of Object.entries(made.links ?? {})) {
    mkdirSync(dirname(join(root, `${pid}/${path}`)), { recursive: true });
    symlinkSync(target, join(root, `${pid}/${path}`));
  }
  if (made.children !== undefined) {
    put(
      `${pid}/task/${pid}/children`,
      made.children.map((child) => `${child} `).join(""),
    );
  }
}

function read(draft: Draft | undefined, details: readonly Detail[], variables: readonly string[] = []): Draft {
  if (draft === undefined) throw new Error("no such process");
  machine.read([draft], new Set(details), new Set(variables));
  return draft;
}

const open = () => machine = procfs.open({ root });
const pids = (drafts: readonly Draft[]) => drafts.map((draft) => draft.pid).sort((a, b) => a - b);
const find = (pid: number) => machine.list("all").find((draft) => draft.pid === pid);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "procfs-"));
  put("sys/kernel/hostname", "box\n");
  put("sys/kernel/osrelease", "6.1.0-generic\n");
  put("sys/kernel/random/boot_id", "6f0c1a7e-0000-4000-8000-000000000000\n");
});

afterEach(() => {
  machine.close();
  rmSync(root, { recursive: true, force: true });
  // Thousands of files, on a machine that may be busy.
}, 60_000);

describe("list(all)", () => {
  test("reads every process, whatever it is called", () => {
    make(1, { ppid: 0, name: "systemd" });
    make(70000, { name: "a) Z 1 (" });
    make(4194303, { name: "two\nlines" });
    make(12, { ppid: 2, name: "kworker/0:1-ev", flags: 0x200000 });
    put("version", "not a process");
    mkdirSync(join(root, "33"));
    open();
    const drafts = machine.list("all");
    expect(new Map(drafts.map((draft) => [draft.pid, draft.name]))).toEqual(
      new Map([[1, "systemd"], [12, "kworker/0:1-ev"], [70000, "a) Z 1 ("], [4194303, "two\nlines"]]),
    );
    expect(drafts.find((draft) => draft.pid === 12)).toMatchObject({ argv: null, exe: null });
    expect(machine.complete?.()).toBe(true);
  });

  test("a line that cannot be read is a limit, not an end", () => {
    make(1, { ppid: 0 });
    put("44/stat", "44 (x) S");
    open();
    expect(pids(machine.list("all"))).toEqual([1]);
    expect(machine.complete?.()).toBe(false);
    expect(machine.limits()).toContainEqual({
      what: "1 process",
      because: "the system answers a line that cannot be read when their state is read",
      remedy: "run it again",
    });
  });

  /** To read it answers EISDIR, as others do EIO or ENOMEM. */
  const unreadable = (path: string) => mkdirSync(join(root, path), { recursive: true });

  test("one that cannot be read is there all the same: below whom, its parent's list tells", () => {
    make(1, { ppid: 0, children: [44, 45] });
    make(44, { children: [50] });
    unreadable("50/stat");
    put("50/task/50/children", "51 ");
    make(51, { ppid: 50 });
    put("45/stat", "45 (x) S");
    open();
    expect(pids(machine.list("all"))).toEqual([1, 44, 45, 50, 51]);
    expect(find(50)).toEqual({ pid: 50, ppid: 44, unread: { stat: "EISDIR" } });
    expect(find(45)).toEqual({ pid: 45, ppid: 1, unread: { stat: "a line that cannot be read" } });
    expect(machine.complete?.()).toBe(false);
    // Whoever has the number by now may be another.
    put("50/cmdline", "claude\0");
    expect(read(find(50), ["command", "environment", "stdio"])).toEqual({
      pid: 50,
      ppid: 44,
      unread: { stat: "EISDIR" },
    });
  });

  test("of whoever's children cannot be listed while somebody is missing, that is noted", () => {
    make(1, { ppid: 0, children: [44] });
    make(44);
    unreadable("44/task/44/children");
    unreadable("50/stat");
    open();
    expect(find(44)?.unread).toEqual({ children: "EISDIR" });
    expect(find(1)?.unread).toBeUndefined();
  });

  test("below somebody, too", () => {
    make(1, { ppid: 0, children: [44, 45] });
    make(44, { children: [50] });
    unreadable("50/stat");
    make(45, { children: [52] });
    make(52, { ppid: 45 });
    unreadable("52/task/52/children");
    open();
    const adopted = machine.list("adopted");
    expect(pids(adopted)).toEqual([1, 44, 45]);
    const below = machine.below?.([44, 45]) ?? [];
    expect(below.find(({ pid }) => pid === 50)).toEqual({ pid: 50, ppid: 44, unread: { stat: "EISDIR" } });
    expect(below.find(({ pid }) => pid === 52)?.unread).toEqual({ children: "EISDIR" });
    unreadable("44/task/45/children");
    expect(pids(machine.below?.([44]) ?? [])).toEqual([]);
    expect(adopted.find(({ pid }) => pid === 44)?.unread).toEqual({ children: "EISDIR" });
  });

  test("whoever holds a pipe is unseen where descriptors cannot be listed or asked", () => {
    const files = new Files();
    const mount = files.open(AT_FDCWD, root, O_PATH | O_DIRECTORY);
    const unseen = () => findHolders(files, mount, new Set(["pipe:[7]"])).unseen;
    make(44, { files: { cmdline: "x\0" }, links: { "fd/0": "pipe:[7]" } });
    expect(unseen()).toBe(false);
    put("44/fd/1", "");
    expect(unseen()).toBe(true);
    rmSync(join(root, "44"), { recursive: true });
    expect(unseen()).toBe(false);
    make(45, { files: { cmdline: "x\0", fd: "" } });
    expect(unseen()).toBe(true);
    files.close(mount);
    open();
  });

  test("a table without pid 1 is not complete, and says so", () => {
    make(4711, { ppid: 1 });
    open();
    expect(pids(machine.list("all"))).toEqual([4711]);
    expect(machine.complete?.()).toBe(false);
    expect(machine.limits().map((limit) => limit.what)).toContain("processes of other users");
  });

  test("reads more processes than one listing holds", () => {
    make(1, { ppid: 0 });
    // 32 bytes a record, and 128 KiB a listing (walk.ts).
    for (let pid = 10_000; pid < 14_300; pid++) make(pid);
    open();
    expect(machine.list("all").length).toBe(4301);
  }, 30_000);
});

describe("list(adopted)", () => {
  const manager = (uid: number) => ({
    name: "systemd",
    files: {
      cgroup: `0::/user.slice/user-${uid}.slice/user@${uid}.service/init.scope\n`,
      status: "Uid:\t1\t1\t1\t1\n",
    },
  });

  test("is adopters and their children, from all threads, and no others", () => {
    const own = Number(process.geteuid?.());
    const uid = Number(own === 0 ? process.env["SUDO_UID"] ?? own : own);
    make(1, { ppid: 0, name: "systemd", children: [20, 30, 31] });
    put("1/task/5/children", "40 ");
    make(20, { ...manager(uid), children: [21] });
    make(21, { ppid: 20, children: [22] });
    make(22, { ppid: 21 });
    make(30, { ...manager(uid + 1), children: [33] });
    make(31, { name: "sshd", children: [32] });
    make(32, { ppid: 31 });
    make(33, { ppid: 30 });
    make(40);
    make(50, { ppid: 0, name: "unlisted" });
    open();
    expect(pids(machine.list("adopted"))).toEqual([1, 20, 21, 30, 31, 40]);
    expect(pids(machine.below?.([21, 31]) ?? [])).toEqual([22, 32]);
    expect(machine.complete?.()).toBe(false);
  });

  test("goes through the relays of WSL", () => {
    put("sys/kernel/osrelease", "5.15.167.4-microsoft-standard-WSL2\n");
    make(1, { ppid: 0, name: "init(Ubuntu)", children: [8, 9] });
    make(8, { name: "SessionLeader", children: [10] });
    make(10, { ppid: 8, name: "Relay(11)", children: [11] });
    make(11, { ppid: 10, name: "bash", children: [12] });
    make(12, { ppid: 11 });
    make(9, { name: "Relays(1)", children: [13] });
    make(13, { ppid: 9 });
    open();
    expect(machine.host.wsl).toBe(true);
    expect(pids(machine.list("adopted"))).toEqual([1, 8, 9, 10, 11]);
  });

  test("is the whole table where one of them cannot be read", () => {
    make(1, { ppid: 0, children: [31, 33] });
    make(31, { children: [32] });
    make(32, { ppid: 31 });
    put("33/stat", "33 (x) S");
    open();
    expect(pids(machine.list("adopted"))).toEqual([1, 31, 32, 33]);
    expect(machine.complete?.()).toBe(false);
  });

  test("is the whole table where the kernel does not list children, and says so", () => {
    make(1, { ppid: 0 });
    mkdirSync(join(root, "1/task/1"), { recursive: true });
    make(31);
    make(32, { ppid: 31 });
    open();
    expect(pids(machine.list("adopted"))).toEqual([1, 31, 32]);
    expect(machine.complete?.()).toBe(true);
    expect(machine.limits().map((limit) => limit.what)).toContain("the short way to the adopted");
  });

  test("a cycle below ends", () => {
    make(1, { ppid: 0, children: [5] });
    make(5, { children: [6] });
    make(6, { ppid: 5, children: [5, 6, 7] });
    make(7, { ppid: 6, children: [] });
    open();
    expect(pids(machine.below?.([5]) ?? [])).toEqual([6, 7]);
  });
});

describe("read()", () => {
  beforeEach(() => make(1, { ppid: 0, name: "systemd" }));

  test("fills what it is asked for and nothing else", () => {
    make(9, {
      files: {
        cmdline: "claude\0--api-key=x\0two\nlines\0",
        environ: "HOME=/home/u\0SECRET=1\0",
        cgroup: "0::/user.slice/user-7.slice/user@7.service/app.slice/x.service\n",
        status: "Uid:\t7\t7\t7\t7\nNSpid:\t9\t1\nSigIgn:\t0000000000000001\n",
      },
      links: { exe: "/opt/claude/2.1.72 (deleted)", cwd: "/gone/dir (deleted)", "ns/pid": "pid:[77]" },
    });
    mkdirSync(join(root, "self/ns"), { recursive: true });
    symlinkSync("pid:[78]", join(root, "self/ns/pid"));
    open();
    const draft = read(
      find(9),
      ["command", "executable", "directory", "environment", "cgroup", "status", "namespace"],
      [
        "HOME",
        "PATH",
      ],
    );
    expect(draft).toMatchObject({
      argv: ["claude", "--api-key=x", "two\nlines"],
      exe: "/opt/claude/2.1.72",
      exeDeleted: true,
      cwd: "/gone/dir",
      cwdDeleted: true,
      env: { HOME: "/home/u" },
      cgroup: "/user.slice/user-7.slice/user@7.service/app.slice/x.service",
      ignoresHangup: true,
      nsPids: [9, 1],
      pidNamespace: "pid:[77]",
    });
    expect(draft).not.toHaveProperty("supervisor");
    expect(draft.unread).toBeUndefined();
    expect(read(draft, ["supervisor"]).supervisor).toBe("systemd:x.service");
  });

  test("a file that is really called like a deleted one is no deleted one", () => {
    const real = join(root, "program (deleted)");
    writeFileSync(real, "");
    make(9, { links: { exe: real, cwd: root } });
    open();
    expect(read(find(9), ["executable", "directory"])).toMatchObject({
      exe: real,
      exeDeleted: false,
      cwdDeleted: false,
    });
  });

  test("what is missing has its reason, and is neither empty nor zero", () => {
    make(9);
    open();
    const details: Detail[] = [
      "command",
      "executable",
      "directory",
      "environment",
      "cgroup",
      "status",
      "namespace",
      "supervisor",
      "stdio",
      "sockets",
    ];
    const draft = read(find(9), details);
    const fields = [
      "argv",
      "exe",
      "cwd",
      "env",
      "cgroup",
      "ignoresHangup",
      "nsPids",
      "pidNamespace",
      "supervisor",
      "stdio",
      "listening",
      "clients",
    ];
    for (const field of fields) {
      expect(draft).not.toHaveProperty(field);
      expect(draft.unread?.[field]).toBe("ENOENT");
    }
  });

  test("a number that another process has got meanwhile brings nothing of the newcomer", () => {
    make(9, { start: 1000, files: { cgroup: "0::/old\n" } });
    open();
    const draft = find(9);
    make(9, { start: 2000, files: { cgroup: "0::/new\n" } });
    expect(read(draft, ["cgroup"])).toMatchObject({ startToken: "1000", unread: { cgroup: "ESRCH" } });
    expect(draft).not.toHaveProperty("cgroup");
  });

  test("a process that is gone keeps what was known", () => {
    make(9);
    open();
    const draft = find(9);
    rmSync(join(root, "9"), { recursive: true });
    expect(read(draft, ["command", "owner"])).toMatchObject({
      name: "node",
      unread: { argv: "ENOENT", uid: "ENOENT" },
    });
  });

  test("a zombie has no arguments and no program; with living threads it has", () => {
    make(8, { state: "Z", threads: 1, files: { cmdline: "" } });
    make(9, { state: "Z", threads: 2, files: { cmdline: "", "task/9/x": "", "task/10/cmdline": "claude\0" } });
    symlinkSync("/usr/bin/claude", join(root, "9/task/10/exe"));
    open();
    expect(read(find(8), ["command", "executable"])).toMatchObject({ argv: null, exe: null });
    expect(read(find(9), ["command", "executable"])).toMatchObject({ argv: ["claude"], exe: "/usr/bin/claude" });
  });

  test("streams are told by their links where nothing more can be asked", () => {
    make(9, {
      links: {
        "fd/0": "pipe:[12]",
        "fd/1": "/home/u/out.log (deleted)",
        "fd/2": "/dev/pts/7 (deleted)",
      },
    });
    open();
    expect(read(find(9), ["stdio"]).stdio).toEqual([
      { fd: 0, kind: "pipe" },
      { fd: 1, kind: "file", path: "/home/u/out.log", deleted: true },
      { fd: 2, kind: "tty", path: "/dev/pts/7", peer: "gone" },
    ]);
  });

  test("damaged text is a reason, not an end", () => {
    make(9, { files: { status: "Uid:\tnobody\n" } });
    open();
    expect(read(find(9), ["status"]).unread?.["nsPids"]).toContain("status: Uid");
  });
});

test("a mount that does not know us by our number is another namespace's: nothing is asked by number", () => {
  make(1, { ppid: 0 });
  open();
  expect(machine.limits()[0]?.what).toBe(`${root} belongs to another pid namespace`);
  expect(machine.exists?.(1)).toBeUndefined();
});

test("a mount that is not there is named", () => {
  make(1, { ppid: 0 });
  open();
  expect(() => procfs.open({ root: join(root, "nowhere") })).toThrow(/nowhere/);
});

test("the host is what its files say", () => {
  make(1, { ppid: 0 });
  open();
  expect(machine.host).toMatchObject({
    platform: "linux",
    hostname: "box",
    bootId: "6f0c1a7e-0000-4000-8000-000000000000",
    utcOffsetMinutes: 0 - new Date().getTimezoneOffset(),
    wsl: false,
  });
});
