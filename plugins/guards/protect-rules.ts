import type { Guard } from "../../src/contract.ts";

const protectRules: Guard = {
  name: "protect-rules",
  summary: "processes whose command line or executable holds a text of yours",
  asks: "every member",
  needs: ["command", "executable"],
  object(process, { policy, table }) {
    if (policy.protect.length === 0) return undefined;
    const told = [process.exe ?? undefined, process.argv?.join(" ")].filter((text) => text !== undefined);
    const rule = policy.protect.find((rule) => told.some((text) => text.includes(rule)));
    if (rule !== undefined) return { stands: "spare", because: `protected by your rule "${rule}"` };
    // `ps` does not tell executables on macOS.
    const isUnknown = process.argv === undefined || (process.exe === undefined && table.host.platform !== "darwin");
    return isUnknown
      ? { stands: "unsure", because: "its command line is unknown, so your rules cannot be asked" }
      : undefined;
  },
};

export default protectRules;
