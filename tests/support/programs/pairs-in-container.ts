/**
 * In a container: two agents over pairs of sockets, one from us, and one from a process that will be ended.
 *
 * @module
 */
const [script, part] = [process.argv[1] as string, process.argv[2]];
const fed = JSON.parse(process.env["FED"] as string) as string[];

if (part === undefined) Bun.spawn([process.execPath, script, "middle"], { stdio: ["ignore", "ignore", "ignore"] });
const agent = Bun.spawn([process.env["AGENT"] as string, ...fed.slice(1)], {
  env: { ...process.env, TEST_LABEL: part === undefined ? "paired" : "cut" },
  stdio: ["pipe", "pipe", "pipe"],
});
await agent.exited;
