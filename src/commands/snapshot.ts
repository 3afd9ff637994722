/**
 * `snapshot`: one machine at one moment as a file that can be judged elsewhere. Secrets never get into it.
 *
 * @module
 */
import { closeSync, fstatSync, openSync, unlinkSync, writeFileSync } from "node:fs";
import { Complaint, EXIT, type ExitCode, meaningOf } from "../complaint.ts";
import { look } from "../look.ts";
import { withoutPeople } from "../redact/identity.ts";
import { redactSnapshot } from "../redact/report.ts";
import { formatSnapshot } from "../snapshot-file.ts";
import { print, printError, Progress } from "../terminal.ts";
import { safeJson, visible } from "../text.ts";
import { type LookOptions, stage } from "./options.ts";

/** What `snapshot` takes. */
export interface SnapshotOptions extends LookOptions {
  readonly redact?: boolean;
  readonly output?: string;
}

/** Runs `snapshot`. */
export async function snapshot(options: SnapshotOptions): Promise<ExitCode> {
  const { machine, plugins, policy } = stage(options);
  const progress = new Progress("looking …");
  try {
    const seen = redactSnapshot(look(machine, plugins, policy, { scope: "all", thorough: true }));
    const text = safeJson(formatSnapshot(options.redact === true ? withoutPeople(seen) : seen));
    await progress.done();
    if (options.output === undefined || options.output === "-") {
      await print(text);
    } else {
      write(options.output, text);
      await printError(
        `${visible(options.output)}: ${seen.processes.length} processes; to judge it: agent-reaper scan --from ${
          visible(options.output)
        }\n`,
      );
    }
    return EXIT.fine;
  } finally {
    machine.close();
  }
}

/** For its owner alone: command lines of a whole machine are in it. Half a file is none. */
function write(path: string, text: string): void {
  let file: number | undefined;
  try {
    file = openSync(path, "w", 0o600);
    writeFileSync(file, text);
  } catch (error) {
    if (file !== undefined && fstatSync(file).isFile()) unlinkSync(path);
    const isFull = ["ENOSPC", "EDQUOT", "EIO"].includes((error as { code: string }).code);
    throw new Complaint(
      `${visible(path)}: ${meaningOf(error)}: name another file with --output`,
      isFull ? EXIT.cannotWorkHere : EXIT.usage,
    );
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
