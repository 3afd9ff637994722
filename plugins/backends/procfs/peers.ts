/**
 * The ends of streams and connections of one look: asked per process, their holders found for all of
 * them in one walk.
 *
 * @module
 */
import type { Draft, Stdio } from "../../../src/contract.ts";
import type { Files } from "./files.ts";
import { findHolders, type Holders, readAccess } from "./holders.ts";
import { type Listening, readListening } from "./listening.ts";
import type { Net } from "./net.ts";
import { SocketDiag } from "./socket-diag.ts";
import type { OtherNetworks } from "./other-network.ts";
import { type Asking, type OtherEnd, readStream } from "./stdio.ts";

/** Only a node's agent asks there. */
const parts = {
  otherNetworks: () => (require("./other-network.ts") as typeof import("./other-network.ts")).OtherNetworks,
};

const EBADF_OF_A_LINK = -2;
/** Whom there is to ask about sockets of another network. */
const NOBODY: Asking["sockets"] = { peer: () => undefined };

interface OpenStream {
  readonly draft: Draft;
  readonly fd: number;
  readonly other: OtherEnd;
}

interface OpenListener {
  readonly draft: Draft;
  readonly listening: Listening;
}

/** Reads streams and sockets, and resolves who is at their other ends. */
export class Peers {
  readonly #files: Files;
  readonly #mount: number;
  readonly #sockets: SocketDiag;
  /** Living ends that could be named, until somebody asks who holds them. */
  readonly #ends: WeakMap<Draft, readonly OpenStream[]> = new WeakMap();
  readonly #nets: Map<string, Net> = new Map();
  #otherNetworks: OtherNetworks | undefined;
  #ownNet: string | undefined;
  #streams: OpenStream[] = [];
  #listeners: OpenListener[] = [];

  constructor(files: Files, mount: number) {
    this.#files = files;
    this.#mount = mount;
    this.#sockets = new SocketDiag(files);
  }

  /** Fills `stdio`, without holders as yet. A closed descriptor has no entry. */
  readStdio(draft: Draft, directory: number): number | undefined {
    const stdio: Stdio[] = [];
    const ends: OpenStream[] = [];
    const sockets = this.#isElsewhere(draft, directory) ? NOBODY : this.#sockets;
    const asking = { files: this.#files, sockets };
    // Whether we may look at all: a closed descriptor and a closed door are told apart here.
    const open = this.#files.numbers(directory, "fd");
    if (typeof open === "number") return open;
    for (const fd of [0, 1, 2] as const) {
      const found = readStream(asking, directory, draft, fd);
      if (found === EBADF_OF_A_LINK) continue;
      if (typeof found === "number") return found;
      stdio.push(found.stream);
      if (found.other !== undefined) ends.push({ draft, fd, other: found.other });
    }
    draft.stdio = stdio;
    this.#ends.set(draft, ends);
    return undefined;
  }

  /** Fills the peers of sockets that our own network does not know and that were left by them. */
  askOtherNetworks(draft: Draft, directory: number): void {
    if (draft.stdio?.some(isUntold) !== true || !this.#isElsewhere(draft, directory)) return;
    const others = this.#otherNetworks ??= new (parts.otherNetworks())(this.#files, this.#mount);
    draft.stdio = draft.stdio.map((stream) =>
      isUntold(stream) && others.isLeft(draft, directory, stream.fd) ? { ...stream, peer: "gone" } : stream
    );
  }

  /** Has the next `resolve` say who holds the living ends of this process's streams. */
  wantHolders(draft: Draft): void {
    this.#streams.push(...(this.#ends.get(draft) ?? []));
    this.#ends.delete(draft);
  }

  /** Fills `listening`, without clients as yet. */
  readSockets(draft: Draft, directory: number): number | undefined {
    const sockets = this.#isElsewhere(draft, directory) ? NOBODY : this.#sockets;
    const listening = readListening(this.#files, directory, sockets, this.#nets);
    if (typeof listening === "number") return listening;
    draft.listening = listening.places;
    draft.devices = listening.devices;
    if (listening.display !== undefined) draft.display = listening.display;
    if (listening.clients !== undefined) this.#listeners.push({ draft, listening });
    return undefined;
  }

  /** One walk over all descriptors for everything that was read since the last one. */
  resolve(): void {
    const streams = this.#streams.splice(0);
    const listeners = this.#listeners.splice(0);
    this.#nets.clear();
    this.#otherNetworks?.forget();
    const links = new Set<string>();
    for (const { other } of streams) links.add(other.link);
    for (const { listening } of listeners) for (const link of listening.clients ?? []) links.add(link);
    const all = findHolders(this.#files, this.#mount, links);
    // A thousand processes may share one pipe: who is at its other end is found once, not for each of them.
    const found = new Map<string, Pick<Stdio, "holders" | "unseen">>();
    for (const { draft, fd, other } of streams) {
      const key = `${other.does} ${other.link}`;
      let holders = found.get(key);
      if (holders === undefined) found.set(key, holders = this.#holdersOf(other, all));
      nameHolders(draft, fd, holders);
    }
    for (const listener of listeners) nameClients(listener, all);
  }

  close(): void {
    this.#sockets.close();
  }

  /**
   * Whether a process of a container has a network of its own: our kernel's answers are about sockets of ours, and an
   * inode is not unique for ever.
   */
  #isElsewhere({ nsPids }: Draft, directory: number): boolean {
    if (nsPids === undefined || nsPids.length < 2) return false;
    const own = this.#ownNet ?? this.#files.linkText(this.#mount, "self/ns/net");
    if (typeof own === "number") return true;
    this.#ownNet = own;
    return this.#files.linkText(directory, "ns/net") !== own;
  }

  /** Those who have the other end open, in the direction that makes it the other one. */
  #holdersOf({ link, does }: OtherEnd, all: Holders): Pick<Stdio, "holders" | "unseen"> {
    const pids = new Set<number>();
    let { unseen } = all;
    for (const { pid, fd } of all.byLink.get(link) ?? []) {
      if (pids.has(pid)) continue;
      const access = does === undefined ? undefined : readAccess(this.#files, this.#mount, `${pid}/fdinfo/${fd}`);
      if (does === undefined || access?.[does] === true) pids.add(pid);
      else if (access === undefined) unseen = true;
    }
    return { holders: [...pids].sort((a, b) => a - b), ...(unseen ? { unseen } : {}) };
  }
}

function isUntold({ kind, peer }: Stdio): boolean {
  return kind === "socket" && peer === undefined;
}

/** Whom we find is a fact even where others did not let us look; finding nobody is none, so the field stays absent. */
function nameHolders(draft: Draft, fd: number, found: Pick<Stdio, "holders" | "unseen">): void {
  if (found.holders?.length === 0) return;
  draft.stdio = (draft.stdio ?? []).map((stream) => stream.fd === fd ? { ...stream, ...found } : stream);
}

/** Nobody connected is a fact; somebody connected whom we cannot name leaves the field absent. */
function nameClients({ draft, listening }: OpenListener, { byLink, unseen }: Holders): void {
  const pids = new Set<number>();
  let unknown = listening.strangers;
  for (const link of listening.clients ?? []) {
    const held = byLink.get(link);
    if (held === undefined || unseen) unknown = true;
    for (const { pid } of held ?? []) if (pid !== draft.pid) pids.add(pid);
  }
  if (pids.size > 0 || !unknown) draft.clients = [...pids].sort((a, b) => a - b);
}
