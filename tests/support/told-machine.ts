/**
 * A machine that tells of a recorded table what it is asked for and nothing else: whatever a guard or
 * a proof needs and nobody reads is missing here as it is live.
 *
 * @module
 */
import type { Detail, Draft, Machine, Process, Snapshot } from "../../src/contract.ts";

const FIELDS: Readonly<Record<Detail, readonly (keyof Process)[]>> = {
  owner: ["uid"],
  command: ["argv"],
  executable: ["exe", "exeDeleted"],
  directory: ["cwd", "cwdDeleted"],
  environment: ["env"],
  cgroup: ["cgroup"],
  status: ["ignoresHangup", "tracer", "nsPids"],
  namespace: ["pidNamespace"],
  stdio: ["stdio", "consoleShown"],
  holders: [],
  otherNetworks: [],
  supervisor: ["supervisor"],
  sockets: ["listening", "clients", "devices", "display"],
};
/** What nobody tells on a Mac, and `ps` says so of whoever is asked about. */
const NEVER_ON_MAC: ReadonlySet<Detail> = new Set<Detail>(["environment", "cgroup", "status", "namespace"]);
const DEAR = new Set(Object.values(FIELDS).flat());

/** Opens a recorded table as if it were live. */
export function toldMachine(snapshot: Snapshot): Machine {
  const recorded = new Map(snapshot.processes.map((process) => [process.pid, process]));
  return {
    backend: "told",
    host: snapshot.host,
    viewer: snapshot.viewer,
    live: true,
    now: () => Date.parse(snapshot.capturedAt),
    list: () => snapshot.processes.map(known),
    complete: () => snapshot.partial !== true,
    exists: (pid) => recorded.has(pid) || (snapshot.partial === true && snapshot.absent?.includes(pid) !== true),
    read(drafts, details, variables) {
      for (const draft of drafts) {
        const from = recorded.get(draft.pid) as Process;
        for (const detail of details) {
          for (const field of FIELDS[detail]) tell(draft, from, field, variables);
          if (snapshot.host.platform === "darwin" && NEVER_ON_MAC.has(detail)) noteUntold(draft, FIELDS[detail]);
        }
      }
    },
    file: (path) => snapshot.files?.[path],
    leftovers: () => [],
    hold: () => ({ refused: "denied", because: "it is only told of" }),
    limits: () => [],
    close() {},
  };
}

function noteUntold(draft: Draft, fields: readonly (keyof Process)[]): void {
  const untold = fields.filter((field) => draft[field] === undefined);
  draft.unread = { ...draft.unread, ...Object.fromEntries(untold.map((field) => [field, "ps does not tell"])) };
}

/** What every table has without being asked. The kernel's own threads have no arguments, and that is known. */
function known(process: Process): Draft {
  const fields = Object.entries(process).filter(([field, value]) =>
    !DEAR.has(field as keyof Process) || (field === "argv" && value === null)
  );
  return Object.fromEntries(fields) as unknown as Draft;
}

function tell(draft: Draft, from: Process, field: keyof Process, variables: ReadonlySet<string>): void {
  if (from[field] === undefined) return;
  const value = field === "env"
    ? Object.fromEntries(Object.entries(from.env ?? {}).filter(([name]) => variables.has(name)))
    : from[field];
  Object.assign(draft, { [field]: value });
}
