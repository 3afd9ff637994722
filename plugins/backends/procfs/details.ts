/**
 * Reads details into processes of the table, each once.
 *
 * A process's directory is opened once and everything is read through it: the descriptor means one
 * process, whoever gets its number next. That it is the one that was listed is told by its start,
 * asked for before anything dear is read. What all who lost their parent are asked for (owner, arguments, executable,
 * directory, environment) alone is not worth it: what somebody else, who got the number meanwhile, says is noted of one
 * that is gone, and no hold takes either.
 *
 * @module
 */
import type { Detail, Draft } from "../../../src/contract.ts";
import { isZombie } from "../../../src/process.ts";
import { ParseError } from "../../../src/errors.ts";
import { parseArguments, parseEnvironment } from "./arguments.ts";
import { parseCgroup, supervisorOf } from "./cgroup.ts";
import { type Files, O_DIRECTORY, O_PATH } from "./files.ts";
import { errorName, isFailure } from "./libc.ts";
import { readTarget } from "./link.ts";
import { parseStart } from "./stat.ts";
import { ownerOf, parseStatus } from "./status.ts";
import { Peers } from "./peers.ts";

/** Which fields a detail fills, to say of each why it is missing. */
const FIELDS: Readonly<Record<Detail, readonly (keyof Draft)[]>> = {
  owner: ["uid"],
  command: ["argv"],
  executable: ["exe"],
  directory: ["cwd"],
  environment: ["env"],
  cgroup: ["cgroup"],
  status: ["ignoresHangup", "tracer", "nsPids"],
  namespace: ["pidNamespace"],
  supervisor: ["supervisor"],
  stdio: ["stdio"],
  sockets: ["listening", "clients", "devices", "display"],
  holders: [],
  otherNetworks: [],
};
/** In the order in which they are read: of holders the ends are known by then. */
const ORDER = Object.keys(FIELDS) as readonly Detail[];
const BIT = {} as Record<Detail, number>;
for (let at = 0; at < ORDER.length; at++) BIT[ORDER[at] as Detail] = 1 << at;
const OWNER = BIT.owner;
const COMMAND = BIT.command;
const EXECUTABLE = BIT.executable;
const DIRECTORY = BIT.directory;
const ENVIRONMENT = BIT.environment;
const CHEAP = OWNER | COMMAND | EXECUTABLE | DIRECTORY | ENVIRONMENT;
const ESRCH = -3;
const NO_VARIABLES: ReadonlySet<string> = new Set();

/** Where a process's files are: in its own directory, open, or below the mount. */
interface Place {
  readonly draft: Draft;
  readonly directory: number;
  readonly prefix: string;
}

/** Reads details of one machine's processes. */
export class Details {
  readonly #files: Files;
  readonly #mount: number;
  readonly #peers: Peers;
  readonly #done: WeakMap<Draft, number> = new WeakMap();
  /** Errors of a machine that has run out of something, or is damaged, and of whom it could not tell something for them. */
  readonly failed: Map<string, Set<number>> = new Map();
  #ownNamespace: string | undefined;

  constructor(files: Files, mount: number) {
    this.#files = files;
    this.#mount = mount;
    this.#peers = new Peers(files, mount);
  }

  close(): void {
    this.#peers.close();
  }

  read(drafts: readonly Draft[], details: ReadonlySet<Detail>, variables: ReadonlySet<string>): void {
    let asked = 0;
    for (const detail of details) asked |= BIT[detail];
    for (const draft of drafts) {
      // Of one who was seen on a list alone nobody knows whether whoever has the number is still the same.
      if (draft.startToken === undefined) continue;
      const done = this.#done.get(draft) ?? 0;
      const wanted = asked & ~done;
      if (wanted === 0) continue;
      this.#done.set(draft, done | wanted);
      if ((wanted & ~CHEAP) === 0 && draft.state !== "Z") this.#readCheap(draft, wanted, variables);
      else this.#readThrough(draft, wanted, variables);
    }
    this.#peers.resolve();
  }

  /** Without its directory: hundreds are asked for no more than this. */
  #readCheap(draft: Draft, wanted: number, variables: ReadonlySet<string>): void {
    const place: Place = { draft, directory: this.#mount, prefix: `${draft.pid}/` };
    if ((wanted & OWNER) !== 0) this.#readOne(place, place, "owner", NO_VARIABLES);
    if ((wanted & COMMAND) !== 0) this.#readOne(place, place, "command", NO_VARIABLES);
    if ((wanted & EXECUTABLE) !== 0) this.#readOne(place, place, "executable", NO_VARIABLES);
    if ((wanted & DIRECTORY) !== 0) this.#readOne(place, place, "directory", NO_VARIABLES);
    if ((wanted & ENVIRONMENT) !== 0) this.#readOne(place, place, "environment", variables);
  }

  #readThrough(draft: Draft, bits: number, variables: ReadonlySet<string>): void {
    const wanted = ORDER.filter((detail) => (bits & BIT[detail]) !== 0);
    const directory = this.#open(draft, (bits & ~CHEAP) === 0);
    if (directory < 0) {
      for (const detail of wanted) this.#missing(draft, detail, directory);
      return;
    }
    const place: Place = { draft, directory, prefix: "" };
    const alive = this.#alive(place);
    for (const detail of wanted) this.#readOne(place, alive, detail, variables);
    if (alive !== place) this.#files.close(alive.directory);
    this.#files.close(directory);
  }

  /** The directory of the process that was listed and of no other, or the negative error. */
  #open(draft: Draft, isCheap: boolean): number {
    const directory = this.#files.open(this.#mount, String(draft.pid), O_PATH | O_DIRECTORY);
    if (directory < 0 || isCheap) return directory;
    const length = this.#files.take(directory, "stat");
    if (length > 0 && parseStart(this.#files.text(length)) === draft.startToken) return directory;
    this.#files.close(directory);
    return length < 0 ? length : ESRCH;
  }

  /** Where a main thread has ended and others work on, only they still have a program, arguments and descriptors. */
  #alive(place: Place): Place {
    const { draft, directory } = place;
    if (draft.state !== "Z" || isZombie(draft)) return place;
    const threads = this.#files.numbers(directory, "task");
    if (typeof threads === "number") return place;
    for (const thread of threads) {
      if (thread === draft.pid) continue;
      const open = this.#files.open(directory, `task/${thread}`, O_PATH | O_DIRECTORY);
      if (open >= 0) return { draft, directory: open, prefix: "" };
    }
    return place;
  }

  #readOne(place: Place, alive: Place, detail: Detail, variables: ReadonlySet<string>): void {
    const { draft } = place;
    let error: number | undefined;
    try {
      if (detail === "owner") error = this.#owner(place);
      else if (detail === "command") error = this.#command(alive);
      else if (detail === "executable") error = this.#executable(alive);
      else if (detail === "directory") error = this.#workingDirectory(alive);
      else if (detail === "environment") error = this.#environment(alive, variables);
      else if (detail === "cgroup" || detail === "supervisor") error = this.#group(place, detail);
      else if (detail === "status") error = this.#status(place);
      else if (detail === "namespace") error = this.#namespace(place);
      else if (detail === "stdio") error = this.#peers.readStdio(draft, alive.directory);
      else if (detail === "holders") error = this.#holders(alive);
      else if (detail === "otherNetworks") this.#peers.askOtherNetworks(draft, alive.directory);
      else error = this.#peers.readSockets(draft, alive.directory);
    } catch (caught) {
      if (!(caught instanceof ParseError)) throw caught;
      for (const field of FIELDS[detail]) if (draft[field] === undefined) note(draft, field, caught.message);
    }
    if (error !== undefined) this.#missing(draft, detail, error);
  }

  #missing(draft: Draft, detail: Detail, error: number): void {
    const answer = errorName(error);
    for (const field of FIELDS[detail]) if (draft[field] === undefined) note(draft, field, answer);
    if (!isFailure(error)) return;
    const pids = this.failed.get(answer) ?? new Set();
    this.failed.set(answer, pids.add(draft.pid));
  }

  #owner({ draft, directory, prefix }: Place): number | undefined {
    if (draft.uid !== undefined) return undefined;
    const uid = ownerOf(this.#files, directory, prefix);
    if (uid < 0) return uid;
    draft.uid = uid;
    return undefined;
  }

  #command({ draft, directory, prefix }: Place): number | undefined {
    if (draft.argv === null) return undefined;
    if (isZombie(draft)) {
      draft.argv = null;
      return undefined;
    }
    const length = this.#files.take(directory, `${prefix}cmdline`);
    if (length < 0) return length;
    draft.argv = parseArguments(this.#files.text(length));
    return undefined;
  }

  #executable({ draft, directory, prefix }: Place): number | undefined {
    if (draft.exe === null) return undefined;
    if (isZombie(draft)) {
      draft.exe = null;
      return undefined;
    }
    const target = readTarget(this.#files, directory, `${prefix}exe`);
    if (typeof target === "number") return target;
    draft.exe = target.path;
    draft.exeDeleted = target.deleted;
    return undefined;
  }

  #workingDirectory({ draft, directory, prefix }: Place): number | undefined {
    const target = readTarget(this.#files, directory, `${prefix}cwd`);
    if (typeof target === "number") return target;
    draft.cwd = target.path;
    draft.cwdDeleted = target.deleted;
    return undefined;
  }

  #environment({ draft, directory, prefix }: Place, variables: ReadonlySet<string>): number | undefined {
    // Without a program there is no environment, and the file is empty: that is not "none set".
    if (draft.argv === null || isZombie(draft)) return ESRCH;
    const length = this.#files.take(directory, `${prefix}environ`);
    if (length < 0) return length;
    draft.env = parseEnvironment(this.#files.text(length), variables);
    return undefined;
  }

  #group({ draft, directory }: Place, detail: "cgroup" | "supervisor"): number | undefined {
    let path = draft.cgroup;
    if (path === undefined) {
      const length = this.#files.take(directory, "cgroup");
      if (length < 0) return length;
      path = parseCgroup(this.#files.text(length));
      if (path === undefined) return -2;
    }
    if (detail === "cgroup") draft.cgroup = path;
    else draft.supervisor = supervisorOf(path);
    return undefined;
  }

  #status({ draft, directory }: Place): number | undefined {
    const length = this.#files.take(directory, "status");
    if (length < 0) return length;
    const status = parseStatus(this.#files.text(length));
    if (status.uid !== undefined) draft.uid = status.uid;
    if (status.ignoresHangup !== undefined) draft.ignoresHangup = status.ignoresHangup;
    if (status.tracer !== undefined) draft.tracer = status.tracer;
    if (status.nsPids !== undefined) draft.nsPids = status.nsPids;
    this.#mark(draft, OWNER | BIT.status);
    return undefined;
  }

  #mark(draft: Draft, bits: number): void {
    this.#done.set(draft, (this.#done.get(draft) ?? 0) | bits);
  }

  #holders({ draft, directory }: Place): number | undefined {
    const isRead = draft.stdio !== undefined || draft.unread?.["stdio"] !== undefined;
    const error = isRead ? undefined : this.#peers.readStdio(draft, directory);
    this.#mark(draft, BIT.stdio);
    this.#peers.wantHolders(draft);
    return error;
  }

  #namespace({ draft, directory }: Place): number | undefined {
    const own = this.#ownNamespace ?? this.#files.linkText(this.#mount, "self/ns/pid");
    const namespace = this.#files.linkText(directory, "ns/pid");
    if (typeof namespace === "number") return namespace;
    if (typeof own === "number") return own;
    this.#ownNamespace = own;
    draft.pidNamespace = namespace === own ? "self" : namespace;
    return undefined;
  }
}

/** Notes why a field is missing. */
function note(draft: Draft, field: string, answer: string): void {
  draft.unread = { ...draft.unread, [field]: answer };
}
