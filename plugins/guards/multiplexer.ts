import { commandOf } from "../../src/vocabulary/command.ts";
import type { Guard } from "../../src/contract.ts";

/** What the kernel calls their servers: tmux's own says so, screen's is in capitals. */
const NAMES = new Set(["tmux: server", "SCREEN", "screen"]);
const PROGRAMS = new Set(["tmux", "screen", "SCREEN", "zellij", "dtach", "abduco"]);

const multiplexer: Guard = {
  name: "multiplexer",
  summary: "tmux, screen and zellij servers: a person's sessions live in them",
  asks: "every member",
  needs: ["command", "executable"],
  object(process) {
    if (process.argv === undefined && process.exe === undefined) {
      return { stands: "unsure", because: "what it is cannot be told" };
    }
    const program = commandOf(process)?.program;
    if (!NAMES.has(process.name ?? "") && !PROGRAMS.has(program ?? "")) return undefined;
    return { stands: "spare", because: "it is a terminal multiplexer: a person's sessions live in it" };
  },
};

export default multiplexer;
