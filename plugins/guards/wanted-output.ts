import { launched } from "../../src/vocabulary/launch.ts";
import { stream } from "../../src/vocabulary/peers.ts";
import type { Guard, Process } from "../../src/contract.ts";

/**
 * The vendors' own places: what is written there nobody reads. Claude's are told by the directory for
 * temporary files above them, with the user's number in it: people call their own logs `claude-2026-08-11.log`, and
 * directories of them `claude-2026`.
 */
const VENDOR_TEMPORARY =
  /[\\/](?:te?mp|T)[\\/]claude-(?:(?<uid>\d+)[\\/]|[0-9a-f]{4}-cwd$)|[\\/](?:cxc-\w+[\\/]|\.claude[\\/](?:debug|logs|shell-snapshots|jobs)[\\/]|\.codex[\\/](?:tmp|\.tmp|log)[\\/])/i;

const wantedOutput: Guard = {
  name: "wanted-output",
  summary: "processes that write their output into a file: somebody will read it",
  asks: "root",
  needs: ["stdio"],
  object(process, { table }) {
    const isTold = table.host.platform === "linux";
    // `sh -c "npx foo > out"`: what a launcher writes is what it launched writes. Of the dead nothing is told.
    for (const one of launched(process, table)) {
      const out = stream(one, 1);
      if (isTold && out === undefined && (one === process || one.stdio !== undefined)) {
        return { stands: "unsure", because: "where its output goes is unknown" };
      }
      // A printer or a disk is somebody's choice as much as a file is; what has no name any more nobody finds.
      if ((out?.kind !== "file" && out?.kind !== "other") || out.deleted === true) continue;
      if (out.path !== undefined && isVendors(out.path, one)) continue;
      return { stands: "unsure", because: `its output goes into ${out.path ?? "a file"}: somebody will read it` };
    }
    return undefined;
  },
};

function isVendors(path: string, { uid }: Process): boolean {
  const found = VENDOR_TEMPORARY.exec(path);
  const owner = found?.groups?.["uid"];
  return found !== null && (owner === undefined || typeof uid !== "number" || Number(owner) === uid);
}

export default wantedOutput;
