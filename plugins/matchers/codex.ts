import { family } from "../../src/vocabulary/family.ts";
import type { Matcher } from "../../src/contract.ts";

const VALUED = [
  "-c",
  "--config",
  "-m",
  "--model",
  "-s",
  "--sandbox",
  "-a",
  "--ask-for-approval",
  "-C",
  "--cd",
  "-p",
  "--profile",
  "-i",
  "--image",
  "--add-dir",
  "--enable",
  "--disable",
  "--local-provider",
  "--remote",
  "--sandbox-policy",
  "--sandbox-policy-cwd",
];

/** Where nobody else's program is called so. */
const OWN_PLACE =
  /[\\/](?:@openai|\.codex|vendor|Cellar|Caskroom)[\\/]|[\\/]openai\.chatgpt-|-codex-\d[\w.]*[\\/]|[\\/](?:Codex|ChatGPT)\.app[\\/]|OpenAI\.Codex_/;
/** A network of storage has a codex, and who writes books: anywhere else it takes a word of its own, or a prompt that is more. */
const COMMANDS = new Set([
  ...["", "exec", "e", "exec-server", "review", "login", "logout", "mcp", "mcp-server", "app", "app-server", "cloud"],
  ...["remote-control", "proto", "completion", "update", "sandbox", "debug", "execpolicy", "apply", "a", "resume"],
  ...["fork", "features", "plugin", "responses-api-proxy", "stdio-to-uds"],
]);
/** Data, as a pattern of so many words takes longer to compile than a tree to be judged. */
const CODEX_WORDS = { test: (word: string) => COMMANDS.has(word) || /\s/.test(word) };
/** Without a word of its own its options tell: the network's takes others (`--data-dir`, `--nat`, `--log-level`). */
const CODEX_OPTIONS =
  /^(?:-[cmsaCpihV].*|--(?:config|model|sandbox[\w-]*|ask-for-approval|cd|profile[\w-]*|image|add-dir|enable|disable|local-provider|remote[\w-]*|oss|search|full-auto|yolo|dangerously-.+|no-.+|help|version)(?:=.*)?)$/s;

/** The shim (node) and the native child below it have the same words on their command lines. */
const codex: Matcher = family({
  name: "codex",
  summary: "OpenAI Codex: shim, native, exec, app-server, mcp-server, sandbox, plugin broker",
  hints: [/^codex/, "node"],
  words: ["codex", "app-server-broker"],
  signs: [
    { program: "codex", at: OWN_PLACE, because: "executable is codex, in a place of its own" },
    { program: "codex", words: CODEX_WORDS, options: CODEX_OPTIONS, because: "executable is codex" },
    { program: /^codex-(x86_64|aarch64)-/, because: "executable is a codex release binary" },
    { program: /^codex-(linux-sandbox|exec)$/, because: "executable is one of codex's own" },
    {
      script: /^codex(\.js)?$/,
      of: ["node", "bun"],
      at: /[\\/]@openai[\\/]codex[\\/]/,
      because: "runs the codex shim",
    },
    {
      script: "codex",
      of: ["node", "bun"],
      at: /[\\/]\.?bin[\\/]codex$/,
      words: CODEX_WORDS,
      options: CODEX_OPTIONS,
      because: "runs the codex shim",
    },
    { script: /^app-server-broker\.m?js$/, of: ["node", "bun"], because: "runs the Codex plugin's broker" },
    { program: "codex-acp", because: "executable is an adapter of Codex for editors" },
    { script: /^codex-companion\.m?js$/, of: ["node", "bun"], because: "runs the Codex plugin's companion" },
  ],
  packages: /^(?:@openai\/codex|(?:@[\w-]+\/)?codex-acp)$/,
  valued: VALUED,
  chores: ["update", "sandbox", "debug", "responses-api-proxy"],
  roles: [
    { role: "daemon", words: ["remote-control"], lifeline: "network" },
    // Offers one to a machine elsewhere.
    { role: "daemon", words: ["exec-server", "forward"], lifeline: "network" },
    { role: "daemon", words: ["exec-server"] },
    { role: "daemon", words: ["app-server", "daemon"] },
    // Where it listens on its own streams it is asked there, as without the option.
    { role: "server", words: ["app-server"], options: ["--listen stdio://"] },
    { role: "daemon", words: ["app-server"], options: ["--remote-control"], lifeline: "network" },
    { role: "daemon", words: ["app-server"], options: ["--listen"] },
    { role: "server", words: ["app-server"] },
    { role: "server", words: ["mcp-server"] },
    // What older versions called the same, and the protocol before app-server's.
    { role: "server", words: ["mcp"] },
    { role: "agent", words: ["proto"], lifeline: "stdio" },
    { role: "server", words: ["serve"], options: ["--endpoint"], lifeline: "none", detached: true },
    { role: "worker", words: ["task-worker"], lifeline: "none", detached: true },
    { role: "one-shot", words: ["exec"] },
    { role: "one-shot", words: ["e"] },
    { role: "one-shot", words: ["review"] },
  ],
  otherwise: "agent",
});

export default codex;
