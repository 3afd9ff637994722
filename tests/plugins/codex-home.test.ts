import { describe, expect, test } from "bun:test";
import codexHome from "../../plugins/leftovers/codex-home.ts";
import { classify } from "../../src/classify.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { Table } from "../../src/table.ts";
import type { Leftover, Process, Snapshot } from "../../src/contract.ts";
import { CHILD, NOW, ordinary, ORPHAN, START, world } from "../support/world.ts";

const home = (fields: Partial<Leftover> = {}): Leftover => ({
  path: "/home/lea/.local/share/sqlite-graphrag/codex-home-7777",
  kind: "directory",
  uid: 1000,
  gid: 1000,
  mode: 0o700,
  base: { uid: 1000, gid: 1000, mode: 0o755 },
  modifiedAt: START,
  changedAt: START,
  bytes: 18_234,
  ...fields,
});
const judge = (leftover: Leftover, snapshot: Snapshot = world()) =>
  codexHome.judge(leftover, new Table(snapshot))?.verdict;
const withOwner = (startedAt: number) => world([ordinary(7777, { startedAt })]);

describe("codex-home", () => {
  test("is left over when nobody has its pid", () => expect(judge(home())).toBe("leftover"));
  test("also beside the temporary files", () =>
    expect(judge(home({ path: "/tmp/sqlite-graphrag-codex-home-7777" }))).toBe("leftover"));
  test("belongs to its living owner", () => expect(judge(home(), withOwner(START - 1000))).toBe("owned"));
  test("is left over when its pid went to somebody who started after it was last written", () =>
    expect(judge(home(), withOwner(NOW))).toBe("leftover"));
  test("is another user's", () => expect(judge(home({ uid: 0 }))).toBe("spared"));
  test("may have been planted where others can write", () => expect(judge(home({ mode: 0o777 }))).toBe("unsure"));
  test("is unknown when its owner could not be read", () => {
    const { uid: _, ...rest } = home();
    expect(judge(rest)).toBe("unsure");
  });
  test("is unknown in a table that leaves processes out", () =>
    expect(judge(home(), { ...world(), partial: true })).toBe("unsure"));
  test("is unknown while its pid is somebody's in a namespace below, and while that cannot be told", () => {
    const contained = ordinary(9000, { nsPids: [9000, 7777], pidNamespace: "pid:[1]" });
    expect(judge(home(), world([contained]))).toBe("unsure");
    expect(judge(home(), world([{ ...contained, uid: 0 }]))).toBe("leftover");
    const { nsPids: _, ...untold } = contained;
    expect(judge(home(), world([untold]))).toBe("unsure");
    expect(judge(home(), world([{ ...untold, unread: { nsPids: "ESRCH" } }]))).toBe("leftover");
  });
  test("stays while somebody works in it, names it or has it as home, and while a Codex may", () => {
    const { path } = home();
    const one = (fields: Partial<Process>) => judge(home(), world([ordinary(9000, fields)]));
    expect(one({ cwd: `${path}/sessions` })).toBe("owned");
    expect(one({ env: { CODEX_HOME: path } })).toBe("owned");
    expect(one({ argv: ["tail", "-f", `${path}/log`] })).toBe("owned");
    expect(one({ cwd: `${path}1`, env: { CODEX_HOME: `${path}1` } })).toBe("leftover");
    const untold = { env: undefined as never };
    expect(one({ ...untold, exe: "/usr/bin/codex" })).toBe("unsure");
    expect(one({ ...untold, name: "node", argv: ["node", "/usr/bin/codex"], exe: "/usr/bin/node" })).toBe("unsure");
    expect(one({ ...untold, exe: "/usr/bin/codex", uid: 7 })).toBe("leftover");
    expect(one(untold)).toBe("leftover");
  });
  test("is unknown in a container: its home may be the host's", () => {
    const snapshot = world();
    expect(judge(home(), { ...snapshot, host: { ...snapshot.host, container: true } })).toBe("unsure");
  });
  for (
    const leftover of [
      home({ path: "/x/codex-home-" }),
      home({ path: "/x/codex-home-12x" }),
      home({ kind: "symlink" }),
    ]
  ) {
    test(`is no ${leftover.kind} ${leftover.path}`, () => expect(judge(leftover)).toBeUndefined());
  }
  test("stands in the plan", () => {
    expect(classify({ ...world([]), leftovers: [home()] }, builtin(), defaultPolicy).plan.remove).toEqual([
      home().path,
    ]);
  });
  test("is all that --only leftovers removes, and nobody is ended for it", () => {
    const plan = (only: string) =>
      classify({ ...world(), leftovers: [home()] }, builtin(), { ...defaultPolicy, only: [only] }).plan;
    expect(plan("leftovers")).toEqual({ terminate: [], remove: [home().path], unregister: [] });
    expect(plan("codex-home")).toEqual({ terminate: [], remove: [home().path], unregister: [] });
    expect(plan("claude").remove).toEqual([]);
  });
  test("stays when pids are named: these are ended, and nothing else", () => {
    const { plan } = classify({ ...world(), leftovers: [home()] }, builtin(), { ...defaultPolicy, pids: [ORPHAN] });
    expect(plan).toEqual({ terminate: [ORPHAN, CHILD], remove: [], unregister: [] });
  });
  test("lies where the person's variables say, and never in a relative place", () => {
    const { host, viewer } = world();
    const bases = (variables: Record<string, string>) =>
      codexHome.places({ host, viewer, variables, file: () => undefined }).map((place) => place.base);
    expect(bases({})).toEqual(["/home/lea/.local/share/sqlite-graphrag", "/tmp"]);
    expect(bases({ XDG_DATA_HOME: "/d", TMPDIR: "/t/" })).toEqual(["/d/sqlite-graphrag", "/t"]);
    expect(bases({ XDG_DATA_HOME: "d", TMPDIR: "." })).toEqual(["/home/lea/.local/share/sqlite-graphrag", "/tmp"]);
  });
});
