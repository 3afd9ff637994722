/**
 * Somebody is there for it, or its tree is not of one kind.
 *
 * @module
 */
import { LOST, LOST_CHILD, MAIN, node } from "../../support/pod.ts";
import { NOW } from "../../support/world.ts";
import { type Left, NO_SIGNS } from "./left.ts";

export const present: readonly Left[] = [
  // Somebody is there.
  {
    case: "a peer in the same container is alive",
    says: "held by pid 5001, which is alive",
    snapshot: node({
      [LOST]: {
        stdio: [{ fd: 0, kind: "pipe", peer: "live", holders: [MAIN] }, {
          fd: 1,
          kind: "pipe",
          peer: "live",
          holders: [MAIN],
        }, { fd: 2, kind: "null" }],
      },
    }),
  },
  {
    case: "its sockets are of another network and cannot be asked about",
    says: "who holds the other end of fd 0 is unknown",
    snapshot: node({
      [LOST]: { stdio: [{ fd: 0, kind: "socket" }, { fd: 1, kind: "socket" }, { fd: 2, kind: "socket" }] },
    }),
  },
  {
    case: "it wants to be kept",
    says: "AGENT_REAPER_KEEP=1",
    snapshot: node({ [LOST]: { env: { HOME: "/root", AGENT_REAPER_KEEP: "1" } } }),
  },
  {
    case: "a member wants to be kept",
    says: "pid 5011 of its tree: AGENT_REAPER_KEEP=1",
    snapshot: node({ [LOST_CHILD]: { env: { HOME: "/root", AGENT_REAPER_KEEP: "1" } } }),
  },
  {
    case: "a runner started it, which may be on another machine",
    says: "its runner may be on another machine",
    snapshot: node({ [LOST]: { env: { HOME: "/root", GITLAB_CI: "true" } } }),
  },
  { case: "it is young", says: "started 1 s ago", snapshot: node({ [LOST]: { startedAt: NOW - 1000 } }) },
  {
    case: "it writes into a file",
    says: "its output goes into /work/out.log",
    snapshot: node({
      [LOST]: {
        stdio: [{ fd: 0, kind: "pipe", peer: "gone" }, { fd: 1, kind: "file", path: "/work/out.log" }, {
          fd: 2,
          kind: "null",
        }],
      },
    }),
  },
  {
    case: "a service in there has it",
    says: "owned by mcp.service",
    snapshot: node({ [LOST]: { cgroup: "/system.slice/docker-2d.scope/system.slice/mcp.service" } }),
  },
  {
    case: "its container is a machine",
    says: "runs in machine-dev.scope",
    snapshot: node({ [LOST]: { cgroup: "/machine.slice/machine-dev.scope" } }),
  },
  // The whole tree.
  {
    case: "a member lives in a namespace of its own",
    says: "pid 5011 of its tree: it lives in another pid namespace",
    snapshot: node({ [LOST_CHILD]: { pidNamespace: "pid:[4026532700]", nsPids: [LOST_CHILD, 10, 1] } }),
  },
  {
    case: "a member lives out here",
    says: "pid 5011 of its tree: it lives in our pid namespace",
    snapshot: node({ [LOST_CHILD]: { pidNamespace: "self", nsPids: [LOST_CHILD] } }),
  },
  {
    case: "a member is another user's",
    says: "pid 5011 of its tree: it belongs to another user",
    snapshot: node({ [LOST_CHILD]: { uid: 1000 } }),
  },
  // How sure.
  {
    case: "two weak signs",
    says: "nothing proves",
    snapshot: node({ [LOST]: { stdio: NO_SIGNS, sid: 4100, cwdDeleted: true } }),
  },
  {
    case: "two weak signs, and somebody asked for less",
    says: "nothing proves",
    snapshot: node({ [LOST]: { stdio: NO_SIGNS, sid: 4100, cwdDeleted: true } }),
    policy: { hostNamespaces: true, confidence: "adopted" },
  },
  {
    case: "age",
    says: "nothing proves",
    snapshot: node({ [LOST]: { argv: ["claude", "-p", "x"], stdio: NO_SIGNS, startedAt: NOW - 9e7 } }),
    policy: { hostNamespaces: true, maxAgeMs: 1000 },
  },
];
