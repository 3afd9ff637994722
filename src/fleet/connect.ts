/**
 * The way to a PostgreSQL that several machines share, through Bun's own client.
 *
 * @module
 */
import { Complaint, EXIT } from "../complaint.ts";
import { visible } from "../text.ts";
import { isServerUrl } from "./address.ts";

/** One connection; statements go one after the other. */
export interface Server {
  /** Where it is, without user and password. */
  readonly place: string;
  /** One statement with its values. */
  query(statement: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** All of it or nothing. */
  transaction<T>(work: (query: Server["query"]) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The server cannot be used now; what was to be said to it is kept. */
export class ServerTrouble extends Complaint {
  override readonly name: string = "ServerTrouble";

  constructor(message: string) {
    super(message, EXIT.cannotWorkHere);
  }
}

/** How to connect. */
export interface ConnectOptions {
  readonly url: string;
  /** How long connecting may take, and each statement. */
  readonly patienceMs?: number;
  /** What the server does for this connection alone. */
  readonly settings?: Readonly<Record<string, string>>;
}

const PATIENCE_MS = 5_000;

/** Opens a connection. Nothing is said over it before the first statement. */
export function connect({ url, settings, patienceMs = PATIENCE_MS }: ConnectOptions): Server {
  const place = placeOf(url);
  const sql = new Bun.SQL({
    url,
    adapter: "postgres",
    max: 1,
    connectionTimeout: Math.ceil(patienceMs / 1000),
    idleTimeout: 0,
    connection: {
      application_name: "agent-reaper",
      statement_timeout: String(patienceMs),
      lock_timeout: String(patienceMs),
      // A transaction that we left open by being killed ends with its connection; by being stopped, with this.
      idle_in_transaction_session_timeout: String(patienceMs * 4),
      // In UTC, and in the form that Bun reads.
      TimeZone: "UTC",
      ...settings,
    },
  });
  const tried = async <T>(work: () => Promise<T>): Promise<T> => {
    let timer: Timer | undefined;
    // A server that was cut off does not say so: the kernel goes on asking for a quarter of an hour (tcp(7), tcp_retries2).
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new ServerTrouble(`${place}: no answer in ${patienceMs / 1000} s`)),
        patienceMs * 2,
      );
    });
    const working = work();
    working.catch(() => {});
    try {
      return await Promise.race([working, late]);
    } catch (error) {
      throw troubleOf(error, place);
    } finally {
      clearTimeout(timer);
    }
  };
  const ask = async (on: Bun.SQL | Bun.TransactionSQL, statement: string, values: readonly unknown[] = []) =>
    Array.from(await on.unsafe(statement, [...values]) as Iterable<Record<string, unknown>>);
  return {
    place,
    query: (statement, values) => tried(() => ask(sql, statement, values)),
    transaction: <T>(work: (query: Server["query"]) => Promise<T>) =>
      tried(() => sql.begin((within) => work((statement, values) => ask(within, statement, values))) as Promise<T>),
    close: async () => {
      try {
        await sql.close({ timeout: 0 });
      } catch {
        // It is closed then.
      }
    },
  };
}

function placeOf(url: string): string {
  if (!isServerUrl(url)) {
    throw new Complaint("store: expected the address of a PostgreSQL, for example postgres://db.example/agents");
  }
  const { hostname, port, pathname } = new URL(url);
  return visible(`${hostname}${port === "" ? "" : `:${port}`}${pathname}`);
}

const MEANINGS: Readonly<Record<string, string>> = {
  ERR_POSTGRES_CONNECTION_REFUSED: "nothing answers there",
  ERR_POSTGRES_CONNECTION_CLOSED: "the connection was closed",
  ERR_POSTGRES_CONNECTION_TIMEOUT: "no answer in time",
  ERR_POSTGRES_AUTHENTICATION_FAILED: "user or password are wrong",
};

/** What helps against what the server itself says, by its code (SQLSTATE). */
const REMEDIES: Readonly<Record<string, string>> = {
  "42501": "let this user make tables there, or name a database of its own",
  "53300": "each slot that is held and everybody who waits is a connection: raise its max_connections",
};

/** In one line, and without the address that holds a password. */
function troubleOf(error: unknown, place: string): Error {
  if (error instanceof Complaint) return error;
  const { name, code, errno, message } = error as { name?: string; code?: string; errno?: string; message?: string };
  const isOfSql = name === "PostgresError" || name === "SQLError" || code?.startsWith("ERR_POSTGRES") === true;
  if (!isOfSql && code === undefined) return error as Error;
  const why = MEANINGS[code ?? ""] ?? visible(`${message ?? "unknown reason"}`.split("\n")[0] as string);
  const remedy = REMEDIES[String(errno)];
  return new ServerTrouble(
    `${place}: ${why}${errno === undefined ? "" : ` (${visible(String(errno))})`}${
      remedy === undefined ? "" : `: ${remedy}`
    }`,
  );
}
