/**
 * Whom the person whose machine it is has written down to spare. What is ended a host decides, and never against that: their
 * rules and their guards hold in every program, whoever began it.
 *
 * @module
 */
import { createRequire } from "node:module";
import { readConfigFile } from "../config/file.ts";
import { expectMatchers, fieldsOf, judgingOf, type ParseToml } from "../config/judging.ts";
import type { Machine, Policy } from "../contract.ts";
import { onlyNames, type Plugins } from "../plugins.ts";

/** By what a host judges. */
export interface HostRules {
  readonly plugins: Plugins;
  readonly policy: Policy;
}

/**
 * The same, with what the person's configuration spares beside it. It is read each time: a host lives long.
 *
 * @throws {ParseError} When what is written there is wrong, or a plugin cannot be loaded: a lost rule is a killed process.
 */
export async function withSpared({ plugins, policy }: HostRules, { live, viewer }: Machine): Promise<HostRules> {
  // A recorded machine is judged as anybody would judge it.
  if (!live) return { plugins, policy };
  const { path, text } = readConfigFile(process.platform, viewer.home, process.env);
  if (text === undefined) return { plugins, policy };
  const { policy: theirs, plugins: files = [] } = judgingOf(fieldsOf(text, path, await toml()), path, viewer.home);
  const all = files.length === 0 ? plugins : await withFiles(plugins, files, viewer);
  expectMatchers(theirs, onlyNames(all));
  const { protect = [], reportOnly = [] } = theirs;
  return {
    // What their matchers would find a host did not ask for.
    plugins: { ...plugins, guards: all.guards },
    policy: {
      ...policy,
      protect: [...policy.protect, ...protect],
      ...(reportOnly.length === 0 ? {} : { reportOnly: [...policy.reportOnly ?? [], ...reportOnly] }),
    },
  };
}

async function withFiles(plugins: Plugins, files: readonly string[], viewer: Machine["viewer"]): Promise<Plugins> {
  const { withImported } = await import("../external.ts");
  return await withImported(plugins, files, viewer);
}

/** Deno asks the host's own list of packages for a name, and there it need not be; it lies beside us all the same. */
async function toml(): Promise<ParseToml> {
  try {
    return (await import("smol-toml")).parse;
  } catch {
    return (createRequire(import.meta.url)("smol-toml") as typeof import("smol-toml")).parse;
  }
}
