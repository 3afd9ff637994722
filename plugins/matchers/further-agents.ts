import { family } from "../../src/vocabulary/family.ts";
import type { Matcher } from "../../src/contract.ts";

/** Who crushes something else takes files. */
const CRUSH_WORDS =
  /^(?:run|server|sessions?|models|logs|projects|schema|stats|dirs|login|logout|completion|update-providers|)$/;
/** People call what they test Androids with so, too: theirs takes names of devices. A prompt is more than a word. */
const DROID_WORDS = /^(?:exec|daemon|mcp|.*\s.*|)$/s;
/** Of two letters many are called: Continue's takes a command, or a prompt that is more than a word. */
const CN_WORDS = /^(?:serve|remote|review|checks?|ls|.*\s.*|)$/s;
/** A client of a scanner is called so, too, and takes names of users and targets. */
const OMP_WORDS = /^(?:run|acp|.*\s.*|)$/s;
/** What waits for messengers and other machines outlives whoever started it. */
const LETTA_WORDS = /^(?!(?:server|listen|remote|channels|cron)$)/;

/** What is called like many other programs counts only where its own package lies. */
const furtherAgents: Matcher = family({
  name: "further-agents",
  summary:
    "Crush, droid, auggie, Cline, Continue's cn, Kilo Code, OpenHands, pi, acpx, Oh My Pi, Kimi, Vibe, Qoder, Letta Code, Mastra Code, Nanocoder",
  hints: [
    "crush",
    "droid",
    "auggie",
    "omp",
    "pi",
    /^qodercli/,
    /^\.?cline/,
    /^\.?kilo(?:code)?$/,
    /^openhands/,
    /^kimi/i,
    "vibe-acp",
    "bun",
    "node",
    /^python/,
  ],
  words: [
    "crush",
    "droid",
    "auggie",
    "cline",
    "continuedev",
    "bin/cn",
    "bin\\cn",
    "kilo",
    "openhands",
    "kimi",
    "vibe-acp",
    "pi-coding-agent",
    // Its title is all that is left of its command line: the node, and behind what parts them the name.
    "node\0pi",
    "'pi'",
    "pi-acp",
    "cursor-agent-acp",
    "acpx",
    "qodercli",
    "letta",
    "mastracode",
    "nanocoder",
    "oh-my-pi",
    "bin/omp",
    "bin\\omp",
  ],
  signs: [
    {
      program: "crush",
      at:
        /[\\/](?:\.?bin|@charmland[\\/]crush[^\\/]*|charmbracelet\.crush[^\\/]*|crush_\d[^\\/]*|apps[\\/]crush[\\/][^\\/]+)[\\/][^\\/]+$/,
      words: CRUSH_WORDS,
      because: "executable is Crush",
    },
    {
      script: /^(?:run-crush\.js|crush)$/,
      of: ["node", "bun"],
      at: /[\\/]@charmland[\\/]crush[\\/]|[\\/]\.?bin[\\/]crush$/,
      words: CRUSH_WORDS,
      because: "runs the Crush launcher",
    },
    {
      program: "droid",
      at: /[\\/](?:\.?bin|Caskroom[\\/]droid[\\/][^\\/]+)[\\/][^\\/]+$/,
      words: DROID_WORDS,
      because: "executable is Factory's droid",
    },
    // On macOS it is seen as it was called: then a command of its own must stand beside it.
    { program: "droid", at: /^droid$/, words: /^exec$/, because: "executable is Factory's droid, by its command" },
    { program: "crush", at: /^crush$/, words: /^run$/, because: "executable is Crush, by its command" },
    {
      script: "droid",
      of: ["node", "bun"],
      at: /[\\/]\.?bin[\\/]droid$/,
      words: DROID_WORDS,
      because: "runs the droid launcher",
    },
    {
      script: /^(?:auggie|augment\.mjs)$/,
      of: ["node", "bun"],
      at: /[\\/]@augmentcode[\\/]auggie[\\/]|[\\/]\.?bin[\\/]auggie$/,
      because: "runs the auggie script",
    },
    {
      program: /^\.?cline(?:-host|-(?:linux|darwin|windows)-\w+)?$/,
      at: /[\\/](?:@cline|node_modules[\\/]cline)[\\/]/,
      because: "executable is Cline's",
    },
    { script: "cline", of: ["node", "bun"], at: /[\\/]\.?bin[\\/]cline$/, because: "runs the Cline launcher" },
    { script: "cline-core.js", of: ["node"], at: /[\\/]cline[\\/]/, because: "runs Cline's core" },
    {
      script: "cn",
      of: ["node", "bun"],
      at: /[\\/]\.?bin[\\/]cn$/,
      words: CN_WORDS,
      because: "runs Continue's cn",
    },
    {
      script: "cli.js",
      of: ["bun", "node"],
      at: /[\\/]@oh-my-pi[\\/]pi-coding-agent[\\/]/,
      because: "runs Oh My Pi's cli.js",
    },
    { title: "pi", of: ["node"], because: "node that calls itself pi" },
    {
      script: "cli.js",
      of: ["node", "bun"],
      at: /[\\/]@(?:mariozechner|earendil-works)[\\/]pi-coding-agent[\\/]/,
      because: "runs pi's cli.js",
    },
    {
      script: /^(?:pi|cursor-agent)-acp$/,
      of: ["node", "bun"],
      at: /[\\/]\.?bin[\\/][^\\/]+$/,
      because: "runs an agent's adapter for editors",
    },
    { script: "acpx", of: ["node", "bun"], at: /[\\/]\.?bin[\\/]acpx$/, because: "runs acpx, which speaks to agents" },
    { program: /^qodercli(?:-\d[\w.-]*)?$/, because: "executable is Qoder's" },
    {
      script: /^(?:qodercli|letta|mastracode|nanocoder)$/,
      of: ["node", "bun"],
      at: /[\\/]\.?bin[\\/][^\\/]+$/,
      words: LETTA_WORDS,
      because: "runs the script of Qoder, Letta Code, Mastra Code or Nanocoder",
    },
    {
      script: /^(?:qodercli|letta|cli)\.js$/,
      of: ["node", "bun"],
      at:
        /[\\/](?:@qoder-ai[\\/]qodercli|@letta-ai[\\/]letta-code|node_modules[\\/]mastracode|@nanocollective[\\/]nanocoder)[\\/]/,
      words: LETTA_WORDS,
      because: "runs a script of Qoder's, Letta Code's, Mastra Code's or Nanocoder's package",
    },
    { script: "omp", of: ["bun"], at: /[\\/]\.?bin[\\/]omp$/, because: "runs the Oh My Pi script" },
    { program: "omp", at: /[\\/]\.?bin[\\/][^\\/]+$/, words: OMP_WORDS, because: "executable is Oh My Pi" },
    { script: "cn.js", of: ["node", "bun"], at: /[\\/]@continuedev[\\/]cli[\\/]/, because: "runs Continue's cn" },
    { program: /^\.?kilo(?:code)?$/, at: /[\\/]@kilocode[\\/]/, because: "executable is Kilo Code" },
    {
      script: /^kilo(?:code)?$/,
      of: ["node", "bun"],
      at: /[\\/]@kilocode[\\/]|[\\/]\.?bin[\\/]kilo(?:code)?$/,
      because: "runs the Kilo Code launcher",
    },
    {
      script: /^openhands(?:-acp)?$/,
      of: ["python"],
      at: /[\\/]bin[\\/]openhands(?:-acp)?$/,
      because: "runs the OpenHands script",
    },
    {
      script: /^kimi(?:-cli)?$/,
      of: ["python"],
      at: /[\\/]bin[\\/]kimi(?:-cli)?$/,
      because: "runs the Kimi script",
    },
    { program: "kimi", at: /[\\/]\.kimi-code[\\/]bin[\\/]/, because: "executable is Kimi, in its own directory" },
    { title: "Kimi Code", of: ["python"], because: "Python that calls itself Kimi Code" },
    // A title is cut to the room that its arguments leave.
    { title: /^kimi-co(?:de)?$/, of: ["node"], because: "node that calls itself kimi-code" },
    { script: "vibe-acp", of: ["python"], because: "runs Mistral Vibe's adapter for editors" },
    { program: /^openhands(?:-acp)?$/, at: /[\\/]\.?bin[\\/][^\\/]+$/, because: "executable is OpenHands" },
  ],
  bare: ["crush", "droid"],
  packages:
    /^(?:@(?:oh-my-pi|mariozechner|earendil-works)\/pi-coding-agent|pi-acp|acpx|@blowmage\/cursor-agent-acp|@qoder-ai\/qodercli|mastracode|@nanocollective\/nanocoder|@charmland\/crush|droid|@augmentcode\/auggie|cline|@continuedev\/cli|@kilocode\/cli|openhands(?:-ai)?|kimi-cli|@moonshot-ai\/kimi-code)$/,
  valued: [
    "-c",
    "--cwd",
    "-D",
    "--data-dir",
    "-m",
    "--model",
    "-s",
    "--session",
    "-w",
    "--workspace-root",
    "--config",
    "--resume",
  ],
  prompts: ["-p", "--print"],
  chores: ["update", "upgrade"],
  roles: [
    { role: "worker", words: ["__omp_worker_js_eval_process"] },
    { role: "agent", options: ["--mode rpc"], lifeline: "stdio" },
    // Started by whoever comes first, and meant for all who come later.
    { role: "daemon", options: ["--cline-hub-daemon", "--pathname", "--host-bridge-port", "--kanban"] },
    { role: "daemon", words: ["daemon"], options: ["--remote-access"], lifeline: "network" },
    { role: "daemon", words: ["daemon"] },
    { role: "daemon", words: ["remote-control"], lifeline: "network" },
    { role: "daemon", words: ["rc"], lifeline: "network" },
    { role: "daemon", options: ["--remote-control"], lifeline: "network" },
    { role: "daemon", words: ["hub"] },
    // Answers in a messenger.
    { role: "daemon", words: ["connect"], lifeline: "network" },
    { role: "daemon", words: ["dashboard"] },
    { role: "daemon", words: ["kanban"] },
    { role: "daemon", words: ["schedule"] },
    { role: "daemon", words: ["console"] },
    { role: "daemon", words: ["serve"] },
    // Letta's reaches out to its cloud, and is asked through that.
    { role: "daemon", words: ["server"], lifeline: "network" },
    { role: "daemon", words: ["web"] },
    { role: "daemon", words: ["remote"], lifeline: "network" },
    { role: "server", words: ["mcp"] },
    { role: "daemon", options: ["--port"] },
    { role: "server", options: ["--mcp"] },
    {
      role: "agent",
      options: ["--acp", "--output-format acp", "--output-format acp-daemon", "--input-format stream-jsonrpc"],
      lifeline: "stdio",
    },
    { role: "agent", options: ["--input-format stream-json"], lifeline: "stdio" },
    { role: "agent", words: ["acp"], lifeline: "stdio" },
    { role: "one-shot", words: ["exec"] },
    { role: "one-shot", words: ["run"] },
    { role: "one-shot", options: ["-p", "--print", "--headless"] },
  ],
  otherwise: "agent",
});

export default furtherAgents;
