import { describe, expect, test } from "bun:test";
import { adopterKind } from "../../src/vocabulary/adopters.ts";
import { classify } from "../../src/classify.ts";
import { builtin } from "../../src/plugins.ts";
import { defaultPolicy } from "../../src/policy.ts";
import { Table } from "../../src/table.ts";
import type { Process, Snapshot } from "../../src/contract.ts";
import { changed, ORPHAN, world } from "../support/world.ts";

const under = (argv: readonly string[], exe?: string): Snapshot => {
  const snapshot = world(changed({
    ppid: 1,
    sid: 4100,
    cwdDeleted: true,
    stdio: [{ fd: 0, kind: "null" }, { fd: 1, kind: "null" }, { fd: 2, kind: "null" }],
  }));
  const processes = snapshot.processes.map((process) => {
    if (process.pid !== 1) return process;
    const { exe: _, ...rest } = process;
    return { ...rest, argv, ...(exe === undefined ? {} : { exe }) };
  });
  return { ...snapshot, processes };
};
const kind = (snapshot: Snapshot) => {
  const table = new Table(snapshot);
  return adopterKind(table.get(1) as Process, table);
};

describe("busybox as pid 1", () => {
  for (const argv of [["/sbin/init"], ["init"], ["linuxrc"], ["busybox", "init"], ["/bin/busybox", "init"]]) {
    test(`called as ${argv.join(" ")} is an init`, () => expect(kind(under(argv, "/bin/busybox"))).toBe("init"));
  }
  for (const argv of [["sh", "/entrypoint.sh"], ["/bin/sh", "-c", "node server.js"], ["busybox", "sh"], ["httpd"]]) {
    test(`called as ${argv.join(" ")} is no init that we know`, () => {
      expect(kind(under(argv, "/bin/busybox"))).toBe("unknown pid 1");
    });
  }
  test("as a shell may be the parent: two weak proofs do not end its child", () => {
    const { findings } = classify(under(["sh", "/entrypoint.sh"], "/bin/busybox"), builtin(), defaultPolicy);
    expect(findings.find(({ root }) => root.pid === ORPHAN)?.verdict).toBe("unsure");
  });
  test("whose executable cannot be read is told by its words", () => {
    expect(kind(under(["busybox", "sh"]))).toBe("unknown pid 1");
    expect(kind(under(["busybox", "init"]))).toBe("init");
  });
});
