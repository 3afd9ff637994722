import type { Detail, Draft } from "../../../src/contract.ts";
import { type Answer, STATUS_INVALID_CID, STATUS_INVALID_PARAMETER, statusName } from "./answer.ts";
import { splitCommandLine } from "./commandline.ts";
import { consolesShown, isOfOurSession } from "./consoles.ts";
import { imageOf, openProcess, PROCESS_QUERY_LIMITED_INFORMATION, PROCESS_VM_READ, timesOf } from "./handle.ts";
import type { Owners } from "./owner.ts";
import { commandLineByKernel, commandLineByMemory, directoryOf, environmentOf } from "./parameters.ts";
import { readEnvironment } from "./records.ts";
import { readSupervisors } from "./services.ts";
import { type Listeners, listenersOf, readTcp } from "./sockets.ts";
import type { Handle, Win32 } from "./win32.ts";

type Field = keyof Draft & string;

/** Which field of a draft says that a detail was not read. */
const FIELDS: Readonly<Partial<Record<Detail, Field>>> = {
  owner: "uid",
  command: "argv",
  executable: "exe",
  directory: "cwd",
  environment: "env",
};

/** What Windows tells nobody about another process, or does not have. */
const UNTOLD: Readonly<Partial<Record<Detail, readonly [Field, string]>>> = {
  stdio: ["stdio", "Windows does not tell where another process's streams lead"],
};

/** Reads details into drafts; asks machine-wide lists once per look. */
export class Details {
  readonly #win: Win32;
  readonly #owners: Owners;
  #supervisors: Answer<ReadonlyMap<number, string>> | undefined;
  #listeners: Answer<Listeners> | undefined;
  #consoles: Answer<ReadonlySet<number>> | undefined;
  readonly #done: WeakMap<Draft, Set<Detail>> = new WeakMap();

  constructor(win: Win32, owners: Owners) {
    this.#win = win;
    this.#owners = owners;
  }

  /** Why services could not be asked, once they were. */
  get servicesUnread(): string | undefined {
    return this.#supervisors !== undefined && "why" in this.#supervisors ? this.#supervisors.why : undefined;
  }

  /** A new table was read: what is asked from now on belongs to that look. */
  begin(): void {
    this.#supervisors = undefined;
    this.#listeners = undefined;
    this.#consoles = undefined;
  }

  read(draft: Draft, wanted: ReadonlySet<Detail>, variables: ReadonlySet<string>): void {
    const done = this.#done.get(draft) ?? new Set<Detail>();
    this.#done.set(draft, done);
    const details = [...wanted].filter((detail) => !done.has(detail));
    for (const detail of details) done.add(detail);
    for (const detail of details) {
      const untold = UNTOLD[detail];
      if (untold !== undefined) unread(draft, untold[0], untold[1]);
    }
    if (details.includes("supervisor")) this.#readSupervisor(draft);
    if (details.includes("sockets")) this.#readSockets(draft);
    if (details.includes("stdio")) this.#readConsole(draft);
    const ofProcess = details.filter((detail) => FIELDS[detail] !== undefined);
    if (ofProcess.length > 0) this.#readUnderHandle(draft, ofProcess, variables);
  }

  #readSupervisor(draft: Draft): void {
    const answer = (this.#supervisors ??= readSupervisors(this.#win));
    if ("why" in answer) unread(draft, "supervisor", answer.why);
    else draft.supervisor = answer.value.get(draft.pid) ?? null;
  }

  #readSockets(draft: Draft): void {
    const answer = (this.#listeners ??= this.#askListeners());
    if ("why" in answer) return unread(draft, "listening", answer.why);
    const listener = answer.value.byPid.get(draft.pid);
    if (listener === undefined) {
      if (!answer.value.complete) return unread(draft, "listening", "a listener's owner is not told");
      draft.listening = draft.clients = [];
      return;
    }
    draft.listening = listener.listening;
    if (listener.clients !== undefined) draft.clients = listener.clients;
    else unread(draft, "clients", "a client is on another machine");
  }

  #readConsole(draft: Draft): void {
    const answer = (this.#consoles ??= consolesShown(this.#win));
    if ("why" in answer) unread(draft, "consoleShown", answer.why);
    else if (answer.value.has(draft.pid)) draft.consoleShown = true;
    else if (isOfOurSession(this.#win, draft.pid)) draft.consoleShown = false;
    else unread(draft, "consoleShown", "its session is not ours");
  }

  #askListeners(): Answer<Listeners> {
    const connections = readTcp(this.#win);
    return "why" in connections ? connections : { value: listenersOf(connections.value) };
  }

  /** Facts count only when the handle leads to the very process of the table. */
  #readUnderHandle(draft: Draft, details: readonly Detail[], variables: ReadonlySet<string>): void {
    const refuse = (why: string): void => {
      for (const detail of details) unread(draft, FIELDS[detail] as Field, why);
    };
    if (draft.startToken === undefined) return refuse(draft.unread?.startToken ?? "its start is not known");
    const opened = openProcess(this.#win, draft.pid, PROCESS_QUERY_LIMITED_INFORMATION);
    if ("status" in opened) return refuse(openWhy(opened.status));
    let memory: Answer<Handle> | undefined;
    const withMemory = (): Answer<Handle> => memory ??= this.#openMemory(draft.pid);
    try {
      const times = timesOf(this.#win, opened.handle);
      if ("why" in times) return refuse(times.why);
      if (times.value.createdAt.toString() !== draft.startToken) return refuse("ended meanwhile");
      for (const detail of details) this.#readOne(draft, detail, opened.handle, withMemory, variables);
    } finally {
      if (memory !== undefined && "value" in memory) this.#win.CloseHandle(memory.value);
      this.#win.CloseHandle(opened.handle);
    }
  }

  /** Opened while the first handle pins the number, so it is the same process. */
  #openMemory(pid: number): Answer<Handle> {
    const opened = openProcess(this.#win, pid, PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_VM_READ);
    return "status" in opened ? { why: openWhy(opened.status) } : { value: opened.handle };
  }

  #readOne(
    draft: Draft,
    detail: Detail,
    handle: Handle,
    withMemory: () => Answer<Handle>,
    variables: ReadonlySet<string>,
  ): void {
    const win = this.#win;
    switch (detail) {
      case "owner":
        return put(draft, "uid", this.#owners.of(handle), (name) => draft.uid = name);
      case "executable":
        return put(draft, "exe", imageOf(win, handle), (path) => draft.exe = path);
      case "command": {
        const kernel = commandLineByKernel(win, handle);
        const line = "value" in kernel ? kernel : through(withMemory(), (memory) => commandLineByMemory(win, memory));
        return put(draft, "argv", line, (text) => draft.argv = splitCommandLine(text));
      }
      case "directory": {
        const directory = through(withMemory(), (memory) => directoryOf(win, memory));
        return put(draft, "cwd", directory, (path) => draft.cwd = path);
      }
      case "environment": {
        const block = through(withMemory(), (memory) => environmentOf(win, memory));
        return put(draft, "env", block, (text) => draft.env = readEnvironment(text, variables));
      }
      default:
        return;
    }
  }
}

function put<T>(draft: Draft, field: Field, answer: Answer<T>, set: (value: T) => void): void {
  if ("value" in answer) set(answer.value);
  else unread(draft, field, answer.why);
}

function through<T>(first: Answer<Handle>, then: (handle: Handle) => Answer<T>): Answer<T> {
  return "why" in first ? first : then(first.value);
}

function unread(draft: Draft, field: Field, why: string): void {
  draft.unread = { ...draft.unread, [field]: why };
}

function openWhy(status: number): string {
  const ended = status === STATUS_INVALID_CID || status === STATUS_INVALID_PARAMETER;
  return ended ? "ended meanwhile" : statusName(status);
}
