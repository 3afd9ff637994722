import { baseName } from "../../src/process.ts";
import type { Claim, Matcher } from "../../src/contract.ts";

const NAME = "conhost.exe";
/** Windows Terminal brings an OpenConsole.exe of its own, elsewhere; that one is Terminal's business. */
const PLACE = /^[a-z]:\\windows\\system32\\conhost\.exe$/i;
/** A handle of whoever made it start. With a program in its place it runs that, as scheduled tasks do for want of a window. */
const HANDLE = /^0x[0-9a-f]+$/i;

/**
 * A console host belongs to the program that it was started for, its recorded creator. It is claimed
 * only when that one is dead; the host of a living session is part of the session.
 */
const conhost: Matcher = {
  name: "conhost",
  summary: "Windows console hosts whose program is dead",
  hints: [/^conhost\.exe$/i],
  words: ["conhost"],
  ownWords: true,
  needs: ["command", "executable"],
  claim(process, table): Claim | undefined {
    if (table.host.platform !== "win32" || typeof process.exe !== "string") return undefined;
    if (baseName(process.name ?? "").toLowerCase() !== NAME || !PLACE.test(process.exe)) return undefined;
    if (!serves(process.argv ?? [])) return undefined;
    if (process.ppid !== 0 && table.parent(process) !== undefined) return undefined;
    return {
      family: "conhost",
      role: "worker",
      lifeline: "none",
      because: "Windows' console host, and the program it was started for is dead",
    };
  },
};

/** `conhost.exe 0x4`; the hosts of pseudo consoles say `--server 0x4`. */
function serves(argv: readonly string[]): boolean {
  const at = argv.indexOf("--server");
  return HANDLE.test(argv[at < 0 ? 1 : at + 1] ?? "") && !argv.includes("--");
}

export default conhost;
