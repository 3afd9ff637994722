/**
 * Inside: what a hold promises, tried on children of our own.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import files from "../../../plugins/backends/proc-files/index.ts";
import procfs from "../../../plugins/backends/procfs/index.ts";
import ps from "../../../plugins/backends/ps/index.ts";
import { startAs } from "../leftovers.ts";
import { byStart } from "./kill-changed.ts";
import type { Backend, Detail, Draft, Hold, Machine, Refusal } from "../../../src/contract.ts";

/** What was answered in each situation. */
export interface Told {
  readonly grip: string;
  readonly signals: readonly string[];
  readonly alive: boolean;
  /** The child's state after hold and release: nothing was sent. */
  readonly untouched: string | undefined;
  readonly twiceReleased: string | undefined;
  readonly afterRelease: string;
  /** Whether each hold that is refused or released leaves a descriptor open. */
  readonly leaks: boolean;
  readonly wrongStart: string;
  readonly withoutStart: string;
  readonly ended: string;
  readonly zombie: string;
  readonly ownSelf: string;
  readonly init: string;
  readonly otherParent: string;
  readonly otherProgram: string;
  /** What a hold says of one that becomes another program in it, and ends: before, after, at last. */
  readonly changed: readonly string[];
  readonly stopped: readonly (string | undefined)[];
  readonly term: {
    readonly answer: string;
    readonly signal: string;
    readonly alive: boolean;
    readonly again: string;
  };
  /** What is told when its number is somebody else's by now, and whether that one is as it was. */
  readonly givenAway: readonly (string | boolean | undefined)[];
  readonly survivors: boolean;
}

const BACKENDS: readonly Backend[] = [files, procfs, ps];
const IDENTITY: ReadonlySet<Detail> = new Set(["owner", "command", "executable"]);

export default async function run({ backend }: { readonly backend: string }): Promise<Told> {
  const [name, without] = backend.split(" without ");
  const opened = (BACKENDS.find((one) => one.name === name) as Backend).open({});
  const machine = without === "pidfds" ? byStart(opened) : opened;
  const held = spawn(["/bin/sleep", "600"]);
  const other = spawn(["/bin/sleep", "600"]);
  await until(() => [held, other].every(({ pid }) => commandOf(pid).includes("600") && stateOf(pid) === "S"));
  const draft = look(machine, held.pid);

  const first = take(machine, draft);
  const [grip, signals, alive] = [first.grip, first.signals, first.alive()];
  first.release();
  const untouched = stateOf(held.pid);
  first.release();
  const twiceReleased = stateOf(held.pid);

  const { startToken, ...nameless } = draft;
  const wrong = { ...draft, startToken: `${Number(startToken) + 1}` };

  const ended = child("exit 0");
  const seen = { ...draft, pid: ended.pid };
  await ended.exited;

  const told = {
    grip,
    signals,
    alive,
    untouched,
    twiceReleased,
    afterRelease: refusal(first.send("TERM")),
    leaks: leaks(() => [draft, wrong].forEach((one) => refusal(machine.hold(one)))),
    wrongStart: refusal(machine.hold(wrong)),
    withoutStart: refusal(machine.hold(nameless)),
    ended: refusal(machine.hold(seen)),
    zombie: await zombie(machine),
    ownSelf: refusal(machine.hold(look(machine, process.pid))),
    init: refusal(machine.hold(look(machine, 1))),
    otherParent: await otherParent(machine),
    otherProgram: await otherProgram(machine),
    changed: await changed(machine),
    stopped: await stopped(machine, held.pid),
    term: await term(machine, held),
    givenAway: await givenAway(machine),
    survivors: stateOf(other.pid) === "S",
  };
  other.kill("SIGKILL");
  await other.exited;
  machine.close();
  return told;
}

type Child = Bun.Subprocess<"pipe", "pipe", "inherit">;

function spawn(command: string[]): Child {
  return Bun.spawn(command, { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
}

function child(script: string): Child {
  return spawn(["/bin/sh", "-c", script]);
}

function look(machine: Machine, pid: number): Draft {
  const draft = machine.list("all").find((one) => one.pid === pid);
  if (draft === undefined) throw new Error(`${pid} is not in the table`);
  machine.read([draft], IDENTITY, new Set());
  return draft;
}

function take(machine: Machine, draft: Draft): Hold {
  const hold = machine.hold(draft);
  if ("refused" in hold) throw new Error(`no hold: ${hold.refused}, ${hold.because}`);
  return hold;
}

function refusal(answer: Hold | Refusal | "sent"): string {
  if (answer === "sent") return "sent";
  if ("refused" in answer) return answer.refused;
  answer.release();
  return "held";
}

function leaks(act: () => void): boolean {
  const count = () => readdirSync("/proc/self/fd").length;
  const before = count();
  for (let times = 0; times < 20; times++) act();
  // The runtime closes meanwhile what it had of children that ended, and some things are opened once.
  return count() - before > 10;
}

/** Its parent has become a program that never waits for children. */
async function zombie(machine: Machine): Promise<string> {
  const parent = child("sleep 600 & echo $!; exec sleep 601");
  const pid = Number(await line(parent));
  await until(() => commandOf(pid).startsWith("sleep") && commandOf(parent.pid).startsWith("sleep"));
  process.kill(pid, "SIGKILL");
  await until(() => stateOf(pid) === "Z");
  const answer = refusal(machine.hold(look(machine, pid)));
  parent.kill("SIGKILL");
  await parent.exited;
  return answer;
}

async function otherParent(machine: Machine): Promise<string> {
  const parent = child("sleep 600 & echo $!; read line");
  const pid = Number(await line(parent));
  await until(() => commandOf(pid).startsWith("sleep"));
  const draft = look(machine, pid);
  parent.stdin.end();
  await parent.exited;
  const answer = refusal(machine.hold(draft));
  process.kill(pid, "SIGKILL");
  return answer;
}

async function otherProgram(machine: Machine): Promise<string> {
  const changing = child("read line; exec sleep 601");
  const draft = look(machine, changing.pid);
  changing.stdin.write("\n");
  changing.stdin.flush();
  await until(() => commandOf(changing.pid).startsWith("sleep"));
  const answer = refusal(machine.hold(draft));
  changing.kill("SIGKILL");
  await changing.exited;
  return answer;
}

async function changed(machine: Machine): Promise<string[]> {
  const changing = child("read line; exec sleep 601");
  const hold = take(machine, look(machine, changing.pid));
  const since = (when: "judged" | "asked") => hold.changed?.(when)?.refused;
  const before = since("judged");
  changing.stdin.write("\n");
  changing.stdin.flush();
  await until(() => commandOf(changing.pid).startsWith("sleep"));
  // What ps has told may be a moment old.
  await until(() => since("judged") !== undefined);
  const told = [before, since("judged")];
  changing.kill("SIGKILL");
  await changing.exited;
  await until(() => since("asked") !== undefined);
  told.push(since("asked"));
  hold.release();
  return told.map((answer) => answer ?? "the same");
}

async function stopped(machine: Machine, pid: number): Promise<(string | undefined)[]> {
  const hold = take(machine, look(machine, pid));
  const states: (string | undefined)[] = [];
  for (const [signal, state] of [["STOP", "T"], ["CONT", "S"]] as const) {
    if (hold.send(signal) !== "sent") throw new Error(`${signal} was not sent`);
    await until(() => stateOf(pid) === state);
    states.push(stateOf(pid));
  }
  hold.release();
  return states;
}

async function term(machine: Machine, held: Child): Promise<Told["term"]> {
  const hold = take(machine, look(machine, held.pid));
  const answer = refusal(hold.send("TERM"));
  await held.exited;
  await until(() => !hold.alive());
  const told = { answer, signal: String(held.signalCode), alive: hold.alive(), again: refusal(hold.send("KILL")) };
  hold.release();
  return told;
}

/** The kernel counts a start in ticks of 10 ms: of another tick it is another. */
async function givenAway(machine: Machine): Promise<Told["givenAway"]> {
  const first = spawn(["/bin/sleep", "600"]);
  await until(() => commandOf(first.pid).includes("600"));
  const hold = take(machine, look(machine, first.pid));
  first.kill("SIGKILL");
  await first.exited;
  await Bun.sleep(20);
  const second = startAs(first.pid, ["/bin/sleep", "600"]);
  await until(() => stateOf(second.pid) === "S");
  const answers = (["STOP", "TERM", "KILL"] as const).map((signal) => refusal(hold.send(signal)));
  const told = [...answers, hold.alive(), stateOf(second.pid)];
  hold.release();
  second.kill("SIGKILL");
  await second.exited;
  return told;
}

async function line(from: Child): Promise<string> {
  const reader = from.stdout.getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) break;
    text += new TextDecoder().decode(value);
  }
  reader.releaseLock();
  return text.trim();
}

function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, "latin1");
}

/** Its state letter; undefined when it is gone. */
function stateOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    return text.slice(text.lastIndexOf(")") + 2)[0];
  } catch {
    return undefined;
  }
}

/** What the kernel is about to do anyway. Were it not, nobody would end this namespace: so the waiting ends. */
async function until(happens: () => boolean): Promise<void> {
  for (let waits = 0; !happens(); waits++) {
    if (waits > 50_000) throw new Error(`waited in vain until ${happens}`);
    await Bun.sleep(2);
  }
}
