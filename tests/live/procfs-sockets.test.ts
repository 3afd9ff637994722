import { beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type { Seen } from "../support/programs/procfs-sockets.ts";

let seen: Record<"idle" | "tcp" | "unix", Seen>;

beforeAll(async () => {
  seen = await runInside(join(import.meta.dir, "..", "support", "programs", "procfs-sockets.ts"));
}, 300_000);

test("a server without a client listens for nobody", () => {
  const { listening, clients, port, path } = seen.idle;
  expect(listening).toEqual([port, path]);
  expect(clients).toEqual([]);
});

test.each(["tcp", "unix"] as const)("a client by %s is named", (kind) => {
  expect(seen[kind].clients).toEqual([seen[kind].client]);
});
