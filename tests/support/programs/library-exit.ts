/**
 * Inside: a host ends a child by force that becomes another program after the look that it is judged by, as whatever waited
 * at its gate does.
 *
 * @module
 */
import { readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createReaper } from "../../../mod.ts";
import procfs from "../../../plugins/backends/procfs/index.ts";

/** When it becomes another program. */
export interface Input {
  readonly when: "before it is held" | "once it is held";
}

/** What became of it. */
export interface Told {
  readonly outcome: string;
  readonly signal: string | null;
  readonly holds: number;
  readonly onRecord: number;
}

export default async function run({ when }: Input): Promise<Told> {
  const gate = join(process.env["HOME"] as string, "gate");
  Bun.spawnSync(["mkfifo", gate]);
  let holds = 0;
  const backend: typeof procfs = {
    ...procfs,
    open(options) {
      const machine = procfs.open(options);
      const hold: typeof machine.hold = (target) => {
        const isFirst = target.pid === child.pid && ++holds === 1;
        if (isFirst && when === "before it is held") becomesAnother(target.pid, gate);
        const held = machine.hold(target);
        if (isFirst && when === "once it is held") becomesAnother(target.pid, gate);
        return held;
      };
      return { ...machine, hold };
    },
  };
  const host = createReaper({ tool: "host", backend });
  const script = 'read -r _ <"$1"; exec sleep 60';
  const child = host.spawnFor("s")({ command: "sh", args: ["-c", script, "sh", gate], env: process.env });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const { outcome } = await host.ensureExit(child.pid as number, 0);
  if (outcome === "killed") await exited;
  const told = { outcome, signal: child.signalCode, holds, onRecord: host.activeProcesses().length };
  host.close();
  child.kill("SIGKILL");
  return told;
}

/** Writing waits until it reads; it is another program when another file runs. */
function becomesAnother(pid: number, gate: string): void {
  const before = readlinkSync(`/proc/${pid}/exe`);
  writeFileSync(gate, "\n");
  while (readlinkSync(`/proc/${pid}/exe`) === before) Bun.sleepSync(1);
}
