import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runInNamespace, runInside } from "../support/namespace.ts";
import type { Told as ToldOfHost } from "../support/programs/registry-host.ts";
import { MIGRATIONS } from "../../src/store/migrations.ts";
import type { Told as ToldOfReplaced } from "../support/programs/registry-replaced.ts";
import type { Told as ToldOfTroubles } from "../support/programs/registry-troubles.ts";
import type { Told as ToldOfSessions } from "../support/programs/session-commands.ts";

setDefaultTimeout(300_000);

const program = (name: string) => join(import.meta.dir, "..", "support", "programs", `${name}.ts`);

describe("what a host leaves", () => {
  test.each([1, 23, 49])(
    "killed with -9 at its spawn %i: one reap ends all of it, and the registry is empty",
    async (at) => {
      const told = await runInside<ToldOfHost>(program("registry-host"), { killAfter: at });
      expect(told.stderr).toBe("");
      expect(told.started).toBeGreaterThanOrEqual(at);
      expect(told.alive).toEqual([]);
      expect({ registeredAfter: told.registeredAfter, exitCode: told.exitCode }).toEqual({
        registeredAfter: 0,
        exitCode: 0,
      });
      if (at > 1) expect(told.registeredBefore).toBeGreaterThan(0);
    },
  );
});

describe("an entry whose process is gone, and whose pid is another's", () => {
  test("is reported replaced, taken off, and whoever has the pid today gets no signal", async () => {
    const told = await runInside<ToldOfReplaced>(program("registry-replaced"));
    expect(told).toEqual({
      verdicts: { "edited start": "replaced", "earlier boot": "dead" },
      outcomes: ["unregistered", "unregistered"],
      registeredAfter: 0,
      alive: true,
      handled: [],
      sent: [],
      exitCode: 0,
    });
  });
});

describe("a database that cannot be used", () => {
  test("is named in one line, left as it is, and scan and reap go on without it", async () => {
    const { said, full, reap } = await runInside<ToldOfTroubles>(program("registry-troubles"));
    const version = MIGRATIONS.at(-1)?.number;
    const lines: Readonly<Record<string, string>> = {
      "damaged": "it is damaged, or no database: move it away to begin a new one",
      "cut off": "it is damaged: move it away to begin a new one",
      "newer":
        `a newer agent-reaper wrote it (schema 9999, this one knows ${version}): use that one, or name another ` +
        "place in AGENT_REAPER_STATE",
      "another user's": "it belongs to another user (65534): move it away",
      "read-only": "it cannot be opened: make it and its directory writable",
      "full": "an input or output error: look after the disk (is it full?)",
      "locked": "another program has locked it: try again when that has ended",
    };
    for (const { name, scan, sessions, start, isUntouched } of said) {
      const line = `DIRECTORY/state.db: ${lines[name]}`;
      const refused = { exitCode: 3, stderr: `agent-reaper: ${line}\n` };
      // To be read it takes no room.
      const isReadable = name === "full";
      const warnings = isReadable ? [] : [`the registry is left out: ${line}`];
      expect({ name, scan }).toEqual({ name, scan: { exitCode: 0, warnings } });
      expect({ name, sessions }).toEqual({ name, sessions: isReadable ? { exitCode: 0, stderr: "" } : refused });
      expect({ name, start }).toEqual({ name, start: refused });
      expect({ name, isUntouched }).toEqual({ name, isUntouched: true });
    }
    // Whoever has it open already hears it from the transaction, and what was confirmed is kept.
    expect(full).toEqual({
      said:
        "DIRECTORY/state.db: no space is left on the device: make room on the disk; what was confirmed before is kept",
      kept: ["1"],
    });
    expect(said.map(({ name }) => name)).toEqual(Object.keys(lines));
    expect({ exitCode: reap.exitCode, ended: reap.ended }).toEqual({ exitCode: 0, ended: true });
    expect(reap.warnings[0]).toContain("the registry is left out");
  });
});

describe("sessions on the command line", () => {
  test("list, adopt, release, end, and refuse in one line", async () => {
    const told = await runInside<ToldOfSessions>(program("session-commands"));
    expect(told).toEqual({
      listed: [{ id: "one", state: "active", processes: 2 }],
      dryRun: { exitCode: 0, alive: true },
      end: { exitCode: 0, alive: [false, false], outcomes: ["killed", "killed"] },
      empty: { exitCode: 0, isListed: false },
      keeps: {
        exitCode: 1,
        alive: true,
        stays: ["AGENT_REAPER_KEEP=1 in its environment"],
        told: "spared  claude agent|  AGENT_REAPER_KEEP=1 in its environment",
      },
      refused: [
        "2 agent-reaper: --id two: this session is active: end it (agent-reaper session end two), or take another name",
        '2 agent-reaper: --id "a b": write letters, digits and . _ : @ / + -, for example pr-42',
        "2 agent-reaper: 4194300: no such process: nothing is registered",
        "2 agent-reaper: 1: it takes in what others lost, and is never ended: name a process of the session",
        "2 agent-reaper: ABOVE: its originator 2.1.200 (BELOW) runs below it: nothing is registered",
        "2 agent-reaper: --session never: there is no such session: agent-reaper session start begins one",
        "2 agent-reaper: never: there is no such session: agent-reaper sessions shows what there is",
        "2 agent-reaper: SELF: it is not on record: agent-reaper sessions shows what is",
      ],
      released: { exitCode: 0, alive: true, verdict: "not on record" },
      detached: { verdict: "healthy", alive: true },
      orphaned: { verdict: "orphan", alive: false, sessions: 0 },
    });
  });

  test.if(process.getuid?.() === 0)("take in nothing that is somebody else's", async () => {
    const lines = `ours() { "$1" "$2" session "\${@:3}"; }
      setpriv --reuid 12345 --regid 12345 --clear-groups sleep 100 & until [ "$(stat -c %u /proc/$!)" = 12345 ]; do sleep 0.01; done
      ours "$@" start --id s --for-pid $$ >/dev/null; ours "$@" adopt $! --session s; echo $?; "$1" "$2" sessions --json | grep -c '"pid": '$!,`;
    const main = join(import.meta.dir, "..", "..", "src/main.ts");
    await runInNamespace(() => ["bash", "-c", lines, "bash", process.execPath, main], {}, ({ stdout, stderr }) => {
      expect(stderr).toMatch(/^agent-reaper: \d+: it belongs to another user: nothing is registered\n$/);
      expect(stdout).toBe("2\n0\n");
    });
  });

  test("keep a session of which nothing runs as long as its end is only rehearsed", async () => {
    const lines =
      `ours() { "$1" "$2" session "\${@:3}" >/dev/null; echo $?; "$1" "$2" sessions --json | grep -c '"id": "s"'; }
      ours "$@" start --id s --for-pid $$; ours "$@" end s --dry-run; ours "$@" end s`;
    const main = join(import.meta.dir, "..", "..", "src/main.ts");
    await runInNamespace(() => ["bash", "-c", lines, "bash", process.execPath, main], {}, ({ stdout, stderr }) => {
      expect({ stdout, stderr }).toEqual({ stdout: "0\n1\n0\n1\n0\n0\n", stderr: "" });
    });
  });
});
