import { describe, expect, test } from "bun:test";
import { claimOne } from "../../src/judge/claims.ts";
import { builtin } from "../../src/plugins.ts";
import { Table } from "../../src/table.ts";
import type { Process, Role } from "../../src/contract.ts";
import { ordinary, world } from "../support/world.ts";

const plugins = builtin();

/** A process as `ps` or the kernel shows it; `exe` is left out where a platform does not tell it. */
type Shape = readonly [argv: readonly string[], fields: Partial<Process>];

function claim([argv, fields]: Shape) {
  const { exe: _, ...rest } = ordinary(4200, { argv, ...fields });
  const process = (fields.exe === undefined ? rest : ordinary(4200, { argv, ...fields })) as Process;
  return claimOne(process, new Table(world([process])), plugins.matchers);
}

const node = { exe: "/usr/bin/node", name: "node" };
const python = { exe: "/usr/bin/python3.12", name: "python3" };
const bun = { exe: "/h/.bun/bin/bun", name: "bun" };
const readsOnly: Partial<Process> = { stdio: [{ fd: 0, kind: "pipe" }, { fd: 1, kind: "null" }] };
const spokenTo: Partial<Process> = { stdio: [{ fd: 0, kind: "pipe" }, { fd: 1, kind: "pipe" }] };
const typedTo: Partial<Process> = { stdio: [{ fd: 0, kind: "tty", peer: "gone", path: "/dev/pts/4" }] };
const store = (version: string) => `/home/mo/.local/share/claude/versions/${version}`;

const claimed: readonly (readonly [family: string, role: Role, shape: Shape])[] = [
  ["claude", "agent", [["claude"], { exe: store("2.1.72"), name: "claude" }]],
  ["claude", "agent", [["claude", "--resume", "x"], { exe: store("2.1.72"), name: "2.1.72", exeDeleted: true }]],
  ["claude", "agent", [["claude"], {
    exe: "/usr/lib/node_modules/@anthropic-ai/claude-code/bin/claude.exe",
    name: "claude.exe",
  }]],
  ["claude", "agent", [["claude"], node]],
  ["claude", "agent", [["node", "/u/lib/node_modules/@anthropic-ai/claude-code/cli.js"], node]],
  ["claude", "agent", [["bun", "/u/app/node_modules/@anthropic-ai/claude-agent-sdk/cli.js", "--verbose"], {
    exe: "/h/.bun/bin/bun",
    name: "bun",
  }]],
  ["claude", "agent", [["/Users/m/.local/bin/claude", "--continue"], { name: "2.1.128" }]],
  ["claude", "agent", [["claude"], { name: "claude.exe" }]],
  ["claude", "agent", [["C:\\Users\\m\\.local\\bin\\claude.exe"], {
    exe: "C:\\Users\\m\\.local\\bin\\claude.exe",
    name: "claude.exe",
  }]],
  ["claude", "agent", [["claude", "--output-format", "stream-json", "--input-format", "stream-json", "-p"], {
    exe: store("2.1.72"),
  }]],
  ["claude", "one-shot", [["claude", "-p", "daemon run mcp serve"], { exe: store("2.1.72") }]],
  ["claude", "one-shot", [["claude", "--print", "mcp", "serve"], { exe: store("2.1.72") }]],
  ["claude", "one-shot", [["claude", "--model", "opus", "-p", "x"], { exe: store("2.1.72") }]],
  ["claude", "server", [["claude", "mcp", "serve"], { exe: store("2.1.72") }]],
  ["claude", "daemon", [["claude", "daemon", "run", "--origin", "transient"], { exe: store("2.1.72") }]],
  ["claude", "daemon", [[
    store("2.1.72"),
    "--bg-pty-host",
    "/tmp/s",
    "200",
    "50",
    "--",
    "claude",
    "--bg-spare",
    "/tmp/c",
  ], { exe: store("2.1.72") }]],
  ["claude", "daemon", [["claude", "remote-control", "--name", "nas"], { exe: store("2.1.72") }]],
  ["claude", "daemon", [["claude", "--remote-control", "nas"], { exe: store("2.1.72") }]],
  ["claude", "agent", [["claude", "--agent", "daemon"], { exe: store("2.1.72") }]],
  ["codex", "daemon", [["codex", "remote-control"], { exe: "/usr/local/bin/codex", name: "codex" }]],
  ["claude", "wrapper", [["bash", "-c", 'claude --resume "y" || claude'], { exe: "/usr/bin/bash", name: "bash" }]],
  ["claude", "agent", [["claude-agent-acp"], { exe: "/opt/bin/claude-agent-acp", name: "claude-agent-ac" }]],
  ["codex", "agent", [["node", "/opt/homebrew/bin/codex", "-s", "read-only", "-a", "untrusted"], { name: "node" }]],
  ["codex", "server", [["node", "/home/d/.npm-global/bin/codex", "app-server"], node]],
  ["codex", "one-shot", [["codex", "-c", "a=b", "exec", "--json", "-"], {
    exe: "/n/vendor/x86_64-unknown-linux-musl/codex/codex",
    name: "codex",
  }]],
  ["codex", "one-shot", [["./codex-x86_64-unknown-linux-musl", "exec", "x"], {
    exe: "/h/bin/codex-x86_64-unknown-linux-musl",
    name: "codex-x86_64-un",
  }]],
  ["codex", "server", [["codex", "mcp-server"], { exe: "/usr/local/bin/codex", name: "codex" }]],
  ["codex", "daemon", [["codex", "app-server", "--remote-control", "--listen", "unix://"], {
    exe: "/h/.codex/bin/codex",
    name: "codex",
  }]],
  ["codex", "agent", [["codex.exe"], { exe: "C:\\n\\codex.exe", name: "codex.exe" }]],
  ["codex", "agent", [["codex-linux-sandbox", "bwrap"], { exe: "/n/codex-linux-sandbox", name: "codex-linux-san" }]],
  ["gemini", "agent", [["node", "/opt/homebrew/bin/gemini"], { name: "node" }]],
  ["gemini", "agent", [["/usr/bin/node", "--max-old-space-size=8192", "/usr/local/bin/qwen", "-m", "x"], {
    ...node,
    name: "node-MainThread",
  }]],
  ["gemini", "one-shot", [["node", "/usr/local/bin/gemini", "-p", "x"], node]],
  ["gemini", "agent", [["node", "/n/node_modules/@google/gemini-cli/dist/index.js", "--acp"], node]],
  ["opencode", "agent", [["opencode"], { exe: "/h/.opencode/bin/opencode", name: "opencode" }]],
  ["opencode", "daemon", [["/n/opencode-ai/bin/.opencode", "serve", "--port", "4096"], {
    exe: "/n/opencode-ai/bin/.opencode",
    name: ".opencode",
  }]],
  ["opencode", "one-shot", [["opencode", "run", "x"], { exe: "/h/.opencode/bin/opencode" }]],
  ["opencode", "daemon", [["node", "/n/bin/opencode", "serve"], node]],
  ["other-agents", "daemon", [[
    "/h/.local/share/cursor-agent/versions/2025.09.12/node",
    "/h/.local/share/cursor-agent/versions/2025.09.12/index.js",
    "worker-server",
  ], { exe: "/h/.local/share/cursor-agent/versions/2025.09.12/node", name: "node" }]],
  ["other-agents", "agent", [["copilot"], { exe: "/usr/local/bin/copilot", name: "copilot" }]],
  ["other-agents", "daemon", [["copilot", "--server"], { exe: "/usr/local/bin/copilot", name: "copilot" }]],
  ["other-agents", "agent", [["copilot"], {
    exe: "/h/.local/share/pnpm/global/5/node_modules/@github/copilot-linux-x64/copilot",
    name: "copilot",
  }]],
  ["other-agents", "one-shot", [["node", "/h/.copilot/pkg/universal/0.0.380/index.js", "-p", "x"], node]],
  ["other-agents", "agent", [["qchat", "chat"], { exe: "/h/.local/bin/qchat", name: "qchat" }]],
  ["other-agents", "daemon", [["goose", "web"], { exe: "/usr/local/bin/goose", name: "goose" }]],
  ["other-agents", "daemon", [["/v/bin/python", "/v/bin/aider", "--browser"], { ...python, name: "aider" }]],
  ["gemini", "daemon", [["node", "/usr/bin/qwen", "serve", "--port", "4170"], node]],
  ["other-agents", "agent", [["/h/kiro-cli/bun", "/h/kiro-cli/tui.js", "chat"], {
    exe: "/h/kiro-cli/bun",
    name: "bun",
  }]],
  ["other-agents", "one-shot", [["/v/bin/python", "/v/bin/aider", "--yes-always", "--message-file", "t"], {
    ...python,
    name: "aider",
  }]],
  ["other-agents", "agent", [["aider", "--model", "m"], { exe: "C:\\P\\Scripts\\aider.exe", name: "aider.exe" }]],
  ["other-agents", "agent", [["python", "C:\\P\\Scripts\\aider.exe", "--model", "m"], {
    exe: "C:\\P\\python.exe",
    name: "python.exe",
  }]],
  ["other-agents", "daemon", [["node", "/n/node_modules/@claude-flow/cli/bin/cli.js", "daemon", "start"], node]],
  ["other-agents", "agent", [["goose", "session"], { exe: "/usr/local/bin/goose", name: "goose" }]],
  ["further-agents", "agent", [["crush", "-y"], { exe: "/h/go/bin/crush", name: "crush" }]],
  ["further-agents", "one-shot", [["crush", "-c", "/h/app", "run", "x"], {
    exe: "/nix/store/r1-crush-0.18.4/bin/.crush-wrapped",
    name: ".crush-wrapped",
  }]],
  ["further-agents", "agent", [["node", "/h/lib/node_modules/@charmland/crush/run-crush.js"], node]],
  ["further-agents", "agent", [["droid", "--resume"], { exe: "/h/.local/bin/droid", name: "droid" }]],
  ["further-agents", "one-shot", [["droid", "exec", "x"], {
    exe: "/h/lib/node_modules/droid/node_modules/@factory/cli-linux-x64/bin/droid",
    name: "droid",
  }]],
  ["further-agents", "agent", [["node", "/h/.npm-global/bin/auggie"], node]],
  ["further-agents", "one-shot", [["node", "/h/.npm-global/bin/auggie", "--print", "mcp"], node]],
  ["further-agents", "server", [["node", "/h/lib/node_modules/@augmentcode/auggie/augment.mjs", "--mcp"], node]],
  ["further-agents", "agent", [["node", "/h/.npm-global/bin/cline"], node]],
  ["further-agents", "daemon", [["cline", "--cwd", "/h", "--host", "127.0.0.1", "--port", "0", "--pathname", "/hub"], {
    exe: "/h/lib/node_modules/cline/bin/.cline",
    name: ".cline",
  }]],
  ["further-agents", "daemon", [[
    "node",
    "/h/lib/node_modules/cline/cline-core.js",
    "--port",
    "46809",
    "--host-bridge-port",
    "36211",
  ], node]],
  ["further-agents", "one-shot", [["node", "/h/.npm-global/bin/cn", "-p", "x"], node]],
  ["further-agents", "daemon", [["node", "/h/lib/node_modules/@continuedev/cli/dist/cn.js", "serve"], node]],
  ["further-agents", "daemon", [["kilo", "serve", "--port", "0"], {
    exe: "/h/lib/node_modules/@kilocode/cli-linux-x64/bin/kilo",
    name: "kilo",
  }]],
  ["further-agents", "agent", [["/h/.local/share/uv/tools/openhands/bin/python", "/h/.local/bin/openhands"], python]],
  ["further-agents", "agent", [
    ["/h/.local/share/uv/tools/openhands/bin/python", "/h/.local/bin/openhands", "acp"],
    python,
  ]],
  ["further-agents", "wrapper", [["npm exec droid exec"], node]],
  ["other-agents", "agent", [["goose", "session"], { name: "goose" }]],
  ["other-agents", "daemon", [["goose", "web"], { name: "goose" }]],
  ["other-agents", "agent", [["copilot", "--resume"], { name: "copilot" }]],
  ["other-agents", "agent", [["node", "/h/.copilot/pkg/universal/1.0.71/index.js"], node]],
  ["other-agents", "server", [["copilot.exe", "--server", "--stdio"], {
    exe: "C:\\A\\copilot-cli\\1.0.71\\copilot.exe",
    name: "copilot.exe",
  }]],
  ["other-agents", "daemon", [["copilot.exe", "--acp", "--port", "3000"], {
    exe: "C:\\W\\GitHub.Copilot_Microsoft.Winget\\copilot.exe",
    name: "copilot.exe",
  }]],
  ["other-agents", "agent", [["aider"], { exe: "C:\\Users\\m\\.local\\bin\\aider.exe", name: "aider.exe" }]],
  ["further-agents", "agent", [["droid", "exec", "--input-format", "stream-jsonrpc"], { name: "droid" }]],
  ["further-agents", "agent", [["droid", "--resume", "5c1e"], { exe: "/h/bin/droid", name: "droid" }]],
  ["further-agents", "one-shot", [["crush", "run", "x"], { name: "crush" }]],
  ["further-agents", "agent", [["crush"], { exe: "C:\\scoop\\apps\\crush\\current\\crush.exe", name: "crush.exe" }]],
  ["further-agents", "agent", [["kilo", "acp"], {
    exe: "/n/node_modules/@kilocode/cli-linux-x64/bin/kilo",
    name: "kilo",
  }]],
  ["further-agents", "daemon", [["cline", "--cline-hub-daemon", "--cwd", "/w", "--port", "25463"], {
    exe: "/n/node_modules/@cline/cli-linux-x64/bin/cline",
    name: "cline",
  }]],
  ["further-agents", "daemon", [["cline", "--kanban"], {
    exe: "/n/node_modules/@cline/cli-linux-x64/bin/cline",
    name: "cline",
  }]],
  ["further-agents", "agent", [["droid", "exec", "--output-format", "acp-daemon"], {
    exe: "/n/node_modules/droid/bin/droid",
    name: "droid",
  }]],
  ["other-agents", "one-shot", [["amp", "-x", "p"], {
    exe: "/n/node_modules/@ampcode/cli/bin/amp.exe",
    name: "amp",
  }]],
  ["other-agents", "agent", [["amp", "-x", "--stream-json", "--stream-json-input"], {
    exe: "/n/node_modules/@ampcode/cli-linux-x64/bin/amp",
    name: "amp",
  }]],
  ["other-agents", "server", [["copilot", "--server", "--stdio"], {
    exe: "/n/node_modules/@github/copilot-linux-x64/copilot",
    name: "MainThread",
  }]],
  ["other-agents", "daemon", [["copilot", "--headless", "--port", "0"], { exe: "/n/bin/copilot", name: "copilot" }]],
  ["other-agents", "one-shot", [["node", "/n/node_modules/@vibe-kit/grok-cli/dist/index.js", "-p", "x"], node]],
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
  ["mcp-server", "server", [["php", "/Applications/Herd.app/Contents/Resources/herd-mcp.phar"], {
    name: "php",
    ...spokenTo,
  }]],
  ["claude-plugin", "wrapper", [["bun", "run", "--cwd", "/h/.claude/plugins/x/telegram", "--silent", "start"], {
    exe: "/h/.bun/bin/bun",
    name: "bun",
  }]],
  ["claude-plugin", "server", [["bun", "/h/.claude-work/plugins/cache/x/telegram/1.0/server.ts"], {
    exe: "/h/.bun/bin/bun",
    name: "bun",
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
  ["npm-agent", "worker", [["npm run agent"], { ...node, name: "npm run agent", ...spokenTo }]],
  ["mcp-server", "server", [["/h/src/acme-mcp/target/debug/acme-mcp"], {
    exe: "/h/src/acme-mcp/target/debug/acme-mcp",
    name: "acme-mcp",
    ...spokenTo,
  }]],
  ["npm-agent", "worker", [["npm run agent:run:single"], { ...node, name: "npm run agent:r" }]],
  ["claude", "agent", [["claude", "", ""], node]],
  ["claude", "agent", [["claude", "--model", "opus"], {
    exe: "/nix/store/x3w0mkv9-claude-code-2.1.100/bin/.claude-wrapped",
    name: ".claude-wrapped",
  }]],
  ["claude", "agent", [["claude-agent-acp"], { ...node, name: "claude-agent-ac" }]],
  ["claude", "agent", [["node", "/h/.npm/_npx/3/node_modules/.bin/claude-code-acp"], node]],
  ["claude", "wrapper", [["npm exec @anthropic-ai/claude-code"], node]],
  ["claude", "wrapper", [["node", "/usr/bin/pnpm", "dlx", "@anthropic-ai/claude-code", "-p"], node]],
  ["claude", "agent", [[
    "/Users/m/Library/Application",
    "Support/Claude/claude-code/2.1.153/claude.app/Contents/MacOS/claude",
    "--verbose",
  ], { name: "claude" }]],
  ["codex", "wrapper", [["bunx", "@openai/codex"], { exe: "/h/.bun/bin/bun", name: "bunx" }]],
  ["codex", "wrapper", [["bun", "x", "@openai/codex@0.60"], { exe: "/h/.bun/bin/bun", name: "bun" }]],
  ["codex", "server", [["codex", "app-server", "--listen=stdio://"], { exe: "/usr/bin/codex", name: "codex" }]],
  ["opencode", "daemon", [["npm exec opencode-ai serve"], node]],
  ["other-agents", "wrapper", [["uv", "tool", "uvx", "--from", "aider-chat", "aider"], {
    exe: "/usr/bin/uv",
    name: "uv",
  }]],
  ["other-agents", "one-shot", [["kiro-cli", "chat", "--no-interactive", "x"], {
    exe: "/h/.local/bin/kiro-cli",
    name: "kiro-cli",
  }]],
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
  ["other-agents", "agent", [["grok", "--resume", "x"], {
    exe: "/h/.grok/downloads/grok-0.2.112-linux-x86_64",
    name: "grok",
  }]],
  ["other-agents", "agent", [["agency", "copilot", "--acp"], { exe: "/usr/local/bin/agency", name: "agency" }]],
  ["other-agents", "agent", [["zcode-cli"], { exe: "/opt/codex-desktop/zcode-cli", name: "zcode-cli" }]],
  ["mcp-server", "server", [["node", "/h/.npm-global/bin/codegraph", "serve", "--mcp"], { ...node, ...spokenTo }]],
  ["mcp-server", "server", [["azmcp", "server", "start"], { exe: "/h/x/azmcp", name: "azmcp", ...spokenTo }]],
  ["mcp-server", "wrapper", [["npm exec @smithery/cli@latest run @a/b"], node]],
  ["other-agents", "agent", [["agy"], { exe: "/h/.local/bin/agy", name: "agy" }]],
  ["other-agents", "one-shot", [["agy", "--print", "fix it"], { exe: "/h/.local/bin/agy", name: "agy" }]],
  ["other-agents", "agent", [["acli", "rovodev", "run"], { exe: "/usr/bin/acli", name: "acli" }]],
  ["other-agents", "daemon", [["acli", "rovodev", "serve", "8123"], { exe: "/usr/bin/acli", name: "acli" }]],
  ["gemini", "agent", [["node", "/usr/local/bin/iflow"], node]],
  ["mcp-server", "server", [["dart", "mcp-server"], { exe: "/usr/bin/dart", name: "dart", ...spokenTo }]],
  ["mcp-server", "server", [["py", "-3.12", "-m", "mcp_server_time"], { exe: "C:\\Windows\\py.exe", name: "py.exe" }]],
  ["mcp-server", "server", [["NODE.EXE", "C:\\n\\node_modules\\mcp-server-git\\dist\\index.js"], {
    exe: "C:\\PROGRA~1\\nodejs\\NODE.EXE",
    name: "NODE.EXE",
  }]],
  ["mcp-server", "server", [["/Users/ana", "maria/n/bin/node", "/Users/ana", "maria/n/bin/mcp-server-git"], {
    name: "node",
  }]],
  ["codex", "agent", [["NODE", "C:\\USERS\\M\\NODE_MODULES\\@OPENAI\\CODEX\\BIN\\CODEX.JS"], {
    exe: "C:\\PROGRA~1\\NODEJS\\NODE.EXE",
    name: "NODE.EXE",
  }]],
  ["claude", "agent", [["CLAUDE.EXE"], { exe: "C:\\USERS\\M\\.LOCAL\\BIN\\CLAUDE.EXE", name: "CLAUDE.EXE" }]],
  ["further-agents", "worker", [[
    "C:\\Users\\m\\.bun\\bin\\bun.exe",
    "C:\\Users\\m\\.bun\\install\\global\\node_modules\\@oh-my-pi\\pi-coding-agent\\dist\\cli.js",
    "__omp_worker_js_eval_process",
  ], { exe: "C:\\Users\\m\\.bun\\bin\\bun.exe", name: "bun.exe" }]],
  ["further-agents", "agent", [["bun", "/h/.bun/bin/omp"], { exe: "/h/.bun/bin/bun", name: "bun" }]],
  ["further-agents", "one-shot", [["omp", "run", "fix"], { exe: "/h/.local/bin/omp", name: "omp" }]],
  ["further-agents", "agent", [["omp", "acp"], { exe: "/h/.local/bin/omp", name: "omp" }]],
  ["gemini", "daemon", [["node", "/usr/local/bin/qwen", "channel", "start", "telegram"], node]],
  ["other-agents", "daemon", [["cursor-agent", "worker", "start"], {
    exe: "/h/.local/bin/cursor-agent",
    name: "cursor-agent",
  }]],
  ["further-agents", "server", [["node", "/usr/local/bin/auggie", "--mcp"], node]],
  ["further-agents", "daemon", [["node", "/usr/local/bin/auggie", "--mcp", "--port", "3000"], node]],
  ["claude", "daemon", [["claude", "rc"], { exe: store("2.1.240"), name: "claude" }]],
  ["claude", "daemon", [["claude", "environment-runner"], { exe: store("2.1.240"), name: "claude" }]],
  ["claude", "daemon", [["claude", "--daemon-worker=prewarm"], { exe: store("2.1.240"), name: "2.1.240" }]],
  ["claude", "server", [["claude", "--claude-in-chrome-mcp"], { exe: store("2.1.240"), name: "claude" }]],
  ["claude", "agent", [["/Users/ana", "maria/.local/bin/claude", "--continue"], { name: "2.1.240" }]],
  ["other-agents", "agent", [["/Users/m/.grok/bin/grok"], { name: "grok-1.0.13-maco" }]],
  ["other-agents", "one-shot", [["grok", "-p", "x"], { exe: "C:\\Users\\m\\.grok\\bin\\grok.exe", name: "grok.exe" }]],
  ["other-agents", "daemon", [["grok", "agent", "--model", "x", "leader"], { exe: "/h/.grok/bin/grok", name: "grok" }]],
  ["agent-browser", "browser", [[
    "/Applications/Google",
    "Chrome.app/Contents/MacOS/Google",
    "Chrome",
    "--user-data-dir=/T/puppeteer_dev_chrome_profile-Ab12",
  ], { name: "Google Chrome" }]],
];

const unclaimed: readonly Shape[] = [
  [["node", "/n/node_modules/task-master-ai/bin/task-master.js", "list"], node],
  [["node", "/h/src/desktop-commander/server.js"], node],
  [["mcp"], { ...node, ...spokenTo }],
  [["chrome-devtools-mcp"], { ...node, name: "chrome-devtools" }],
  [["mcp dashboard"], { ...node, ...spokenTo }],
  [["tail", "chrome-devtools-mcp"], { exe: "/usr/bin/tail", name: "tail" }],
  [["node", "/usr/local/bin/grok", "-p", "access.log"], node],
  [["amp", "serve"], { exe: "/usr/bin/amp", name: "amp" }],
  [["mcp", "a", "b"], { exe: "/usr/bin/mcp", name: "mcp" }],
  [["claude-watch", "--interval", "5"], { exe: "/h/.local/bin/claude-watch", name: "claude-watch" }],
  [["1.22.3"], { exe: "/opt/tool/1.22.3", name: "1.22.3" }],
  [["claude", "--resume", "x"], { exe: "/usr/bin/bash", name: "claude" }],
  [["node", "/h/src/opencode-mirror/sync.js"], node],
  [["node", "/h/src/gemini-frontend/server.js"], node],
  [["python3", "/h/obs/gemini/track.py", "--site", "gemini-north"], python],
  [["python3", "/h/gemini"], python],
  [["ruby", "/h/src/codex-alimentarius/build.rb"], { exe: "/usr/bin/ruby", name: "ruby" }],
  [["/h/src/mcp-2515/firmware/flash.sh", "/dev/ttyUSB0"], { exe: "/usr/bin/bash", name: "flash.sh" }],
  [["tail", "-F", "/h/.claude/logs/mcp-server-github.log"], { exe: "/usr/bin/tail", name: "tail" }],
  [["grep", "-r", "claude --output-format stream-json"], { exe: "/usr/bin/grep", name: "grep" }],
  [["vim", "docs/mcp.md"], { exe: "/usr/bin/vim", name: "vim" }],
  [["npm run dev"], { ...node, name: "npm run dev" }],
  [["npm run agentless"], node],
  [["npm exec vite"], node],
  [["npm exec mcpack"], node],
  [["node", "/p/node_modules/.bin/vite"], node],
  [["uv", "run", "pytest"], { exe: "/h/.local/bin/uv", name: "uv" }],
  [["docker", "run", "-d", "mcp/fetch"], { exe: "/usr/bin/docker", name: "docker" }],
  [["python3", "-m", "http.server"], python],
  [["python3", "-m", "mcp_notes.sync"], python],
  [["python3", "-m", "notes_mcp.tests.run_all"], python],
  [["python3", "-c", "import mcp_server_git"], python],
  [["node", "-e", "require('mcp-server-x')"], node],
  [["/opt/google/chrome/chrome", "--user-data-dir=/h/.config/google-chrome"], {
    exe: "/opt/google/chrome/chrome",
    name: "chrome",
  }],
  [["bash", "-c", "claude --resume x || claude; rm -rf /tmp/y"], { exe: "/usr/bin/bash", name: "bash" }],
  [["bash", "-c", "echo source /x/.claude/shell-snapshots/notes.sh"], { exe: "/usr/bin/bash", name: "bash" }],
  [["bash", "-c", "cat /x/.claude/shell-snapshots/snapshot-sh-1786301857061-h597ig.sh"], {
    exe: "/usr/bin/bash",
    name: "bash",
  }],
  [["bun", "/h/.claude-mem/plugins/worker.ts"], { exe: "/h/.bun/bin/bun", name: "bun" }],
  [["tmux", "new-session", "-s", "claude"], { exe: "/usr/bin/tmux", name: "tmux: server" }],
  [["node", "/h/src/weather-mcp/build/index.js"], node],
  [["python3", "/h/src/mcp-server-demo/server.py"], python],
  [["dart", "mcp-server"], { exe: "/usr/bin/dart", name: "dart" }],
  [["node", "/n/.bin/tsx", "/h/x/operator-mcp-server.ts"], node],
  [["grok", "-f", "patterns"], { exe: "/usr/bin/grok", name: "grok" }],
  [["acli", "jira", "workitem", "list"], { exe: "/usr/bin/acli", name: "acli" }],
  [["op", "run", "--", "npx", "-y", "@a/foo-mcp"], { exe: "/usr/bin/op", name: "op" }],
  [["op", "run", "--", "make", "mcp-server"], { exe: "/usr/bin/op", name: "op", ...spokenTo }],
  [["timeout", "1h", "python3", "train_mcp.py"], { exe: "/usr/bin/timeout", name: "timeout", ...spokenTo }],
  [["cargo", "run", "-p", "mcp-server"], { exe: "/h/.cargo/bin/cargo", name: "cargo" }],
  [["cargo", "build", "-p", "mcp-server"], { exe: "/h/.cargo/bin/cargo", name: "cargo", ...spokenTo }],
  [["java", "-cp", "/i/mcpserver.jar", "com.acme.Main"], { exe: "/usr/bin/java", name: "java", ...spokenTo }],
  [["bash", "/h/bin/start-github-mcp.sh"], { exe: "/usr/bin/bash", name: "bash", ...spokenTo }],
  [["java", "-jar", "target/acme-mcp-server.jar"], { exe: "/usr/bin/java", name: "java", ...typedTo }],
  [["npm exec @smithery/cli@latest install @a/b"], node],
  [["agency", "sync"], { exe: "/usr/local/bin/agency", name: "agency" }],
  [["node", "/h/.npm-global/bin/codegraph", "serve", "--mcp"], node],
  [["rg", "--mcp"], { exe: "/usr/bin/rg", name: "rg", ...spokenTo }],
  [["python3", "/home/lea/bin/sync_mcp.py"], { ...python, ...typedTo }],
  [["python3", "/home/lea/bin/mcp-notes"], { ...python, ...typedTo }],
  [["python3", "bin/mcp-report"], { ...python, ...typedTo }],
  [["python3", "../bin/mcp-report"], { ...python, ...typedTo }],
  [["node", "/home/lea/src/tool/bin/mcp-report.js"], { ...node, ...typedTo }],
  [["mcp-notes"], { exe: "/home/lea/bin/mcp-notes", name: "mcp-notes", ...typedTo }],
  [["python3", "mcp_deploy.py"], { ...python, ...spokenTo }],
  [["node", "/h/x/mcp-build.mjs"], { ...node, ...spokenTo }],
  [["python3", "-m", "mcp_server_tests"], python],
  [["mcp-server-tests"], { exe: "/usr/bin/mcp-server-tests", name: "mcp-server-test" }],
  [["sort", "-u", "--mcp"], { exe: "/usr/bin/sort", name: "sort", ...spokenTo }],
  [["code", "--mcp"], { exe: "/usr/share/code/code", name: "code", ...spokenTo }],
  [["python3", "index.py", "--mcp"], { ...python, ...readsOnly }],
  [["python3", "/h/lab/notes_mcp.py"], { ...python, ...readsOnly }],
  [["op", "run", "--", "npx", "-y", "@a/foo-mcp"], { exe: "/usr/bin/op", name: "op", ...readsOnly }],
  [["bun", "run", "build-mcp"], bun],
  [["bun", "run", "mcp-server"], { ...bun, ...typedTo }],
  [["bun", "run", "build-mcp"], { ...bun, ...spokenTo }],
  [["bun", "--filter", "linear-mcp", "build"], { ...bun, ...spokenTo }],
  [["java", "org.junit.runner.JUnitCore", "com.acme.McpServerTest"], {
    exe: "/usr/bin/java",
    name: "java",
    ...spokenTo,
  }],
  [["java", "com.acme.McpServerIT"], { exe: "/usr/bin/java", name: "java", ...spokenTo }],
  [["python3", "-m", "mcp_report"], { ...python, ...spokenTo }],
  [["python3", "-m", "fetch_mcp_stats"], { ...python, ...spokenTo }],
  [["./run-mcp-crawler"], { exe: "/h/lab/run-mcp-crawler", name: "run-mcp-crawler", ...spokenTo }],
  [["mcp-indexer"], { exe: "/h/src/mcp-indexer/target/release/mcp-indexer", name: "mcp-indexer" }],
  [["npm run agent:dev"], { ...node, name: "npm run agent:d", ...typedTo }],
  [["npm run agents"], { ...node, name: "npm run agents", ...typedTo }],
  [["python3", "migrate_mcp_config.py"], { ...python, ...spokenTo }],
  [["python3", "/h/lab/train_mcp_model.py"], python],
  [["node", "tools/deploy-mcp.js"], { ...node, ...spokenTo }],
  [["python3", "tests/test_mcp_server.py"], { ...python, ...spokenTo }],
  [["uv", "run", "fetch_mcp_stats.py"], { exe: "/usr/bin/uv", name: "uv", ...spokenTo }],
  [["npm exec create-mcp-server"], node],
  [["npm exec @modelcontextprotocol/create-server"], node],
  [["npm exec add-mcp"], node],
  [["mcp-publisher", "publish"], { exe: "/usr/local/bin/mcp-publisher", name: "mcp-publisher" }],
  [["vim", "mcp", "serve"], { exe: "/usr/bin/vim", name: "vim" }],
  [["grep", "mcp-server"], { exe: "/usr/bin/grep", name: "grep", ...spokenTo }],
  [["jupyter-lab", "mcp.ipynb"], python],
  [["java", "-jar", "forge-1.12-mcp.jar"], { exe: "/usr/bin/java", name: "java" }],
  [["docker", "run", "-i", "-v", "/h/mcp-notes:/d", "alpine", "sh"], { exe: "/usr/bin/docker", name: "docker" }],
  [["firefox", "/h/.cache/ms-playwright/mcp-firefox-1/report.html"], {
    exe: "/usr/lib/firefox/firefox",
    name: "firefox",
  }],
  [["firefox", "-profile", "/h/.mozilla/firefox/work"], { exe: "/usr/lib/firefox/firefox", name: "firefox" }],
  [["crush", "sprites/a.png", "sprites/b.png"], { exe: "/usr/local/bin/crush", name: "crush" }],
  [["/usr/bin/python3", "/usr/bin/droid", "-S", "default.sig"], python],
  [["cline", "-geom", "80x24"], { exe: "/usr/local/bin/cline", name: "cline" }],
  [["node", "/h/.npm-global/bin/cn", "deploy"], node],
  [["kilo", "notes.txt"], { exe: "/usr/local/bin/kilo", name: "kilo" }],
  [["/h/src/android/gradlew", "assemble"], { exe: "/usr/bin/dash", name: "gradlew" }],
  [["python", "-m", "mcp_bench", "--rounds", "9000"], { ...python, ...spokenTo }],
  [["python", "-m", "mcp_eval.main"], python],
  [["npm exec mcp-scan"], node],
  [["npm exec @modelcontextprotocol/create-server notes"], node],
  [["node", "/Users/mo/src/mcp", "server/site.js"], { name: "node" }],
  [["node", "--watch", "/h/bin/mcp-server.js"], { ...node, ...spokenTo }],
  [["bun", "--hot", "mcp-server.ts"], { exe: "/h/.bun/bin/bun", name: "bun", ...spokenTo }],
  [["deno", "run", "-A", "--watch=src", "mcp-server.ts"], { exe: "/usr/bin/deno", name: "deno", ...spokenTo }],
  [["python3", "/h/src/mcp_server_tests.py"], { ...python, ...spokenTo }],
  [["python3", "-m", "mcp_dashboard"], python],
  [["mcp-monitor"], { exe: "/usr/local/bin/mcp-monitor", name: "mcp-monitor" }],
  [["mcp-logs", "--follow"], { exe: "/usr/local/bin/mcp-logs", name: "mcp-logs" }],
  [["docker", "run", "-i", "--rm", "mcp-builder", "make"], { exe: "/usr/bin/docker", name: "docker" }],
  [["go", "run", "./cmd/mcp-server"], { exe: "/usr/local/go/bin/go", name: "go" }],
  [["omp", "-u", "admin", "--get-tasks"], { exe: "/usr/bin/omp", name: "omp" }],
  [["uvx", "mcp-cli", "chat"], { exe: "/h/.local/bin/uvx", name: "uvx" }],
  [["npm exec create-mcp-app notes"], node],
  [["mcp-publisher", "login", "github"], { exe: "/usr/local/bin/mcp-publisher", name: "mcp-publisher" }],
  [["uv", "run", "mcp", "dev", "server.py"], { exe: "/h/.local/bin/uv", name: "uv" }],
  [["/h/.venv/bin/python", "/h/.venv/bin/mcp", "dev", "server.py"], python],
  [["docker", "run", "-it", "--rm", "mcp/fetch", "sh"], { exe: "/usr/bin/docker", name: "docker" }],
  [["docker", "run", "-i", "--tty", "mcp/fetch"], { exe: "/usr/bin/docker", name: "docker" }],
  [["java", "-jar", "/opt/mcp-tools.jar"], { exe: "/usr/bin/java", name: "java" }],
  [["dotnet", "run", "--project", "/h/src/Azure.Mcp.Server/Azure.Mcp.Server.csproj"], {
    exe: "/usr/lib/dotnet/dotnet",
    name: "dotnet",
  }],
  [["dotnet", "run", "--project", "/h/src/Shop/Shop.csproj"], {
    exe: "/usr/lib/dotnet/dotnet",
    name: "dotnet",
    ...spokenTo,
  }],
  [["dotnet", "tool", "exec", "dotnet-ef"], { exe: "/usr/lib/dotnet/dotnet", name: "dotnet" }],
  [["goose", "-env", "prod", "up"], { exe: "/h/go/bin/goose", name: "goose" }],
  [["copilot", "svc", "logs", "--follow"], { exe: "/usr/local/bin/copilot", name: "copilot" }],
  [["goosed", "agent"], { name: "goosed" }],
  [["goose", "up"], { name: "goose" }],
  [["copilot", "svc", "logs"], { name: "copilot" }],
  [["crush"], { name: "crush" }],
  [["crush", "run"], { exe: "/h/src/crush/target/crush", name: "crush" }],
  [["droid"], { name: "droid" }],
  [["droid", "--serial", "emulator-5554"], { exe: "/h/bin/droid", name: "droid" }],
  [["/Applications/codex.app/Contents/MacOS/codex"], { name: "codex" }],
  [["/private/var/folders/z/T/AppTranslocation/6A1F/d/codex.app/Contents/MacOS/codex"], { name: "codex" }],
  [["/Users/m/Downloads/MCP Router.app/Contents/MacOS/mcp-router"], { name: "mcp-router" }],
  [["/Users/m/Applications/Claude.app/Contents/MacOS/claude"], { name: "claude" }],
  [["/Applications/Setapp/MCP Router.app/Contents/MacOS/mcp-router"], { name: "mcp-router" }],
  [["npm exec codex-theme-builder"], node],
  [["npm exec serve mcp"], node],
  [["npm exec codex"], node],
  [["uv", "run", "gemini"], { exe: "/usr/bin/uv", name: "uv" }],
  [["sh", "-c", "claude --continue"], { exe: "/usr/bin/dash", name: "sh" }],
  [["amp"], { exe: "/usr/bin/amp", name: "amp" }],
  [["bun", "run", "codex"], { exe: "/h/.bun/bin/bun", name: "bun" }],
  [["sh", "-c", "claude -p x > out.md"], { exe: "/usr/bin/dash", name: "sh" }],
  [["sh", "-c", "cd x && codex"], { exe: "/usr/bin/dash", name: "sh" }],
  [["/opt/odd/claudette"], { exe: "/opt/odd/claudette", name: "claudette" }],
];

describe("matchers claim", () => {
  for (const [family, role, shape] of claimed) {
    test(`${family} ${role}: ${shape[0].join(" ").slice(0, 90)}`, () => {
      const found = claim(shape);
      expect({ family: found?.claim.family, role: found?.claim.role }).toEqual({ family, role });
      expect(found?.claim.because.length).toBeGreaterThan(5);
    });
  }

  test("every matcher claims something here, or says elsewhere why it cannot by arguments alone", () => {
    const shown = new Set(claimed.map((shape) => claim(shape[2])?.matcher));
    const elsewhere = ["conhost", "debris", "run"];
    expect(
      plugins.matchers.map((matcher) => matcher.name).filter((name) => !shown.has(name) && !elsewhere.includes(name)),
    ).toEqual([]);
  });
});

describe("matchers leave alone", () => {
  for (const shape of unclaimed) {
    test(shape[0].join(" ").slice(0, 90), () => expect(claim(shape)).toBeUndefined());
  }
});

test("an application with a window is no agent, whatever its executable is called", () => {
  const claude = { name: "claude", argv: ["/opt/Claude/claude"], exe: "/opt/Claude/claude" };
  const zygote = { ...claude, ppid: 4200, argv: ["/opt/Claude/claude", "--type=zygote"] };
  const claimed = (...children: readonly Process[]) => {
    const root = ordinary(4200, claude);
    return claimOne(root, new Table(world([root, ...children])), plugins.matchers)?.claim.family;
  };
  expect(claimed()).toBe("claude");
  expect(claimed(ordinary(4201, { ...zygote, exe: "/opt/chrome" }))).toBe("claude");
  expect(claimed(ordinary(4201, zygote))).toBeUndefined();
  expect(claimed(ordinary(4201, { ...zygote, argv: undefined as never }))).toBeUndefined();
  expect(claimed(ordinary(4201, { ...zygote, exe: undefined as never }))).toBeUndefined();
  expect(claimed(ordinary(4201, { ppid: 4200, name: "msedgewebview2.exe", argv: ["x"] }))).toBeUndefined();
  const server = ordinary(4200, { name: "mcp-router", argv: ["mcp-router"], exe: "/opt/m/mcp-router" });
  const renderer = ordinary(4201, {
    ppid: 4200,
    name: "mcp-router",
    argv: ["mcp-router", "--type=renderer"],
    exe: "/opt/m/mcp-router",
  });
  expect(claimOne(server, new Table(world([server])), plugins.matchers)?.claim.family).toBe("mcp-server");
  expect(claimOne(server, new Table(world([server, renderer])), plugins.matchers)).toBeUndefined();
});

test("what lies in an application and is talked to on pipes is a server; Python in a framework is Python", () => {
  const inBundle: Shape = [["/Applications/Notes MCP.app/Contents/MacOS/notes-mcp"], { name: "notes-mcp" }];
  expect(claim(inBundle)).toBeUndefined();
  expect(claim([inBundle[0], { ...inBundle[1], ...spokenTo }])?.claim.family).toBe("mcp-server");
  const framework = "/Applications/Xcode.app/Contents/Developer/P.framework/Resources/Python.app/Contents/MacOS/Python";
  expect(claim([[framework, "-m", "mcp_server_git"], { name: "Python" }])?.claim.family).toBe("mcp-server");
});

/** What `ps` alone tells on a Mac: `lsof` has not been heard. */
function onMac(argv: readonly string[], name: string, stdio?: Process["stdio"]) {
  const { exe: _, stdio: __, cgroup: ___, ...told } = ordinary(4200, { argv, name });
  const process: Process = { ...told, ...(stdio === undefined ? {} : { stdio }) };
  const there = world([process]);
  return claimOne(process, new Table({ ...there, host: { ...there.host, platform: "darwin" } }), plugins.matchers);
}

test("whether somebody typed `npm run agents` may be unknown", () => {
  expect(onMac(["npm", "run", "agents"], "npm")).toBeUndefined();
  expect(onMac(["npm", "run", "agents"], "npm", spokenTo.stdio)?.claim.family).toBe("npm-agent");
  expect(onMac(["npm", "run", "agent:worker"], "npm")?.claim.family).toBe("npm-agent");
});

test("where a path ends that ps prints with blanks is guessed: that of a server, or of what looks at one", () => {
  for (const script of ["/Users/mo/tools/lint", "/opt/tools/lint"]) {
    expect(onMac(["python3", script, "src/mcp_server.py"], "Python")).toBeUndefined();
    expect(onMac(["python3", script, "src/mcp_server.py"], "Python", spokenTo.stdio)?.claim.family).toBe("mcp-server");
  }
  expect(onMac(["node", "/opt/My", "Code/node_modules/notes-mcp/x.js"], "node", spokenTo.stdio)?.claim.family).toBe(
    "mcp-server",
  );
  expect(onMac(["python3", "/Users/mo", "li/src/mcp_server.py"], "Python")?.claim.family).toBe("mcp-server");
});

test("Claude Desktop keeps Claude Code in a bundle of its own", () => {
  const code = "/Users/m/Library/Application Support/Claude/claude-code/2.1.280/claude.app/Contents/MacOS/claude";
  expect(claim([[...code.split(" "), "--output-format", "stream-json"], { name: "claude" }])?.claim).toMatchObject({
    family: "claude",
    role: "agent",
  });
});

test("a plugin's server on a port serves all sessions", () => {
  const server = "/h/.claude/plugins/cache/acme/dash/1.0/server.js";
  expect(claim([["node", server], node])?.claim).toMatchObject({ family: "claude-plugin", role: "server" });
  expect(claim([["node", server, "--port", "8123"], node])?.claim).toMatchObject({ role: "daemon", shared: true });
});

test("mcp-server: the inspector is a page that a person looks at", () => {
  const packages = "/h/.npm/_npx/0a1b/node_modules";
  for (
    const argv of [
      ["npm exec @modelcontextprotocol/inspector node build/index.js"],
      ["mcp-inspector"],
      ["node", `${packages}/.bin/mcp-inspector`],
      ["node", `${packages}/@modelcontextprotocol/inspector/server/build/index.js`],
    ]
  ) {
    const fields = argv[0] === "mcp-inspector" ? { exe: "/usr/local/bin/mcp-inspector", name: "mcp-inspector" } : node;
    expect(claim([argv, fields])?.claim).toMatchObject({ family: "mcp-server", shared: true });
  }
});

describe("what stands in front of a program is claimed by its child", () => {
  const child = ordinary(4201, { ppid: 4200, name: "codex", argv: ["codex"], exe: "/usr/bin/codex" });
  const other = ordinary(4201, { ppid: 4200, name: "codex", argv: ["codex"], exe: "/usr/bin/vim" });
  const inFront = (below: Process, argv: readonly string[], exe: string) => {
    const root = ordinary(4200, { argv, exe, name: "x" });
    return claimOne(root, new Table(world([root, below])), plugins.matchers)?.claim;
  };
  const shapes: readonly (readonly [argv: readonly string[], exe: string, lifeline: string])[] = [
    [["sh", "-c", "codex --yolo"], "/usr/bin/dash", "terminal"],
    [["sh", "-c", "codex exec x"], "/usr/bin/dash", "output"],
    [["codex", "mcp-server"], "/h/.volta/bin/volta-shim", "stdio"],
    [["C:\\W\\cmd.exe", "/d", "/s", "/c", "C:\\n\\codex.cmd app-server"], "C:\\W\\cmd.exe", "stdio"],
  ];
  for (const [argv, exe, lifeline] of shapes) {
    test(argv.join(" "), () => {
      expect(inFront(child, argv, exe)).toMatchObject({ family: "codex", role: "wrapper", lifeline });
      expect(inFront(other, argv, exe)).toBeUndefined();
    });
  }

  test("npx of what is installed, down to the native program and no further than what was launched", () => {
    const exe = "/usr/bin/node";
    const npx = (...below: readonly (readonly [ppid: number, argv: readonly string[], exe: string])[]) => {
      const rows = below.map(([ppid, argv, exe], at) => ordinary(4201 + at, { ppid, argv, exe, name: "x" }));
      const root = ordinary(4200, { argv: ["npm exec codex app-server"], exe, name: "npm exec codex" });
      return claimOne(root, new Table(world([root, ...rows])), plugins.matchers)?.claim;
    };
    const line = [4200, ["sh", "-c", "'codex' app-server"], "/usr/bin/dash"] as const;
    const script = [4201, ["node", "/w/node_modules/.bin/codex", "app-server"], exe] as const;
    const native = [4202, ["/w/codex", "app-server"], "/w/node_modules/@openai/codex/bin/codex"] as const;
    expect(npx(line, script, native)).toEqual({
      family: "codex",
      role: "wrapper",
      lifeline: "stdio",
      because: "launches codex",
    });
    // A project may have a script of that name itself, and it may start another of its own.
    expect(npx(line, script)).toBeUndefined();
    expect(npx(line, script, [4202, ["node", "/w/worker.js", "app-server"], exe])).toBeUndefined();
    // Gemini CLI starts itself once more.
    const relaunched = [4202, ["node", "--max-old-space-size=8192", ...script[1].slice(1)], exe] as const;
    expect(npx(line, script, relaunched)).toMatchObject({ family: "codex", role: "wrapper", lifeline: "stdio" });
    expect(npx(line, [4201, ["node", "/w/codex-of-plants.js"], exe], native)).toBeUndefined();
  });

  test("a package's script above its native part, with the same name and arguments", () => {
    const shim = (argv: readonly string[], below: readonly string[]) => {
      const root = ordinary(4200, { argv, exe: "/usr/bin/node", name: "node" });
      const exe = "/n/node_modules/@zed-industries/codex-acp-linux-x64/bin/codex-acp";
      const native = ordinary(4201, { ppid: 4200, argv: below, exe, name: "codex-acp" });
      return claimOne(root, new Table(world([root, native])), plugins.matchers)?.claim;
    };
    expect(shim(["node", "/usr/bin/codex-acp", "-c", "a=b"], ["codex-acp", "-c", "a=b"])).toEqual({
      family: "codex",
      role: "wrapper",
      lifeline: "terminal",
      because: "launches codex-acp",
    });
    expect(shim(["node", "/usr/bin/codex-acp"], ["codex-acp", "-c", "a=b"])).toBeUndefined();
    expect(shim(["node", "/h/codex-board/server.js"], ["codex-acp"])).toBeUndefined();
  });

  test("but not where the line does more", () => {
    expect(inFront(child, ["sh", "-c", "codex exec x > out.md"], "/usr/bin/dash")).toBeUndefined();
    expect(inFront(child, ["bash"], "/usr/bin/bash")).toBeUndefined();
  });
});

test("what was launched without its options lives on its output: it may be a single run", () => {
  const lifeline = (argv: readonly string[]) => claim([argv, node])?.claim.lifeline;
  expect(lifeline(["npm exec @openai/codex"])).toBe("output");
  expect(lifeline(["npm exec @openai/codex mcp-server"])).toBe("stdio");
  expect(lifeline(["node", "/usr/bin/pnpm", "dlx", "@openai/codex"])).toBe("terminal");
  expect(lifeline(["node", "/usr/bin/pnpm", "dlx", "@openai/codex", "exec", "x"])).toBe("output");
});

test("debris takes all three: a marker, a deleted directory and a dead owner", () => {
  const marked = (
    fields: Partial<Process>,
  ): Shape => [["yes"], {
    exe: "/usr/bin/yes",
    name: "yes",
    cwdDeleted: true,
    env: { CLAUDECODE: "1", CLAUDE_PID: "77" },
    ...fields,
  }];
  expect(claim(marked({}))?.claim.debris).toBe(true);
  expect(claim(marked({ cwdDeleted: false }))).toBeUndefined();
  expect(claim(marked({ env: { CLAUDECODE: "1" } }))).toBeUndefined();
  expect(claim(marked({ env: { CLAUDECODE: "1", CLAUDE_PID: "800" } }))).toBeUndefined();
  expect(claim(marked({ env: { AGENT: "1", KILO_PID: "77" } }))?.claim.debris).toBe(true);
  // What a living agent started is its own, whoever had started that agent.
  const handedOn = { CLAUDECODE: "1", CLAUDE_PID: "77", OPENCODE_PID: "78" };
  expect(claim(marked({ env: handedOn }))?.claim.debris).toBe(true);
  expect(claim(marked({ env: { ...handedOn, OPENCODE_PID: "800" } }))).toBeUndefined();
  for (const said of ["0x101d1", "7e4", " 77", "77.0", "-77", "0", ""]) {
    expect(claim(marked({ env: { CLAUDECODE: "1", CLAUDE_PID: said } }))).toBeUndefined();
  }
});

describe("run takes what names a run that is gone", () => {
  const tag = "77.5+78.6@9f86d081.4026531836";
  const claimed = (variable: string, fields: Partial<Process> = {}) => {
    const process = ordinary(4200, { argv: ["yes"], name: "yes", env: { AGENT_REAPER_RUN: variable }, ...fields });
    const there = world([process]);
    const host = { ...there.host, bootId: "9f86d081-1", pidNamespace: "pid:[4026531836]" };
    return claimOne(process, new Table({ ...there, host }), plugins.matchers)?.matcher;
  };
  test("whatever it is called", () => expect(claimed(tag)).toBe("run"));
  test("not when it may outlive it", () => expect(claimed(`${tag}~`)).toBeUndefined());
  test("not of another boot or pid namespace", () => {
    expect(claimed(tag.replace("9f86", "9f87"))).toBeUndefined();
    expect(claimed(tag.replace("1836", "1837"))).toBeUndefined();
  });
  test("not what a person goes on using", () => {
    expect(claimed(tag, { argv: ["/usr/bin/code"], exe: "/usr/bin/code", name: "code" })).toBeUndefined();
    expect(claimed(tag, { argv: ["tmux"], exe: "/usr/bin/tmux", name: "tmux: server" })).toBeUndefined();
  });
});
