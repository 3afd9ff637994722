/**
 * What every Machine promises (src/contract.ts), asked of every backend that works here, of recorded
 * tables, and of a Mac out of composed texts. Nothing is signalled here; holds are in backends-hold.
 */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import procfs from "../../plugins/backends/procfs/index.ts";
import files from "../../plugins/backends/proc-files/index.ts";
import ps, { openWith } from "../../plugins/backends/ps/index.ts";
import replay from "../../plugins/backends/replay/index.ts";
import type { Backend, Detail, Draft, LeftoverPlace, Machine } from "../../src/contract.ts";
import { formatSnapshot, parseSnapshot } from "../../src/snapshot/file.ts";
import { toolsOf } from "../support/mac.ts";
import { stateOf } from "../support/orphans.ts";

/** Every process of the machine is looked at, and there may be many. */
setDefaultTimeout(300_000);

const FIELDS: Readonly<Record<Detail, readonly (keyof Draft)[]>> = {
  // Linux has both in one file.
  owner: ["uid", "ignoresHangup", "tracer", "nsPids"],
  command: ["argv"],
  executable: ["exe", "exeDeleted"],
  directory: ["cwd", "cwdDeleted"],
  environment: ["env"],
  cgroup: ["cgroup"],
  status: ["ignoresHangup", "tracer", "nsPids", "uid"],
  namespace: ["pidNamespace"],
  stdio: ["stdio"],
  holders: ["stdio"],
  otherNetworks: ["stdio"],
  supervisor: ["supervisor"],
  sockets: ["listening", "clients", "devices", "display"],
};
const DETAILS = Object.keys(FIELDS) as Detail[];
const CASES = join(import.meta.dir, "..", "corpus", "cases");
const recorded = (name: string) => () =>
  replay.open({ snapshot: { name, text: readFileSync(join(CASES, `${name}.json`), "utf8") } });

/** Every machine that can be opened here, and whether it is this one. */
const MACHINES: readonly { readonly name: string; readonly open: () => Machine; readonly isThisOne: boolean }[] = [
  ...[procfs, ps, files].filter((backend: Backend) => backend.unavailable() === undefined).map((backend) => ({
    name: backend.name,
    open: () => backend.open({}),
    isThisOne: true,
  })),
  ...["linux-healthy-desktop", "macos-lsof-three-ways", "windows-healthy", "hostile-names", "container-tini-leftovers"]
    .map((name) => ({ name: `replay of ${name}`, open: recorded(name), isThisOne: false })),
  {
    name: "ps of a composed Mac",
    open: () =>
      openWith(
        toolsOf({
          processes: [
            { pid: 1, ppid: 0, name: "launchd", command: "/sbin/launchd", uid: 0 },
            { pid: process.ppid, ppid: 1, name: "zsh", command: "-zsh", tty: "ttys001" },
          ],
          lsof: () => "",
          launchctl: () => ({ status: 1 }),
        }),
        "darwin",
      ),
    isThisOne: false,
  },
];

let folder: string;
/** Waits in `read`, holds a pipe, and has arguments that no two programs print alike. */
let child: Bun.Subprocess<"pipe", "ignore", "ignore">;
const ARGUMENTS = ["-c", "read line", "first", "two words", "", "ü\nx"];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "contract-"));
  child = Bun.spawn(["/bin/sh", ...ARGUMENTS], { cwd: folder, stdin: "pipe", stdout: "ignore", stderr: "ignore" });
});
afterAll(async () => {
  child.stdin.end();
  await child.exited;
  rmSync(folder, { recursive: true, force: true });
});

/** What is wrong with the types and values of drafts, as the format of snapshots has them. */
function throughTheFormat(machine: Machine, drafts: readonly Draft[]): void {
  const snapshot = {
    format: "agent-reaper/snapshot@1" as const,
    capturedAt: new Date(machine.now()).toISOString(),
    host: machine.host,
    viewer: machine.viewer,
    processes: drafts,
  };
  expect(parseSnapshot(formatSnapshot(snapshot), machine.backend).processes).toHaveLength(drafts.length);
}

function opened<T>(open: () => Machine, use: (machine: Machine) => T): T {
  const machine = open();
  try {
    return use(machine);
  } finally {
    machine.close();
  }
}

for (const { name, open, isThisOne } of MACHINES) {
  describe(name, () => {
    test("lists the viewer and its ancestors up to the first process or the edge of the namespace", () =>
      opened(open, (machine) => {
        const byPid = new Map(machine.list("all").map((draft) => [draft.pid, draft]));
        let above = byPid.get(machine.viewer.pid);
        expect(above).toBeDefined();
        if (isThisOne) expect(machine.viewer.pid).toBe(process.pid);
        const isWindows = machine.host.platform === "win32";
        for (let steps = 0; above !== undefined && above.ppid !== 0 && !isWindows; steps++) {
          expect(steps).toBeLessThan(1_000);
          const parent: Draft | undefined = byPid.get(above.ppid);
          expect([above.pid, parent?.pid]).toEqual([above.pid, above.ppid]);
          above = parent;
        }
      }));

    test("lists each pid once, with facts of the right type, and none that stands for unknown", () =>
      opened(open, (machine) => {
        const drafts = machine.list("all");
        expect(new Set(drafts.map((draft) => draft.pid)).size).toBe(drafts.length);
        throughTheFormat(machine, drafts);
        for (const draft of drafts) {
          if (draft.startedAt !== undefined) expect(draft.startedAt).toBeGreaterThan(0);
          for (const [key, value] of Object.entries(draft)) {
            expect([key, value === undefined]).toEqual([key, false]);
            if (value === -1) expect(key).toBe("tpgid");
          }
        }
      }));

    test("two looks tell the same start of the same process, which is not that of our parent", () =>
      opened(open, (machine) => {
        const starts = (): Map<number, string | undefined> =>
          new Map(machine.list("all").map((draft) => [draft.pid, draft.startToken]));
        const [first, second] = [starts(), starts()];
        expect(first.get(machine.viewer.pid)).toBeString();
        expect(second.get(machine.viewer.pid)).toBe(first.get(machine.viewer.pid) as string);
        if (isThisOne) expect(first.get(child.pid)).not.toBe(first.get(process.pid) as string);
      }));

    for (const detail of DETAILS) {
      test(`reads ${detail}, and nothing else`, () =>
        opened(open, (machine) => {
          const all = machine.list("all");
          // Holders are asked for the few: each question is about the descriptors of everybody.
          const few = new Set([machine.viewer.pid, child.pid]);
          const drafts = detail === "holders" ? all.filter((draft) => few.has(draft.pid)) : all;
          const before = drafts.map((draft) => ({ ...draft }));
          machine.read(drafts, new Set<Detail>(detail === "holders" ? ["stdio", detail] : [detail]), new Set(["HOME"]));
          const allowed = new Set<string>([...FIELDS[detail], "unread"]);
          drafts.forEach((draft, at) => {
            const had = before[at] as Record<string, unknown>;
            for (const [key, value] of Object.entries(draft)) {
              if (!allowed.has(key) && value !== had[key]) expect(`${key} = ${value}`).toBe(`${key} = ${had[key]}`);
            }
            for (const field of Object.keys(draft.unread ?? {})) {
              expect(`${draft.pid} ${field}: ${draft[field as keyof Draft]}`).toBe(`${draft.pid} ${field}: undefined`);
            }
          });
          throughTheFormat(machine, drafts);
        }));
    }

    test("reads each detail once: a second reading changes nothing", () =>
      opened(open, (machine) => {
        const own = machine.list("all").filter((draft) => draft.pid === machine.viewer.pid);
        const all = new Set<Detail>(DETAILS);
        machine.read(own, all, new Set(["HOME"]));
        const first = structuredClone(own);
        machine.read(own, all, new Set(["HOME"]));
        expect(own).toEqual(first);
      }));

    test("tells only the variables that are asked for", () =>
      opened(open, (machine) => {
        const own = machine.list("all").filter((draft) => draft.pid === machine.viewer.pid);
        const before = new Set(Object.keys(own[0]?.env ?? {}));
        machine.read(own, new Set(["environment"]), new Set(["HOME"]));
        for (const name of Object.keys(own[0]?.env ?? {})) expect(before.has(name) || name === "HOME").toBe(true);
      }));

    test("says what it cannot see in whole sentences, and knows the moment of its look", () =>
      opened(open, (machine) => {
        machine.list("all");
        for (const limit of machine.limits()) {
          expect(limit.what.length).toBeGreaterThan(0);
          expect(limit.because.length).toBeGreaterThan(0);
        }
        expect(Number.isFinite(machine.now())).toBe(true);
        if (isThisOne) expect(Math.abs(machine.now() - Date.now())).toBeLessThan(60_000);
      }));

    test("reads small regular files alone, and waits for nobody", () => {
      const place = mkdtempSync(join(folder, "files-"));
      writeFileSync(join(place, "text"), "pid=4711\n");
      writeFileSync(join(place, "empty"), "");
      writeFileSync(join(place, "large"), Buffer.alloc(3 * 1024 * 1024, "x"));
      mkdirSync(join(place, "directory"));
      symlinkSync(join(place, "fifo"), join(place, "link-to-fifo"));
      expect(spawnSync("mkfifo", [join(place, "fifo")]).status).toBe(0);
      opened(open, (machine) => {
        expect(machine.file(join(place, "text"))).toBe(isThisOne || machine.live ? "pid=4711\n" : undefined);
        expect(machine.file(join(place, "empty"))).toBe(isThisOne || machine.live ? "" : undefined);
        for (const name of ["large", "directory", "fifo", "link-to-fifo", "missing", "text/below", "a\0b"]) {
          expect([name, machine.file(join(place, name))]).toEqual([name, undefined]);
        }
        expect(machine.file("/dev/zero")).toBeUndefined();
        // Whoever has none of these need not ask; of the others something is there that was not told.
        for (const name of ["missing", "text/below", "a\0b"]) {
          expect([name, machine.conceals?.(join(place, name)) ?? false]).toEqual([name, false]);
        }
        for (const name of ["large", "directory", "fifo", "link-to-fifo"]) {
          expect([name, machine.conceals?.(join(place, name)) ?? true]).toEqual([name, true]);
        }
      });
    });

    test("finds what lies directly in a place, of its kind and by its name, through no link", () => {
      const base = mkdtempSync(join(folder, "place-"));
      mkdirSync(join(base, "codex-home-7"));
      writeFileSync(join(base, "codex-home-7", "auth"), "12345");
      writeFileSync(join(base, "codex-home-8"), "a file");
      symlinkSync(join(base, "codex-home-7"), join(base, "codex-home-9"));
      expect(spawnSync("mkfifo", [join(base, "codex-home-10")]).status).toBe(0);
      symlinkSync(base, join(folder, "linked-place"));
      const place: LeftoverPlace = { base, entry: /^codex-home-\d+$/, kind: "directory" };
      opened(open, (machine) => {
        const found = machine.leftovers([place]);
        expect(found.map((leftover) => leftover.path)).toEqual(machine.live ? [join(base, "codex-home-7")] : []);
        if (machine.live) {
          expect(found[0]).toMatchObject({ kind: "directory", uid: process.getuid?.() as number, bytes: 5 });
          const [file] = machine.leftovers([{ ...place, kind: "file", reads: [{ text: "itself" }] }]);
          expect(file).toMatchObject({ path: join(base, "codex-home-8"), content: "a file", bytes: 6 });
          const [link] = machine.leftovers([{ ...place, kind: "symlink" }]);
          expect(link).toMatchObject({ path: join(base, "codex-home-9"), target: join(base, "codex-home-7") });
        }
        expect(machine.leftovers([{ ...place, base: join(folder, "linked-place") }])).toEqual([]);
        expect(machine.leftovers([{ ...place, base: join(folder, "missing") }])).toEqual([]);
        rmSync(join(folder, "linked-place"));
      });
    });

    test("holds neither the first process nor itself, nor anybody without a start", () =>
      opened(open, (machine) => {
        const drafts = machine.list("all");
        const own = drafts.find((draft) => draft.pid === machine.viewer.pid) as Draft;
        const { startToken: _, ...nameless } = own;
        for (const subject of [own, nameless, ...[1, 0, -1, NaN, 2.5, 2 ** 53].map((pid) => ({ ...own, pid }))]) {
          expect(machine.hold(subject)).toMatchObject({ refused: expect.stringMatching(/^(denied|unknown)$/) });
        }
      }));

    if (isThisOne) {
      test("a process that ends between look and reading loses nothing, and says why the rest is missing", async () => {
        const brief = Bun.spawn(["/bin/sh", "-c", "read line"], { stdin: "pipe" });
        const machine = open();
        const draft = machine.list("all").find((one) => one.pid === brief.pid) as Draft;
        const listed = { ...draft };
        brief.stdin.end();
        await brief.exited;
        machine.read([draft], new Set(DETAILS), new Set(["HOME"]));
        machine.close();
        for (const [key, value] of Object.entries(listed)) expect(draft[key as keyof Draft]).toEqual(value);
        expect(draft.cwd).toBeUndefined();
        expect(draft.unread?.["cwd"]).toBeString();
      });

      test("tells whether a pid is anybody's", async () => {
        const brief = Bun.spawn(["/bin/true"]);
        await brief.exited;
        opened(open, (machine) => {
          expect(machine.exists?.(process.pid)).toBe(true);
          expect(machine.exists?.(1)).toBe(true);
          expect(machine.exists?.(0)).toBeUndefined();
          expect(machine.exists?.(4_194_304 + 7)).toBe(false);
        });
      });
    }
  });
}

describe("procfs and ps on one machine", () => {
  /** Facts that a table gives of everybody. */
  const BASE = ["ppid", "pgid", "sid", "tpgid", "tty", "startToken", "threads"] as const;
  const both = MACHINES.filter(({ isThisOne }) => isThisOne).length === 3;
  const tables = () =>
    opened(() => procfs.open({}), (kernel) =>
      opened(() => ps.open({}), (posix) => {
        const [before, between, after] = [kernel.list("all"), posix.list("all"), kernel.list("all")];
        kernel.read(before, new Set(["owner", "command"]), new Set());
        const byPid = (drafts: readonly Draft[]) => new Map(drafts.map((draft) => [draft.pid, draft]));
        return { before: byPid(before), between: byPid(between), after: byPid(after) };
      }));

  /** ps looks for the name of a terminal through its process's own root, where there may be none. */
  const seesOurFiles = (pid: number): boolean => {
    try {
      const mounts = (whose: number | "self") => readlinkSync(`/proc/${whose}/ns/mnt`);
      return mounts(pid) === mounts("self") && readlinkSync(`/proc/${pid}/root`) === "/";
    } catch {
      return false;
    }
  };

  test("both work here", () => expect(both).toBe(true));

  test("agree on whoever did not change meanwhile", () => {
    const plain = (name: string | undefined): string | undefined => name?.replaceAll(/[^ -~]+/g, "?").trim();
    let compared = 0;
    /** On what they do not agree, in lines that another look can be compared by. */
    const disagreements = (): Set<string> => {
      const { before, between, after } = tables();
      const found = new Set<string>();
      for (const [pid, kernel] of before) {
        const [posix, later] = [between.get(pid), after.get(pid)];
        if (later === undefined || later.startToken !== kernel.startToken) continue;
        if (posix === undefined) {
          found.add(`${pid} is in one table`);
          continue;
        }
        for (const field of BASE) {
          if (field === "tty" && !seesOurFiles(pid)) continue;
          if (kernel[field] === later[field] && posix[field] !== kernel[field]) found.add(`${pid} ${field}`);
        }
        // The kernel's workers are called after what they do at the moment, and may do the same again.
        const isNamed = kernel.name === later.name && kernel.argv !== null;
        if (isNamed && plain(posix.name) !== plain(kernel.name?.slice(0, 15))) found.add(`${pid} name`);
        if (kernel.uid !== undefined && posix.uid !== kernel.uid) found.add(`${pid} uid`);
        if (Math.abs((posix.startedAt as number) - (kernel.startedAt as number)) > 1_000) found.add(`${pid} startedAt`);
        compared++;
      }
      return found;
    };
    // What changed and was as before again (a thread, for a moment) is no disagreement; what they see differently stays.
    let left = disagreements();
    for (let looks = 0; looks < 5 && left.size > 0; looks++) left = left.intersection(disagreements());
    expect([...left]).toEqual([]);
    expect(compared).toBeGreaterThan(2);
  });

  test("agree on a child of ours: state, memory, command line", async () => {
    // It reads, and rests.
    while (stateOf(child.pid) !== "S") await Bun.sleep(2);
    const { before, between } = tables();
    const [kernel, posix] = [before.get(child.pid) as Draft, between.get(child.pid) as Draft];
    expect([kernel.ppid, posix.ppid]).toEqual([process.pid, process.pid]);
    expect([kernel.state, posix.state]).toEqual(["S", "S"]);
    const [smaller, larger] = [kernel.rss as number, posix.rss as number].toSorted((a, b) => a - b) as [number, number];
    expect(smaller).toBeGreaterThan(0);
    expect(larger / smaller).toBeLessThan(2);
    expect(kernel.argv).toEqual(["/bin/sh", ...ARGUMENTS]);
    // ps prints one line, in which blanks no longer tell arguments apart; what it makes of an unprintable byte differs.
    const bytes = Buffer.from(["/bin/sh", ...ARGUMENTS].join(" "), "utf8").toString("latin1");
    const pattern = bytes.replaceAll(/ +/g, " ").replaceAll(/[^ -~]/g, "[ ?.]").replaceAll("/", "\\/");
    expect(posix.argv?.join(" ")).toMatch(new RegExp(`^${pattern}$`));
  });

  test("agree on what lsof tells as well", () => {
    const read = (open: () => Machine): Draft =>
      opened(open, (machine) => {
        const draft = machine.list("all").find((one) => one.pid === child.pid) as Draft;
        machine.read([draft], new Set(["executable", "directory", "stdio"]), new Set());
        return draft;
      });
    const [kernel, posix] = [read(() => procfs.open({})), read(() => ps.open({}))];
    expect(posix.exe).toBe(kernel.exe as string);
    expect([posix.cwd, posix.cwdDeleted]).toEqual([kernel.cwd, kernel.cwdDeleted ?? false]);
    expect(posix.stdio?.map(({ kind }) => kind)).toEqual((kernel.stdio ?? []).map(({ kind }) => kind));
  });
});
