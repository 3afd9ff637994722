import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { runInNamespace, runInside } from "../support/namespace.ts";
import type { Told } from "../support/programs/leftovers-quarantine.ts";

const ROOT = join(import.meta.dir, "..", "..");

describe("reap --quarantine and undo", () => {
  let told: Told;
  beforeAll(async () => {
    told = await runInside<Told>(join(ROOT, "tests", "support", "programs", "leftovers-quarantine.ts"), {
      binary: join(ROOT, "dist", "agent-reaper"),
    });
  });

  test("moves aside what it would have removed, frees nothing, and finds nothing again", () => {
    expect(told["taken"]).toEqual(["quarantined", "quarantined", "quarantined", "quarantined"]);
    expect(told["freed"]).toEqual([null, null, null, null]);
    expect(told["left"]).toEqual([]);
    expect(told["scanned again"]).toEqual([]);
  });
  test("keeps it in the state directory, beside it where that is another file system, for its owner alone", () => {
    expect(told["listed"]).toHaveLength(4);
    expect(told["beside"]).toEqual([[true, true]]);
    expect(told["modes"]).toEqual([0o700, 0o700, 0o700]);
    expect(told["list for people"]).toBe(true);
  });
  test("puts back what it can, overwrites nothing, and the rest later", () => {
    const [exitCode, results] = told["first undo"] as [number, [string, string][]];
    expect(exitCode).toBe(1);
    expect(results.map(([, outcome]) => outcome).sort()).toEqual(["failed", "failed", "put back", "put back"]);
    expect(told["not overwritten"]).toBe("new");
    expect(told["second undo"]).toEqual([0, []]);
    expect(told["as it was"]).toEqual([true, true, true, true]);
    expect(told["its target"]).toBe(true);
    expect(told["nothing of ours"]).toEqual([[], ["cxc-aaaaaa"]]);
  });
  test("is emptied when it is asked for, and says what it did not do", () => {
    expect(told["taken again"]).toEqual(["quarantined", "quarantined", "quarantined", "quarantined"]);
    expect(told["unknown"]).toContain("20200101-000000-1: nothing of that run is in quarantine");
    expect(told["asks"]).toContain("add --yes");
    expect(told["emptied"]).toEqual(["removed", "removed", "removed", "removed"]);
    expect(told["nothing"]).toEqual(["There is nothing in quarantine.\n", [], []]);
  });
  test("says that there is something, and fails, where its record is lost", async () => {
    const lines = `mkdir -p "$XDG_DATA_HOME/sqlite-graphrag/codex-home-4711"
      until "$1" reap --only leftovers --quarantine --yes | grep -q '^Quarantined 1'; do sleep 0.05; done
      echo '{' >"$XDG_STATE_HOME"/agent-reaper/quarantine/*/manifest.ndjson; "$1" undo --list; echo $?; "$1" undo 2>/dev/null; echo $?`;
    const binary = join(ROOT, "dist", "agent-reaper");
    await runInNamespace(() => ["bash", "-c", lines, "bash", binary], {}, ({ stdout, stderr }) => {
      expect(stderr).toMatch(
        /^agent-reaper: .*: where it was is not on record any more: move it there, or remove it\n$/,
      );
      const nothing = "There is nothing else in quarantine.\n";
      expect(stdout).toBe(`${nothing}0\n${nothing}1\n`);
    });
  });
  test("empties or puts back the run that is named, and no other; who is asked and says no keeps it", async () => {
    const lines = `for n in 1 2 3; do mkdir -p "$XDG_DATA_HOME/sqlite-graphrag/codex-home-471$n"
      until "$1" reap --only leftovers --quarantine --yes | grep -q '^Quarantined 1'; do sleep 0.05; done; done
      left() { "$1" undo --list --json | grep -o 'codex-home-471[0-9]",$' | sort | tr -dc '0-9 \n' | tr '\n' ' '; echo; }
      run() { basename "$(dirname "$(grep -l "codex-home-$1" "$XDG_STATE_HOME"/agent-reaper/quarantine/*/manifest.ndjson)")"; }
      left "$1"; "$1" undo --empty "$(run 4712)" --yes >/dev/null; left "$1"
      "$1" undo "$(run 4711)" >/dev/null; left "$1"; ls "$XDG_DATA_HOME/sqlite-graphrag"
      asked() { echo "$2" | script --quiet --return --command "$1 undo --empty" /dev/null >/dev/null; }
      asked "$1" n; left "$1"; asked "$1" y; left "$1"`;
    const binary = join(ROOT, "dist", "agent-reaper");
    await runInNamespace(() => ["bash", "-c", lines, "bash", binary], {}, ({ stdout, stderr }) => {
      expect(stderr).toBe("");
      expect(stdout).toBe("4711 4712 4713 \n4711 4713 \n4713 \ncodex-home-4711\n4713 \n\n");
    });
  });
  test("leaves it where it is when there is no room", () => expect(told["full"]).toEqual([1, true, true]));
  test("touches nothing else", () => expect(told["isUntouched"]).toBe(true));
});
