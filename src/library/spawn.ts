/**
 * Starts a child of the host's that begins when it is on record.
 *
 * @module
 */
import { basename } from "node:path";
import { spawnGated } from "../../plugins/backends/_spawn/gated.ts";
import { errorText } from "../errors.ts";
import { REQUEST } from "./fields.ts";
import { expect } from "./given.ts";
import type { SpawnedChild, SpawnForOptions, SpawnRequest } from "./options.ts";
import type { Registrations } from "./registrations.ts";

/** Starts it for a session. `warn` hears when it could not be put on record. */
export function spawnRegistered(
  request: SpawnRequest,
  session: string,
  { kind, stderr = "inherit" }: SpawnForOptions,
  registrations: Registrations,
  warn: (message: string) => void,
): SpawnedChild {
  for (const field of ["command", "args", "env"] as const) expect(`spawnFor.${field}`, request[field], REQUEST[field]);
  const { child, begin } = spawnGated({ ...request, stderr: typeof stderr === "function" ? "pipe" : stderr });
  if (typeof stderr === "function") child.stderr?.setEncoding("utf8").on("data", stderr);
  if (child.pid !== undefined) {
    const { recorded } = registrations.enter(child.pid, {
      session,
      process: child,
      kind: kind ?? basename(request.command),
      command: [request.command, ...request.args],
      ...(request.cwd === undefined ? {} : { cwd: request.cwd }),
    });
    // A host works on also where nothing can be written down.
    recorded.catch((error) => warn(`${child.pid} is not on record: ${errorText(error)}`)).then(begin);
  }
  return child as SpawnedChild;
}
