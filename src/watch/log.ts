/**
 * A log that stays small: one file and the one before it.
 *
 * @module
 */
import { closeSync, constants, fstatSync, openSync, renameSync, writeSync } from "node:fs";
import { Complaint, exitOfWriting, meaningOf } from "../complaint.ts";
import { visible } from "../text.ts";

const MOST_BYTES = 1024 * 1024;

/** Whether there can be one. A full disk is no reason against it: it may have room again. */
export function checkLog(path: string): void {
  try {
    appendToLog(path, "");
  } catch (error) {
    if (["ENOSPC", "EDQUOT"].includes((error as { code: string }).code)) return;
    throw new Complaint(
      `--log ${visible(path)}: ${meaningOf(error)}: name a file in a directory that you can write to`,
      exitOfWriting(error),
    );
  }
}

/** Appends a line, with the time before it. Throws what the system says. */
export function appendToLog(path: string, line: string, mostBytes: number = MOST_BYTES): void {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  // A pipe that nobody reads would keep us waiting, deaf to every signal but one.
  const flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK;
  let fd = openSync(path, flags, 0o600);
  try {
    if (fstatSync(fd).size >= mostBytes) {
      renameSync(path, `${path}.1`);
      const full = fd;
      fd = openSync(path, flags, 0o600);
      closeSync(full);
    }
    writeSync(fd, line);
  } finally {
    closeSync(fd);
  }
}
