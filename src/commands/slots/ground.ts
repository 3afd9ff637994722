/**
 * What every `slots` command starts from: the machine, its locks, and where the slots are.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { isAbsolute } from "node:path";
import { Complaint, EXIT } from "../../complaint.ts";
import type { Backend, Draft, Machine } from "../../contract.ts";
import { isServerUrl } from "../../fleet/address.ts";
import type { ServerSlots } from "../../fleet/slots.ts";
import { chooseBackend, openWith } from "../../machine.ts";
import { builtin } from "../../plugins.ts";
import { isZombie } from "../../process.ts";
import { FileSlots } from "../../slots/file-store.ts";
import { defaultLimit, type SlotLimit } from "../../slots/limit.ts";
import { ownPlace, type SlotPlace, sqliteGraphragPlace } from "../../slots/paths.ts";
import type { SlotStore } from "../../slots/store.ts";
import type { SlotGround } from "../../slots/turnstile.ts";
import { statePath } from "../../unattended.ts";
import { quote } from "../options.ts";

/** Which slots are meant. */
export interface WhichSlots {
  readonly name?: string;
  readonly compat?: "sqlite-graphrag";
  /** Slots of several machines, on the PostgreSQL that they share. */
  readonly store?: string;
}

/** Where the commands work. */
export interface SlotsStage {
  readonly backend: Backend;
  readonly machine: Machine;
  readonly ground: SlotGround;
  readonly store: SlotStore;
  /** What the slots are called, for people. */
  readonly called: string;
}

/** Which slots are meant where none are named. */
export const DEFAULT_NAME = "default";

/** Reads a name of slots: it becomes a directory's. */
export function slotName(typed: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(typed)) return typed;
  throw new Complaint(
    `--name ${quote(typed)}: letters, digits, dots, dashes and underscores, 64 at most, for example llm`,
  );
}

/** Reads the address of a server that keeps slots. */
export function slotServer(typed: string): string {
  if (isServerUrl(typed)) return typed;
  // Not shown: a password may be in it.
  throw new Complaint("--store: write the address of a PostgreSQL, for example postgres://db.example/agents");
}

/** Opens the machine and finds the slots. */
export function openSlots({ name, compat, store }: WhichSlots): SlotsStage {
  const { backend, machine } = openBackend();
  const place = compat === undefined
    ? ownPlace(statePath(process.platform, machine.viewer.home, process.env), name ?? DEFAULT_NAME)
    : sqliteGraphragPlace(machine.viewer.home, process.env);
  const stage = stageAt(backend, machine, place, compat ?? name ?? DEFAULT_NAME);
  if (store === undefined) return stage;
  return { ...stage, store: serverSlots(machine, store, name ?? DEFAULT_NAME) };
}

/** Slots on a server, as this machine sees them. */
function serverSlots(machine: Machine, url: string, name: string): ServerSlots {
  const { ServerSlots } = require("../../fleet/slots.ts") as typeof import("../../fleet/slots.ts");
  const { hostname, bootId, pidNamespace } = machine.host;
  return new ServerSlots(url, name, {
    host: hostname,
    boot: bootId,
    namespace: pidNamespace,
    lives(pid, startToken) {
      if (startToken === undefined || machine.exists === undefined) return undefined;
      if (machine.exists(pid) === false) return false;
      const now = identify(machine, pid);
      return now?.startToken === undefined ? undefined : now.startToken === startToken && !isZombie(now);
    },
  });
}

/** The same for the keeper of one of them. */
export function openServerSlots(
  url: string,
  name: string,
): { readonly machine: Machine; readonly store: ServerSlots } {
  const { machine } = openBackend();
  return { machine, store: serverSlots(machine, url, name) };
}

/** Slots of a directory that we were told by ourselves. */
export function openSlotsAt(directory: string, compat: string | undefined): SlotsStage {
  if (!isAbsolute(directory)) throw new Complaint(`--directory ${quote(directory)}: write an absolute path`);
  const { backend, machine } = openBackend();
  const place: SlotPlace = { directory, ...(compat === "sqlite-graphrag" ? { compat } : {}) };
  return stageAt(backend, machine, place, directory);
}

function openBackend(): { readonly backend: Backend; readonly machine: Machine } {
  const backend = chooseBackend(builtin());
  return { backend, machine: openWith(backend) };
}

function stageAt(backend: Backend, machine: Machine, place: SlotPlace, called: string): SlotsStage {
  const locks = backend.locks?.();
  if (locks === undefined) {
    const remedy = "agent-reaper doctor tells why none that sees more works here";
    throw new Complaint(`slots need locks, and the backend ${backend.name} has none: ${remedy}`, EXIT.cannotWorkHere);
  }
  const ground = { locks, place, viewer: machine.viewer };
  return { backend, machine, ground, store: new FileSlots(ground), called };
}

/** What this machine can take. */
export function limitHere(machine: Machine): SlotLimit {
  return defaultLimit(availableParallelism(), machine.vitals?.() ?? {});
}

/** One process as it is now; undefined when it is gone or cannot be told. */
export function identify(machine: Machine, pid: number): Draft | undefined {
  if (machine.identify !== undefined) return machine.identify(pid);
  return machine.list("all").find((draft) => draft.pid === pid);
}
