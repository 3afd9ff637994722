import { commandOf } from "../../src/vocabulary/command.ts";
import { family } from "../../src/vocabulary/family.ts";
import type { Claim, Matcher } from "../../src/contract.ts";

/**
 * On Windows the desktop application is a claude.exe too, and its creator, an updater, is dead by right. Nobody builds
 * Claude Code but its vendor: what lies where compilers put it is a person's own.
 */
const NEITHER_DESKTOP_APP_NOR_OWN =
  /^(?!.*[\\/](?:(?:AnthropicClaude|WindowsApps[\\/]Claude_[^\\/]+)[\\/](?:app(?:-[^\\/]+)?[\\/])?claude\.exe$|(?:target|\.build)[\\/](?:[\w-]+[\\/])?(?:debug|release)[\\/]|go-build\d+[\\/]|bazel-(?:bin|out)[\\/]|cmake-build-|zig-out[\\/]))/is;

/** Stands between an editor and Claude Code, which it runs as a library: one process for both. */
const ACP = /^claude-(?:agent|code)-acp$/;

/** What is asked over a network, or driven from another machine. */
const DRIVEN = [
  "remote-control",
  "rc",
  "remote",
  "sync",
  "bridge",
  "server",
  "self-hosted-runner",
  "environment-runner",
];

/** A version number as kernel name is Claude's only when the executable lies in its store. */
const byData: Matcher = family({
  name: "claude",
  summary: "Claude Code: native, npm, editor extensions, desktop, background daemon",
  hints: [
    "claude",
    /^\d+\.\d+\.\d+/,
    "claude.exe",
    "node",
    "bun",
    "deno",
    "disclaimer",
  ],
  words: ["claude"],
  signs: [
    {
      program: /^\d+\.\d+\.\d+/,
      at: /[\\/]claude[\\/]versions[\\/][^\\/]+$/,
      because: "executable in Claude Code's version store",
    },
    {
      program: /^\d+\.\d+\.\d+/,
      at: /[\\/]\.claude[\\/]remote[\\/]ccd-cli[\\/][^\\/]+$/,
      because: "executable is Claude Code as Claude Desktop puts it on a machine that it reaches by ssh",
    },
    { program: "claude", at: NEITHER_DESKTOP_APP_NOR_OWN, because: "executable is claude" },
    {
      script: /^cli\.m?js$/,
      of: ["node", "bun", "deno"],
      at:
        /@anthropic-ai[\\/]claude-(?:code|agent-sdk)[\\/]|[\\/]anthropic\.claude-code-[^\\/]+[\\/]resources[\\/]claude-code[\\/]/,
      because: "runs Claude Code's cli.js",
    },
    { script: "claude", of: ["node", "bun"], at: /[\\/](\.?bin)[\\/]claude$/, because: "runs the claude script" },
    { title: "claude", of: ["node"], because: "node that calls itself claude, as Claude Code's older npm versions do" },
    { program: ACP, because: "executable is an adapter of Claude Code for editors" },
    { script: ACP, of: ["node", "bun"], because: "runs an adapter of Claude Code for editors" },
    { title: ACP, of: ["node"], because: "node that calls itself an adapter of Claude Code for editors" },
    {
      script: "index.js",
      of: ["node", "bun"],
      at: /[\\/]claude-(?:agent|code)-acp[\\/]dist[\\/]index\.js$/,
      because: "runs an adapter of Claude Code for editors",
    },
  ],
  packages: /^(?:@anthropic-ai\/claude-code|(?:@[\w-]+\/)?claude-(?:agent|code)-acp)$/,
  valued: [
    "--model",
    "--fallback-model",
    "--settings",
    "--setting-sources",
    "--session-id",
    "--resume",
    "-r",
    "--add-dir",
    "--mcp-config",
    "--permission-mode",
    "--agent",
    "--agents",
    "--append-system-prompt",
    "--system-prompt",
    "--effort",
    "--name",
    "-n",
    "--output-format",
    "--input-format",
    "--plugin-dir",
    "--tools",
  ],
  prompts: ["-p", "--print"],
  chores: ["install", "update", "upgrade"],
  roles: [
    // A socket that it opened itself stands in place of its streams.
    { role: "daemon", options: ["--sdk-url"], lifeline: "network" },
    { role: "agent", options: ["--input-format stream-json"], lifeline: "stdio" },
    { role: "one-shot", options: ["-p", "--print"] },
    { role: "daemon", options: ["--bg-pty-host", "--bg-spare", "--daemon-worker"] },
    { role: "daemon", options: ["--remote-control", "--channels"], lifeline: "network" },
    // Sessions come and go through its own socket, and it ends itself after the last: who started it need not be there.
    { role: "daemon", words: ["daemon"], lifeline: "network" },
    { role: "daemon", words: ["gateway"] },
    ...DRIVEN.map((word) => ({ role: "daemon", words: [word], lifeline: "network" }) as const),
    { role: "server", words: ["mcp", "serve"] },
    { role: "server", options: ["--chrome-native-host", "--claude-in-chrome-mcp", "--computer-use-mcp"] },
    { role: "agent", options: ["--output-format stream-json"], lifeline: "stdio" },
  ],
  otherwise: "agent",
});

/** `bash -c 'claude --resume … || claude'`: a shell that stays to start it again. */
const claude: Matcher = {
  ...byData,
  claim(process, table): Claim | undefined {
    const claim = byData.claim(process, table);
    if (claim !== undefined) return claim;
    const command = commandOf(process);
    if (command?.interpreter !== "shell" || command.text?.endsWith("claude") !== true) return undefined;
    if (!/^(exec )?(\S*\/)?claude( --?\w[\w-]*([= ]"?\w[\w-]*"?)?)* \|\| (\S*\/)?claude$/.test(command.text)) {
      return undefined;
    }
    return {
      family: "claude",
      role: "wrapper",
      lifeline: "terminal",
      because: "shell that starts claude again when it cannot resume",
    };
  },
};

export default claude;
