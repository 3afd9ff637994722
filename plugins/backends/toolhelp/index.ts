import type { Backend } from "../../../src/contract.ts";

const backend: Backend = {
  name: "toolhelp",
  summary: "Windows: Toolhelp32 snapshot, process handles, no helper programs",
  platforms: ["win32"],
  unavailable: () => process.platform === "win32" ? undefined : `it reads Windows, and this is ${process.platform}`,
  // No other system loads it. Only Bun has the calls that it makes, and Bun's `require` answers at once.
  open: () => (require("./machine.ts") as typeof import("./machine.ts")).open(),
  locks: () => (require("./locks.ts") as typeof import("./locks.ts")).windowsLocks(),
  commands: () => (require("./commands.ts") as typeof import("./commands.ts")).windowsCommands(),
  programs: () => (require("./programs.ts") as typeof import("./programs.ts")).programs,
  desktop: () => (require("./balloon.ts") as typeof import("./balloon.ts")).desktop,
};
export default backend;
