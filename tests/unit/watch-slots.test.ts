import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Machine } from "../../src/contract.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { writeNote } from "../../src/slots/note.ts";
import { Refusals } from "../../src/watch/refusals.ts";
import { Respawns } from "../../src/watch/respawns.ts";
import { round } from "../../src/watch/round.ts";
import { ManualClock } from "../support/clock.ts";
import { toldMachine } from "../support/told-machine.ts";
import { world } from "../support/world.ts";

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "watch-slots-"));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

test.if(process.platform === "linux")(
  "a round gives back the slots of dead holders; a dry run and one that was interrupted give back none",
  async () => {
    const directory = join(base, "slots", "build");
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const slot = join(directory, "slot-0.lock");
    // Whoever wrote this holds no lock on it.
    writeFileSync(slot, writeNote({ pid: 999_999, startToken: "1", command: "make" }, new Date(0), 1), { mode: 0o600 });
    const told = toldMachine(world([]));
    const machine: Machine = {
      ...told,
      backend: "procfs",
      viewer: { ...told.viewer, uid: process.getuid?.() as number, home: base },
      variables: { AGENT_REAPER_STATE: base, XDG_RUNTIME_DIR: join(base, "run") },
    };
    const released = async (dryRun: boolean, signal?: AbortSignal) => {
      const { results } = await round({
        ...{ machine, plugins: builtin(), policy: { ...defaultPolicy, confirmMs: 60_000 }, clock: new ManualClock() },
        journal: { intend() {}, settle() {} },
        ...{ respawns: new Respawns(), refusals: new Refusals(), sightings: undefined, remember: () => {}, dryRun },
        ...(signal === undefined ? {} : { signal }),
      });
      return results.map(({ path, outcome }) => [path, outcome]);
    };
    const isTaken = () => existsSync(slot) && readFileSync(slot, "utf8") !== "";
    expect([await released(true), isTaken()]).toEqual([[], true]);
    expect([await released(false, AbortSignal.abort()), isTaken()]).toEqual([[], true]);
    expect([await released(false), isTaken()]).toEqual([[[slot, "released"]], false]);
    expect(await released(false)).toEqual([]);
  },
);
