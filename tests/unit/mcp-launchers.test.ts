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
    [["java", "-Dspring.ai.mcp.server.stdio=true", "-jar", "/opt/weather.jar"], "/usr/bin/java"],
    [["python", "/home/lea/.local/bin/fastmcp", "run", "server.py"], python],
    [["node", "/home/lea/.serena/language_servers/static/ts-lsp/tsserver.js"], node],
    [["clangd"], "/home/lea/.serena/language_servers/static/clangd/bin/clangd"],
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
    [["java", "-Dspring.profiles.active=mcp", "-jar", "/opt/weather.jar"], "/usr/bin/java"],
    [["python", "/home/lea/.local/bin/fastmcp", "version"], python],
    [["clangd"], "/usr/bin/clangd"],
    [["bash", "-c", "npx -y mcp-server-x && make deploy"], "/usr/bin/bash"],
  ];
  for (const [argv, exe] of shapes) test(argv.join(" "), () => expect(claim(argv, exe)).toBeUndefined());
});

describe("servers on a port are meant to be shared, however it is spelt", () => {
  const shared = (...args: readonly string[]) => {
    const process = ordinary(4200, { argv: ["acme-mcp", ...args], exe: "/usr/bin/acme-mcp" });
    return claimOne(process, new Table(world([process])), builtin().matchers)?.claim.shared === true;
  };
  const on = [
    "--port 80|--port=80|-port 80|-p 80|-p80|-p 8080:80|--http-port=80|--server.port=80|--listen :80",
    "--addr=127.0.0.1:80|--bind [::1]:80|http|--http|sse|--sse|streamableHttp|--streamable-http|-t sse",
    "--transport http|--transport=sse|-transport=http",
  ].join("|").split("|");
  for (const words of on) test(words, () => expect(shared(...words.split(" "))).toBe(true));

  const off = "|--transport stdio|--transport http-first|--sse https://a.b/sse|-t stdio|--db-port 5432|-p 3.12|--port";
  for (const words of off.split("|")) {
    test(`not ${words}`, () => expect(shared(...words.split(" "))).toBe(false));
  }
});

describe("`anything mcp-server`", () => {
  const claimed = (program: string, kind: "pipe" | "socket") => {
    const stdio = [{ fd: 0, kind, peer: "gone" } as const];
    const process = ordinary(4200, { argv: [program, "mcp-server"], exe: `/usr/bin/${program}`, stdio });
    return claimOne(process, new Table(world([process])), builtin().matchers) !== undefined;
  };
  test("on pipes may be a host, a file, a database", () => {
    for (const program of ["nc", "mysql", "sort", "grep"]) expect(claimed(program, "pipe")).toBe(false);
  });
  test("on sockets, as no shell makes them, is a server, but for what reads texts", () => {
    expect(claimed("acme", "socket")).toBe(true);
    expect(claimed("grep", "socket")).toBe(false);
  });
  test("is one on either where the program is known to have it", () => {
    expect(claimed("dart", "pipe")).toBe(true);
    expect(claimed("dart", "socket")).toBe(true);
  });
});
