/**
 * `ps`: every agent on the machine, living ones too: whose it is, and what it takes. Touches nothing.
 *
 * @module
 */
import { EXIT, type ExitCode } from "../complaint.ts";
import type { Detail, Draft } from "../contract.ts";
import { survey } from "../engine.ts";
import { type AgentTree, filtered, sorted, type SortKey, treesOf, type Wanted } from "../ps/trees.ts";
import { clean } from "../redact/report.ts";
import { openRegistry } from "../registry/open.ts";
import { columns, isColoured, isOnTerminal, print, printError } from "../terminal.ts";
import { checkNames, type LookOptions, stage } from "./options.ts";
import type { OutputOptions } from "./output.ts";
import type { Seen } from "./ps/text.ts";

/** What `ps` takes. */
export interface PsOptions extends LookOptions, Pick<OutputOptions, "json" | "color"> {
  readonly sort?: SortKey;
  readonly family?: readonly string[];
  readonly session?: string;
  /** Bytes. */
  readonly minMemory?: number;
  readonly tree?: boolean;
}

/** What a command line is shown by. */
const SHOWN: ReadonlySet<Detail> = new Set(["owner", "command", "executable"]);
const NO_VARIABLES: ReadonlySet<string> = new Set();

/** Runs `ps`. */
export async function ps(options: PsOptions): Promise<ExitCode> {
  const { machine, plugins, policy } = stage(options);
  const record = machine.live ? await openRegistry(machine.viewer) : undefined;
  try {
    const registered = await record?.registry.entries();
    const { judgement, snapshot } = survey({ machine, plugins, policy, scope: "all", registered });
    const all = treesOf(judgement);
    if (options.family !== undefined) {
      // Of a family that matchers know there may be nobody; what hosts register is called as they like.
      const known = [...plugins.matchers.map(({ name }) => name), ...all.map(({ finding }) => finding.claim.family)];
      checkNames("--family", options.family, [...new Set(known)]);
    }
    const wanted = sorted(filtered(all, wantedBy(options)), options.sort ?? "memory");
    if (machine.live) {
      // Of living agents only the topmost is read for a verdict.
      const members = wanted.flatMap(({ finding }) => finding.members);
      machine.read(members as Draft[], SHOWN, NO_VARIABLES);
    }
    for (const warning of record?.registry.warnings ?? []) await printError(`agent-reaper: ${warning}\n`);
    const trees = clean(wanted, new Set(["env"])) as AgentTree[];
    const seen = { trees, of: all.length, takenAt: judgement.table.takenAt, home: snapshot.viewer.home };
    const page = options.json === true
      ? (await import("./ps/json.ts")).psJson(seen, snapshot)
      : await pageOf({ ...seen, live: machine.live }, options);
    await print(page);
    return EXIT.fine;
  } finally {
    record?.close();
    machine.close();
  }
}

function wantedBy({ family, session, minMemory }: PsOptions): Wanted {
  return {
    ...(family === undefined ? {} : { families: family }),
    ...(session === undefined ? {} : { session }),
    ...(minMemory === undefined ? {} : { minRssBytes: minMemory }),
  };
}

async function pageOf(seen: Omit<Seen, "blocks">, { color, tree = false }: PsOptions): Promise<string> {
  const [{ psText }, { showsBlocks }] = await Promise.all([import("./ps/text.ts"), import("./history/bars.ts")]);
  const blocks = showsBlocks(isOnTerminal(), process.env);
  return psText({ ...seen, blocks }, columns(process.env), isColoured(color, process.env), tree);
}
