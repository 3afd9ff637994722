import type { Proof } from "../../contract.ts";

/** Pid and start of the originator were written down when it registered the process: nothing here is guessed. */
const originator: Proof = {
  name: "originator",
  summary: "whoever registered it is gone, or says that its session is over",
  needs: [],
  find(_root, { registered }) {
    return registered?.state === "orphan" ? { strength: "strong", because: registered.because } : undefined;
  },
};

export default originator;
