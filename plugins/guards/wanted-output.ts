import { baseName, hasEnded } from "../../src/process.ts";
import { commandOf } from "../../src/vocabulary/command.ts";
import { launched } from "../../src/vocabulary/launch.ts";
import { livingHolder, stream } from "../../src/vocabulary/peers.ts";
import { perTree } from "../../src/vocabulary/per-tree.ts";
import type { Context, Guard, Process } from "../../src/contract.ts";

/**
 * The vendors' own places: what is written there nobody reads. Claude's are told by the directory for
 * temporary files above them, with the user's number in it: people call their own logs `claude-2026-08-11.log`, and
 * directories of them `claude-2026`.
 */
const VENDOR_TEMPORARY =
  /[\\/](?:te?mp|T)[\\/]claude-(?:(?<uid>\d+)[\\/]|[0-9a-f]{4}-cwd$)|[\\/](?:cxc-\w+[\\/]|\.claude[\\/](?:debug|logs|shell-snapshots|jobs)[\\/]|\.codex[\\/](?:tmp|\.tmp|log)[\\/])/i;

/** Claude's places for what tool calls in the background print, wherever it was told to put such (CLAUDE_CODE_TMPDIR). */
const TASKS = /[\\/]claude-(?<uid>\d+)[\\/].+[\\/]tasks[\\/][^\\/]+\.output$/;

/** Where agents put the output of what they only try. */
const TEMPORARY = /^(?:\/private)?\/(?:(?:var\/)?tmp|var\/folders|dev\/shm)\/|[\\/]AppData[\\/]Local[\\/]Temp[\\/]/i;

/** `codex exec -o answer.md`: whatever it prints, that is what it was asked for. */
const ANSWER = /^(?:-o|--output-last-message)(?:=(.*)|$)/s;
/** Programs that go by the names of many; on Nix and Ubuntu coreutils do. */
const OF_MANY_NAMES = new Set(["busybox", "coreutils", "toybox"]);

const wantedOutput: Guard = {
  name: "wanted-output",
  summary: "processes that write their output into a file, or a result below them does: somebody will read it",
  asks: "root",
  needs: ["stdio", "holders", "sockets", "command"],
  object(process, context) {
    const { table, claim } = context;
    const isTold = table.host.platform === "linux";
    // `sh -c "npx foo > out"`: what a launcher writes is what it launched writes. Of the dead nothing is told.
    for (const one of launched(process, table)) {
      if (claim.family === "codex" && one.argv?.some((word) => ANSWER.test(word)) === true) {
        return { stands: "unsure", because: "it writes its answer into a file: somebody will read it" };
      }
      if (isTee(one) && writesResult(one)) {
        return { stands: "unsure", because: "it writes into what tee was told: somebody will read it" };
      }
      const out = stream(one, 1);
      if (isTold && out === undefined && (one === process || one.stdio !== undefined)) {
        return { stands: "unsure", because: "where its output goes is unknown" };
      }
      // A printer or a disk is somebody's choice as much as a file is; what has no name any more nobody finds.
      if ((out?.kind !== "file" && out?.kind !== "other") || out.deleted === true) continue;
      if (out.path !== undefined && isVendors(out.path, one)) continue;
      return { stands: "unsure", because: `its output goes into ${out.path ?? "a file"}: somebody will read it` };
    }
    const author = authorBelow(process, context);
    return author === undefined ? undefined : {
      stands: "unsure",
      because: `pid ${author.pid} below it ${whatItDoes(author)}: somebody may wait for that`,
    };
  },
};

/** Of several the one with the lowest number, whatever the order of the tree. */
function authorBelow(root: Process, context: Context): Process | undefined {
  const { table, tree } = context;
  let first: Process | undefined;
  for (const pid of tree) {
    if (pid === root.pid || (first !== undefined && first.pid < pid)) continue;
    const one = table.get(pid);
    if (one !== undefined && mayWriteResult(one, context)) first = one;
  }
  return first;
}

function whatItDoes(process: Process): string {
  if (mayAnswerElsewhere(process)) return "writes its answer into a file";
  const out = stream(process, 1);
  if (out === undefined) return "writes nobody knows where";
  return `writes into ${isTee(process) ? "what tee was told" : out.path ?? "a file"}`;
}

function isTee(process: Process): boolean {
  const { name = "", argv } = process;
  const program = commandOf(process)?.program ?? name;
  if (program === "tee" || name === "tee") return true;
  if (!OF_MANY_NAMES.has(program)) return false;
  // Called so, or by its own name with the other's behind.
  return argv?.slice(0, 2).some((word) => baseName(word) === "tee") ?? argv === undefined;
}

/** What tee was told to write into is somebody's, but for what agents only try. */
function writesResult({ argv }: Process): boolean {
  const files = argv?.slice(argv[1] === "tee" ? 2 : 1).filter((word) => !word.startsWith("-"));
  return argv === undefined || files?.some((file) => !TEMPORARY.test(file)) === true;
}

/**
 * `python train.py > train.log`, `… | tee train.log`, in the background of an agent whose terminal has been closed: for
 * that a person waits, whoever was asked to start it. What a server logs is no result.
 */
function mayWriteResult(process: Process, context: Context): boolean {
  // Whoever has ended has written it.
  if (hasEnded(process)) return false;
  if (isTee(process)) return writesResult(process);
  if (mayAnswerElsewhere(process)) return true;
  const out = stream(process, 1);
  if (out === undefined) return context.table.host.platform === "linux";
  // Who reads a pipe with a name need not be below the root.
  if (out.kind === "pipe" && out.path !== undefined) return livingHolder(out, context) !== undefined;
  if ((out.kind !== "file" && out.kind !== "other") || out.deleted === true) return false;
  const { path } = out;
  if (path === undefined) return true;
  if (TEMPORARY.test(path) || isVendors(path, process)) return false;
  return !logsOfServers(context).has(path);
}

/** Whether it is codex, and was told to answer into a file that is no passing one. */
function mayAnswerElsewhere(process: Process): boolean {
  const { program = "", scriptName = "", args = [], argumentsUnknown = false } = commandOf(process) ?? {};
  if (!program.startsWith("codex") && !scriptName.startsWith("codex")) return false;
  return argumentsUnknown || args.some((word, at) => {
    const found = ANSWER.exec(word);
    return found !== null && !TEMPORARY.test(found[1] ?? args[at + 1] ?? "");
  });
}

/**
 * Where those below the root write that listen. A training listens too, for its own parts: those are connected to it, and
 * nobody else is meant.
 */
const logsOfServers = perTree(({ table, tree, root }): ReadonlySet<string> => {
  const paths = new Set<string>();
  for (const pid of tree) {
    const one = pid === root.pid ? undefined : table.get(pid);
    if (one === undefined || (one.listening?.length ?? 0) === 0 || (one.clients?.length ?? 0) > 0) continue;
    const path = stream(one, 1)?.path;
    if (path !== undefined) paths.add(path);
  }
  return paths;
});

function isVendors(path: string, { uid }: Process): boolean {
  const found = VENDOR_TEMPORARY.exec(path) ?? (path.endsWith(".output") ? TASKS.exec(path) : null);
  const owner = found?.groups?.["uid"];
  return found !== null && (owner === undefined || typeof uid !== "number" || Number(owner) === uid);
}

export default wantedOutput;
