/**
 * Inside: a person in an interactive shell on a terminal of their own, and commands under `run`.
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";

/** The binary, options of `run`, and the shell with what keeps a person's own settings out. */
export interface Input {
  readonly binary: string;
  readonly options?: string;
  readonly shell: string;
}

/** What the person saw: the exit code, or the text, of each thing they did. */
export type Seen = Readonly<Record<string, string>>;

const PROMPT = "READY> ";

/** Types, and waits for what is to be seen. script(1) gives the shell a terminal. */
class Person {
  readonly #script: Bun.Subprocess<"pipe", "pipe", "inherit">;
  readonly #parts: AsyncIterator<Uint8Array>;
  #text = "";

  constructor(shell: string, env: Record<string, string>) {
    this.#script = Bun.spawn(["script", "--quiet", "--flush", "--return", "--command", shell, "/dev/null"], {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "inherit",
      env,
    });
    this.#parts = this.#script.stdout[Symbol.asyncIterator]();
  }

  /** What was typed, awaited and shown goes to standard error, for a failure. */
  type(text: string): void {
    console.error("types", JSON.stringify(text));
    this.#script.stdin.write(text);
    void this.#script.stdin.flush();
  }

  /** All until then. What is never seen ends with the test's own time. */
  async sees(wanted: RegExp): Promise<string> {
    console.error("waits for", wanted.source);
    for (;;) {
      const found = wanted.exec(this.#text);
      if (found !== null) {
        const seen = this.#text.slice(0, found.index + found[0].length);
        this.#text = this.#text.slice(seen.length);
        return seen;
      }
      const { value, done } = await this.#parts.next();
      if (done === true) throw new Error(`the terminal closed before ${wanted} was seen: ${this.#text}`);
      const text = new TextDecoder().decode(value);
      console.error("sees", JSON.stringify(text));
      this.#text += text;
    }
  }

  /** Types a line and waits for the next prompt. */
  async does(line: string): Promise<string> {
    this.type(`${line}\r`);
    return await this.sees(/READY> /);
  }

  /** Closes the terminal's window. */
  leaves(): void {
    this.#script.kill("SIGKILL");
  }

  /** The exit code of the last command. */
  async code(): Promise<string> {
    this.type("echo code=$?=\r");
    const seen = await this.sees(/code=\d+=/);
    await this.sees(/READY> /);
    return /code=(\d+)=/.exec(seen)?.[1] as string;
  }
}

/** Does all of it. */
export default async function run({ binary, shell, options = "" }: Input): Promise<Seen> {
  const $run = `$AR run ${options}`.trimEnd();
  const seen: Record<string, string> = {};
  const person = new Person(shell, {
    ...process.env as Record<string, string>,
    PS1: PROMPT,
    PROMPT,
    TERM: "xterm",
    AR: binary,
    // Of less: no bells, and its prompt is where we look for it.
    LESS: "",
  });
  await person.sees(/READY> /);
  // What is expected is never in the line that is typed: the terminal shows that line too. CONT comes when the
  // terminal is theirs again; what is typed before, a shell may throw away.
  const tells = '$| = 1; $SIG{CONT} = sub { print "back-", 1 + 1, "\\n" }; print "up-", 1 + 1, "\\n";';
  const waits = `perl -e '${tells} sleep 9 while 1'`;
  const echoes = `perl -e '${tells} while (defined($_ = <STDIN>)) { print "<$_>" } exit 5'`;

  for (const [name, key] of [["Ctrl-C", "\x03"], ["Ctrl-\\", "\x1c"]] as const) {
    person.type(`${$run} -- ${waits}\r`);
    await person.sees(/up-2/);
    person.type(key);
    await person.sees(/READY> /);
    seen[name] = await person.code();
  }

  person.type(`${$run} -- ${echoes}\r`);
  await person.sees(/up-2/);
  person.type("one\r");
  await person.sees(/<one/);
  person.type("\x1a");
  seen["Ctrl-Z"] = await person.sees(/READY> /);
  seen["jobs"] = await person.does("jobs");
  seen["states"] = await person.does("ps -o stat=,comm= --no-headers");
  person.type("fg\r");
  await person.sees(/back-2/);
  person.type("two\r");
  await person.sees(/<two/);
  person.type("\x04");
  await person.sees(/READY> /);
  seen["fg, then the end of input"] = await person.code();

  person.type(`${$run} -- ${echoes} &\r`);
  await person.sees(/up-2/);
  // It stops when it reads; the shell tells of it before its next prompt.
  for (let told = ""; !/Stopped|suspended/.test(told);) told = await person.does("jobs");
  person.type("fg\r");
  await person.sees(/back-2/);
  person.type("three\r");
  await person.sees(/<three/);
  person.type("\x04");
  await person.sees(/READY> /);
  seen["background that reads, then fg"] = await person.code();

  await person.does("stty cols 80 rows 24");
  person.type(
    `${$run} -- perl -e '$| = 1; $SIG{WINCH} = sub { ioctl STDIN, 0x5413, $size = "\\0" x 8; print join(" ", unpack "S2", $size), "\\n" }; system "tty"; print "up-", 1 + 1, "\\n"; sleep 9 while 1'\r`,
  );
  const terminal = /\/dev\/pts\/\d+/.exec(await person.sees(/up-2/))?.[0] as string;
  Bun.spawnSync(["stty", "-F", terminal, "cols", "111", "rows", "33"]);
  // Two changes, one after the other: it is told of each.
  await person.sees(/33 111\r\n/);
  person.type("\x03");
  await person.sees(/READY> /);

  // In one line: zsh puts the terminal back before its own prompt.
  person.type(`${$run} -- stty -echo; stty -a; stty echo\r`);
  seen["stty stays"] = / -echo /.test(await person.sees(/READY> /)) ? "yes" : "no";

  // Full screen: another screen, raw keys.
  writeFileSync(`${process.env["HOME"]}/long`, "a line\n".repeat(500));
  person.type(`${$run} -- less $HOME/long\r`);
  await person.sees(/\[\?1049h/);
  person.type("G");
  await person.sees(/\(END\)/);
  person.type("q");
  await person.sees(/\[\?1049l/);
  await person.sees(/READY> /);
  seen["full screen"] = await person.code();

  // A shell in it has job control of its own.
  person.type(`${$run} -- bash --norc --noprofile\r`);
  await person.sees(/READY> /);
  person.type(`${waits}\r`);
  await person.sees(/up-2/);
  person.type("\x1a");
  await person.sees(/READY> /);
  person.type("fg\r");
  await person.sees(/back-2/);
  person.type("\x03");
  await person.sees(/READY> /);
  seen["job control in it"] = await person.code();
  await person.does("exit 9");
  seen["a shell in it"] = await person.code();

  // Who closes the window: the kernel hangs up the session's leader, and when that ends all in the foreground.
  person.type(`${$run} --grace 200ms -- sh -c 'echo $$ > $HOME/pid; echo up-$((1+1)); exec sleep 100'\r`);
  await person.sees(/up-2/);
  const pid = readFileSync(`${process.env["HOME"]}/pid`, "latin1").trim();
  person.leaves();
  while (isThere(pid)) await Bun.sleep(10);
  seen["hangup"] = "ended";
  return seen;
}

function isThere(pid: string): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}
