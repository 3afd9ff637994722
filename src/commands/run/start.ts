/**
 * The first steps of `run`, loaded in one piece: each part that is loaded by itself takes time and memory, and
 * the guardian is begun before the engine has much of it.
 *
 * @module
 */
import { beginGuardian } from "../../../plugins/backends/procfs/containment/begin.ts";
import { holdSignals } from "../../../plugins/backends/procfs/containment/mask.ts";
import { goOnWithoutThreads } from "../../../plugins/backends/procfs/threads.ts";
import { plainRun } from "./plain.ts";

/** Runs what was typed; undefined when it takes the command-line library to read it. `args`: the program's own. */
export async function startRun(args: readonly string[], isCompiled: boolean): Promise<number | undefined> {
  // Run from sources there are threads already, which take no note of a mask.
  const isAlone = isCompiled && process.platform === "linux" && !namesAnother(args);
  if (isCompiled) goOnWithoutThreads(args, isAlone ? holdSignals : undefined);
  if (args[0] === "run-guardian") {
    return args[1] === "ps"
      ? await guardWithPs()
      : await guard(Number(args[1]), false, args[2] === "--" ? undefined : args[2]);
  }
  const plain = plainRun(args.slice(1));
  if (plain === undefined) return undefined;
  const channel = isAlone ? beginGuardian() : undefined;
  if (channel !== undefined) return await guard(channel, true);
  return await (await import("../run.ts")).run(plain.words, plain.options);
}

/** What contains by another way takes its signals as they come. */
function namesAnother(args: readonly string[]): boolean {
  if (args[0] === "run-guardian") return args[1] === "ps";
  const end = args.indexOf("--");
  const options = args.slice(0, end < 0 ? args.length : end).join(" ");
  return /(?:^| )--backend[= ](?!procfs(?: |$))/.test(options);
}

async function guardWithPs(): Promise<never> {
  return await (await import("../../../plugins/backends/ps/containment/guardian.ts")).guardWithPs();
}

async function guard(channel: number, isCopy: boolean, resumed?: string): Promise<never> {
  const { guard } = await import("../../../plugins/backends/procfs/containment/guardian.ts");
  return guard(channel, isCopy, resumed);
}
