/**
 * Inside: what `reap` told the server, also in the words of an older reaper, what it and `watch` did while that was away, all of it told
 * once by `history --fleet`; and the command of the person's is told of what watch did.
 *
 * @module
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Field, isAlive, plainOrphan } from "../orphans.ts";
import { openPostgres } from "../postgres.ts";

/** What was seen. */
export interface Told {
  readonly pids: readonly number[];
  /** What a `reap` from cron leaves in the older reaper's table. */
  readonly rows: readonly { readonly status: string; readonly action_taken: string | null; readonly zombies: string }[];
  readonly reapAway: { readonly exitCode: number; readonly said: string };
  readonly awaySaid: string;
  readonly fleet: readonly { readonly pid: number; readonly outcome?: string; readonly host?: string }[];
  readonly again: number;
  readonly health: {
    readonly exitCode: number;
    readonly fleet: readonly { readonly host?: string; readonly status: string }[];
  };
  readonly csv: string;
  readonly messages: readonly { readonly events: readonly { readonly pid?: number }[] }[];
}

export default async function run({ binary }: { readonly binary: string }): Promise<Told> {
  const home = process.env["HOME"] as string;
  Bun.spawnSync(["sh", "-c", "mount -t tmpfs tmpfs /run"]);
  const field = new Field();
  const postgres = await openPostgres({ base: "/run" });
  try {
    const config = join(process.env["XDG_CONFIG_HOME"] as string, "agent-reaper");
    mkdirSync(config, { recursive: true });
    const messages = join(home, "messages");
    const program = join(home, "told");
    writeFileSync(program, `#!/bin/sh\n{ cat; echo; } >>'${messages}'\n`);
    chmodSync(program, 0o755);
    writeFileSync(join(config, "config.toml"), `store = "${postgres.url}"\n\n[notify]\ncommand = ["${program}"]\n`);

    const { pids: [first = 0] } = await plainOrphan(field);
    Bun.spawnSync([binary, "reap", "--yes", "--min-age", "0s"]);
    Bun.spawnSync([binary, "reap", "--dry-run", "--min-age", "0s"]);
    const sql = new Bun.SQL({ url: postgres.url, max: 1 });
    const rows: Told["rows"] = [
      ...await sql`SELECT status, action_taken, details->>'zombie_count' AS zombies FROM system_health
        WHERE check_type = 'process_reaper' ORDER BY created_at`,
    ];
    await sql.close();
    postgres.stop("immediate");
    const away = Bun.spawnSync([binary, "reap", "--yes", "--min-age", "0s"]);

    const { pids: [second = 0] } = await plainOrphan(field);
    const watch = Bun.spawn([binary, "watch", "--every", "100ms", "--now", "--confirm", "1", "--min-age", "0s"], {
      stdout: "ignore",
      stderr: "pipe",
    });
    // It tells the person before it turns to the server.
    let awaySaid = "";
    const said = (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of watch.stderr) awaySaid += decoder.decode(chunk, { stream: true });
    })();
    const isTold = () => existsSync(messages) && readFileSync(messages, "utf8").includes("\n");
    while (isAlive(second) || !isTold() || !awaySaid.includes("\n")) await Bun.sleep(10);
    watch.kill("SIGTERM");
    await watch.exited;
    await said;

    postgres.start();
    const ask = (...args: string[]) => Bun.spawnSync([binary, ...args]);
    ask("history");
    const fleet = () =>
      (JSON.parse(ask("history", "--fleet", "--json").stdout.toString()) as { actions: Told["fleet"] }).actions;
    const once = fleet();
    ask("history");
    const health = ask("health", "--fleet", "--json");
    return {
      pids: [first, second],
      rows,
      reapAway: { exitCode: away.exitCode, said: away.stderr.toString() },
      awaySaid,
      fleet: once,
      again: fleet().length,
      health: { exitCode: health.exitCode, fleet: JSON.parse(health.stdout.toString()).fleet },
      csv: ask("history", "--fleet", "--csv").stdout.toString(),
      messages: readFileSync(messages, "utf8").trim().split("\n").map((line) => JSON.parse(line)),
    };
  } finally {
    postgres.close();
  }
}
