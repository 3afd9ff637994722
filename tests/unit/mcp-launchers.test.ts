import { describe, expect, test } from "bun:test";
import { claimOne } from "../../src/judge/claims.ts";
import { builtin } from "../../src/plugins.ts";
import { Table } from "../../src/table.ts";
import { ordinary, world } from "../support/world.ts";

const claim = (argv: readonly string[], exe: string) => {
  const process = ordinary(4200, { argv, exe });
  return claimOne(process, new Table(world([process])), builtin().matchers)?.claim.family;
};
const node = "/usr/bin/node";
const python = "/usr/bin/python3.12";

describe("launchers of MCP servers", () => {
  const shapes: readonly (readonly [readonly string[], string])[] = [
    [["node", "/usr/bin/pnpm", "dlx", "@playwright/mcp@latest"], node],
    [["node", "/usr/lib/node_modules/pnpm/bin/pnpm.cjs", "dlx", "mcp-server-x"], node],
    [["node", "/usr/bin/yarn", "dlx", "@upstash/context7-mcp"], node],
    [["python3", "/usr/bin/pipx", "run", "mcp-server-git"], python],
    [["deno", "run", "-A", "npm:@modelcontextprotocol/server-memory@1.2"], "/usr/bin/deno"],
    [["deno", "run", "-A", "jsr:@lea/files-mcp"], "/usr/bin/deno"],
  ];
  for (const [argv, exe] of shapes) test(argv.join(" "), () => expect(claim(argv, exe)).toBe("mcp-server"));
});

describe("launchers of anything else", () => {
  const shapes: readonly (readonly [readonly string[], string])[] = [
    [["node", "/usr/bin/pnpm", "dlx", "create-vite", "mcp"], node],
    [["node", "/usr/bin/pnpm", "install", "@playwright/mcp"], node],
    [["node", "/usr/bin/yarn", "add", "mcp-server-x"], node],
    [["python3", "/usr/bin/pipx", "install", "mcp-server-git"], python],
    [["deno", "run", "-A", "npm:vite@5", "mcp"], "/usr/bin/deno"],
  ];
  for (const [argv, exe] of shapes) test(argv.join(" "), () => expect(claim(argv, exe)).toBeUndefined());
});
