/**
 * Who is responsible for what runs in a container.
 *
 * @module
 */
import { INIT, LOST, LOST_CHILD, MAIN, node, SHIM } from "../../support/pod.ts";
import { asAgent, type Left, without } from "./left.ts";

export const responsible: readonly Left[] = [
  // Whose it is.
  {
    case: "an application is pid 1, and started it itself",
    says: "may be its parent or have adopted it",
    snapshot: node({ [INIT]: { name: "node", exe: "/usr/bin/node", argv: ["node"] }, [LOST]: { sid: INIT } }),
  },
  {
    case: "an application is pid 1, and only its output is unread",
    says: "may be its parent or have adopted it",
    snapshot: node({
      [INIT]: { exe: "/usr/bin/bash" },
      [LOST]: {
        argv: ["claude", "-p", "x"],
        stdio: [{ fd: 0, kind: "null" }, { fd: 1, kind: "pipe", peer: "gone" }, { fd: 2, kind: "pipe", peer: "gone" }],
      },
    }),
  },
  {
    case: "an application is pid 1, and its session is unknown",
    says: "may be its parent or have adopted it",
    snapshot: node({ [INIT]: { exe: "/usr/bin/bash", sid: undefined as never } }),
  },
  {
    case: "pid 1 calls itself an init and is another program",
    says: "may be its parent or have adopted it",
    snapshot: node({ [INIT]: { name: "tini", argv: ["tini"], exe: "/app/server" }, [LOST]: { sid: INIT } }),
  },
  {
    case: "what pid 1 is cannot be read",
    says: "may be its parent or have adopted it",
    snapshot: node({ [INIT]: { exe: undefined as never }, [LOST]: { sid: INIT } }),
  },
  {
    case: "an init that starts services has it as child",
    says: "may be its parent or have adopted it",
    snapshot: node({ [INIT]: { name: "systemd", exe: "/usr/lib/systemd/systemd" }, [LOST]: { sid: INIT } }),
  },
  {
    case: "a parent in there is alive",
    says: "its parent is alive (pid 5001)",
    snapshot: node({ [LOST]: { ppid: MAIN } }),
  },
  {
    case: "it came in from outside, and its parent is the shim",
    says: "its parent is alive (pid 4900)",
    snapshot: node({ [LOST]: { ppid: SHIM } }),
  },
  {
    case: "it came in from outside, and whoever let it in is dead",
    says: "is not known to be of its own pid namespace",
    snapshot: node({ [LOST]: { ppid: 1 } }),
  },
  {
    case: "the init that it is with is of a container around its own",
    says: "is not known to be of its own pid namespace",
    snapshot: node({
      [LOST]: { pidNamespace: "pid:[4026532600]", nsPids: [LOST, 20, 4] },
      [LOST_CHILD]: { pidNamespace: "pid:[4026532600]", nsPids: [LOST_CHILD, 21, 5] },
    }),
  },
  // What the container is for.
  {
    case: "it is what the container was started for",
    says: "it is what its container was started for",
    snapshot: node({ [MAIN]: asAgent, [LOST]: { ppid: MAIN } }),
  },
  {
    case: "it is older than what else the init has, as after a checkpoint",
    says: "it is what its container was started for",
    snapshot: node({ [LOST]: { startToken: "104999" } }),
  },
  {
    case: "what pid 1 is cannot be read, and it is the eldest below it",
    says: "it is what its container was started for",
    snapshot: node({ [INIT]: { exe: undefined as never }, [MAIN]: asAgent, [LOST]: { ppid: MAIN } }),
  },
  {
    case: "it has the lowest number of what the init has",
    says: "it is what its container was started for",
    snapshot: node({ [MAIN]: { nsPids: [MAIN, 30] } }),
  },
  {
    case: "it is as old as what else the init has, with a lower number",
    says: "it is what its container was started for",
    snapshot: node({ [LOST]: { startToken: String(100_000 + MAIN) }, [MAIN]: { nsPids: [MAIN, 30] } }),
  },
  {
    case: "its start is unknown",
    says: "it is what its container was started for",
    snapshot: without(LOST, "startToken"),
  },
  {
    case: "what the container was started for cannot be told",
    says: "it is what its container was started for",
    snapshot: without(MAIN, "startToken"),
  },
  {
    case: "the pid 1 of a container is an agent itself",
    says: "its parent is alive (pid 4900)",
    snapshot: node({ [INIT]: asAgent }),
  },
];
