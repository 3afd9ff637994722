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
    "--transport http|--transport=sse|-transport=http|--mode=sse|--protocol http|--server http|--http-only",
    "--stateless-http|--enable-sse|--with-streamable-http|http-server|--urls http://localhost:5000|--host 0.0.0.0",
    "--host=::|--unix-socket /tmp/x.sock|--uds=/tmp/x.sock|--daemon|daemon start",
  ].join("|").split("|");
  for (const words of on) test(words, () => expect(shared(...words.split(" "))).toBe(true));

  const off =
    "|--transport stdio|--transport http-first|--sse https://a.b/sse|-t stdio|--db-port 5432|-p 3.12|--port|" +
    "--transport http-only|--mode stdio|--server github|--allow-http|--no-http|--host localhost|--name daemon";
  for (const words of off.split("|")) {
    test(`not ${words}`, () => expect(shared(...words.split(" "))).toBe(false));
  }
});

describe("servers on a port are told by what is run, too", () => {
  const shared = (exe: string, ...argv: readonly string[]) => {
    const process = ordinary(4200, { argv, exe });
    const found = claimOne(process, new Table(world([process])), builtin().matchers)?.claim;
    return found?.family === "mcp-server" ? found.shared === true : undefined;
  };
  const on: readonly (readonly string[])[] = [
    [node, "node", "/n/node_modules/mcp-server-x/dist/http.js"],
    [node, "node", "/n/node_modules/@modelcontextprotocol/server-everything/dist/streamableHttp.js"],
    [node, "node", "/n/node_modules/mcp-server-x/dist/sse-server.js"],
    ["/usr/bin/uvx", "uvx", "--from", "mcp-server-x", "mcp-server-x-http"],
    ["/usr/bin/uvx", "uvx", "mcp-proxy", "uvx", "mcp-server-fetch"],
    [node, "node", "/n/.bin/mcp-proxy", "--debug", "--", "tsx", "server.js"],
    ["/opt/bin/mcp-proxy", "mcp-proxy", "uvx", "mcp-server-fetch"],
    ["/usr/bin/java", "java", "-Dserver.port=8080", "-jar", "/opt/mcp-server-jira.jar"],
    ["/usr/bin/java", "java", "-Dquarkus.http.port=8080", "-jar", "/opt/mcp-server-jira.jar"],
  ];
  for (const [exe = "", ...argv] of on) test(argv.join(" "), () => expect(shared(exe, ...argv)).toBe(true));

  const off: readonly (readonly string[])[] = [
    [node, "node", "/n/node_modules/mcp-server-x/dist/https-proxy-agent.js"],
    [node, "node", "/n/node_modules/mcp-server-http-request/dist/index.js"],
    ["/usr/bin/uvx", "uvx", "mcp-proxy", "https://x.example/sse"],
    ["/opt/bin/mcp-proxy", "mcp-proxy", "--headers", "Authorization", "Bearer x", "https://x.example/sse"],
    ["/opt/bin/mcp-proxy", "mcp-proxy"],
    ["/usr/bin/java", "java", "-Dhttp.proxyPort=3128", "-jar", "/opt/mcp-server-jira.jar"],
    ["/usr/bin/java", "java", "-Dspring.ai.mcp.server.stdio=true", "-Dserver.port=1", "-jar", "/opt/mcp-server.jar"],
  ];
  for (const [exe = "", ...argv] of off) test(`not ${argv.join(" ")}`, () => expect(shared(exe, ...argv)).toBe(false));
});

describe("`anything mcp-server`", () => {
  const claimed = (program: string, kind: "pipe" | "socket") => {
    const stdio = [{ fd: 0, kind, peer: "gone" }, { fd: 1, kind, peer: "gone" }] as const;
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

test("an application with a window that is asked to serve, too, is a person's", () => {
  const stdio = [{ fd: 0, kind: "socket" }, { fd: 1, kind: "socket" }] as const;
  const app = { name: "sketch", exe: "/opt/sketch/sketch" };
  const claimed = (child: readonly string[]) => {
    const process = ordinary(4200, { ...app, argv: ["sketch", "--mcp"], stdio });
    const table = new Table(world([process, ordinary(4201, { ...app, ppid: 4200, argv: child })]));
    return claimOne(process, table, builtin().matchers) !== undefined;
  };
  expect(claimed(["sketch", "--type=zygote"])).toBe(false);
  expect(claimed(["sketch", "worker"])).toBe(true);
});
