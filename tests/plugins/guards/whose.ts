/**
 * Whose it is, and what people have said about it.
 *
 * @module
 */
import { changed, ORPHAN, world } from "../../support/world.ts";
import type { Objection, Pass } from "./case.ts";

export const objections: readonly Objection[] = [
  { case: "another user's", guard: "other-user", verdict: "spared", snapshot: world(changed({ uid: 1001, ppid: 1 })) },
  { case: "another user's child", guard: "other-user", verdict: "unsure", snapshot: world(changed({}, { uid: 0 })) },
  {
    case: "another user's, all asked for, without a known home",
    guard: "other-user",
    verdict: "unsure",
    snapshot: world(changed({ uid: 1001, ppid: 1 }, { uid: 1001, env: { HOME: "/home/mia" } })),
    policy: { allUsers: true },
  },
  {
    case: "a third user's child, all asked for",
    guard: "other-user",
    verdict: "unsure",
    snapshot: world(
      changed({ uid: 1001, ppid: 1, env: { HOME: "/home/mia" } }, { uid: 1002, env: { HOME: "/home/noa" } }),
    ),
    policy: { allUsers: true },
  },
  {
    case: "owner unknown",
    guard: "other-user",
    verdict: "unsure",
    snapshot: world(changed({ ppid: 1 }).map(({ uid: _, ...rest }) => rest)),
  },
  {
    case: "NSpid has two entries",
    guard: "other-namespace",
    verdict: "spared",
    snapshot: world(changed({ nsPids: [ORPHAN, 7] })),
  },
  {
    case: "another pid namespace below it",
    guard: "other-namespace",
    verdict: "unsure",
    snapshot: world(changed({}, { pidNamespace: "4026532999" })),
  },
  {
    case: "AGENT_REAPER_KEEP",
    guard: "keep-marker",
    verdict: "spared",
    snapshot: world(changed({ env: { AGENT_REAPER_KEEP: "1" } })),
  },
  {
    case: "AGENT_REAPER_KEEP on its child",
    guard: "keep-marker",
    verdict: "unsure",
    snapshot: world(changed({}, { env: { AGENT_REAPER_KEEP: "yes" } })),
  },
  {
    case: "a rule of the person's",
    guard: "protect-rules",
    verdict: "spared",
    snapshot: world(),
    policy: { protect: ["mcp serve"] },
  },
  {
    case: "a rule that meets its child's executable",
    guard: "protect-rules",
    verdict: "unsure",
    snapshot: world(),
    policy: { protect: ["/bin/sleep"] },
  },
  { case: "nohup", guard: "nohup", verdict: "spared", snapshot: world(changed({ ignoresHangup: true })) },
];

export const passes: readonly Pass[] = [
  { case: "a keep marker of 0", snapshot: world(changed({ env: { AGENT_REAPER_KEEP: "0" } })) },
  { case: "a rule that meets nothing", snapshot: world(), policy: { protect: ["postgres"] } },
];
