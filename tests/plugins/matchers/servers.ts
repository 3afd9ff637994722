/**
 * MCP servers, and what else works for an agent.
 *
 * @module
 */
import { bun, node, python, socketsTo, spokenTo, typedTo } from "./shapes.ts";
import type { ClaimedShape } from "./shapes.ts";

/** MCP servers, and what else works for an agent. */
export const servers: readonly ClaimedShape[] = [
  ["mcp-server", "wrapper", [["docker", "mcp", "gateway", "run"], { name: "docker" }]],
  ["mcp-server", "server", [["ng mcp --read-only"], { ...node, ...spokenTo, name: "ng mcp --read-o" }]],
  ["mcp-server", "server", [["node", "/h/.npm/_npx/4/node_modules/.bin/azmcp", "server", "start"], node]],
  ["mcp-server", "server", [["/n/node_modules/@azure/mcp-linux-x64/dist/azmcp", "server", "start"], {
    exe: "/n/node_modules/@azure/mcp-linux-x64/dist/azmcp",
    name: "azmcp",
  }]],
  ["mcp-server", "wrapper", [["npm exec xcodebuildmcp@latest"], node]],
  ["mcp-server", "wrapper", [["npm exec @mizchi/lsmcp -p typescript"], node]],
  ["mcp-server", "server", [["node", "/h/.npm/_npx/4/node_modules/.bin/cclsp"], node]],
  ["claude-extension", "server", [
    "node /Users/mo/Library/Application Support/Claude/Claude Extensions/ant.dir.gh.a.b/dist/index.js".split(" "),
    { name: "node" },
  ]],
  ["claude-extension", "server", [
    "/Users/mo/Library/Application Support/Claude/Claude Extensions/local.dxt.a.b/server/tool --stdio".split(" "),
    { name: "tool" },
  ]],
  ["claude-extension", "server", [
    [
      "C:\\P\\nodejs\\node.exe",
      "C:\\Users\\mo\\AppData\\Roaming\\Claude\\Claude Extensions\\ant.dir.x\\server\\index.js",
    ],
    { exe: "C:\\P\\nodejs\\node.exe", name: "node.exe" },
  ]],
  ["claude-extension", "server", [
    ["C:\\Users\\mo\\AppData\\Roaming\\Claude\\Claude Extensions\\ant.dir.x\\.venv\\Scripts\\python.exe", "main.py"],
    {
      exe: "C:\\Users\\mo\\AppData\\Roaming\\Claude\\Claude Extensions\\ant.dir.x\\.venv\\Scripts\\python.exe",
      name: "python.exe",
    },
  ]],
  ["claude-extension", "wrapper", [
    "uv run --directory /Users/mo/Library/Application Support/Claude/Claude Extensions/ant.dir.x server/main.py".split(
      " ",
    ),
    { name: "uv" },
  ]],
  ["claude-extension", "wrapper", [
    ["uv", "--directory", "C:\\Users\\mo\\AppData\\Roaming\\Claude\\Claude Extensions\\ant.dir.x", "run", "tool"],
    { exe: "C:\\Users\\mo\\.local\\bin\\uv.exe", name: "uv.exe" },
  ]],
  ["mcp-server", "wrapper", [["npm exec @wonderwhy-er/desktop-commander@latest"], node]],
  ["mcp-server", "wrapper", [["npm exec task-master-ai"], node]],
  ["mcp-server", "server", [["node", "/usr/local/bin/task-master-ai"], node]],
  ["mcp-server", "wrapper", [["pnpm", "dlx", "@modelcontextprotocol/server-memory"], {
    exe: "/n/node_modules/pnpm/pnpm",
    name: "pnpm",
  }]],
  ["mcp-server", "server", [["node", "/n/node_modules/.bin/desktop-commander"], node]],
  ["mcp-server", "server", [["node", "/n/node_modules/@wonderwhy-er/desktop-commander/dist/index.js"], node]],
  ["mcp-server", "server", [["chrome-devtools-mcp"], { ...node, ...spokenTo, name: "chrome-devtools" }]],
  ["mcp-server", "wrapper", [["sh", "-c", "'mcp-server-github' --read-only"], { exe: "/usr/bin/dash", name: "sh" }]],
  ["agent-browser", "browser", [[
    "/h/.cache/ms-playwright/firefox-1495/firefox/firefox",
    "-no-remote",
    "-headless",
    "-profile",
    "/h/.cache/ms-playwright/mcp-firefox-6fce0df",
    "-juggler-pipe",
    "-silent",
  ], { exe: "/h/.cache/ms-playwright/firefox-1495/firefox/firefox", name: "firefox" }]],
  ["mcp-server", "wrapper", [["npm exec @modelcontextprotocol/server-sequential-thinking"], {
    ...node,
    name: "npm exec @model",
  }]],
  ["mcp-server", "wrapper", [["npm exec chrome-devtools-mcp@latest"], { ...node, name: "npm exec chrome" }]],
  ["mcp-server", "wrapper", [["npm exec mcp-remote https://x/sse"], node]],
  ["mcp-server", "wrapper", [["npm exec tsx src/lib/mcp/operator-mcp-server.ts"], { ...node, ...spokenTo }]],
  ["mcp-server", "wrapper", [["npm", "exec", "@playwright/mcp@latest"], { name: "node" }]],
  ["mcp-server", "wrapper", [["sh", "-c", "mcp-server-github"], { exe: "/usr/bin/dash", name: "sh" }]],
  ["mcp-server", "wrapper", [["uv", "tool", "uvx", "mcp-server-time"], { exe: "/h/.local/bin/uv", name: "uv" }]],
  ["mcp-server", "wrapper", [[
    "uv",
    "tool",
    "uvx",
    "--python",
    "3.13",
    "--with",
    "onnxruntime>=1.20",
    "--from",
    "chroma-mcp==0.2.6",
    "chroma-mcp",
    "--client-type",
    "persistent",
  ], { exe: "/h/.local/bin/uv", name: "uv" }]],
  ["mcp-server", "wrapper", [["uv", "run", "mcp-atlassian"], { exe: "/h/.local/bin/uv", name: "uv" }]],
  ["mcp-server", "wrapper", [["uvx", "mcp-server-time"], { exe: "/h/.local/bin/uvx", name: "uvx" }]],
  ["mcp-server", "wrapper", [["bunx", "@upstash/context7-mcp"], { exe: "/h/.bun/bin/bunx", name: "bunx" }]],
  ["mcp-server", "wrapper", [["docker", "run", "--name", "x", "-i", "ghcr.io/me/my-mcp-server"], {
    exe: "/usr/bin/docker",
    name: "docker",
  }]],
  ["mcp-server", "wrapper", [["docker", "run", "-i", "--rm", "mcp/fetch"], { exe: "/usr/bin/docker", name: "docker" }]],
  ...["a/notes-mcp:1.4", "localhost:5000/notes-mcp", "a/notes-mcp@sha256:0a1b", "a/notes-mcp:1.4@sha256:0a1b"].map((
    image,
  ) =>
    ["mcp-server", "wrapper", [["docker", "run", "-i", image], { exe: "/usr/bin/docker", name: "docker" }]] as const
  ),
  ["mcp-server", "wrapper", [["C:\\WINDOWS\\system32\\cmd.exe", "/d", "/s", "/c", "npx -y @playwright/mcp@latest"], {
    exe: "C:\\Windows\\System32\\cmd.exe",
    name: "cmd.exe",
  }]],
  ["mcp-server", "wrapper", [[
    "C:\\n\\node.exe",
    "C:\\n\\node_modules\\npm\\bin\\npx-cli.js",
    "-y",
    "@playwright/mcp@latest",
  ], { exe: "C:\\n\\node.exe", name: "node.exe" }]],
  ["mcp-server", "server", [["node", "/h/.npm/_npx/0a1b/node_modules/.bin/mcp-server-filesystem", "/d"], node]],
  ["mcp-server", "server", [["node", "/n/node_modules/@modelcontextprotocol/server-everything/dist/index.js"], node]],
  ["mcp-server", "server", [["node", "/h/node_modules/.bin/../@playwright/mcp/dist/index.js"], node]],
  ["mcp-server", "server", [
    ["/h/.cache/uv/a/bin/python", "/h/.cache/uv/a/bin/chroma-mcp", "--data-dir", "/h"],
    python,
  ]],
  ["mcp-server", "server", [["python3", "-m", "mcp_server_git", "--repository", "/r"], python]],
  ["mcp-server", "server", [["python3", "-m", "mcp_notes.server"], python]],
  ["mcp-server", "server", [["python3", "-m", "notes_mcp.cli"], { ...python, ...spokenTo }]],
  ["mcp-server", "server", [["python3", "-m", "tools.mcp"], { ...python, ...spokenTo }]],
  ["mcp-server", "wrapper", [["/Applications/Claude.app/Contents/Helpers/disclaimer", "uvx", "mcp-server-time"], {
    name: "disclaimer",
  }]],
  ["mcp-server", "server", [["node", "/Volumes/Work", "Disk/n/node_modules/.bin/mcp-server-git"], {
    exe: undefined as never,
    name: "node",
  }]],
  ["mcp-server", "server", [["/t/bin/python", "/t/bin/serena", "start-mcp-server", "--context", "claude-code"], {
    ...python,
    name: "serena",
  }]],
  ["mcp-server", "server", [["github-mcp-server", "stdio"], {
    exe: "/usr/local/bin/github-mcp-server",
    name: "github-mcp-serv",
  }]],
  ["mcp-server", "server", [["node", "/n/node_modules/.bin/gitnexus", "mcp"], node]],
  ["mcp-server", "server", [["gk", "mcp"], { exe: "/h/.local/bin/gk", name: "gk", ...socketsTo }]],
  ["mcp-server", "server", [["snyk", "mcp", "-t", "stdio"], { exe: "/usr/bin/snyk", name: "snyk", ...socketsTo }]],
  ["mcp-server", "server", [["container-use", "stdio"], {
    exe: "/h/.local/bin/container-use",
    name: "container-use",
    ...socketsTo,
  }]],
  ["mcp-server", "server", [["/Applications/Xcode.app/Contents/Developer/usr/bin/mcpbridge"], { name: "mcpbridge" }]],
  ["mcp-server", "server", [["/u/bin/python", "/h/.local/bin/mcpm", "run", "brave-search"], python]],
  ["mcp-server", "wrapper", [["npm exec @bytebase/dbhub --transport stdio"], node]],
  ["mcp-server", "wrapper", [["npm exec vibe-kanban@latest --mcp"], { ...node, ...socketsTo }]],
  ["mcp-server", "wrapper", [["uv", "tool", "uvx", "browser-use", "--mcp"], {
    exe: "/h/.local/bin/uv",
    name: "uv",
    ...socketsTo,
  }]],
  ["mcp-server", "server", [["php", "/Applications/Herd.app/Contents/Resources/herd-mcp.phar"], {
    name: "php",
    ...spokenTo,
  }]],
  ["claude-plugin", "wrapper", [["bun", "run", "--cwd", "/h/.claude/plugins/x/telegram", "--silent", "start"], {
    exe: "/h/.bun/bin/bun",
    name: "bun",
    ...socketsTo,
  }]],
  ["claude-plugin", "server", [["bun", "/h/.claude-work/plugins/cache/x/telegram/1.0/server.ts"], {
    exe: "/h/.bun/bin/bun",
    name: "bun",
    ...socketsTo,
  }]],
  ["claude-plugin", "daemon", [["bun", "/h/.claude/plugins/x/scripts/worker-service.cjs", "--daemon"], {
    exe: "/h/.bun/bin/bun",
    name: "bun",
  }]],
  ["agent-shell", "shell", [[
    "/bin/zsh",
    "-c",
    "-l",
    "source /Users/u/.claude/shell-snapshots/snapshot-zsh-1786301857061-h597ig.sh 2>/dev/null || true && eval 'x'",
  ], { exe: "/usr/bin/zsh", name: "zsh" }]],
  ["agent-shell", "shell", [[
    "bash",
    "-c",
    "source '/h/Ann Lee/.claude-work/shell-snapshots/snapshot-bash-1786301857061-h597ig.sh' && eval 'x'",
  ], { exe: "/usr/bin/bash", name: "bash" }]],
  ["agent-shell", "shell", [[
    "bash",
    "-c",
    ". /h/Ann\\ Lee/claude/shell-snapshots/snapshot-sh-1786301857061-h597ig.sh && eval 'x'",
  ], { exe: "/usr/bin/bash", name: "bash" }]],
  ["agent-browser", "browser", [[
    "/opt/google/chrome/chrome",
    "--user-data-dir=/h/.cache/ms-playwright/mcp-chrome-1",
    "--headless",
  ], { exe: "/opt/google/chrome/chrome", name: "chrome" }]],
  ["agent-browser", "browser", [["chrome", "--user-data-dir=/tmp/puppeteer_dev_chrome_profile-Ab12"], {
    exe: "/opt/chrome",
    name: "chrome",
  }]],
  ["npm-agent", "worker", [["npm run agent:run:single"], { ...node, name: "npm run agent:r", ...typedTo }]],
  ["npm-agent", "worker", [["node", "C:\\n\\npm-cli.js", "run-script", "--silent", "agent:run:batch"], node]],
  ["npm-agent", "worker", [["npm run agent"], { ...node, name: "npm run agent", ...spokenTo }]],
  ["mcp-server", "server", [["/h/src/acme-mcp/target/debug/acme-mcp"], {
    exe: "/h/src/acme-mcp/target/debug/acme-mcp",
    name: "acme-mcp",
    ...spokenTo,
  }]],
  ["npm-agent", "worker", [["npm run agent:run:single"], { ...node, name: "npm run agent:r" }]],
  ["npm-agent", "worker", [["npm run agent:build:run"], { ...node, name: "npm run agent:b", ...spokenTo }]],
  ["mcp-server", "wrapper", [["docker", "exec", "-i", "-e", "A=b", "box", "npx", "-y", "@acme/mcp"], {
    exe: "/usr/bin/docker",
    name: "docker",
    ...spokenTo,
  }]],
  ["mcp-server", "wrapper", [["podman", "exec", "--interactive", "box", "mcp-server-git"], {
    exe: "/usr/bin/podman",
    name: "podman",
    ...socketsTo,
  }]],
  ["mcp-server", "wrapper", [["kubectl", "exec", "--stdin", "deploy/x", "--", "mcp-server-git"], {
    exe: "/usr/local/bin/kubectl",
    name: "kubectl",
    ...spokenTo,
  }]],
  ["mcp-server", "wrapper", [["kubectl", "exec", "-i", "-n", "ai", "deploy/x", "--", "uvx", "mcp-server-git"], {
    exe: "/usr/local/bin/kubectl",
    name: "kubectl",
    ...spokenTo,
  }]],
  ["mcp-server", "wrapper", [[
    "docker",
    "compose",
    "-f",
    "x.yml",
    "exec",
    "-T",
    "-u",
    "sail",
    "app",
    "php",
    "artisan",
    "boost:mcp",
  ], {
    exe: "/usr/bin/docker",
    name: "docker",
    ...socketsTo,
  }]],
  ["mcp-server", "wrapper", [[
    "/usr/libexec/docker/cli-plugins/docker-compose",
    "compose",
    "run",
    "--rm",
    "-T",
    "mcp-server",
  ], {
    exe: "/usr/libexec/docker/cli-plugins/docker-compose",
    name: "docker-compose",
    ...spokenTo,
  }]],
  ["mcp-server", "wrapper", [["docker-compose", "exec", "-T", "app", "mcp-server-git"], {
    exe: "/usr/bin/docker-compose",
    name: "docker-compose",
    ...spokenTo,
  }]],
  ["mcp-server", "wrapper", [["ssh", "-T", "-p", "2222", "lea@box", "npx", "-y", "@acme/mcp"], {
    exe: "/usr/bin/ssh",
    name: "ssh",
    ...socketsTo,
  }]],
  ["mcp-server", "wrapper", [["ssh", "box", "npx -y @acme/mcp"], {
    exe: "/usr/bin/ssh",
    name: "ssh",
    ...socketsTo,
  }]],
  ["mcp-server", "wrapper", [["python3", "/h/.local/bin/hatch", "run", "mcp-server-time"], { ...python, ...spokenTo }]],
  ["mcp-server", "wrapper", [["python3", "/h/.local/bin/pdm", "run", "mcp-server-time"], { ...python, ...spokenTo }]],
  ["mcp-server", "server", [["java", "-jar", "/h/mcp/mcp-atlassian-1.4.0.jar"], {
    exe: "/usr/bin/java",
    name: "java",
    ...spokenTo,
  }]],
  ["mcp-server", "wrapper", [["dotnet", "run", "--project", "/h/src/AzureMcp.Server/AzureMcp.Server.csproj"], {
    exe: "/usr/lib/dotnet/dotnet",
    name: "dotnet",
    ...spokenTo,
  }]],
  ["mcp-server", "wrapper", [["dotnet", "dnx", "NuGet.Mcp.Server@1.0.0", "--yes"], {
    exe: "/usr/lib/dotnet/dotnet",
    name: "dotnet",
  }]],
  ["mcp-server", "wrapper", [["dotnet", "tool", "execute", "NuGet.Mcp.Server", "--yes"], {
    exe: "/usr/lib/dotnet/dotnet",
    name: "dotnet",
  }]],
  ["mcp-server", "wrapper", [["dotnet", "tool", "exec", "Azure.Mcp", "--yes", "--", "server", "start"], {
    exe: "/usr/lib/dotnet/dotnet",
    name: "dotnet",
  }]],
  ["mcp-server", "wrapper", [["uv", "tool", "uvx", "--from", "git+https://github.com/a/b", "b", "start-mcp-server"], {
    exe: "/usr/bin/uv",
    name: "uv",
  }]],
  ["mcp-server", "wrapper", [["uv", "run", "--directory", "/h/weather", "mcp", "run", "server.py"], {
    exe: "/usr/bin/uv",
    name: "uv",
  }]],
  ["mcp-server", "wrapper", [["docker", "run", "-i", "--rm", "-e", "A=b", "node:22", "npx", "-y", "@a/foo-mcp"], {
    exe: "/usr/bin/docker",
    name: "docker",
  }]],
  ["mcp-server", "server", [["java", "-Xmx1g", "-jar", "/o/acme-mcp-server-0.3.jar"], {
    exe: "/usr/bin/java",
    name: "java",
    ...spokenTo,
  }]],
  ["mcp-server", "server", [["dotnet", "/o/Acme.McpServer.dll"], {
    exe: "/usr/bin/dotnet",
    name: "dotnet",
    ...spokenTo,
  }]],
  ["mcp-server", "server", [["php", "artisan", "boost:mcp"], { exe: "/usr/bin/php8.3", name: "php" }]],
  ["mcp-server", "server", [["node", "/n/.bin/tsx", "/h/x/operator-mcp-server.ts"], { ...node, ...spokenTo }]],
  ["mcp-server", "server", [["python3", "/h/src/notes/mcp_server.py"], { ...python, ...spokenTo }]],
  ["mcp-server", "server", [["node", "/h/src/own/build/mcp.js"], { ...node, ...spokenTo }]],
  ["mcp-server", "wrapper", [["uv", "run", "mcp_server.py"], { exe: "/usr/bin/uv", name: "uv", ...spokenTo }]],
  ["mcp-server", "wrapper", [["bun", "x", "linear-mcp"], { exe: "/h/.bun/bin/bun", name: "bun" }]],
  ["mcp-server", "wrapper", [["bun", "--bun", "x", "-p", "@a/linear-mcp", "lm"], bun]],
  ["mcp-server", "server", [["bun", "run", "mcp-server"], { ...bun, ...spokenTo }]],
  ["mcp-server", "server", [["python3", "/home/lea/bin/mcp-notes"], { ...python, ...spokenTo }]],
  ["mcp-server", "server", [["mcp-notes"], { exe: "/home/lea/bin/mcp-notes", name: "mcp-notes", ...spokenTo }]],
  ["mcp-server", "server", [["mcp-notes"], { exe: "/home/lea/go/bin/mcp-notes", name: "mcp-notes" }]],
  ["mcp-server", "server", [["node", "/home/lea/.local/bin/mcp-notes"], node]],
  ["mcp-server", "server", [["node", "/home/lea/n/bin/mcp-notes"], node]],
  ["mcp-server", "server", [["node", "node_modules/.bin/mcp-notes"], node]],
  ["mcp-server", "server", [["node", "node_modules/notes/bin/mcp-notes.js"], node]],
  ["mcp-server", "server", [["python3", "/home/lea/src/notes/venv/bin/mcp-notes"], python]],
  ["mcp-server", "server", [["node", "/Users/mo/My", "Code/notes-mcp/build/index.js"], { name: "node", ...spokenTo }]],
  ["mcp-server", "server", [["node", "/h/src/weather-mcp/build/index.js"], { ...node, ...spokenTo }]],
  ["mcp-server", "wrapper", [["uv", "--directory", "/h/src/weather-mcp", "run", "weather.py"], {
    exe: "/usr/bin/uv",
    name: "uv",
    ...spokenTo,
  }]],
  ["mcp-server", "wrapper", [["mise", "x", "node@22", "--", "npx", "-y", "@a/foo-mcp"], {
    exe: "/usr/bin/mise",
    name: "mise",
    ...spokenTo,
  }]],
  ["mcp-server", "wrapper", [["fnm", "exec", "--using", "22", "uvx", "mcp-server-time"], {
    exe: "/usr/bin/fnm",
    name: "fnm",
    ...spokenTo,
  }]],
  ["mcp-server", "wrapper", [["op", "run", "--", "npx", "-y", "@a/foo-mcp"], {
    exe: "/usr/bin/op",
    name: "op",
    ...spokenTo,
  }]],
  ["mcp-server", "wrapper", [["timeout", "-k", "5", "8h", "uvx", "mcp-server-git"], {
    exe: "/usr/bin/timeout",
    name: "timeout",
    ...spokenTo,
  }]],
  ["mcp-server", "wrapper", [
    ["/c/bin/python", "/c/bin/conda", "run", "-n", "mcp", "--no-capture-output", "python", "-m", "mcp_server_git"],
    { ...python, ...spokenTo },
  ]],
  ["mcp-server", "wrapper", [["go", "run", "github.com/a/b/cmd/mcp-server@latest", "stdio"], {
    exe: "/usr/local/go/bin/go",
    name: "go",
    ...spokenTo,
  }]],
  ["mcp-server", "wrapper", [["cargo", "run", "--release", "--bin", "acme-mcp"], {
    exe: "/h/.cargo/bin/cargo",
    name: "cargo",
    ...spokenTo,
  }]],
  ["mcp-server", "server", [["java", "-cp", "/i/a.jar", "com.intellij.mcpserver.stdio.McpStdioRunnerKt"], {
    exe: "/i/jbr/bin/java",
    name: "java",
    ...spokenTo,
  }]],
  ["mcp-server", "server", [["node", "/h/.npm-global/bin/codegraph", "serve", "--mcp"], { ...node, ...spokenTo }]],
  ["mcp-server", "server", [["azmcp", "server", "start"], { exe: "/h/x/azmcp", name: "azmcp", ...spokenTo }]],
  ["mcp-server", "wrapper", [["npm exec @smithery/cli@latest run @a/b"], node]],
  ["mcp-server", "server", [["dart", "mcp-server"], { exe: "/usr/bin/dart", name: "dart", ...spokenTo }]],
  ["mcp-server", "server", [["py", "-3.12", "-m", "mcp_server_time"], { exe: "C:\\Windows\\py.exe", name: "py.exe" }]],
  ["mcp-server", "server", [["NODE.EXE", "C:\\n\\node_modules\\mcp-server-git\\dist\\index.js"], {
    exe: "C:\\PROGRA~1\\nodejs\\NODE.EXE",
    name: "NODE.EXE",
  }]],
  ["mcp-server", "server", [["/Users/ana", "maria/n/bin/node", "/Users/ana", "maria/n/bin/mcp-server-git"], {
    name: "node",
  }]],
  ["agent-browser", "browser", [[
    "/Applications/Google",
    "Chrome.app/Contents/MacOS/Google",
    "Chrome",
    "--user-data-dir=/T/puppeteer_dev_chrome_profile-Ab12",
  ], { name: "Google Chrome" }]],
];
