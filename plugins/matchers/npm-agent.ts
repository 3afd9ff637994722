import { commandOf, firstWord } from "../../src/vocabulary/command.ts";
import type { Command } from "../../src/vocabulary/command.ts";
import type { Claim, Matcher, Process } from "../../src/contract.ts";

/** Scripts of a package.json that run an agent: `agent`, `agent:run:single`, `run-agent`, `agents:worker`. */
const AGENT_SCRIPT = /^(?:(?:run|start|worker)[:_-])?agents?(?:[:_-][\w:.-]+)?$/;
/** Names that say how an agent is run, and not that somebody makes one: `npm run agent:dev` in a terminal is a person's. */
const RUNS_ONE = /[:_-](?:run|worker|job|task|exec|single|batch)(?:[:_-]|$)|^(?:run|worker)[:_-]/;
/** Names that say what is made of an agent, or done to one: `npm run agent-docs:build` in a pipeline works on. */
const MAKES_ONE =
  /[:_-](?:build|docs?|lint|format|fmt|tests?|types?|typecheck|check|dev|watch|ui|web|site|storybook|deploy|publish|release|migrate|generate|codegen|install|setup|clean)(?:[:_-]|$)/;
/** What such a script starts: a worker that lies in a directory of agents. */
const WORKER = /(?:^|[\\/])agents?[\\/][\w.-]+\.[cm]?[jt]s$/;

/**
 * `npm run agent:run:single` → `sh -c node …` → `node …`. The generic `npm run` is nobody's: the
 * script's own name must say agent. Below a claimed npm its shell and its node belong to it; alone
 * they are claimed only where the command line still says both worker and agent.
 */
const npmAgent: Matcher = {
  name: "npm-agent",
  summary: "workers started by npm scripts named after agents",
  hints: [/^npm run/, "node"],
  words: ["agent"],
  needs: ["command", "executable"],
  alsoNeeds: (process) => (scriptOf(process) === undefined && !isWorker(process) ? [] : ["stdio"]),
  claim(process, table): Claim | undefined {
    const script = agentScript(process);
    if (script !== undefined) {
      return { family: "npm-agent", role: "worker", lifeline: "output", because: `npm script ${script}` };
    }
    const command = commandOf(process);
    if (command === undefined) return undefined;
    const parent = table.parent(process);
    if (parent !== undefined && agentScript(parent) !== undefined) {
      return { family: "npm-agent", role: "worker", lifeline: "output", because: "child of an agent's npm script" };
    }
    if (!isWorker(process) || isTyped(process)) return undefined;
    return { family: "npm-agent", role: "worker", lifeline: "output", because: "agent worker by script and argument" };
  },
};

function isWorker(process: Process): boolean {
  const { text, script, args = [] } = commandOf(process) ?? {};
  const isSaid = text === undefined ? script !== undefined && args[args.length - 1] === "worker" : isWorkerSaid(text);
  return isSaid && (text?.split(/\s+/) ?? [script as string, ...args]).some((word) => WORKER.test(word));
}

function isWorkerSaid(text: string): boolean {
  return /(?:^|\s)worker$/.test(text) && firstWord(text) === "node";
}

function agentScript(process: Process): string | undefined {
  const script = scriptOf(process);
  if (script === undefined || RUNS_ONE.test(script)) return script;
  return MAKES_ONE.test(script) || isTyped(process) ? undefined : script;
}

function scriptOf(process: Process): string | undefined {
  const command = commandOf(process);
  const script = command?.title === undefined
    ? scriptOfCli(command)
    : /^npm run(?:-script)? (\S+)/.exec(command.title)?.[1];
  return script !== undefined && AGENT_SCRIPT.test(script) ? script : undefined;
}

/** On Windows npm's title is the console's, and its command line stays: `node …\npm-cli.js run agent:run:single`. */
function scriptOfCli(command: Command | undefined): string | undefined {
  if (command?.scriptName !== "npm-cli.js") return undefined;
  const [word, ...rest] = command.args;
  return word === "run" || word === "run-script" ? rest.find((argument) => !argument.startsWith("-")) : undefined;
}

function isTyped({ stdio }: Process): boolean {
  return stdio === undefined || stdio.find(({ fd }) => fd === 0)?.kind === "tty";
}

export default npmAgent;
