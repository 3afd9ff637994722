import { leftoverFamily, pidInFile } from "../../src/leftovers/remains.ts";
import type { Leftover, LeftoverMatcher } from "../../src/contract.ts";

const PID_FILE = "broker.pid";
const LAYOUT = /^(?:broker\.sock|broker\.pid|[\w.-]+\.log)$/;

/** Socket, pid file and logs of the broker that Claude's Codex plugin starts; nobody but the broker takes them away. */
const codexBroker: LeftoverMatcher = leftoverFamily({
  name: "codex-broker",
  summary: "directories of Codex plugin brokers (/tmp/cxc-…) that are dead",
  family: "codex",
  lairs: [{
    under: "temporary",
    entry: /^cxc-[A-Za-z0-9]{6}$/,
    kind: "directory",
    reads: ["names", { text: { file: PID_FILE } }],
  }],
  whose: pidInFile(PID_FILE),
  outlives: true,
  stays({ names }: Leftover) {
    const other = names?.find((name) => !LAYOUT.test(name));
    if (names === undefined) return { verdict: "unsure", because: "what is in it could not be read" };
    return other === undefined
      ? undefined
      : { verdict: "unsure", because: `something in it is not the broker's: ${other}` };
  },
});

export default codexBroker;
