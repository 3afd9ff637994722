/**
 * Inside: a watch that tells a webhook and a server, and neither of them answers.
 *
 * @module
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Field, isAlive, plainOrphan } from "../orphans.ts";
import { Watch } from "../watching.ts";

/** What was seen. */
export interface Told {
  /** When the one that ignored TERM was gone: how often each had been turned to, and how often that was given up. */
  readonly asked: { readonly webhook: number; readonly server: number };
  readonly givenUp: { readonly webhook: number; readonly server: number };
  /** Whom the messages told of. */
  readonly toldOf: readonly number[];
  readonly pids: readonly number[];
  readonly exitCode: number;
}

export default async function run({ binary }: { readonly binary: string }): Promise<Told> {
  const field = new Field();
  const asked = { webhook: 0, server: 0 };
  const givenUp = { webhook: 0, server: 0 };
  const toldOf: number[] = [];
  const reached = Promise.withResolvers<void>();
  const both = () => asked.webhook > 0 && asked.server > 0 && reached.resolve();
  const answer = Promise.withResolvers<void>();
  const everybody = Promise.withResolvers<void>();
  const webhook = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch(request) {
      const { events } = await request.json() as { readonly events: readonly { readonly pid?: number }[] };
      toldOf.push(...events.flatMap(({ pid }) => pid ?? []));
      if (pids.length === 2 && pids.every((pid) => toldOf.includes(pid))) everybody.resolve();
      asked.webhook++;
      request.signal.addEventListener("abort", () => givenUp.webhook++);
      both();
      await answer.promise;
      return new Response();
    },
  });
  const server = Bun.listen({
    port: 0,
    hostname: "127.0.0.1",
    socket: {
      data() {},
      open() {
        asked.server++;
        both();
      },
      close: () => void givenUp.server++,
    },
  });
  const config = join(field.directory, ".config", "agent-reaper", "config.toml");
  mkdirSync(dirname(config), { recursive: true });
  const store = `postgres://nobody@127.0.0.1:${server.port}/none`;
  writeFileSync(config, `store = "${store}"\n[notify]\nwebhook = "http://127.0.0.1:${webhook.port}/"\n`);

  const pids: number[] = [];
  const watch = new Watch(binary, ["--grace", "50ms"]);
  pids.push(...(await plainOrphan(field)).pids);
  await reached.promise;
  const { pids: [stubborn = 0] } = await plainOrphan(field, { onTerm: "ignores" });
  pids.push(stubborn);
  while (isAlive(stubborn)) await Bun.sleep(5);
  const then = { asked: { ...asked }, givenUp: { ...givenUp } };

  answer.resolve();
  await everybody.promise;
  const exitCode = await watch.end();
  await webhook.stop(true);
  server.stop(true);
  return { ...then, toldOf, pids, exitCode };
}
