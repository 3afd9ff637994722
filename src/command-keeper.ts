/**
 * What keeps commands together on this platform. Asked for directly, past the backends: the command waits for what is
 * loaded before it.
 *
 * @module
 */
import type { CommandKeeper } from "./contract.ts";
import { CannotWorkHere } from "./machine.ts";

/**
 * How commands are contained here.
 *
 * @throws {CannotWorkHere} When this platform has nothing to contain with.
 */
export async function commandKeeper(): Promise<CommandKeeper> {
  switch (process.platform) {
    case "linux":
      return (await import("../plugins/backends/procfs/containment/index.ts")).default;
    case "win32":
      return (await import("../plugins/backends/toolhelp/containment/index.ts")).default;
    default:
      throw new CannotWorkHere(
        `run: nothing that is known here contains a command on ${process.platform}: start it without agent-reaper`,
      );
  }
}
