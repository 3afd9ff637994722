/**
 * A person at a terminal: `reap` is started on one, asked, answered. To be run inside a namespace.
 *
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { Field, plainOrphan, stateOf } from "../orphans.ts";

/** Who answers what. */
export interface Answered {
  readonly binary: string;
  /** Typed once the question stands there. */
  readonly answer: string;
  readonly options?: readonly string[];
  /** Put aside and fetched back before that, as by Ctrl-Z and `fg`. */
  readonly setAside?: boolean;
  /** Whether the orphan ignores that it is asked to end. */
  readonly isStubborn?: boolean;
  /** Behind a pipe, as in `reap | tee log`: what goes through it is shown last. */
  readonly into?: string;
  /** `xterm`, unless another is named. */
  readonly term?: string;
}

/** What came of it. */
export interface Seen {
  readonly shown: string;
  readonly exitCode: number;
  readonly orphanLives: boolean;
}

/** Runs it. */
export default async function reapOnTerminal(
  { binary, answer, options = [], setAside = false, isStubborn = false, into, term = "xterm" }: Answered,
): Promise<Seen> {
  const orphan = await plainOrphan(new Field(), isStubborn ? { onTerm: "ignores" } : {});
  const line = [binary, "reap", "--min-age", "0s", ...options, ...into === undefined ? [] : ["|", into]].join(" ");
  // script(1) gives the program a terminal of its own and hands on what is typed.
  const person = Bun.spawn(["script", "--quiet", "--flush", "--return", "--command", line, "/dev/null"], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
    env: { ...process.env as Record<string, string>, TERM: term },
  });
  let shown = "";
  const type = async () => {
    person.stdin.write(answer);
    await person.stdin.flush();
  };
  const todo = [...setAside ? [() => putAside(lastBelow(person.pid))] : [], type];
  let asked = 0;
  for await (const part of person.stdout) {
    shown += new TextDecoder().decode(part);
    if (shown.split("[y/N] ").length - 1 > asked) await todo[asked++]?.();
  }
  const exitCode = await person.exited;
  return { shown, exitCode, orphanLives: orphan.pids.every((pid) => existsSync(`/proc/${pid}/fd/0`)) };
}

async function putAside(pid: number): Promise<void> {
  process.kill(pid, "SIGSTOP");
  while (stateOf(pid) !== "T") await Bun.sleep(2);
  process.kill(pid, "SIGCONT");
}

function lastBelow(pid: number): number {
  const child = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return child === "" ? pid : lastBelow(Number(child));
}
