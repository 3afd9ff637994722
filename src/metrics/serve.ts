/**
 * Metrics over HTTP, for a Prometheus that asks. It listens where it is told, and where only a port is
 * told on this machine alone.
 *
 * @module
 */
import { Complaint, EXIT, meaningOf } from "../complaint.ts";
import { visible } from "../text.ts";

/** An open port. */
export interface Listener {
  readonly address: string;
  close(): void;
}

const LOOPBACK = "127.0.0.1";
const FORM = /^(?:(?<host>\[[0-9a-fA-F:.]+\]|[\w.-]*):)?(?<port>\d{1,5})$/;
/** What stands before the path: of whoever names no host nothing does, and what is named may be none (`Host: [`). */
const ORIGIN = /^\w+:\/\/[^/?#]*/;

/** Serves what `text` gives at `/metrics`, and nothing else. */
export function serveMetrics(place: string, text: () => string): Listener {
  const found = FORM.exec(place)?.groups;
  const port = Number(found?.["port"]);
  if (found === undefined || port > 65_535) {
    throw new Complaint(`--listen ${visible(place)}: write an address and a port, for example 127.0.0.1:9477`);
  }
  const host = (found["host"] ?? "").replace(/^\[(.*)\]$/, "$1") || LOOPBACK;
  try {
    const server = Bun.serve({
      hostname: host,
      port,
      development: false,
      // Two would share the port, and each would tell only what it did itself.
      reusePort: false,
      idleTimeout: 10,
      maxRequestBodySize: 0,
      fetch: (request) => answer(request, text()),
    });
    return {
      address: `${host.includes(":") ? `[${host}]` : host}:${server.port}`,
      close: () => void server.stop(true),
    };
  } catch (error) {
    // An address that there is not is told as one that is taken.
    const why = `nothing can listen there: ${meaningOf(error)}`;
    throw new Complaint(
      `--listen ${visible(place)}: ${why}: name a free port, and no address but one of this machine`,
      EXIT.cannotWorkHere,
    );
  }
}

function answer(request: Request, text: string): Response {
  const pathname = request.url.replace(ORIGIN, "").replace(/[?#].*$/, "");
  if (pathname !== "/metrics") return new Response("See /metrics\n", { status: pathname === "/" ? 200 : 404 });
  if (request.method !== "GET" && request.method !== "HEAD") return new Response(null, { status: 405 });
  if (text === "") return new Response("No round has ended yet\n", { status: 503 });
  return new Response(text, { headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" } });
}
