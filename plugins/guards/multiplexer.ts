import { isMultiplexer } from "../../src/vocabulary/multiplexers.ts";
import type { Guard } from "../../src/contract.ts";

const multiplexer: Guard = {
  name: "multiplexer",
  summary: "tmux, screen and zellij servers: a person's sessions live in them",
  asks: "every member",
  needs: ["command", "executable"],
  object(process) {
    if (process.argv === undefined && process.exe === undefined) {
      return { stands: "unsure", because: "what it is cannot be told" };
    }
    return isMultiplexer(process)
      ? { stands: "spare", because: "it is a terminal multiplexer: a person's sessions live in it" }
      : undefined;
  },
};

export default multiplexer;
