import { beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { runInside } from "../support/namespace.ts";
import type sockets from "../support/programs/procfs-sockets.ts";
import { canOpenDevice } from "../support/programs/procfs-sockets.ts";
import type { Devices, Displays, Seen } from "../support/programs/procfs-sockets.ts";

let seen: Record<"idle" | "tcp" | "unix", Seen>;
let displays: Displays;
let devices: Devices;

beforeAll(async () => {
  ({ seen, displays, devices } = await runInside<Awaited<ReturnType<typeof sockets>>>(
    join(import.meta.dir, "..", "support", "programs", "procfs-sockets.ts"),
  ));
}, 300_000);

test("a server without a client listens for nobody", () => {
  const { listening, clients, port, path } = seen.idle;
  expect(listening).toEqual([port, path]);
  expect(clients).toEqual([]);
});

test("whoever is connected to a display server is, and nobody else", () => {
  const { server, client, other } = displays;
  expect(client.display).toBe(server.path);
  expect(server.display).toBeNull();
  expect(other).toBeNull();
});

test.skipIf(!canOpenDevice())("a device through which others are served is told, and no other", () => {
  expect(devices).toEqual({ before: [], open: ["/dev/net/tun"] });
});

test.each(["tcp", "unix"] as const)("a client by %s is named", (kind) => {
  expect(seen[kind].clients).toEqual([seen[kind].client]);
});
