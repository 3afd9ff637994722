/**
 * Chooses the backend for this machine and opens it.
 *
 * @module
 */
import type { Backend, BackendOptions, Machine } from "./contract.ts";
import type { Plugins } from "./plugins.ts";

/** No backend can work here, or not the one that was asked for. */
export class CannotWorkHere extends Error {
  /** Always `CannotWorkHere`. */
  override readonly name: string = "CannotWorkHere";
}

/** In this order: what sees most comes first. */
const PREFERENCE = ["procfs", "toolhelp", "proc-files", "ps"];

/** The backend that would be used here. */
export function chooseBackend(plugins: Plugins, wanted?: string): Backend {
  if (wanted !== undefined) {
    const backend = plugins.backends.find((backend) => backend.name === wanted);
    if (backend === undefined) {
      throw new CannotWorkHere(
        `backend "${wanted}": unknown, known are ${plugins.backends.map((one) => one.name).join(", ")}`,
      );
    }
    const reason = backend.unavailable();
    if (reason !== undefined) throw new CannotWorkHere(`backend "${wanted}" cannot work here: ${reason}`);
    return backend;
  }
  const reasons: string[] = [];
  for (const name of PREFERENCE) {
    const backend = plugins.backends.find((backend) => backend.name === name);
    if (backend === undefined || !backend.platforms.some((platform) => platform === process.platform)) continue;
    const reason = backend.unavailable();
    if (reason === undefined) return backend;
    reasons.push(`${name}: ${reason}`);
  }
  throw new CannotWorkHere(
    reasons.length === 0 ? `no backend knows this platform (${process.platform})` : reasons.join("; "),
  );
}

/** Which machine, and how to look at it. */
export interface MachineOptions extends BackendOptions {
  /** The backend's name; without one it is what sees most. */
  readonly backend?: string | undefined;
}

/** Opens this machine, or a recorded one. */
export function openMachine(plugins: Plugins, options: MachineOptions = {}): Machine {
  const { backend, ...rest } = options;
  return openWith(chooseBackend(plugins, options.snapshot === undefined ? backend : "replay"), rest);
}

/**
 * Opens a machine with this backend.
 *
 * @throws {CannotWorkHere} When the system does not let it. A mistake in our own code stays what it is.
 */
export function openWith(backend: Backend, options: BackendOptions = {}): Machine {
  try {
    return backend.open(options);
  } catch (error) {
    if (!(error instanceof Error) || !["Error", "SystemError", "Unseen"].includes(error.name)) throw error;
    throw new CannotWorkHere(`backend "${backend.name}" cannot work here: ${error.message}`);
  }
}
