import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Draft, Host, Limit, Viewer } from "../../src/contract.ts";
import { compileC } from "../support/c-programs.ts";

// A look at every descriptor of a machine full of processes takes its time.
setDefaultTimeout(300_000);

interface Looked {
  readonly host: Host;
  readonly viewer: Viewer;
  readonly processes: readonly Draft[];
  readonly complete: boolean;
  readonly limits: readonly Limit[];
}

/** Somebody who has no other process on this machine. */
const STRANGER = 61_000 + (process.pid % 4_000);
const SETPRIV = ["setpriv", `--reuid=${STRANGER}`, `--regid=${STRANGER}`, "--clear-groups"];
const isRoot = process.geteuid?.() === 0;

let directory: string;
let look: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "procfs-rights-"));
  chmodSync(directory, 0o755);
  look = join(directory, "look");
  const { exitCode, stderr } = Bun.spawnSync([
    process.execPath,
    "build",
    ...["--compile", "--minify", "--bytecode", "--format=esm", "--compile-jit-policy=1000"],
    join(import.meta.dir, "..", "support", "programs", "procfs-look.ts"),
    `--outfile=${look}`,
  ], { cwd: directory });
  if (exitCode !== 0) throw new Error(stderr.toString());
}, 300_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function run(command: readonly string[], env: Readonly<Record<string, string>> = {}): Looked {
  const { stdout, stderr, exitCode } = Bun.spawnSync([...command], {
    cwd: directory,
    env: { PATH: process.env["PATH"], LC_ALL: "C", HOME: directory, ...env },
    stdin: "ignore",
  });
  if (exitCode !== 0) throw new Error(`${command.join(" ")} ended with ${exitCode}: ${stderr.toString()}`);
  return JSON.parse(stdout.toString()) as Looked;
}

/** Runs a shell line as root of a pid namespace with a /proc of its own. */
function inNamespace(line: string): Looked {
  const user = isRoot ? [] : ["--user", "--map-root-user"];
  return run(["unshare", ...user, "--pid", "--fork", "--kill-child", "--mount-proc", "--", "sh", "-c", line]);
}

const named = (looked: Looked, name: string): Draft =>
  looked.processes.find((draft) => draft.name === name) ?? (() => {
    throw new Error(`no ${name} in ${looked.processes.map((draft) => draft.name).join(" ")}`);
  })();

// The engine is told to start none of its own, as the program does it; what is left would be ours.
test("makes no thread and no process", () => {
  const alone = {
    BUN_JSC_useWarmUpMarkedBlocks: "0",
    BUN_JSC_numberOfGCMarkers: "1",
    BUN_JSC_useConcurrentGC: "0",
    BUN_JSC_useConcurrentJIT: "0",
  };
  const command = ["prlimit", "--nproc=1", "--", ...(isRoot ? SETPRIV : []), look];
  const looked = run(command, alone);
  expect(looked.processes.length).toBeGreaterThan(1);
  expect(looked.processes.map((draft) => draft.pid)).toContain(looked.viewer.pid);
  expect(run([...command, "adopted"], alone).processes.map((draft) => draft.pid)).toContain(
    looked.processes[0]?.pid as number,
  );
});

test("whoever looks is told by number, home and rights", () => {
  const { viewer } = run([look]);
  const uid = process.geteuid?.() as number;
  expect(viewer).toMatchObject({ elevated: uid === 0, ...(uid === 0 ? {} : { uid, home: directory }) });
});

// Only root can become somebody else, or somebody with fewer rights.
if (isRoot) {
  test("under sudo it is the person who called it, with that person's home", () => {
    expect(run([look], { SUDO_UID: "65534" }).viewer).toMatchObject({
      uid: 65534,
      home: "/nonexistent",
      elevated: true,
    });
    expect(run([...SETPRIV, look], { SUDO_UID: "0" }).viewer).toMatchObject({ uid: STRANGER, elevated: false });
  });

  describe("somebody else's processes", () => {
    let looked: Looked;
    beforeAll(() => {
      const odd = compileC("procfs-odd", directory);
      const start = (label: string, rights: string, kind: string) =>
        `mkfifo ${label}; ${rights} ${odd} ${kind} > ${label} & read _ < ${label};`;
      const as = SETPRIV.join(" ");
      looked = inNamespace(
        `cd ${directory}; ${start("a", "", "name 726f6f74")} ${start("b", as, "closed")} ${
          start("c", as, "hangup")
        } ${as} ${look}`,
      );
    });

    test("what may be read of them is read", () => {
      const root = named(looked, "root");
      expect(root).toMatchObject({
        uid: 0,
        argv: [expect.stringMatching(/odd$/), "name", "726f6f74"],
        ignoresHangup: false,
      });
      expect(root.nsPids).toEqual([root.pid]);
      expect(root.cgroup).toMatch(/^\//);
    });

    test("what is denied is unknown, with the system's answer", () => {
      const root = named(looked, "root");
      for (const field of ["exe", "cwd", "env", "pidNamespace", "stdio", "listening", "clients"]) {
        expect(root).not.toHaveProperty(field);
        expect(root.unread?.[field]).toMatch(/^(?:EACCES|EPERM)$/);
      }
    });

    test("one that may not be dumped is not taken for root's", () => {
      const [closed, open] = looked.processes.filter((draft) => draft.name === "procfs-odd");
      expect(closed).toMatchObject({ uid: STRANGER, argv: [expect.any(String), "closed"] });
      expect(closed?.unread?.["exe"]).toMatch(/^(?:EACCES|EPERM)$/);
      expect(open).toMatchObject({ uid: STRANGER, exe: expect.stringMatching(/procfs-odd$/), ignoresHangup: true });
    });

    test("the table is complete all the same", () => {
      expect(looked.complete).toBe(true);
    });
  });

  describe("hidepid", () => {
    const hidden = (option: string, rights = SETPRIV.join(" ")) =>
      inNamespace(`mount -o remount,hidepid=${option} /proc && ${rights} ${look} all`);
    const whats = (looked: Looked) => looked.limits.map((limit) => limit.what);

    test("hidden processes are a limit, and the table is not complete", () => {
      const looked = hidden("2");
      expect(looked.processes.map((draft) => draft.pid)).toEqual([looked.viewer.pid]);
      expect(looked.complete).toBe(false);
      expect(whats(looked)).toContain("processes of other users");
    });

    test("processes that may not be read are a limit too", () => {
      const looked = hidden("1");
      expect(looked.complete).toBe(false);
      expect(whats(looked)).toContain("processes of other users");
    });

    test.each(["1", "2", "4"])(
      "a child of root's that a mount with hidepid=%s keeps back is one of whom nothing is known",
      (option) => {
        const parent = `sh -c 'sleep 50 & exec ${SETPRIV.join(" ")} sleep 51'`;
        const looks = (scope: string) =>
          inNamespace(
            `${parent} & until [ "$(cat /proc/$!/comm)" = sleep ]; do :; done; ` +
              `mount -o remount,hidepid=${option} /proc && ${SETPRIV.join(" ")} ${look} ${scope}`,
          );
        for (const scope of ["all", "adopted", "all proc-files"]) {
          const { processes } = looks(scope);
          const above = processes.find(({ name }) => name === "sleep");
          const below = processes.filter(({ ppid }) => ppid === above?.pid);
          expect(below).toMatchObject([{ ppid: above?.pid, unread: { stat: option === "1" ? "EPERM" : "ENOENT" } }]);
        }
      },
    );

    test("root sees them all, unless it is without the right to trace", () => {
      expect(hidden("2", "exec").complete).toBe(true);
      expect(hidden("2", "setpriv --bounding-set=-sys_ptrace --inh-caps=-sys_ptrace").complete).toBe(false);
    });
  });
}
