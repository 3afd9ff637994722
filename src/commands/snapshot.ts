/**
 * `snapshot`: one machine at one moment as a file that can be judged elsewhere. Secrets never get into it.
 *
 * @module
 */
import { closeSync, lstatSync, openSync, renameSync, writeFileSync } from "node:fs";
import { Complaint, EXIT, type ExitCode, exitOfWriting, meaningOf } from "../complaint.ts";
import { discard } from "../discard.ts";
import { look } from "../look.ts";
import { openRegistry } from "../registry/open.ts";
import { withoutPeople } from "../redact/identity.ts";
import { redactSnapshot } from "../redact/report.ts";
import { formatSnapshot } from "../snapshot/file.ts";
import { asTyped } from "../quote.ts";
import { print, printError, Progress } from "../terminal.ts";
import { safeJson, visible } from "../text.ts";
import { type LookOptions, type PolicyOptions, quote, stage } from "./options.ts";

/** What `snapshot` takes. */
export interface SnapshotOptions extends LookOptions, Pick<PolicyOptions, "allUsers" | "hostNamespaces"> {
  readonly redact?: boolean;
  readonly output?: string;
}

/** Runs `snapshot`. */
export async function snapshot(options: SnapshotOptions): Promise<ExitCode> {
  const { machine, plugins, policy } = stage(options);
  const record = await openRegistry(machine.viewer);
  const progress = new Progress("looking …");
  let file: Output | undefined;
  try {
    // First of all: whoever mistypes a path should not have to wait for it.
    if (options.output !== undefined && options.output !== "-") file = new Output(options.output);
    const registered = await record?.registry.entries();
    const seen = redactSnapshot(look(machine, plugins, policy, { scope: "all", thorough: true, registered }));
    const text = safeJson(formatSnapshot(options.redact === true ? withoutPeople(seen) : seen));
    await progress.done();
    for (const warning of record?.registry.warnings ?? []) await printError(`agent-reaper: ${warning}\n`);
    if (file === undefined) {
      await print(text);
    } else {
      file.write(text);
      const judges = `agent-reaper scan --from ${asTyped(visible(file.path))}`;
      await printError(`${visible(file.path)}: ${seen.processes.length} processes; to judge it: ${judges}\n`);
    }
    return EXIT.fine;
  } finally {
    file?.leave();
    record?.close();
    machine.close();
  }
}

/** A file for its owner alone (command lines of a whole machine are in it) that is there in full or not at all. */
class Output {
  readonly path: string;
  /** Where it is written; another path than its own until it is complete. */
  readonly #written: string;
  #file: number | undefined;

  constructor(path: string) {
    this.path = path;
    this.#written = this.#tried(() => isSpecial(path)) ? path : `${path}.${process.pid}.part`;
    this.#file = this.#tried(() => openSync(this.#written, this.#written === path ? "w" : "wx", 0o600));
  }

  write(text: string): void {
    const file = this.#file as number;
    this.#tried(() => {
      writeFileSync(file, text);
      closeSync(file);
      if (this.#written !== this.path) renameSync(this.#written, this.path);
    });
    this.#file = undefined;
  }

  /** Half a file is none. */
  leave(): void {
    if (this.#file !== undefined && this.#written !== this.path) discard(this.#written);
  }

  #tried<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      throw new Complaint(
        `${quote(this.path)}: ${meaningOf(error)}: name another file with --output`,
        exitOfWriting(error),
      );
    }
  }
}

/** A directory, which opening refuses; or a device or pipe, which is written to as it is. */
function isSpecial(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found !== undefined && !found.isFile();
}
