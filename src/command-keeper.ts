/**
 * What keeps commands together on this platform. Asked for directly, past the backends: the command waits for what is
 * loaded before it.
 *
 * @module
 */
import { Complaint } from "./complaint.ts";
import type { CommandKeeper } from "./contract.ts";
import { CannotWorkHere } from "./machine.ts";

/** The backends that contain commands, and where each does so by itself. */
const OWN: Readonly<Record<string, string>> = { linux: "procfs", win32: "toolhelp", darwin: "ps" };
/** Where another one can be chosen. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = { linux: ["ps"] };

/**
 * How commands are contained here.
 *
 * @throws {CannotWorkHere} When this platform has nothing to contain with.
 * @throws {Complaint} When it has not what is wanted.
 */
export async function commandKeeper(wanted?: string): Promise<CommandKeeper> {
  const { platform } = process;
  const own = OWN[platform];
  if (own === undefined) {
    throw new CannotWorkHere(
      `run: nothing that is known here contains a command on ${platform}: start it without agent-reaper`,
    );
  }
  const known = [own, ...ELSEWHERE[platform] ?? []];
  if (wanted !== undefined && !known.includes(wanted)) {
    const { visible } = await import("./text.ts");
    throw new Complaint(
      `--backend ${visible(wanted)}: contains no commands on ${platform}, known are ${known.join(", ")}`,
    );
  }
  const keeper = await load(wanted ?? own);
  const because = keeper.unavailable?.();
  if (because !== undefined) throw new CannotWorkHere(`run: no command can be contained here: ${because}`);
  return keeper;
}

async function load(backend: string): Promise<CommandKeeper> {
  switch (backend) {
    case "procfs":
      return (await import("../plugins/backends/procfs/containment/index.ts")).default;
    case "toolhelp":
      return (await import("../plugins/backends/toolhelp/containment/index.ts")).default;
    default:
      return (await import("../plugins/backends/ps/containment/index.ts")).default;
  }
}
