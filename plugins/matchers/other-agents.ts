import { family } from "../../src/vocabulary/family.ts";
import type { Matcher } from "../../src/contract.ts";

/** There is a goose that migrates databases. */
const GOOSE_WORDS = /^(?:session|run|serve|web|mcp|acp|agent|schedule|recipe|project|term|configure|bench|)$/;
/** Ours takes options only after a word. */
const GOOSE_OPTIONS = /^(?:-[hV]|--help|--version)$/;
/** And a copilot that deploys to a cloud. */
const NOT_THE_CLOUDS = /^(?!(?:app|env|svc|job|task|pipeline|deploy|init|run|secret|storage|local)$)/;

/** Agents without a shape of their own: a program, a few words that make it a server or a single run. */
const otherAgents: Matcher = family({
  name: "other-agents",
  summary: "cursor-agent, Copilot CLI, goose, Kiro, aider, amp, grok, agy, Rovo Dev, ZCode, claude-flow",
  hints: [
    "copilot",
    /^goosed?$/,
    "kiro-cli",
    "qchat",
    "aider",
    "amp",
    /^grok/,
    "agy",
    "agency",
    "zcode-cli",
    "acli",
    "bun",
    "cursor-agent",
    "node",
    "MainThread",
    "node-MainThread",
    /^python/,
  ],
  words: [
    "cursor-agent",
    "copilot",
    "goose",
    "kiro-cli",
    "qchat",
    "aider",
    "bin/amp",
    "bin\\amp",
    "ampcode",
    "sourcegraph",
    "grok",
    "agy",
    "rovodev",
    "zcode-cli",
    "claude-flow",
    "ruflo",
  ],
  signs: [
    {
      script: "index.js",
      of: ["node"],
      at: /[\\/]cursor-agent[\\/]versions[\\/]/,
      because: "runs cursor-agent's index.js",
    },
    { program: "cursor-agent", because: "executable is cursor-agent" },
    {
      program: "copilot",
      at: /[\\/](@github[\\/]copilot[^\\/]*|copilot-cli|\.copilot|GitHub\.Copilot[^\\/]*|\.?bin)[\\/]|^copilot$/,
      words: NOT_THE_CLOUDS,
      because: "executable is the Copilot CLI",
    },
    {
      script: /^(copilot|index\.js|npm-loader\.js)$/,
      of: ["node"],
      at: /@github[\\/]copilot[\\/]|[\\/]\.copilot[\\/]pkg[\\/]|[\\/]\.?bin[\\/]copilot$/,
      because: "runs the Copilot CLI",
    },
    {
      program: /^goosed?$/,
      at: /[\\/](\.?bin|[Gg]oose([-_.][^\\/]*)?)[\\/]|^goose$/,
      words: GOOSE_WORDS,
      options: GOOSE_OPTIONS,
      because: "executable is goose",
    },
    { program: /^kiro-cli(-chat)?$/, because: "executable is kiro-cli" },
    { program: "qchat", at: /[\\/]\.?bin[\\/][^\\/]+$/, because: "executable is Amazon Q's, as Kiro was called" },
    { script: "tui.js", of: ["bun", "node"], at: /[\\/]kiro-cli[\\/]/, because: "runs Kiro's tui.js" },
    {
      program: "aider",
      at: /[\\/](?:Scripts|\.local[\\/]bin)[\\/]aider\.exe$/i,
      because: "executable is aider's launcher",
    },
    {
      script: /^aider(\.exe)?$/,
      of: ["python"],
      at: /[\\/](bin|Scripts)[\\/]aider(\.exe)?$/i,
      because: "runs the aider script",
    },
    { module: /^aider(\.main)?$/, because: "runs the aider module" },
    {
      program: "amp",
      at: /[\\/](?:\.amp[\\/]bin|@ampcode[\\/]cli[^\\/]*)[\\/]/,
      because: "executable is amp, in its own directory",
    },
    { script: "amp", of: ["node", "bun"], at: /[\\/]\.?bin[\\/]amp$/, because: "runs the amp script" },
    { script: "main.js", of: ["node", "bun"], at: /@sourcegraph[\\/]amp[\\/]/, because: "runs amp's main.js" },
    { script: "index.js", of: ["node", "bun"], at: /@vibe-kit[\\/]grok-cli[\\/]/, because: "runs grok's index.js" },
    {
      program: /^grok(?:-[\w.-]+)?$/,
      at: /[\\/](?:\.grok[\\/](?:bin|downloads)|@xai-official[\\/]grok[^\\/]*(?:[\\/][^\\/]+)*)[\\/][^\\/]+$/,
      because: "executable is grok, in its own directory",
    },
    { program: "agy", at: /[\\/](?:\.?bin|agy)[\\/][^\\/]+$/, because: "executable is Antigravity's agy" },
    { program: "agency", words: /^copilot$/, because: "executable is agency, as the Copilot CLI" },
    { program: "zcode-cli", because: "executable is ZCode's, which its desktop application leaves behind" },
    { program: "acli", words: /^rovodev$/, because: "executable is Atlassian's, as Rovo Dev" },
    {
      script: "cli.js",
      of: ["node"],
      at: /@claude-flow[\\/]cli[\\/]|[\\/]claude-flow[\\/]/,
      because: "runs claude-flow's cli.js",
    },
    {
      script: /^(?:claude-flow|ruflo)$/,
      of: ["node"],
      at: /[\\/]\.?bin[\\/][^\\/]+$/,
      because: "runs the script of claude-flow, or of ruflo as it is called now",
    },
  ],
  bare: ["grok", "agy"],
  packages:
    /^(?:@github\/copilot|@(?:sourcegraph\/amp|ampcode\/cli)|@vibe-kit\/grok-cli|@xai-official\/grok|aider-chat|claude-flow|ruflo|@claude-flow\/cli)$/,
  valued: ["--model", "--agent", "--api-key", "--leader-socket", "--plugin-dir"],
  prompts: ["-p", "--print", "--prompt", "-x", "--execute", "--message"],
  chores: ["init", "update", "upgrade"],
  roles: [
    { role: "daemon", words: ["daemon"] },
    // claude-flow's orchestrator, with or without its page.
    { role: "daemon", words: ["start"] },
    { role: "daemon", words: ["serve"] },
    // A client speaks to Copilot through pipes, or by a port.
    { role: "server", options: ["--stdio"] },
    { role: "daemon", words: ["web"] },
    { role: "daemon", options: ["--server", "--headless", "--port", "--browser", "--gui"] },
    { role: "daemon", words: ["worker-server"] },
    // Cursor's cloud works on this machine through it.
    { role: "daemon", words: ["worker"], lifeline: "network" },
    // amp's threads, on other machines and in browsers, are served by these.
    { role: "daemon", options: ["--no-tui"], lifeline: "network" },
    { role: "daemon", words: ["orb"] },
    { role: "daemon", words: ["orb-spawner"], lifeline: "network" },
    { role: "daemon", words: ["net"], lifeline: "network" },
    { role: "daemon", options: ["--environment-host"], lifeline: "network" },
    { role: "agent", options: ["--stream-json-input"], lifeline: "stdio" },
    { role: "server", words: ["mcp"] },
    { role: "agent", options: ["--acp"], lifeline: "stdio" },
    { role: "agent", words: ["acp"], lifeline: "stdio" },
    { role: "agent", words: ["agent", "stdio"], lifeline: "stdio" },
    { role: "daemon", words: ["agent", "serve"] },
    // What several of grok's windows share, by a socket or a relay.
    { role: "daemon", words: ["agent", "leader"] },
    { role: "daemon", words: ["agent", "headless"] },
    { role: "agent", words: ["rovodev", "acp"], lifeline: "stdio" },
    { role: "daemon", words: ["rovodev", "serve"] },
    { role: "one-shot", words: ["run"] },
    { role: "one-shot", options: ["--no-interactive"] },
    {
      role: "one-shot",
      options: ["-p", "--print", "--prompt", "-x", "--execute", "--message", "--message-file", "--yes-always"],
    },
    // Copilot's and amp's, steered from a browser or a phone.
    { role: "daemon", options: ["--remote", "--remote-control-terminal"], lifeline: "network" },
  ],
  otherwise: "agent",
});

export default otherAgents;
