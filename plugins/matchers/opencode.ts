import { commandOf } from "../../src/vocabulary/command.ts";
import { family } from "../../src/vocabulary/family.ts";
import type { Claim, Matcher } from "../../src/contract.ts";

/** Language servers that opencode fetches for itself, where it keeps such: nobody else starts those that lie there. */
const BROUGHT_ALONG = /[\\/](?:\.local[\\/]share|\.cache)[\\/]opencode[\\/](?:bin|packages)[\\/]/;
/** What lies there besides: its own program, and what it searches with. */
const NO_SERVERS: ReadonlySet<string> = new Set(["opencode", "rg", "fzf"]);

const byData: Matcher = family({
  name: "opencode",
  summary: "opencode: terminal, run, serve, its npm launcher, and language servers that it brought along",
  hints: ["opencode", ".opencode", "opencode-cli", "node"],
  words: ["opencode"],
  signs: [
    { program: /^\.?opencode$/, because: "executable is opencode" },
    // As its desktop application brings it along.
    { program: "opencode-cli", because: "executable is opencode's own server" },
    { script: "opencode", of: ["node", "bun"], at: /[\\/]\.?bin[\\/]opencode$/, because: "runs the opencode launcher" },
  ],
  packages: /^opencode-ai$/,
  valued: ["-m", "--model", "--agent", "-s", "--session", "--port", "--hostname", "--log-level"],
  chores: ["upgrade", "uninstall"],
  roles: [
    { role: "daemon", words: ["serve"] },
    { role: "daemon", words: ["web"] },
    { role: "agent", words: ["acp"], lifeline: "stdio" },
    { role: "one-shot", words: ["run"] },
  ],
  otherwise: "agent",
});

const opencode: Matcher = {
  ...byData,
  claim(process, table): Claim | undefined {
    const claim = byData.claim(process, table);
    const command = claim === undefined ? commandOf(process) : undefined;
    if (command === undefined) return claim;
    const { path, program, script = path } = command;
    if (NO_SERVERS.has(program) || !BROUGHT_ALONG.test(script)) return undefined;
    return { family: "opencode", role: "server", because: "a language server that opencode brought along" };
  },
};

export default opencode;
