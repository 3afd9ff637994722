import { commandOf } from "../../src/vocabulary/command.ts";
import { saysDetached } from "../../src/vocabulary/detached.ts";
import { isOnPort } from "../../src/vocabulary/port.ts";
import type { Claim, Matcher } from "../../src/contract.ts";

/** Where Zed and the IDEs of JetBrains put the agents that a person chose there, on the machine where the project lies. */
const STORE = /[\\/](?:zed[\\/]external_agents|JetBrains[\\/]acp-agents)[\\/](?!\.runtimes[\\/])(.+)$/i;
/** The protocol that they speak with them stands in the name, or is asked for: `vibe-acp`, `kimi acp`, `junie --acp=true`. */
const NAMED = /\bacp\b|_acp_/i;
const ASKED = /^(?:--(?:experimental-)?)?acp(?:$|=)/;

/** Whatever they are called: the store tells them from their namesakes. */
const storedAgents: Matcher = {
  name: "stored-agents",
  summary: "agents that Zed and JetBrains' IDEs installed and speak to, near or over ssh",
  hints: [],
  words: ["external_agents", "acp-agents"],
  ownWords: true,
  needs: ["command", "executable"],
  claim(process): Claim | undefined {
    const command = commandOf(process);
    if (command === undefined) return undefined;
    const { interpreter, script, path, args } = command;
    const stored = STORE.exec((interpreter === undefined ? path : script) ?? "")?.[1];
    if (stored === undefined || command.argumentsUnknown === true) return undefined;
    // What a package brings along has names of its own: its compiler, the program of the agent that it adapts.
    const own = stored.split("node_modules").at(-1) as string;
    if (!NAMED.test(own) && !args.some((argument) => ASKED.test(argument))) return undefined;
    // Who is on a port or was put aside is spoken to by others than the one that started it.
    if (isOnPort(args) || saysDetached(command)) return undefined;
    return {
      family: "stored-agents",
      role: "agent",
      lifeline: "stdio",
      because: "an editor installed it as its agent, and speaks to it",
    };
  },
};

export default storedAgents;
