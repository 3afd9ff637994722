/**
 * `ps --json` (docs/json.md).
 *
 * @module
 */
import { shapeProcess } from "../../../plugins/reporters/_shape.ts";
import { byFamily, isForReap, sumOf } from "../../ps/trees.ts";
import type { AgentTree } from "../../ps/trees.ts";
import { SCHEMA_VERSION } from "../../report.ts";
import type { Snapshot } from "../../snapshot.ts";
import { safeJson } from "../../text.ts";
import { version } from "../../version.ts";
import type { Seen } from "./text.ts";

/** One document. */
export function psJson({ trees, takenAt }: Pick<Seen, "trees" | "takenAt">, { capturedAt, host }: Snapshot): string {
  const document = {
    schemaVersion: SCHEMA_VERSION,
    version,
    command: "ps",
    capturedAt,
    host: { platform: host.platform, hostname: host.hostname },
    trees: trees.map((tree) => shape(tree, takenAt)),
    families: byFamily(trees),
    totals: { ...sumOf(trees), reapable: sumOf(trees.filter(isForReap)) },
  };
  return `${safeJson(JSON.stringify(document, undefined, 2))}\n`;
}

function shape({ finding, owner, session, rssBytes, cpuSeconds, ageMs }: AgentTree, takenAt: number): object {
  const { root, claim, matcher, verdict, because, members } = finding;
  return {
    pid: root.pid,
    family: claim.family,
    role: claim.role,
    matcher,
    verdict,
    because,
    owner,
    session,
    ageMs,
    rssBytes,
    cpuSeconds,
    processes: members.map((member) => shapeProcess(member, takenAt)),
  };
}
