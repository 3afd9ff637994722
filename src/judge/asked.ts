/**
 * Where the one who asks it reaches a process: through its own streams, or on a port. Pure.
 *
 * @module
 */
import type { Claim, Lifeline } from "../contract.ts";
import { hasEnded } from "../process.ts";
import type { Process } from "../process.ts";
import type { Table } from "../table.ts";
import { launched } from "../vocabulary/launch.ts";
import { mayServeOthers } from "../vocabulary/listening.ts";
import { stream } from "../vocabulary/peers.ts";
import type { Bench } from "./bench.ts";
import { claimOne, lifelineOf } from "./claims.ts";
import type { Claimed } from "./claims.ts";

/** What it takes to look at those whom a process launched. */
type Asked = Pick<Bench, "table" | "matchers" | "claims">;

/**
 * What is on a port is asked there: whoever starts it in the background of a script gives it no input, and reads what it
 * writes for as long as the script lasts (`ssh host 'mcp-proxy --port 8096 &'`).
 */
export function lifelineIn(root: Process, { claim }: Claimed, bench: Asked): Lifeline {
  const own = lifelineOf(claim);
  const isAsked = own === "stdio" || (own === "terminal" && claim.role === "wrapper") || claim.debris === true ||
    claim.role === "shell";
  return isAsked && isAskedOnPort(root, claim, bench) ? "none" : own;
}

function isAskedOnPort(root: Process, claim: Claim, bench: Asked): boolean {
  if (claim.shared === true || mayBeHeardOnPort(root, claim, bench.table)) return true;
  // Nobody asks a tool call's shell, or a script: what it waits for is asked.
  if (claim.role === "shell") return bench.table.tree(root).some((one) => one !== root && mayServeOthers(one));
  if (claim.role !== "wrapper") return false;
  const { table } = bench;
  // A script or a prefix launches nothing by its own words: what it runs may.
  const first = table.children(root).filter((child) => !hasEnded(child));
  return [root, ...first].some((one) =>
    launched(one, table).some((process) => process !== root && mayServe(process, bench))
  );
}

/** Its configuration or its environment put it there: nobody talks to it through a stdin that leads to no program. */
function mayBeHeardOnPort(root: Process, { role, debris }: Claim, table: Table): boolean {
  if (role !== "server" && role !== "wrapper" && debris !== true) return false;
  const input = stream(root, 0)?.kind;
  if (input === "pipe" || input === "socket") return false;
  return launched(root, table).some(mayServeOthers);
}

/** npm leaves options out of its title: that it is on a port is said by what it launched, if anywhere. */
export function mayServe(launched: Process, { table, matchers, claims }: Asked): boolean {
  if (launched.argv === undefined) return true;
  // Of most it was found out already.
  const claimed = claims.get(launched.pid) ?? claimOne(launched, table, matchers);
  return claimed?.claim.shared === true;
}
