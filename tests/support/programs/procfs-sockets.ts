/**
 * Inside a namespace: servers with and without clients.
 *
 * @module
 */
import { closeSync, openSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import type { Machine } from "../../../src/contract.ts";
import procfs from "../../../plugins/backends/procfs/index.ts";

const TUNNEL = "/dev/net/tun";

/** What a server listened on, and for whom. */
export interface Seen {
  readonly listening: readonly (number | string)[] | undefined;
  readonly clients: readonly number[] | undefined;
  /** Of the one child that connects. */
  readonly client: number;
  readonly port: number;
  readonly path: string;
}

/** The display that a look tells of whoever serves one, is connected to it, and to another path. */
export interface Displays {
  readonly server: { readonly path: string; readonly display: string | null | undefined };
  readonly client: { readonly display: string | null | undefined };
  readonly other: string | null | undefined;
}

/** The devices that a look tells of ourselves, before we opened one and while it is open. */
export interface Devices {
  readonly before?: readonly string[] | undefined;
  readonly open?: readonly string[] | undefined;
}

/** Whether a device can be opened here at all: many machines have none, or keep it to root. */
export function canOpenDevice(): boolean {
  try {
    closeSync(openSync(TUNNEL, "r+"));
    return true;
  } catch {
    return false;
  }
}

/** Looks at ourselves: idle, with a client on the port or on the path, and as a display server. */
export default async function sockets(): Promise<
  { readonly seen: Record<"idle" | "tcp" | "unix", Seen>; readonly displays: Displays; readonly devices: Devices }
> {
  const path = join(process.env["HOME"] as string, "a b.sock");
  const tcp = await listening(createServer(), { port: 0, host: "127.0.0.1" });
  const unix = await listening(createServer(), { path });
  const { port } = tcp.address() as { port: number };
  const machine = procfs.open({});
  const look = (client: number): Seen => {
    const draft = machine.list("all").find((draft) => draft.pid === process.pid);
    if (draft === undefined) throw new Error("we are not in the table");
    machine.read([draft], new Set(["sockets"]), new Set());
    return { listening: draft.listening, clients: draft.clients, client, port, path };
  };
  const with_ = async (server: Server, to: string): Promise<Seen> => {
    const accepted = new Promise<void>((resolve) => server.once("connection", () => resolve()));
    const client = Bun.spawn([process.execPath, import.meta.path, to], { stdin: "ignore", stdout: "ignore" });
    await accepted;
    const seen = look(client.pid);
    client.kill(9);
    await client.exited;
    return seen;
  };
  const idle = look(0);
  const seen = { idle, tcp: await with_(tcp, String(port)), unix: await with_(unix, path) };
  return {
    seen,
    displays: await serveDisplay(machine, unix, path),
    devices: canOpenDevice() ? openDevice(machine) : {},
  };
}

/** What is no device of that kind is not told: /dev/null, /dev/urandom. */
function openDevice(machine: Machine): Devices {
  const look = () => {
    const draft = machine.list("all").find((draft) => draft.pid === process.pid);
    if (draft === undefined) throw new Error("we are not in the table");
    machine.read([draft], new Set(["sockets"]), new Set());
    return draft.devices;
  };
  const others = ["/dev/null", "/dev/urandom"].map((path) => openSync(path, "r"));
  const before = look();
  const fd = openSync(TUNNEL, "r+");
  const open = look();
  for (const one of [fd, ...others]) closeSync(one);
  return { before, open };
}

async function serveDisplay(machine: Machine, unix: Server, path: string): Promise<Displays> {
  const display = join(process.env["HOME"] as string, "wayland-7");
  const server = await listening(createServer(), { path: display });
  const connected = async (to: Server, at: string) => {
    const accepted = new Promise<void>((resolve) => to.once("connection", () => resolve()));
    const client = Bun.spawn([process.execPath, import.meta.path, at], { stdin: "ignore", stdout: "ignore" });
    await accepted;
    return client;
  };
  const clients = [await connected(server, display), await connected(unix, path)] as const;
  const drafts = machine.list("all");
  const displayOf = (pid: number) => {
    const draft = drafts.find((draft) => draft.pid === pid);
    if (draft === undefined) throw new Error(`${pid} is not in the table`);
    machine.read([draft], new Set(["sockets"]), new Set());
    return draft.display;
  };
  const [client, other] = clients;
  const seen = {
    server: { path: display, display: displayOf(process.pid) },
    client: { display: displayOf(client.pid) },
    other: displayOf(other.pid),
  };
  for (const client of clients) client.kill(9);
  return seen;
}

function listening(server: Server, at: { port: number; host: string } | { path: string }): Promise<Server> {
  return new Promise((resolve) => server.listen(at, () => resolve(server)));
}

if (import.meta.main) {
  const to = process.argv[2] as string;
  connect(/^\d+$/.test(to) ? { port: Number(to), host: "127.0.0.1" } : { path: to });
}
