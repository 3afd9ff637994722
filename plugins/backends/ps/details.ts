/**
 * What the table does not tell: by `lsof` and `launchctl`, for those that somebody asks about.
 *
 * @module
 */
import type { Detail, Draft, Host, Viewer } from "../../../src/contract.ts";
import { type Jobs, readJobs } from "./launchd.ts";
import { FIELDS, LSOF, type OpenFile, parseOpenFiles } from "./lsof.ts";
import type { Tools } from "./run.ts";
import { Ends, listeningOf, otherEnd, streamsOf } from "./streams.ts";

/** Pids on one command line: ARG_MAX is 256 KiB at the least (macOS: 1 MiB), and so is patience. */
const MOST_AT_ONCE = 2_000;
/** Details that are worth a run of lsof. The executable comes along, but alone it is not. */
const BY_LSOF: readonly Detail[] = ["directory", "stdio", "holders"];
/** The fields of details that this backend never has. */
const NEVER: Readonly<Partial<Record<Detail, readonly (keyof Draft & string)[]>>> = {
  environment: ["env"],
  cgroup: ["cgroup"],
  status: ["ignoresHangup", "tracer", "nsPids"],
  namespace: ["pidNamespace"],
};

/** Reads details, each once for each draft. */
export class Details {
  readonly #tools: Tools;
  readonly #host: Host;
  readonly #viewer: Viewer;
  readonly #lsof: string | undefined;
  readonly #open: WeakMap<Draft, readonly OpenFile[] | string> = new WeakMap();
  readonly #askedFor: WeakMap<Draft, Set<Detail>> = new WeakMap();
  #everybody: { readonly files: ReadonlyMap<number, readonly OpenFile[]>; readonly ends: Ends } | string | undefined;
  #jobs: Jobs | undefined;
  /** Why lsof told nothing, when it did not. */
  trouble: string | undefined;

  constructor(tools: Tools, host: Host, viewer: Viewer) {
    this.#tools = tools;
    this.#host = host;
    this.#viewer = viewer;
    this.#lsof = tools.find(LSOF);
    if (this.#lsof === undefined) this.trouble = "there is no lsof";
  }

  /** A new look: what everybody had open is forgotten. */
  begin(): void {
    this.#everybody = undefined;
    this.#jobs = undefined;
  }

  read(drafts: readonly Draft[], details: ReadonlySet<Detail>): void {
    const alive = drafts.filter((draft) => draft.argv !== null);
    for (const draft of drafts) this.#noteWhatIsNeverTold(draft, details);
    if (BY_LSOF.some((detail) => details.has(detail))) this.#readOpen(alive.filter((draft) => !this.#open.has(draft)));
    for (const draft of alive) this.#fill(draft, details);
    if (details.has("holders")) {
      for (const draft of alive) if (this.#asked(draft, "holders")) this.#readHolders(draft);
    }
    if (details.has("sockets")) {
      for (const draft of alive) if (this.#asked(draft, "sockets")) this.#readSockets(draft);
    }
    if (details.has("supervisor") && this.#host.platform === "darwin") {
      for (const draft of alive) if (this.#asked(draft, "supervisor")) this.#readSupervisor(draft);
    }
  }

  /** Notes that somebody asked; false when somebody had before. */
  #asked(draft: Draft, detail: Detail): boolean {
    const asked = this.#askedFor.get(draft) ?? new Set();
    this.#askedFor.set(draft, asked);
    if (asked.has(detail)) return false;
    asked.add(detail);
    return true;
  }

  #hasAsked(draft: Draft, detail: Detail): boolean {
    return this.#askedFor.get(draft)?.has(detail) === true;
  }

  #noteWhatIsNeverTold(draft: Draft, details: ReadonlySet<Detail>): void {
    if (draft.argv === null) return;
    for (const detail of details) {
      for (const field of NEVER[detail] ?? []) note(draft, field, "ps does not tell");
    }
  }

  /** What is open of what we can say something about. A string says why not. */
  #readOpen(drafts: readonly Draft[]): void {
    for (let at = 0; at < drafts.length; at += MOST_AT_ONCE) {
      const some = drafts.slice(at, at + MOST_AT_ONCE);
      const files = this.#run(["-a", "-p", some.map((draft) => draft.pid).join(","), "-d", "0,1,2,cwd,txt"]);
      for (const draft of some) {
        this.#open.set(draft, typeof files === "string" ? files : files.get(draft.pid) ?? "lsof shows nothing of it");
      }
    }
  }

  /** Only what was asked for. What lsof brought beside it waits until somebody asks. */
  #fill(draft: Draft, details: ReadonlySet<Detail>): void {
    const open = this.#open.get(draft) ?? "ps does not tell";
    if (details.has("executable")) this.#asked(draft, "executable");
    // Asked for before there was a reason to run lsof: now there is an answer.
    if (this.#hasAsked(draft, "executable") && draft.exe === undefined) this.#fillExecutable(draft, open);
    if (details.has("directory") && this.#asked(draft, "directory")) this.#fillDirectory(draft, open);
    if (details.has("stdio") && this.#asked(draft, "stdio")) this.#fillStreams(draft, open);
  }

  #fillExecutable(draft: Draft, open: readonly OpenFile[] | string): void {
    if (typeof open === "string") return note(draft, "exe", open);
    // The first is what was executed; the others are mapped into it.
    const program = open.find((file) => file.fd === "txt" && file.type === "REG");
    if (program?.name?.startsWith("/") !== true || program.name.endsWith(" (deleted)")) {
      return note(draft, "exe", "lsof does not show it");
    }
    draft.exe = program.name;
    if (program.links !== undefined) draft.exeDeleted = program.links === 0;
    const { exe: _, ...unread } = draft.unread ?? {};
    if (Object.keys(unread).length === 0) delete draft.unread;
    else draft.unread = unread;
  }

  #fillDirectory(draft: Draft, open: readonly OpenFile[] | string): void {
    if (typeof open === "string") return note(draft, "cwd", open);
    const directory = open.find((file) => file.fd === "cwd");
    if (directory?.type !== "DIR" || directory.name?.startsWith("/") !== true) {
      return note(draft, "cwd", directory?.name ?? "lsof does not show it");
    }
    // Linux lsof appends it to the name; macOS keeps the name and counts no links.
    const deleted = directory.name.endsWith(" (deleted)");
    draft.cwd = deleted ? directory.name.slice(0, -" (deleted)".length) : directory.name;
    if (deleted) draft.cwdDeleted = true;
    else if (directory.links !== undefined) draft.cwdDeleted = directory.links === 0;
  }

  #fillStreams(draft: Draft, open: readonly OpenFile[] | string): void {
    if (typeof open === "string") return note(draft, "stdio", open);
    const streams = streamsOf(open);
    // None of the three: closed, or not for us to see. lsof says which only on Linux (NOFD).
    if (streams.length === 0) note(draft, "stdio", "lsof shows none of them");
    else draft.stdio = streams;
  }

  /** macOS alone: there a descriptor's record names both ends. */
  #readHolders(draft: Draft): void {
    const open = this.#open.get(draft);
    if (
      open === undefined || typeof open === "string" || draft.stdio === undefined || this.#host.platform !== "darwin"
    ) return;
    draft.stdio = draft.stdio.map((stream) => {
      const file = open.find((one) => one.fd === String(stream.fd));
      const key = file === undefined || stream.peer === "gone" ? undefined : otherEnd(file);
      const holders = key === undefined ? undefined : this.#ends()?.holders(key);
      if (holders === undefined) return stream;
      // lsof shows others' descriptors to root alone.
      return { ...stream, peer: "live", holders, ...(this.#viewer.elevated ? {} : { unseen: true }) };
    });
  }

  #readSockets(draft: Draft): void {
    const everybody = this.#all();
    const files = typeof everybody === "string" ? undefined : everybody.files.get(draft.pid);
    if (typeof everybody === "string" || files === undefined || files.some((file) => file.fd === "NOFD")) {
      note(draft, "listening", typeof everybody === "string" ? everybody : "lsof shows nothing of it");
      return;
    }
    draft.listening = listeningOf(files);
    const clients = everybody.ends.clients(files);
    const isTold = draft.listening.every((place) => typeof place === "number");
    if (isTold && clients !== undefined && draft.listening.length > 0) draft.clients = clients;
  }

  #readSupervisor(draft: Draft): void {
    this.#jobs ??= readJobs(this.#tools, this.#viewer.uid);
    const label = this.#jobs.labels.get(draft.pid);
    if (label !== undefined) draft.supervisor = `launchd:${label}`;
    else if (this.#jobs.complete && draft.uid === this.#viewer.uid) draft.supervisor = null;
    else note(draft, "supervisor", "launchctl does not tell");
  }

  #ends(): Ends | undefined {
    const everybody = this.#all();
    return typeof everybody === "string" ? undefined : everybody.ends;
  }

  /** All open files that we may see. Without the rights of root those of other users stay hidden. */
  #all(): { readonly files: ReadonlyMap<number, readonly OpenFile[]>; readonly ends: Ends } | string {
    if (this.#everybody === undefined) {
      const files = this.#run(["-d", "^cwd,^txt,^rtd,^mem"]);
      this.#everybody = typeof files === "string" ? files : { files, ends: new Ends(files) };
    }
    return this.#everybody;
  }

  #run(selection: readonly string[]): Map<number, OpenFile[]> | string {
    if (this.#lsof === undefined) return "there is no lsof";
    const output = this.#tools.run(this.#lsof, ["-w", "-n", "-P", ...selection, "-F", FIELDS]);
    // It ends with 1 as soon as one of the pids is gone: what it printed about the others holds.
    if (typeof output === "string") return (this.trouble = output);
    return parseOpenFiles(output.text);
  }
}

function note(draft: Draft, field: keyof Draft & string, because: string): void {
  if (draft[field] === undefined) draft.unread = { ...draft.unread, [field]: because };
}
