/**
 * Inside a namespace: servers with and without clients.
 *
 * @module
 */
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import procfs from "../../../plugins/backends/procfs/index.ts";

/** What a server listened on, and for whom. */
export interface Seen {
  readonly listening: readonly (number | string)[] | undefined;
  readonly clients: readonly number[] | undefined;
  /** Of the one child that connects. */
  readonly client: number;
  readonly port: number;
  readonly path: string;
}

/** Looks at ourselves: idle, and with a client on the port or on the path. */
export default async function sockets(): Promise<Record<"idle" | "tcp" | "unix", Seen>> {
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
  return { idle, tcp: await with_(tcp, String(port)), unix: await with_(unix, path) };
}

function listening(server: Server, at: { port: number; host: string } | { path: string }): Promise<Server> {
  return new Promise((resolve) => server.listen(at, () => resolve(server)));
}

if (import.meta.main) {
  const to = process.argv[2] as string;
  connect(/^\d+$/.test(to) ? { port: Number(to), host: "127.0.0.1" } : { path: to });
}
