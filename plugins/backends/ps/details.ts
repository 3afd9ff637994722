/**
 * What the table does not tell: by `lsof` and `launchctl`, for those that somebody asks about.
 *
 * @module
 */
import type { Detail, Draft, Host, Viewer } from "../../../src/contract.ts";
import { type Jobs, readJobs } from "./launchd.ts";
import { FIELDS, type OpenFile, parseOpenFiles } from "./lsof.ts";
import type { Tools } from "./run.ts";
import { Ends, listeningOf, otherEnd, streamsOf } from "./streams.ts";

const LSOF = ["/usr/sbin/lsof", "/usr/bin/lsof", "/sbin/lsof", "/bin/lsof"];
/** Pids on one command line: ARG_MAX is 256 KiB at the least (macOS: 1 MiB), and so is patience. */
const MOST_AT_ONCE = 2_000;
/** Details that are worth a run of lsof. The executable comes along, but alone it is not. */
const BY_LSOF: readonly Detail[] = ["directory", "stdio", "holders"];
/** The fields of details that this backend never has. */
const NEVER: Readonly<Partial<Record<Detail, readonly (keyof Draft & string)[]>>> = {
  environment: ["env"],
  cgroup: ["cgroup"],
  status: ["ignoresHangup", "nsPids"],
  namespace: ["pidNamespace"],
};

/** Reads details, each once for each draft. */
export class Details {
  readonly #tools: Tools;
  readonly #host: Host;
  readonly #viewer: Viewer;
  readonly #lsof: string | undefined;
  readonly #open: WeakMap<Draft, readonly OpenFile[]> = new WeakMap();
  readonly #done: WeakMap<Draft, Set<Detail>> = new WeakMap();
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
    if (details.has("executable")) this.#noteExecutables(alive.filter((draft) => this.#isNew(draft, "executable")));
    if (BY_LSOF.some((detail) => details.has(detail))) {
      const wanted = alive.filter((draft) => this.#isNew(draft, "stdio"));
      for (let at = 0; at < wanted.length; at += MOST_AT_ONCE) this.#readOpen(wanted.slice(at, at + MOST_AT_ONCE));
    }
    if (details.has("holders")) {
      for (const draft of alive) if (this.#isNew(draft, "holders")) this.#readHolders(draft);
    }
    if (details.has("sockets")) {
      for (const draft of alive) if (this.#isNew(draft, "sockets")) this.#readSockets(draft);
    }
    if (details.has("supervisor") && this.#host.platform === "darwin") {
      for (const draft of alive) if (this.#isNew(draft, "supervisor")) this.#readSupervisor(draft);
    }
  }

  #isNew(draft: Draft, detail: Detail): boolean {
    const done = this.#done.get(draft) ?? new Set();
    this.#done.set(draft, done);
    if (done.has(detail)) return false;
    done.add(detail);
    return true;
  }

  #noteWhatIsNeverTold(draft: Draft, details: ReadonlySet<Detail>): void {
    if (draft.argv === null) return;
    for (const detail of details) {
      for (const field of NEVER[detail] ?? []) note(draft, field, "ps does not tell");
    }
  }

  #noteExecutables(drafts: readonly Draft[]): void {
    for (const draft of drafts) if (draft.exe === undefined) note(draft, "exe", "ps does not tell");
  }

  /** Working directory, executable and standard streams. */
  #readOpen(drafts: readonly Draft[]): void {
    if (drafts.length === 0) return;
    const pids = drafts.map((draft) => draft.pid).join(",");
    const files = this.#run(["-a", "-p", pids, "-d", "0,1,2,cwd,txt"]);
    for (const draft of drafts) {
      const open = typeof files === "string" ? undefined : files.get(draft.pid);
      if (open === undefined || open.every((file) => file.type === undefined && file.name !== "(revoked)")) {
        const because = typeof files === "string" ? files : "lsof shows nothing of it";
        for (const field of ["exe", "cwd", "stdio"] as const) note(draft, field, because);
        continue;
      }
      this.#fill(draft, open);
    }
  }

  #fill(draft: Draft, open: readonly OpenFile[]): void {
    const { exe: _, ...unread } = draft.unread ?? {};
    draft.unread = unread;
    const directory = open.find((file) => file.fd === "cwd");
    if (directory?.type === "DIR" && directory.name?.startsWith("/") === true) {
      // Linux lsof appends it to the name; macOS keeps the name and counts no links.
      const deleted = directory.name.endsWith(" (deleted)");
      draft.cwd = deleted ? directory.name.slice(0, -" (deleted)".length) : directory.name;
      if (deleted) draft.cwdDeleted = true;
      else if (directory.links !== undefined) draft.cwdDeleted = directory.links === 0;
    } else note(draft, "cwd", directory?.name ?? "lsof does not show it");
    const program = open.find((file) => file.fd === "txt" && file.type === "REG");
    // The first is what was executed; the others are mapped into it.
    if (program?.name?.startsWith("/") === true && !program.name.endsWith(" (deleted)")) {
      draft.exe = program.name;
      if (program.links !== undefined) draft.exeDeleted = program.links === 0;
    } else note(draft, "exe", "lsof does not show it");
    draft.stdio = streamsOf(open);
    this.#open.set(draft, open);
    if (Object.keys(draft.unread).length === 0) delete draft.unread;
  }

  /** macOS alone: there a descriptor's record names both ends. */
  #readHolders(draft: Draft): void {
    const open = this.#open.get(draft);
    if (open === undefined || draft.stdio === undefined || this.#host.platform !== "darwin") return;
    draft.stdio = draft.stdio.map((stream) => {
      const file = open.find((one) => one.fd === String(stream.fd));
      const key = file === undefined || stream.peer === "gone" ? undefined : otherEnd(file);
      const holders = key === undefined ? undefined : this.#ends()?.holders(key);
      return holders === undefined ? stream : { ...stream, peer: "live", holders };
    });
  }

  #readSockets(draft: Draft): void {
    const everybody = this.#all();
    const files = typeof everybody === "string" ? undefined : everybody.files.get(draft.pid);
    if (typeof everybody === "string" || files === undefined) {
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
