/**
 * Whom the person whose machine it is has written down to spare. What is ended a host decides, and never against that: their
 * rules and their guards hold in every program, whoever began it.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { sleepUntilTold } from "../clock.ts";
import { readConfigFile } from "../config/file.ts";
import { expectMatchers, fieldsOf, judgingOf, type ParseToml } from "../config/judging.ts";
import type { Machine, Policy } from "../contract.ts";
import { ParseError } from "../errors.ts";
import type { Import } from "../external.ts";
import { onlyNames, type Plugins } from "../plugins.ts";
import { ANSWER_MS, answered, type Late } from "./patient.ts";

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
export async function withSpared(
  { plugins, policy }: HostRules,
  { live, viewer }: Machine,
  late: Late = (off) => sleepUntilTold(ANSWER_MS, off),
): Promise<HostRules> {
  // A recorded machine is judged as anybody would judge it.
  if (!live) return { plugins, policy };
  const { path, text } = readConfigFile(process.platform, viewer.home, process.env);
  if (text === undefined) return { plugins, policy };
  const { policy: theirs, plugins: files = [] } = judgingOf(fieldsOf(text, path, await toml(path)), path, viewer.home);
  const all = files.length === 0 ? plugins : await withFiles(plugins, files, viewer, late);
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

async function withFiles(
  plugins: Plugins,
  files: readonly string[],
  viewer: Machine["viewer"],
  late: Late,
): Promise<Plugins> {
  const { withImported } = await import("../external.ts");
  // A module may wait at its top for what never comes, and rounds with it.
  const inTime: Import = (load) => answered(load, late, "it has not come to its end");
  return await withImported(plugins, files, viewer, inTime);
}

/**
 * What reads TOML. Of what is made for Node it is a part. Of `mod.ts` itself it lies beside it, and is not asked for by its
 * name: what is not there Bun would fetch from npm while a host runs, whatever is the newest, and Deno looks into the host's
 * own list of packages.
 */
async function toml(config: string): Promise<ParseToml> {
  const here = import.meta.url;
  if (!/^file:.*\.ts$/.test(here)) return (await import("smol-toml")).parse;
  const beside = new URL("../../node_modules/smol-toml/dist/index.js", here);
  try {
    // deno-lint-ignore house/no-dynamic-import-of-variable -- where `deno install` puts it, and in no bundle
    return (await import(beside.href) as typeof import("smol-toml")).parse;
  } catch {
    const root = fileURLToPath(new URL("../..", here)).replace(/[\\/]$/, "");
    throw new ParseError(
      `${config}: cannot be read without smol-toml: run npx --yes deno@2.9.6 install --frozen in ${root}`,
    );
  }
}
