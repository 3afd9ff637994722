/**
 * A number that is given away between the list and the reading: what is noted is of somebody else, and ends nobody.
 */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import procfs from "../../../plugins/backends/procfs/index.ts";
import type { Policy, Scope } from "../../../src/contract.ts";
import { survey } from "../../../src/engine.ts";
import { judges } from "../../../src/judges.ts";
import { defaultPolicy } from "../../../src/policy.ts";

const BASH = 40;
const CHILD = 41;
const PARENT = 30;
/** Started after all who name it. */
const LATER = 31;
const POLICY: Policy = { ...defaultPolicy, confidence: "adopted", minAgeMs: 0 };

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "successor-"));
  put("sys/kernel/osrelease", "6.1.0-generic\n");
  put("sys/kernel/random/boot_id", "6f0c1a7e-0000-4000-8000-000000000000\n");
  link("self/ns/pid", "pid:[1]");
  make(1, { ppid: 0, name: "systemd", argv: ["/sbin/init"], children: [PARENT, LATER, BASH] });
  make(PARENT, { ppid: 1, name: "sshd", argv: ["sshd"], children: [] });
  make(LATER, { ppid: 1, name: "cron", argv: ["cron"], start: 9000, children: [] });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function link(path: string, target: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(target, join(root, path));
}

interface Made {
  readonly ppid: number;
  readonly name: string;
  readonly argv: readonly string[];
  readonly start?: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly children: readonly number[];
}

function make(pid: number, { ppid, name, argv, start = 1000, cwd = "/", env = {}, children }: Made): void {
  rmSync(join(root, String(pid)), { recursive: true, force: true });
  const texts = (all: readonly string[]) => all.map((text) => `${text}\0`).join("");
  put(
    `${pid}/stat`,
    `${pid} (${name}) S ${ppid} ${pid} ${pid} 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 ${start} 1000000 512 0 0\n`,
  );
  put(`${pid}/cmdline`, texts(argv));
  put(`${pid}/environ`, texts(Object.entries(env).map(([variable, value]) => `${variable}=${value}`)));
  put(`${pid}/cgroup`, "0::/user.slice/user-1000.slice/session-1.scope\n");
  put(`${pid}/status`, `Uid:\t0\t0\t0\t0\nNSpid:\t${pid}\nSigIgn:\t0000000000000000\n`);
  put(`${pid}/task/${pid}/children`, children.map((child) => `${child} `).join(""));
  link(`${pid}/exe`, `/usr/lib/${name}`);
  link(`${pid}/cwd`, cwd);
  link(`${pid}/ns/pid`, "pid:[1]");
  for (const fd of [0, 1, 2]) link(`${pid}/fd/${fd}`, "/dev/null");
}

/** Whose agent is dead and whose directory is gone, as debris is; what is below it is to end with it. */
const lost = (ppid: number, start?: number): Made => ({
  ...{ ppid, name: "claude", argv: ["claude", "-p", "--input-format", "stream-json"], children: [CHILD] },
  ...{ cwd: "/gone (deleted)", env: { CLAUDE_PID: String(LATER) } },
  ...(start === undefined ? {} : { start }),
});

/** The plan of a look, between whose list and whose reading something happens. */
function planned(scope: Scope, meanwhile: () => void): readonly number[] {
  const machine = procfs.open({ root });
  try {
    const list = (of: Scope) => {
      const drafts = machine.list(of);
      meanwhile();
      return drafts;
    };
    const { judgement } = survey({ machine: { ...machine, list }, plugins: judges, policy: POLICY, scope });
    return judgement.plan.terminate;
  } finally {
    machine.close();
  }
}

for (const scope of ["adopted", "all"] as const) {
  test(`a look at ${scope} plans nothing by what a successor says, which has a parent`, () => {
    make(BASH, lost(1));
    make(CHILD, { ppid: BASH, name: "sleep", argv: ["sleep", "9"], children: [] });
    expect(planned(scope, () => {})).toEqual([BASH, CHILD]);

    make(BASH, { ppid: 1, name: "bash", argv: ["bash"], children: [CHILD] });
    expect(planned(scope, () => {})).toEqual([]);
    expect(planned(scope, () => make(BASH, lost(PARENT, 2000)))).toEqual([]);
  });
}
