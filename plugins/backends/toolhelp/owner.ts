import { type Answer, errorName } from "./answer.ts";
import { sidText, untilNul } from "./records.ts";
import { fixedBytes, type Handle, type Win32 } from "./win32.ts";

const TOKEN_QUERY = 0x0008;
const TOKEN_USER = 1;
const TOKEN_ELEVATION = 20;
const CURRENT_PROCESS: Handle = -1;

/** Who we are. */
export interface Self {
  readonly sid: string;
  readonly name: string;
  readonly elevated: boolean;
}

/** Reads our own user and rights; without them nothing could be told apart, so failing is an error. */
export function readSelf(win: Win32): Self {
  const sid = ask(win, CURRENT_PROCESS, TOKEN_USER);
  const elevation = ask(win, CURRENT_PROCESS, TOKEN_ELEVATION);
  if ("why" in sid) throw new Error(`Windows did not tell whose process this is (${sid.why})`);
  const bytes = sidOf(sid.value, win);
  const text = sidText(bytes);
  if (text === undefined) throw new Error("Windows did not tell whose process this is (no SID in the token)");
  return {
    sid: text,
    name: account(win, bytes)?.name ?? text,
    elevated: "value" in elevation && elevation.value[0] !== 0,
  };
}

/**
 * Names owners as the person would. Our own SID is our own name; a different one never is, also when
 * a domain has an account that is called the same. A SID without an account stays a SID: it is known
 * to be somebody else's.
 */
export class Owners {
  readonly #win: Win32;
  readonly #self: Self;
  readonly #names: Map<string, string> = new Map();

  constructor(win: Win32, self: Self) {
    this.#win = win;
    this.#self = self;
  }

  of(handle: Handle): Answer<string> {
    const answer = ask(this.#win, handle, TOKEN_USER);
    if ("why" in answer) return answer;
    const bytes = sidOf(answer.value, this.#win);
    const sid = sidText(bytes);
    if (sid === undefined) return { why: "no SID in the token" };
    if (sid === this.#self.sid) return { value: this.#self.name };
    let name = this.#names.get(sid);
    if (name === undefined) {
      name = otherName(account(this.#win, bytes), sid, this.#self.name);
      this.#names.set(sid, name);
    }
    return { value: name };
  }
}

/** The name of somebody who is not us. */
export function otherName(found: Account | undefined, sid: string, ourName: string): string {
  if (found === undefined || found.name === "") return sid;
  if (found.name.toLowerCase() !== ourName.toLowerCase()) return found.name;
  return found.domain === "" ? sid : `${found.domain}\\${found.name}`;
}

/** What LookupAccountSidW finds for a SID. */
export interface Account {
  readonly name: string;
  readonly domain: string;
}

function account(win: Win32, sid: Uint8Array): Account | undefined {
  const letters = 512;
  const name = new Uint8Array(letters * 2);
  const domain = new Uint8Array(letters * 2);
  const nameSize = new Uint32Array([letters]);
  const domainSize = new Uint32Array([letters]);
  const kind = new Uint32Array(1);
  if (win.advapi32.LookupAccountSidW(null, sid, name, nameSize, domain, domainSize, kind) === 0) return undefined;
  return { name: untilNul(name), domain: untilNul(domain) };
}

function ask(win: Win32, process: Handle, information: number): Answer<Uint8Array> {
  const token = new BigUint64Array(1);
  if (win.advapi32.OpenProcessToken(process, TOKEN_QUERY, token) === 0) {
    return { why: errorName(win.GetLastError()) };
  }
  try {
    const bytes = fixedBytes(256);
    const done = win.advapi32.GetTokenInformation(
      Number(token[0]),
      information,
      bytes,
      bytes.length,
      new Uint8Array(4),
    );
    return done === 0 ? { why: errorName(win.GetLastError()) } : { value: bytes };
  } finally {
    win.CloseHandle(Number(token[0]));
  }
}

/** TOKEN_USER is a pointer to the SID that lies behind it in the same buffer. */
function sidOf(user: Uint8Array, win: Win32): Uint8Array {
  const start = Number(new DataView(user.buffer).getBigUint64(0, true)) - win.addressOf(user);
  return start > 0 && start < user.length ? user.slice(start) : new Uint8Array(0);
}
