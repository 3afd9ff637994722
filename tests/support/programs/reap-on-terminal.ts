/**
 * A person at a terminal: `reap` is started on one, asked, answered. To be run inside a namespace.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { Field, plainOrphan } from "../orphans.ts";

/** Who answers what. */
export interface Answered {
  readonly binary: string;
  /** Typed once the question stands there. */
  readonly answer: string;
  readonly options?: readonly string[];
}

/** What came of it. */
export interface Seen {
  readonly shown: string;
  readonly exitCode: number;
  readonly orphanLives: boolean;
}

/** Runs it. */
export default async function reapOnTerminal({ binary, answer, options = [] }: Answered): Promise<Seen> {
  const orphan = await plainOrphan(new Field());
  const line = [binary, "reap", "--min-age", "0s", ...options].join(" ");
  // script(1) gives the program a terminal of its own and hands on what is typed.
  const person = Bun.spawn(["script", "--quiet", "--flush", "--return", "--command", line, "/dev/null"], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
    env: { ...process.env as Record<string, string>, TERM: "xterm" },
  });
  let shown = "";
  let hasAnswered = false;
  for await (const part of person.stdout) {
    shown += new TextDecoder().decode(part);
    if (hasAnswered || !shown.includes("[y/N] ")) continue;
    hasAnswered = true;
    person.stdin.write(answer);
    await person.stdin.flush();
  }
  const exitCode = await person.exited;
  return { shown, exitCode, orphanLives: orphan.pids.every((pid) => existsSync(`/proc/${pid}/fd/0`)) };
}
