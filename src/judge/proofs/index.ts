/**
 * Everything that can prove that nobody is there any more.
 *
 * @module
 */
import type { Proof } from "../../contract.ts";
import directory from "./directory.ts";
import lifeline from "./lifeline.ts";
import originator from "./originator.ts";
import owner from "./owner.ts";
import sessionLeader from "./session-leader.ts";
import survivor from "./survivor.ts";
import terminal from "./terminal.ts";
import unheard from "./unheard.ts";

/** All proofs; their order means nothing. */
export const proofs: readonly Proof[] = [
  directory,
  lifeline,
  originator,
  owner,
  sessionLeader,
  survivor,
  terminal,
  unheard,
];
